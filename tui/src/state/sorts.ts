/** What each sort looks at: used to name it, to mark its column, and to order rows. */
import { type RankedFunction, type RankingSort, rankingSorts } from '@coldlens/collector';
import { executionsOf } from '../format/executions.ts';

type Sortable = number | string | null;

interface SortMeaning {
  label: string;
  /** Numbers go down, names go up. */
  value(ranked: RankedFunction): Sortable;
  /** What the source is asked to sort by; absent = the sort of this name. */
  asked?: RankingSort;
}

const asked = {
  'cold-p99': { label: 'cold p99', value: ({ cold }) => cold.p99Ms },
  'cold-p50': { label: 'cold p50', value: ({ cold }) => cold.p50Ms },
  'cold-cost': { label: 'cold cost', value: ({ cost }) => cost.coldUsd },
  cost: { label: 'cost', value: ({ cost }) => cost.totalUsd },
  invocations: { label: 'invocations', value: ({ invocations }) => invocations },
  'cold-p90': { label: 'cold p90', value: ({ cold }) => cold.p90Ms },
  'cold-max': { label: 'cold max', value: ({ cold }) => cold.maxMs },
  'cold-ratio': { label: 'cold ratio', value: ({ coldRatio }) => coldRatio },
  'cold-starts': { label: 'cold starts', value: ({ coldStarts }) => coldStarts },
  errors: { label: 'errors', value: ({ errors }) => errors },
} as const satisfies Readonly<Record<RankingSort, SortMeaning>>;

/** Sorts that no source knows: what the source gave first is put in this order. */
const own = {
  init: { label: 'init', value: ({ phases }) => phases.initMs, asked: 'cold-p99' },
  'warm-p50': { label: 'warm p50', value: (ranked) => executionsOf(ranked).latency.p50Ms, asked: 'invocations' },
  memory: { label: 'memory', value: ({ memoryMb }) => memoryMb, asked: 'cold-p99' },
  name: { label: 'name', value: ({ name }) => name, asked: 'cold-p99' },
  where: { label: 'where', value: ({ provider, region }) => `${provider}/${region}`, asked: 'cold-p99' },
  runtime: { label: 'runtime', value: ({ runtime }) => runtime, asked: 'cold-p99' },
  // What became slower first.
  change: {
    label: 'change',
    value: ({ cold, before }) => changeRatio(before?.coldP50Ms ?? null, cold.p50Ms),
    asked: 'cold-p99',
  },
} as const satisfies Readonly<Record<string, SortMeaning>>;

/** `null` where one of both is not observable, or was nothing. */
function changeRatio(before: number | null, now: number | null): number | null {
  return before === null || now === null || before <= 0 ? null : now / before - 1;
}

export const sortMeanings: Readonly<Record<SortKey, SortMeaning>> = { ...asked, ...own };

export type SortKey = keyof typeof asked | keyof typeof own;
export const sortKeys: readonly SortKey[] = [...rankingSorts, ...(Object.keys(own) as (keyof typeof own)[])];

/** Whether a source can rank by it. */
export const isAsked = (sort: SortKey): sort is RankingSort => sort in asked;

export const askedSort = (sort: SortKey): RankingSort =>
  isAsked(sort) ? sort : (sortMeanings[sort].asked ?? 'cold-p99');

/** The sort `steps` places after `sort`, going round. @param isCompared whether there are changes to sort by */
export function cycleSort(sort: SortKey, steps: 1 | -1, isCompared = false): SortKey {
  const there = isCompared ? sortKeys : sortKeys.filter((key) => key !== 'change');
  const next = (there.indexOf(sort) + steps + there.length) % there.length;
  return there[next] ?? sort;
}

/** Largest first, names from a to z; not observable last; equal ones keep their order. */
export function sortedBy(functions: readonly RankedFunction[], sort: SortKey): readonly RankedFunction[] {
  const { value } = sortMeanings[sort];
  // What was asked for so comes so.
  if (isInOrder(functions, value)) return functions;
  return functions.toSorted((a, b) => compared(value(a), value(b)));
}

/** {@link sortedBy}, where equal ones stand as the source ranks them, and after that by where and what they are. */
export function wholeOrder(sort: SortKey): (a: RankedFunction, b: RankedFunction) => number {
  const { value } = sortMeanings[sort];
  const ranked = sortMeanings[askedSort(sort)].value;
  return (a, b) => compared(value(a), value(b)) || compared(ranked(a), ranked(b)) || byIdentity(a, b);
}

const identity = ['name', 'provider', 'region', 'account', 'version'] as const;

function byIdentity(a: RankedFunction, b: RankedFunction): number {
  for (const part of identity) if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  return 0;
}

/** Whether the functions at these places stand rightly between their neighbours. */
export function areInOrderAt(functions: readonly RankedFunction[], places: readonly number[], sort: SortKey): boolean {
  const { value } = sortMeanings[sort];
  return places.every((place) => isInOrder(functions.slice(Math.max(0, place - 1), place + 2), value));
}

function isInOrder(functions: readonly RankedFunction[], value: SortMeaning['value']): boolean {
  return functions.every((here, at) => {
    const before = functions[at - 1];
    return before === undefined || compared(value(before), value(here)) <= 0;
  });
}

function compared(a: Sortable, b: Sortable): number {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : a < b ? -1 : 1;
  const [first, second] = [a ?? Number.NEGATIVE_INFINITY, b ?? Number.NEGATIVE_INFINITY];
  if (first === second) return 0;
  return first < second ? 1 : -1;
}
