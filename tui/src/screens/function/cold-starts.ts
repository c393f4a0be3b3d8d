/** The latest cold starts of a function, of which one can be opened. */
import type { ColdStart, FunctionPage } from '@coldlens/collector';
import { toWidth } from '../../format/clean.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { formatAge, formatCount, formatMs, notObservable } from '../../format/numbers.ts';
import { drawnMs, phaseBar } from '../../format/phases.ts';
import type { Line } from '../../format/segments.ts';
import { planTable, type TableColumn, tableCells, tableHeader, tableRow } from '../../format/table.ts';
import { firstList, selectedIndex, topOf } from '../../state/list.ts';
import { startText } from '../start-text.ts';
import { markerOf } from '../table-body.ts';
import type { PaneFacts } from './panes.ts';
import { coldStartKey } from './screen.ts';

const kindText = ({ kind, startCertainty }: ColdStart): string => startText(kind, startCertainty);

const leastBar = 8;
const widestBar = 48;

export function coldStartColumns({
  glyphs,
  nowMs,
  state,
}: Pick<PaneFacts, 'glyphs' | 'nowMs' | 'state'>): readonly TableColumn<ColdStart>[] {
  const cleaned = cleanerFor(glyphs);
  // Cut only where there is a screen: a text has room for all.
  const shown = (version: string): string =>
    state === undefined ? cleaned(version) : toWidth(cleaned(version), 8).trimEnd();
  return [
    { header: 'ago', align: 'right', priority: 0, text: ({ at }) => formatAge(nowMs - Date.parse(at)) },
    { header: 'cold ms', align: 'right', priority: 0, text: ({ latencyMs }) => formatMs(latencyMs) },
    { header: 'init', align: 'right', priority: 1, text: ({ initMs }) => formatMs(initMs) },
    { header: 'reported init', align: 'right', priority: 2, text: ({ reportedInitMs }) => formatMs(reportedInitMs) },
    { header: 'version', align: 'left', priority: 3, text: ({ version }) => shown(version) },
    {
      header: 'MB',
      align: 'right',
      priority: 4,
      text: ({ memoryMb }) => (memoryMb === null ? '-' : formatCount(memoryMb)),
    },
    { header: 'kind', align: 'left', priority: 5, text: kindText },
  ];
}

export const untoldStarts = 'nobody told which invocations started cold';

/** @param those further words on which ones, such as ` with a latency` */
export const noneLine = ({ coldStarts }: FunctionPage, those: string): Line => [
  {
    text: coldStarts === null ? `  Not observable: ${untoldStarts}.` : `  No cold start${those} in this window.`,
    dim: true,
  },
];

export function coldStartLines(
  { state, glyphs, nowMs }: PaneFacts,
  page: FunctionPage,
  columns: number,
  rows: number,
): Line[] {
  const { recentColdStarts: all } = page;
  if (all.length === 0) return [noneLine(page, '')];
  const columnsOf = coldStartColumns({ glyphs, nowMs, ...(state === undefined ? {} : { state }) });
  // A figure that none has takes no room: an init is told by an agent, a reported one by the platform.
  const table = columnsOf.filter(
    ({ priority, text }) => priority === 0 || all.some((one) => text(one) !== notObservable),
  );
  const plan = planTable(table, all, columns - 2 - leastBar - 2, glyphs);
  const barCells = Math.min(widestBar, columns - 2 - tableCells(plan) - 2);
  const scaleMs = Math.max(...all.map((one) => drawnMs(phasesOf(one))));
  const selected = selectedIndex(state?.list ?? firstList, all.map(coldStartKey));
  const tableRows = Math.max(1, rows - 1);
  const top = topOf(selected, all.length, tableRows);
  const shown = all.slice(top, top + tableRows).map((one, index): Line => {
    const isSelected = top + index === selected;
    const row = tableRow(plan, one).map((segment) =>
      isSelected ? { ...segment, color: 'cyan' as const, bold: true } : segment,
    );
    return [
      markerOf(isSelected, coldStartKey(one), glyphs),
      ...row,
      { text: '  ' },
      ...phaseBar(phasesOf(one), scaleMs, barCells, glyphs),
    ];
  });
  return [[{ text: '  ' }, ...tableHeader(plan)], ...shown];
}

const phasesOf = (one: ColdStart) => ({ ...one, platformMs: null });
