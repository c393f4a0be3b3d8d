/** The panel under the table: everything that is known of the selected function. */
import type { Latency, RankedFunction } from '@coldlens/collector';
import { cells, toWidth } from '../format/clean.ts';
import { executionsOf } from '../format/executions.ts';
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { formatCount, formatMs, formatMsUnit, formatShare, formatUsd, notObservable } from '../format/numbers.ts';
import { drawnMs, drawnPhases, phaseShapes, toldShapes } from '../format/phases.ts';
import { joined, type Line, lineCells, type Segment } from '../format/segments.ts';

/** How much of the panel fits. */
export type DetailSize = 'full' | 'compact' | 'none';

/** Lines of each size, the rule above included. */
export const detailRows: Readonly<Record<DetailSize, number>> = { full: 10, compact: 6, none: 0 };

/** Narrower screens cannot put phases and latencies side by side. */
export const fullDetailColumns = 96;

export function detailLines(ranked: RankedFunction, size: DetailSize, width: number, glyphs: Glyphs): Line[] {
  if (size === 'none') return [];
  const cleaned = cleanerFor(glyphs);
  const top = [ruleLine(cleaned(ranked.name) || '(no name)', width, glyphs), identityLine(ranked, cleaned, glyphs)];
  return size === 'full'
    ? [...top, modulesLine(ranked, width, cleaned, glyphs), ...sideBySide(ranked, width, glyphs)]
    : [...top, ...compact(ranked, glyphs)];
}

/** Empty where all modules were seen, or nobody looks for them. */
function modulesLine(
  { modules }: RankedFunction,
  width: number,
  cleaned: (text: string) => string,
  glyphs: Glyphs,
): Line {
  if (modules.seen === null || modules.hint === null) return [];
  const text = `modules ${cleaned(modules.seen)} ${glyphs.dot} to see them: ${cleaned(modules.hint)}`;
  return [{ text: `   ${toWidth(text, Math.min(cells(text), width - 3), 'left', glyphs.ellipsis)}`, dim: true }];
}

export function ruleLine(title: string, width: number, glyphs: Glyphs): Line {
  const shown = toWidth(title, Math.min(cells(title), Math.max(0, width - 6)), 'left', glyphs.ellipsis);
  return [
    { text: `${glyphs.rule.repeat(2)} `, dim: true },
    { text: shown, bold: true },
    { text: ` ${glyphs.rule.repeat(Math.max(0, width - 4 - cells(shown)))}`, dim: true },
  ];
}

function identityLine(ranked: RankedFunction, cleaned: (text: string) => string, glyphs: Glyphs): Line {
  const labelled: [string, string][] = [
    ['', ranked.provider],
    ['', ranked.region],
    ['account ', ranked.account],
    ['version ', ranked.version],
    ['', ranked.runtime],
    ['', ranked.arch],
  ];
  const parts = labelled.filter(([, value]) => value !== '').map(([label, value]) => label + cleaned(value));
  if (ranked.memoryMb !== null) parts.push(`${formatCount(ranked.memoryMb)} MB`);
  return [
    { text: '   ' },
    ...joined(
      parts.map((text): Line => [{ text, dim: true }]),
      ` ${glyphs.dot} `,
    ),
  ];
}

/** `p50 366  p90 380  p99 402  max 410 ms`. */
const latencyFields: readonly { header: string; key: keyof Latency }[] = [
  { header: 'p50', key: 'p50Ms' },
  { header: 'p90', key: 'p90Ms' },
  { header: 'p99', key: 'p99Ms' },
  { header: 'max', key: 'maxMs' },
];

const costText = ({ cost }: RankedFunction): [string, string][] => [
  ['total', formatUsd(cost.totalUsd)],
  ['cold', formatUsd(cost.coldUsd)],
  ['per million', formatUsd(cost.perMillionUsd)],
  ['month', formatUsd(cost.monthlyUsd)],
];

const labelCells = 9;

const labelled = (label: string, pairs: readonly [string, string][]): Line => [
  { text: `   ${toWidth(label, labelCells)}`, dim: true },
  ...pairs.flatMap(([key, value], index): Segment[] => [
    { text: `${index === 0 ? '' : '  '}${key} `, dim: true },
    { text: value },
  ]),
];

const startsText = ({ coldStarts, invocations, coldRatio }: RankedFunction): string =>
  coldStarts === null
    ? `${notObservable} of ${formatCount(invocations)}`
    : `${formatCount(coldStarts)} of ${formatCount(invocations)} (${formatShare(coldRatio)})`;

const errorsText = ({ errors, invocations }: RankedFunction): string =>
  invocations === 0 ? formatCount(errors) : `${formatCount(errors)} (${formatShare(errors / invocations)})`;

function compact(ranked: RankedFunction, glyphs: Glyphs): Line[] {
  const phases = phaseShapes.map((shape): Line => {
    const ms = ranked.phases[shape.key];
    return [
      { text: `${glyphs[shape.glyph]} `, color: shape.color },
      { text: `${shape.short} `, dim: true },
      { text: formatMs(ms) },
    ];
  });
  const others = executionsOf(ranked);
  const latency = (values: Latency): [string, string][] =>
    latencyFields.map(({ header, key }) => [header, formatMs(values[key])]);
  return [
    [{ text: `   ${toWidth('phases', labelCells)}`, dim: true }, ...joined(phases, '  ')],
    labelled('cold', [...latency(ranked.cold), ['starts', startsText(ranked)]]),
    labelled(others.label, [...latency(others.latency), ['errors', errorsText(ranked)]]),
    labelled('cost', costText(ranked)),
  ];
}

/** Phases as a waterfall at the left; latencies, errors and cost at the right. */
function sideBySide(ranked: RankedFunction, width: number, glyphs: Glyphs): Line[] {
  const others = executionsOf(ranked);
  const right = [
    [
      { text: toWidth('', labelCells) },
      ...latencyFields.map(({ header }): Segment => ({ text: toWidth(header, 9, 'right'), dim: true })),
    ],
    latencyRow('cold ms', ranked.cold),
    latencyRow(`${others.label} ms`, others.latency),
    [],
    pairRow('starts', startsText(ranked), 'errors', errorsText(ranked)),
    pairRow('cost', `${formatUsd(ranked.cost.totalUsd)} total`, 'cold', formatUsd(ranked.cost.coldUsd)),
    pairRow('', `${formatUsd(ranked.cost.perMillionUsd)} per million`, 'month', formatUsd(ranked.cost.monthlyUsd)),
  ] satisfies Line[];
  const leftCells = Math.min(width - latencyBlockCells - 4, widestWaterfall);
  const left = waterfall(ranked, leftCells, glyphs);
  return right.map((line, index) => {
    const shown = left[index] ?? [];
    return [...shown, { text: ' '.repeat(Math.max(0, leftCells + 4 - lineCells(shown))) }, ...line];
  });
}

const latencyRow = (label: string, values: Latency): Line => [
  { text: toWidth(label, labelCells), dim: true },
  ...latencyFields.map(({ key }): Segment => ({ text: toWidth(formatMs(values[key]), 9, 'right') })),
];

const pairRow = (label: string, value: string, second: string, secondValue: string): Line => [
  { text: toWidth(label, labelCells), dim: true },
  { text: toWidth(value, 22) },
  { text: ` ${second} `, dim: true },
  { text: secondValue },
];

const widestWaterfall = 100;
/** The widest line at the right: two labels and two amounts of money. */
const latencyBlockCells = 48;
const nameCells = 14;
const msCells = 11;

/** Each phase begins where the one before it ended. */
function waterfall({ phases }: RankedFunction, width: number, glyphs: Glyphs): Line[] {
  const room = Math.max(0, width - 3 - nameCells - msCells - 2);
  const drawn = drawnPhases(phases);
  const totalMs = drawnMs(phases);
  return toldShapes.map((shape): Line => {
    const place = drawn.findIndex(({ shape: other }) => other.key === shape.key);
    const startMs = drawn.slice(0, Math.max(0, place)).reduce((sum, { ms }) => sum + ms, 0);
    const ms = phases[shape.key];
    const from = totalMs > 0 ? Math.min(room - 1, Math.round((startMs / totalMs) * room)) : 0;
    const to = totalMs > 0 ? Math.round(((startMs + (ms ?? 0)) / totalMs) * room) : 0;
    const bar = place < 0 || room < 1 ? '' : glyphs[shape.glyph].repeat(Math.max(1, to - from));
    return [
      { text: `   ${toWidth(shape.name, nameCells)}`, dim: true },
      { text: toWidth(formatMsUnit(ms), msCells, 'right') },
      { text: bar === '' ? '' : `  ${' '.repeat(from)}` },
      { text: bar, color: shape.color, isSilent: true },
    ];
  });
}
