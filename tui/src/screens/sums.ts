/** What all shown functions have together, and the widest and longest of them: kept while functions come and go. */
import { type RankedFunction, type Starts, startsOf, type Totals } from '@coldlens/collector';
import { addUsd, type Money, noMoney, usdOf } from '../format/money.ts';
import { formatCount, formatShare, formatUsd } from '../format/numbers.ts';
import { drawnMs } from '../format/phases.ts';
import { createMost } from '../state/most.ts';
import { extentOf, type Longest, leastNameCells } from './column-plan.ts';

export interface Sums extends Totals, Longest {
  /** What the full width of a bar stands for. */
  scaleMs: number;
}

interface Running<Now> {
  change(gone: readonly RankedFunction[], fresh: readonly RankedFunction[]): void;
  now(): Now;
}
export type RunningSums = Running<Sums>;

/** `310 cold (1.2%)` of those whose kind is known; `- cold` where none is. */
export const coldText = ({ coldStarts, coldRatio }: Pick<Starts, 'coldStarts' | 'coldRatio'>): string =>
  `${formatCount(coldStarts)} cold${coldRatio === null ? '' : ` (${formatShare(coldRatio)})`}`;

/** `cold cost $0.0021`, and `$13.15/month`, which names the functions that have a price where others have none. */
export const moneyTexts = ({ coldUsd, monthlyUsd, priced, functions }: Totals): [string, string] => {
  const isPart = priced > 0 && priced < functions;
  const those = isPart ? ` (${formatCount(priced)} of ${formatCount(functions)} priced)` : '';
  return [`cold cost ${formatUsd(coldUsd)}`, `${formatUsd(monthlyUsd)}/month${those}`];
};

function createTotals(all: readonly RankedFunction[]): Running<Totals> {
  let functions = 0;
  let invocations = 0;
  let coldStarts = 0;
  let knownStarts = 0;
  const coldUsd: Money = noMoney();
  const monthlyUsd: Money = noMoney();
  const add = (some: readonly RankedFunction[], sign: 1 | -1): void => {
    functions += sign * some.length;
    for (const ranked of some) {
      invocations += sign * ranked.invocations;
      coldStarts += sign * (ranked.coldStarts ?? 0);
      knownStarts += sign * ranked.knownStarts;
      addUsd(coldUsd, ranked.cost.coldUsd, sign);
      addUsd(monthlyUsd, ranked.cost.monthlyUsd, sign);
    }
  };
  add(all, 1);
  return {
    change(gone, fresh) {
      add(gone, -1);
      add(fresh, 1);
    },
    now: () => ({
      ...{ functions, invocations, ...startsOf(coldStarts, knownStarts - coldStarts) },
      ...{ priced: monthlyUsd.known, coldUsd: usdOf(coldUsd), monthlyUsd: usdOf(monthlyUsd) },
    }),
  };
}

export const totalsOf = (all: readonly RankedFunction[]): Totals => createTotals(all).now();

type Extent = Longest & Pick<Sums, 'scaleMs'>;

const measured = new WeakMap<RankedFunction, Extent>();

function measuredOnce(ranked: RankedFunction): Extent {
  const known = measured.get(ranked);
  if (known !== undefined) return known;
  const extent = { ...extentOf(ranked), scaleMs: drawnMs(ranked.phases) };
  measured.set(ranked, extent);
  return extent;
}

export function createSums(all: readonly RankedFunction[]): RunningSums {
  const totals = createTotals(all);
  const nameCells = createMost(leastNameCells);
  const placeCells = createMost(0);
  const scaleMs = createMost(0);
  const measure = (functions: readonly RankedFunction[], sign: 1 | -1): void => {
    for (const ranked of functions) {
      const extent = measuredOnce(ranked);
      nameCells.count(extent.nameCells, sign);
      placeCells.count(extent.placeCells, sign);
      scaleMs.count(extent.scaleMs, sign);
    }
  };
  measure(all, 1);
  return {
    change(gone, fresh) {
      totals.change(gone, fresh);
      measure(gone, -1);
      measure(fresh, 1);
    },
    now: () => ({
      ...totals.now(),
      ...{ nameCells: nameCells.now(), placeCells: placeCells.now(), scaleMs: scaleMs.now() },
    }),
  };
}
