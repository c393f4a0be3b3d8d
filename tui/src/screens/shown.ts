/**
 * Which functions of a ranking are shown, and in which order. Of ten thousand functions few change from one answer to the next,
 * and those that do not are the same objects: only what has changed is looked at.
 */
import type { RankedFunction, Ranking } from '@coldlens/collector';
import { type Changes, changesBetween } from '../state/changes.ts';
import { nameFilter } from '../state/filter.ts';
import type { Keys } from '../state/list.ts';
import { reordered } from '../state/order.ts';
import { areInOrderAt, isAsked, type SortKey, sortedBy, wholeOrder } from '../state/sorts.ts';
import { functionKey } from './function-key.ts';
import { type Grouping, type Table, tableOf } from './groups.ts';
import { createSums, type RunningSums, type Sums } from './sums.ts';

export interface Wanted {
  sort: SortKey;
  grouping: Grouping;
  /** As it was typed. */
  filter: string;
}

export interface Shown {
  table: Table;
  /** In the order of the table. */
  functions: readonly RankedFunction[];
  keys: Keys;
  sums: Sums;
}

/** What the filter leaves of a ranking. */
interface Left {
  all: readonly RankedFunction[];
  matching: readonly RankedFunction[];
  ordered: readonly RankedFunction[];
  sums: RunningSums;
}

/** @returns what is shown of a ranking; asked again with the same, the same object */
export function createShown(): (wanted: Wanted, ranking: Ranking) => Shown {
  let before: { wanted: Wanted; left: Left; shown: Shown } | undefined;
  return (wanted, { functions: all }) => {
    const isSame = (...names: (keyof Wanted)[]): boolean =>
      names.every((name) => before?.wanted[name] === wanted[name]);
    if (before?.left.all === all && isSame('sort', 'grouping', 'filter')) return before.shown;
    const kept = isSame('sort', 'filter') ? before?.left : undefined;
    const left = kept === undefined ? leftOf(all, wanted) : leftAfter(kept, all, wanted);
    const table = tableOf(left.ordered, wanted.grouping);
    const { functions } = table;
    const shown = { table, functions, keys: keysOf(functions), sums: left.sums.now() };
    before = { wanted, left, shown };
    return shown;
  };
}

function leftOf(all: readonly RankedFunction[], { sort, filter }: Wanted): Left {
  const matching = filter === '' ? all : all.filter(nameFilter(filter).matches);
  const ordered = isAsked(sort) ? sortedBy(matching, sort) : matching.toSorted(wholeOrder(sort));
  return { all, matching, ordered, sums: createSums(matching) };
}

/** The same as {@link leftOf}, from what was left before. */
function leftAfter(before: Left, all: readonly RankedFunction[], wanted: Wanted): Left {
  const { sort, filter } = wanted;
  const changes = changesBetween(before.all, all);
  if (changes === null) return leftOf(all, wanted);
  const { matches } = nameFilter(filter);
  const [gone, fresh] = [changes.gone.filter(matches), changes.fresh.filter(matches)];
  const matching = filter === '' ? all : matchingAfter(before, all, changes, new Set(fresh));
  const ordered = isAsked(sort)
    ? askedOrder(before, matching, changes, sort)
    : reordered(before.ordered, gone, fresh, wholeOrder(sort));
  before.sums.change(gone, fresh);
  return { all, matching, ordered, sums: before.sums };
}

function matchingAfter(
  { matching }: Left,
  all: readonly RankedFunction[],
  { isSameOrder, gone }: Changes<RankedFunction>,
  fresh: ReadonlySet<RankedFunction>,
): readonly RankedFunction[] {
  if (isSameOrder && gone.length === 0 && fresh.size === 0) return matching;
  const known = new Set(matching);
  return all.filter((ranked) => known.has(ranked) || fresh.has(ranked));
}

/** As the source gave it, where that is in order; then only what is new in it has to be looked at. */
function askedOrder(
  before: Left,
  matching: readonly RankedFunction[],
  { places, isSameOrder }: Changes<RankedFunction>,
  sort: SortKey,
): readonly RankedFunction[] {
  const wasInOrder = before.ordered === before.all && isSameOrder;
  return wasInOrder && areInOrderAt(matching, places, sort) ? matching : sortedBy(matching, sort);
}

/** Made one by one: ten thousand texts an answer would be more than all the rest. */
function keysOf(functions: readonly RankedFunction[]): Keys {
  let last: { key: string; index: number } | undefined;
  return {
    length: functions.length,
    at(index) {
      const ranked = functions.at(index);
      return ranked && functionKey(ranked);
    },
    indexOf(key) {
      if (last?.key !== key) last = { key, index: indexOfKey(key, functions) };
      return last.index;
    },
  };
}

function indexOfKey(key: string, functions: readonly RankedFunction[]): number {
  // Keys are those that functionKey made.
  const [provider, account, region, name, version] = JSON.parse(key) as string[];
  return functions.findIndex(
    (ranked) =>
      ranked.name === name &&
      ranked.provider === provider &&
      ranked.region === region &&
      ranked.account === account &&
      ranked.version === version,
  );
}
