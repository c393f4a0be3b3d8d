/** What the function costs a month, cold and warm; what the same traffic would cost elsewhere; how near it runs to its limits. */
import type { AlternativeCost, FunctionPage } from '@coldlens/collector';
import { type Pane, paneCells } from '../../app/panes.ts';
import { shareBar } from '../../format/chart.ts';
import { toWidth } from '../../format/clean.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { formatCount, formatShare, formatUsd, notObservable } from '../../format/numbers.ts';
import type { Line, Segment } from '../../format/segments.ts';
import { planTable, type TableColumn, tableHeader, tableRow } from '../../format/table.ts';
import { wrapped } from '../../format/wrapped.ts';
import type { PaneFacts } from './panes.ts';

const labelCells = 8;
const usdCells = 12;

export function costPane(facts: PaneFacts, page: FunctionPage): Omit<Pane, 'id'> {
  const remarks = (columns: number) => remarksOf(facts, page, columns);
  const count =
    3 + remarks(paneCells(facts.columns)).length + (page.alternatives.length > 0 ? page.alternatives.length + 2 : 0);
  return {
    title: 'Cost of a month at list price',
    least: count,
    wants: count,
    lines: (columns) => [
      ...splitLines(facts, page, columns),
      ...remarks(columns),
      ...alternativeLines(facts, page, columns),
    ],
  };
}

/** The month as it is, and its two parts as shares of it. */
function splitLines({ glyphs }: PaneFacts, { cost }: FunctionPage, columns: number): Line[] {
  const { totalUsd, coldUsd, monthlyUsd, perMillionUsd } = cost;
  const share = totalUsd === null || coldUsd === null || totalUsd <= 0 ? null : coldUsd / totalUsd;
  const part = (label: string, of: number | null, color: NonNullable<Segment['color']>, glyph: string): Line => {
    const usd = of === null || monthlyUsd === null ? null : monthlyUsd * of;
    const text = of === null ? '' : ` ${formatShare(of)}`;
    const room = Math.max(0, columns - labelCells - usdCells - 8);
    return [
      { text: toWidth(label, labelCells), dim: true },
      { text: toWidth(formatUsd(usd), usdCells) },
      { text: shareBar(of ?? 0, room, glyph), color, isSilent: true },
      { text, dim: true },
    ];
  };
  return [
    [
      { text: toWidth('all', labelCells), dim: true },
      { text: toWidth(formatUsd(monthlyUsd), usdCells), bold: true },
      { text: `${formatUsd(perMillionUsd)} per million invocations`, dim: true },
    ],
    part('cold', share, 'yellow', glyphs.init),
    part('warm', share === null ? null : 1 - share, 'green', glyphs.execution),
  ];
}

/** What the amounts leave out, and limits that are near: what to look at first. */
function remarksOf({ glyphs }: PaneFacts, page: FunctionPage, columns: number): Line[] {
  const sentences = page.nearLimits.flatMap(({ sentence }) => (sentence === null ? [] : [sentence]));
  const remarks: { mark: string; text: string; look: Omit<Segment, 'text'> }[] = [
    ...sentences.map((text) => ({ mark: `${glyphs.alert} `, text, look: { color: 'yellow' } as const })),
    ...[page.cost.reason ?? '', page.modules.hint === null ? '' : `to see its modules: ${page.modules.hint}`].map(
      (text) => ({ mark: '', text, look: { dim: true } }),
    ),
  ];
  const cleaned = cleanerFor(glyphs);
  return remarks
    .filter(({ text }) => text !== '')
    .flatMap(({ mark, text, look }) =>
      wrapped(`${mark}${cleaned(text)}`, columns).map((line): Line => [{ text: line, ...look }]),
    );
}

function alternativeLines({ glyphs }: PaneFacts, { alternatives }: FunctionPage, columns: number): Line[] {
  if (alternatives.length === 0) return [];
  const cleaned = cleanerFor(glyphs);
  const table: readonly TableColumn<AlternativeCost>[] = [
    {
      header: 'same traffic on',
      align: 'left',
      priority: 0,
      text: ({ count, name }) => `${count === null || count === 1 ? '' : `${formatCount(count)} x `}${cleaned(name)}`,
    },
    { header: '$/month', align: 'right', priority: 1, text: ({ monthlyUsd }) => formatUsd(monthlyUsd) },
    {
      header: 'cheaper above',
      align: 'right',
      priority: 2,
      text: ({ breakEvenPerSecond: rate }) => (rate === null ? notObservable : `${rate.toPrecision(2)}/s`),
    },
    { header: '', align: 'left', priority: 3, text: ({ unverified }) => (unverified ? 'unverified' : '') },
  ];
  const plan = planTable(table, alternatives, columns, glyphs);
  return [[], tableHeader(plan), ...alternatives.map((row) => tableRow(plan, row))];
}
