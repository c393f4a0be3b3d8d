/** The ranking's columns as one table: what each shows, how wide it is, and which go first when the screen is narrow. */
import type { RankedFunction } from '@coldlens/collector';
import { executionText } from '../format/executions.ts';
import { formatChange, formatCount, formatMs, formatShare, formatUsd } from '../format/numbers.ts';
import type { SortKey } from '../state/sorts.ts';

/** What a ranking may tell beside the usual, and what is wished of its columns. */
export interface Extras {
  /** Only these, in this order; the first ones win where not all fit. Empty = those that are usual, as many as fit. */
  columns?: readonly ColumnId[];
  /** It is compared with the window before. */
  isCompared?: boolean;
  /** It has the trend of each function. */
  hasTrend?: boolean;
  /** What it is sorted by: that column is one of the first to be shown. */
  sort?: SortKey;
}

export const columnIds = [
  ...([
    'name',
    'where',
    'runtime',
    'memory',
    'invocations',
    'errors',
    'cold-starts',
    'cold-ratio',
    'cold-p50',
  ] as const),
  ...([
    'change',
    'cold-p90',
    'cold-p99',
    'cold-max',
    'warm-p50',
    'trend',
    'phases',
    'init',
    'cold-cost',
    'cost',
  ] as const),
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface Column {
  id: ColumnId;
  header: string;
  /** Cells, without the gap before it. The two flexible columns take {@link ColumnPlan} widths instead. */
  width: number;
  align: 'left' | 'right';
  /** Columns join in this order until the width is used up: 0 first. */
  priority: number;
  /** Only where there is room left on a screen, or somebody asks for it: in a text it would be read for nothing. */
  isSpare?: true;
  sort?: SortKey;
  dim?: boolean;
  /** Only there in a ranking that tells so much. */
  needs?: 'isCompared' | 'hasTrend';
  text(ranked: RankedFunction, clean: (text: string) => string): string;
}

/** Provider and region: `aws/us-east-1`. */
export const place = ({ provider, region }: RankedFunction, cleaned: (text: string) => string): string =>
  [cleaned(provider), cleaned(region)].filter((part) => part !== '').join('/');

/** Of cold p50 since the window before; `new` where there was nothing before. */
export function changeText({ cold, before }: RankedFunction): string {
  return before === null ? 'new' : formatChange(before.coldP50Ms, cold.p50Ms, before.isColdChangeSure === true);
}

/** In the order on the screen, left to right. */
export const columns: readonly Column[] = [
  {
    id: 'name',
    header: 'FUNCTION',
    width: 8,
    align: 'left',
    priority: 0,
    sort: 'name',
    text: (f, c) => c(f.name) || '(no name)',
  },
  { id: 'where', header: 'WHERE', width: 14, align: 'left', priority: 12, dim: true, sort: 'where', text: place },
  {
    id: 'runtime',
    header: 'RUNTIME',
    width: 11,
    align: 'left',
    priority: 13,
    dim: true,
    sort: 'runtime',
    text: (f, c) => c(f.runtime) || '-',
  },
  {
    id: 'memory',
    header: 'MB',
    width: 6,
    align: 'right',
    priority: 11,
    sort: 'memory',
    text: ({ memoryMb }) => (memoryMb === null ? '-' : formatCount(memoryMb)),
  },
  {
    id: 'invocations',
    header: 'INVOC',
    width: 6,
    align: 'right',
    priority: 7,
    sort: 'invocations',
    text: ({ invocations }) => formatCount(invocations),
  },
  {
    id: 'errors',
    header: 'ERRORS',
    width: 6,
    align: 'right',
    priority: 14,
    isSpare: true,
    sort: 'errors',
    text: ({ errors }) => formatCount(errors),
  },
  {
    id: 'cold-starts',
    header: 'COLD',
    width: 5,
    align: 'right',
    priority: 5,
    sort: 'cold-starts',
    text: ({ coldStarts }) => formatCount(coldStarts),
  },
  {
    id: 'cold-ratio',
    header: 'COLD%',
    width: 5,
    align: 'right',
    priority: 10,
    sort: 'cold-ratio',
    text: ({ coldRatio }) => formatShare(coldRatio),
  },
  {
    id: 'cold-p50',
    header: 'COLD P50',
    width: 9,
    align: 'right',
    priority: 3,
    sort: 'cold-p50',
    text: ({ cold }) => formatMs(cold.p50Ms),
  },
  {
    id: 'change',
    header: 'CHANGE',
    width: 8,
    align: 'right',
    // Next to be shown after the bar, for it was asked for.
    priority: 2.5,
    sort: 'change',
    needs: 'isCompared',
    text: changeText,
  },
  {
    id: 'cold-p90',
    header: 'COLD P90',
    width: 9,
    align: 'right',
    priority: 15,
    isSpare: true,
    sort: 'cold-p90',
    text: ({ cold }) => formatMs(cold.p90Ms),
  },
  {
    id: 'cold-p99',
    header: 'COLD P99',
    width: 9,
    align: 'right',
    priority: 1,
    sort: 'cold-p99',
    text: ({ cold }) => formatMs(cold.p99Ms),
  },
  {
    id: 'cold-max',
    header: 'COLD MAX',
    width: 9,
    align: 'right',
    priority: 16,
    isSpare: true,
    sort: 'cold-max',
    text: ({ cold }) => formatMs(cold.maxMs),
  },
  {
    id: 'warm-p50',
    header: 'WARM P50',
    width: 8,
    align: 'right',
    priority: 9,
    sort: 'warm-p50',
    text: executionText,
  },
  {
    id: 'trend',
    header: 'TREND',
    width: 12,
    align: 'left',
    // After the money.
    priority: 6.5,
    needs: 'hasTrend',
    text: () => '',
  },
  { id: 'phases', header: 'PHASES', width: 10, align: 'left', priority: 2, text: () => '' },
  {
    id: 'init',
    header: 'INIT',
    width: 6,
    align: 'right',
    priority: 8,
    sort: 'init',
    text: ({ phases }) => formatMs(phases.initMs),
  },
  {
    id: 'cold-cost',
    header: 'COLD COST',
    width: 10,
    align: 'right',
    priority: 4,
    sort: 'cold-cost',
    text: ({ cost }) => formatUsd(cost.coldUsd),
  },
  {
    id: 'cost',
    header: '$/MONTH',
    width: 9,
    align: 'right',
    priority: 6,
    sort: 'cost',
    text: ({ cost }) => formatUsd(cost.monthlyUsd),
  },
];

const byId = new Map(columns.map((column) => [column.id, column]));

/** Those that there may be, in the order on the screen; names are shown in any case. */
export function wantedColumns({ columns: wanted = [], ...extras }: Extras): readonly Column[] {
  const ids = wanted.length === 0 || wanted.includes('name') ? wanted : ['name' as const, ...wanted];
  const chosen = ids.length === 0 ? columns : [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
  return chosen.filter(({ needs }) => needs === undefined || extras[needs] === true);
}

/** In the order in which they join until the width is used up: after the names what the rows stand in the order of. */
export function joiningColumns(extras: Extras): readonly Column[] {
  const isUsual = extras.columns === undefined || extras.columns.length === 0;
  const wanted = isUsual ? wantedColumns(extras).toSorted((a, b) => a.priority - b.priority) : wantedColumns(extras);
  const isFirst = ({ id, sort }: Column): boolean => id === 'name' || (sort !== undefined && sort === extras.sort);
  const first = wanted.filter(isFirst).toSorted((a, b) => Number(b.id === 'name') - Number(a.id === 'name'));
  return [...first, ...wanted.filter((column) => !isFirst(column))];
}
