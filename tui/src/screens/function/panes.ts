/** The parts of a function's page. */
import type { FunctionPage, Latency } from '@coldlens/collector';
import { type Pane, paneCells } from '../../app/panes.ts';
import { axisCells, axisLine, chartLines, shareBar } from '../../format/chart.ts';
import { toWidth } from '../../format/clean.ts';
import { executionsOf, isNoLatency } from '../../format/executions.ts';
import type { Glyphs } from '../../format/glyphs.ts';
import { formatCount, formatMs, formatMsUnit, formatShare } from '../../format/numbers.ts';
import { drawnMs, phaseBar, phaseLegend } from '../../format/phases.ts';
import { joinedOver, type Line, type Segment } from '../../format/segments.ts';
import { coldStartLines, noneLine } from './cold-starts.ts';
import { costPane } from './cost.ts';
import { groupsPane } from './groups.ts';
import { histogramBars } from './histogram.ts';
import { instancesPane } from './instances.ts';
import type { FunctionFacts } from './screen.ts';
import { trendPane } from './trend.ts';
import type { FunctionView } from './view.ts';

export const functionPaneIds = ['phases', 'latency', 'trend', 'cost', 'versions', 'cold starts', 'instances'] as const;
export type FunctionPaneId = (typeof functionPaneIds)[number];

/** What the parts depend on beside the page; without a list nothing is selected. */
export type PaneFacts = Pick<FunctionFacts, 'glyphs' | 'nowMs' | 'columns'> & { state?: FunctionFacts['state'] };

export function functionPanes(facts: PaneFacts, page: FunctionView): Pane[] {
  const byId: Readonly<Record<FunctionPaneId, Omit<Pane, 'id'>>> = {
    phases: phasesPane(facts, page),
    latency: latencyPane(facts, page),
    trend: trendPane(facts, page),
    cost: costPane(facts, page),
    versions: groupsPane(facts, page),
    'cold starts': {
      title: 'Latest cold starts',
      least: 4,
      wants: Math.max(4, page.recentColdStarts.length + 1),
      lines: (columns, rows) => coldStartLines(facts, page, columns, rows),
    },
    instances: instancesPane(facts, page),
  };
  return functionPaneIds.map((id) => ({ id, ...byId[id] }));
}

const labelCells = 7;
const latencyFields: readonly { header: string; key: keyof Latency }[] = [
  { header: 'p50', key: 'p50Ms' },
  { header: 'p90', key: 'p90Ms' },
  { header: 'p99', key: 'p99Ms' },
  { header: 'max', key: 'maxMs' },
];

const widestFigure = 9;
/** So that all of them are there on a narrow terminal. */
const figureCells = (columns: number): number =>
  Math.min(widestFigure, Math.floor((columns - labelCells) / latencyFields.length));

const latencyRow = (label: string, values: Latency, columns: number): Line => [
  { text: toWidth(label, labelCells), dim: true },
  ...latencyFields.map(({ key }): Segment => ({ text: toWidth(formatMs(values[key]), figureCells(columns), 'right') })),
];

/** A cold start beside a warm one, on the same scale. */
function phasesPane({ glyphs, columns: width }: PaneFacts, page: FunctionPage): Omit<Pane, 'id'> {
  const { phases, cold, warm, untold } = page;
  const others = executionsOf(page);
  const { p50Ms } = others.latency;
  const scaleMs = Math.max(drawnMs(phases), p50Ms ?? 0);
  const lines = (columns: number): Line[] => {
    const room = Math.max(0, columns - labelCells);
    const bar = p50Ms === null || scaleMs <= 0 ? '' : shareBar(p50Ms / scaleMs, room, glyphs.execution);
    return [
      [{ text: toWidth('cold', labelCells), dim: true, isSilent: true }, ...phaseBar(phases, scaleMs, room, glyphs)],
      [
        { text: toWidth(others.label, labelCells), dim: true, isSilent: true },
        { text: bar, color: 'green', isSilent: true },
      ],
      ...legendLines(page, columns, glyphs),
      [
        { text: toWidth('ms', labelCells), dim: true },
        ...latencyFields.map(
          ({ header }): Segment => ({ text: toWidth(header, figureCells(columns), 'right'), dim: true }),
        ),
      ],
      latencyRow('cold', cold, columns),
      latencyRow('warm', warm, columns),
      ...(isNoLatency(untold) ? [] : [latencyRow('untold', untold, columns)]),
      startsLine(page),
    ];
  };
  const count = lines(paneCells(width)).length;
  return { title: 'Cold against warm', least: count, wants: count, lines };
}

const legendLines = ({ phases }: FunctionPage, columns: number, glyphs: Glyphs): Line[] =>
  joinedOver(phaseLegend(phases, glyphs), '  ', columns - labelCells).map((line) => [
    { text: ' '.repeat(labelCells) },
    ...line,
  ]);

function startsLine({ coldAffected, errors, invocations }: FunctionPage): Line {
  const share = invocations > 0 ? ` (${formatShare(errors / invocations)})` : '';
  return [
    { text: toWidth('errors', labelCells), dim: true },
    { text: `${formatCount(errors)}${share}` },
    ...((coldAffected ?? 0) > 0
      ? [{ text: '  queued behind an init ', dim: true }, { text: formatCount(coldAffected) }]
      : []),
  ];
}

function latencyPane({ glyphs }: PaneFacts, page: FunctionPage): Omit<Pane, 'id'> {
  const lines = (columns: number, rows: number): Line[] => {
    const { counts, fromMs, middleMs, toMs } = histogramBars(page.coldHistogram, columns - axisCells);
    if (counts.length === 0) return [noneLine(page, ' with a latency')];
    const chart = { width: columns, rows: Math.max(1, rows - 1), glyphs, color: 'cyan' as const, format: formatCount };
    const said = `from ${formatMs(fromMs)} to ${formatMsUnit(toMs)}, most often about ${formatMsUnit(usualMs(page))}`;
    return [
      ...chartLines(counts, chart),
      [
        ...axisLine([formatMs(fromMs), formatMs(middleMs), formatMsUnit(toMs)], counts.length, columns),
        { text: '', said },
      ],
    ];
  };
  return { title: 'How long cold starts took', least: 4, wants: 9, lines };
}

/** The middle of the bar with most cold starts. */
function usualMs({ coldHistogram: bars }: FunctionPage): number | null {
  const [most] = bars.toSorted((a, b) => b.count - a.count);
  return most === undefined ? null : (most.fromMs + most.toMs) / 2;
}
