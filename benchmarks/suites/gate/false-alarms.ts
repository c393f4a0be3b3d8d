/**
 * How often identical code is called slower: comparisons as `bench` makes them, of two checkouts of the same function, one
 * after the other in time: by turns a Lambda function in its runtime client and a program under plain Node. Each has
 * starts of its own, so they are independent of each other.
 */
import { compareVariants } from '../../src/compare/compare.ts';
import type { Variant } from '../../src/measure/interleave.ts';
import type { Verdict } from '../../src/results/result.ts';
import { median } from '../../src/statistics.ts';
import { makeFunction, makeProgram } from './handlers.ts';
import { startLoad } from './load.ts';
import type { GatePlan } from './plan.ts';

/** A small function: its start is nearly all noise of the runtime, and many fit into an hour. */
const modules = 36;

export interface FalseAlarms {
  underLoad: boolean;
  comparisons: number;
  regressed: number;
  improved: number;
  inconclusive: number;
  /** Median over the comparisons. */
  pairSpreadPercent: number;
  /** Mean number of pairs until the verdict. */
  meanPairs: number;
}

interface Outcome {
  verdict: Verdict;
  pairs: number;
  pairSpreadPercent: number;
}

const summed = (underLoad: boolean, outcomes: readonly Outcome[]): FalseAlarms => {
  const count = (wanted: Verdict): number => outcomes.filter(({ verdict }) => verdict === wanted).length;
  return {
    underLoad,
    comparisons: outcomes.length,
    regressed: count('regressed'),
    improved: count('improved'),
    inconclusive: count('inconclusive'),
    pairSpreadPercent: median(outcomes.map(({ pairSpreadPercent }) => pairSpreadPercent)),
    meanPairs: outcomes.reduce((sum, { pairs }) => sum + pairs, 0) / outcomes.length,
  };
};

export const measureFalseAlarms = async (
  directory: string,
  { comparisons, turn, settings }: GatePlan,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<FalseAlarms[]> => {
  const condition = { name: 'as it is' };
  const sides = (kind: string, make: typeof makeFunction | typeof makeProgram): [Variant, Variant] => [
    { target: make(directory, { name: `${kind}-1`, modules }), condition },
    { target: make(directory, { name: `${kind}-2`, modules }), condition },
  ];
  const pairs = [sides('function', makeFunction), sides('program', makeProgram)] as const;
  const outcomes: Record<'still' | 'loaded', Outcome[]> = { still: [], loaded: [] };
  for (let at = 0; at < comparisons; at += 1) {
    const isLoaded = Math.floor(at / turn) % 2 === 1;
    const [base, head] = at % 2 === 0 ? pairs[0] : pairs[1];
    const endLoad = isLoaded ? startLoad() : () => undefined;
    try {
      const { verdict, metrics, samples } = await compareVariants(base, head, settings, { signal });
      const change = metrics.find(({ gates }) => gates)?.change;
      const outcome = { verdict, pairs: samples.head.length, pairSpreadPercent: change?.pairSpreadPercent ?? 0 };
      outcomes[isLoaded ? 'loaded' : 'still'].push(outcome);
      const what = `${isLoaded ? ' under load' : ''}: ${verdict} after ${outcome.pairs} pairs`;
      progress(`identical code, comparison ${at + 1} of ${comparisons}${what}`);
    } finally {
      endLoad();
    }
  }
  return [summed(false, outcomes.still), summed(true, outcomes.loaded)];
};
