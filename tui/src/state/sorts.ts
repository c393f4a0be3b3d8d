/** What each sort looks at: used to name it, to mark its column, and to order rows until the source has answered. */
import { type RankedFunction, type RankingSort, rankingSorts } from '@coldlens/collector';

interface SortMeaning {
  label: string;
  value(ranked: RankedFunction): number | null;
}

export const sortMeanings: Readonly<Record<RankingSort, SortMeaning>> = {
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
};

/** The sort `steps` places after `sort`, going round. */
export function cycleSort(sort: RankingSort, steps: 1 | -1): RankingSort {
  const next = (rankingSorts.indexOf(sort) + steps + rankingSorts.length) % rankingSorts.length;
  return rankingSorts[next] ?? sort;
}

/** Largest first; not observable last; equal ones keep their order. */
export function sortedBy(functions: readonly RankedFunction[], sort: RankingSort): RankedFunction[] {
  const { value } = sortMeanings[sort];
  const rank = (ranked: RankedFunction): number => value(ranked) ?? Number.NEGATIVE_INFINITY;
  return functions.toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    if (first === second) return 0;
    return first < second ? 1 : -1;
  });
}
