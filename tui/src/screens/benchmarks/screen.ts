/** Runs that `coldlens bench --store` has kept: base against head. */
import type { BenchRun, BenchRuns } from '@coldlens/collector';
import { type Facts, opened, type Screen, type ScreenKind } from '../../app/screen.ts';
import { asking } from '../../app/source.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { counted, formatAge, formatMs, formatWindow, notObservable } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import type { TableColumn } from '../../format/table.ts';
import { safeJson } from '../../print/json.ts';
import { nameFilter } from '../../state/filter.ts';
import { firstList, type ListState, selectedIndex } from '../../state/list.ts';
import { bodyRows, tableLines } from '../table-body.ts';
import type { Watched } from '../watched.ts';
import { commitText, sidesLines, signedMs, verdictColors } from './sides.ts';

export interface BenchmarksState {
  sinceMs: number;
  /** Said where no run is stored. */
  watched: Watched;
  list: ListState;
}

type BenchmarksFacts = Facts<BenchmarksState, BenchRuns>;

const everyMs = 10_000;
const dayMs = 86_400_000;
/** As long as samples are kept, or nearly. */
export const benchmarksSinceMs = 90 * dayMs;
const limit = 500;

const kind: ScreenKind<BenchmarksState, BenchRuns> = {
  id: 'benchmarks',
  awaited: 'the runs',
  subject: () => '',
  title: ({ sinceMs }) => [[{ text: 'benchmarks', bold: true }], [{ text: `last ${formatWindow(sinceMs)}` }]],
  question: ({ sinceMs }) => ({
    key: String(sinceMs),
    everyMs,
    ask: (source) => asking(source, 'benchRuns', 'benchmarks')({ sinceMs, limit }),
  }),
  written: ({ list }, answer) => ({ answer: { ...answer, runs: [...shownIn(list, answer)] } }),
  keys: ({ list }, answer) => shownIn(list, answer).map(runKey),
  pageRows: ({ rows }) => bodyRows(tableSpace(rows)),
  filterRemark: ({ list }) => (nameFilter(list.filter).isRegex ? '' : 'as plain text'),
  summary: summaryLine,
  lines(facts) {
    const { state, answer, rows } = facts;
    const shown = shownIn(state.list, answer);
    if (shown.length === 0) return emptyLines(facts);
    const keys = shown.map(runKey);
    const selected = selectedIndex(state.list, keys);
    const space = tableSpace(rows);
    const body = { rows: shown, keys, selected, columns: benchmarkColumns(facts) };
    const table = tableLines(body, { ...facts, rows: space });
    if (space === rows) return table;
    const blanks = Array.from({ length: Math.max(0, space - table.length) }, (): Line => []);
    return [...table, ...blanks, ...sidesLines(facts, shown[selected])];
  },
  actions: {
    copy({ state, answer }) {
      const shown = shownIn(state.list, answer);
      const chosen = shown[selectedIndex(state.list, shown.map(runKey))];
      return chosen === undefined ? {} : { copy: safeJson(chosen) };
    },
  },
};

export const benchmarksScreen = (watched: Watched, sinceMs = benchmarksSinceMs): Screen =>
  opened(kind, { sinceMs, watched, list: firstList });

const runKey = ({ runId, functionName, platform, runtime, memoryMb, pageCache }: BenchRun): string =>
  JSON.stringify([runId, functionName, platform, runtime, memoryMb, pageCache]);

const shownIn = ({ filter }: ListState, { runs }: BenchRuns): readonly BenchRun[] => {
  const { matches } = nameFilter(filter);
  return runs.filter(({ functionName }) => matches({ name: functionName }));
};

/** Below the table: a blank line, the name, two sides and what they were measured on. */
const sidesRows = 6;
const sidesFrom = 16;
const tableSpace = (rows: number): number => (rows >= sidesFrom ? rows - sidesRows : rows);

const signedShare = (ratio: number | null): string =>
  ratio === null ? notObservable : `${ratio > 0 ? '+' : ''}${(ratio * 100).toFixed(1)}%`;

export function benchmarkColumns({
  glyphs,
  nowMs,
}: Pick<BenchmarksFacts, 'glyphs' | 'nowMs'>): readonly TableColumn<BenchRun>[] {
  const cleaned = cleanerFor(glyphs);
  const word = (text: string): string => cleaned(text) || notObservable;
  return [
    { header: 'FUNCTION', align: 'left', priority: 0, text: ({ functionName }) => word(functionName) },
    { header: 'verdict', align: 'left', priority: 1, text: ({ verdict }) => word(verdict ?? '') },
    { header: 'base', align: 'right', priority: 3, text: ({ base }) => formatMs(base?.coldP50Ms ?? null) },
    { header: 'head', align: 'right', priority: 2, text: ({ head }) => formatMs(head?.coldP50Ms ?? null) },
    { header: 'change ms', align: 'right', priority: 3, text: ({ changeMs }) => signedMs(changeMs) },
    { header: '%', align: 'right', priority: 2, text: ({ changeRatio }) => signedShare(changeRatio) },
    { header: 'commit', align: 'left', priority: 4, text: ({ head, base }) => cleaned(commitText(head ?? base)) },
    { header: 'ago', align: 'right', priority: 4, text: ({ at }) => formatAge(nowMs - Date.parse(at)) },
    { header: 'platform', align: 'left', priority: 5, text: ({ platform }) => word(platform), style: { dim: true } },
    { header: 'runtime', align: 'left', priority: 6, text: ({ runtime }) => word(runtime), style: { dim: true } },
    {
      header: 'page cache',
      align: 'left',
      priority: 7,
      text: ({ pageCache }) => word(pageCache),
      style: { dim: true },
    },
  ];
}

function summaryLine({ state, answer, columns, glyphs }: BenchmarksFacts): Line {
  const shown = shownIn(state.list, answer);
  const having = (verdict: string): number => shown.filter((run) => run.verdict === verdict).length;
  const parts: Line[] = [
    [
      {
        text: `${counted(new Set(shown.map(({ runId }) => runId)).size, 'run')}, ${counted(shown.length, 'function')}`,
        dim: true,
      },
    ],
    ...['regressed', 'improved', 'unchanged', 'inconclusive'].flatMap((verdict): Line[] => {
      const count = having(verdict);
      const color = verdictColors[verdict];
      return count === 0
        ? []
        : [[{ text: `${count} ${verdict}`, ...(color === undefined ? { dim: true } : { color }) }]];
    }),
    [{ text: 'medians in ms', dim: true }],
  ];
  return joinedWithin(parts, ` ${glyphs.dot} `, columns);
}

function emptyLines({ state, answer, glyphs }: BenchmarksFacts): Line[] {
  if (answer.runs.length > 0) {
    return [
      [],
      [{ text: `  No function matches ${cleanerFor(glyphs)(state.list.filter)}` }],
      [{ text: '  Esc drops the filter', dim: true }],
    ];
  }
  const { store } = state.watched;
  return [
    [],
    [{ text: `  No benchmark was stored in the last ${formatWindow(state.sinceMs)}.`, bold: true }],
    [],
    [{ text: '  Measure your handlers and keep what was measured:' }],
    [],
    ...(store === undefined
      ? [
          [{ text: '    coldlens bench --store DIR|URL', color: 'cyan' } as const],
          [],
          [
            {
              text: '  the data directory, or the ClickHouse, of the collector that is asked here.',
              dim: true,
            } as const,
          ],
        ]
      : [[{ text: `    coldlens bench --store ${cleanerFor(glyphs)(store.value)}`, color: 'cyan' } as const]]),
  ];
}
