/** What all shown functions have together, and the widest and longest of them: kept while functions come and go. */
import type { RankedFunction } from '@coldlens/collector';
import { addUsd, type Money, noMoney, usdOf } from '../format/money.ts';
import { drawnMs } from '../format/phases.ts';
import { createMost } from '../state/most.ts';
import { extentOf, type Longest, leastNameCells } from './column-plan.ts';

export interface Sums extends Longest {
  invocations: number;
  coldStarts: number;
  coldUsd: number | null;
  monthlyUsd: number | null;
  /** What the full width of a bar stands for. */
  scaleMs: number;
}

export interface RunningSums {
  change(gone: readonly RankedFunction[], fresh: readonly RankedFunction[]): void;
  now(): Sums;
}

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
  let invocations = 0;
  let coldStarts = 0;
  const coldUsd: Money = noMoney();
  const monthlyUsd: Money = noMoney();
  const nameCells = createMost(leastNameCells);
  const placeCells = createMost(0);
  const scaleMs = createMost(0);
  const add = (functions: readonly RankedFunction[], sign: 1 | -1): void => {
    for (const ranked of functions) {
      invocations += sign * ranked.invocations;
      coldStarts += sign * (ranked.coldStarts ?? 0);
      addUsd(coldUsd, ranked.cost.coldUsd, sign);
      addUsd(monthlyUsd, ranked.cost.monthlyUsd, sign);
      const extent = measuredOnce(ranked);
      nameCells.count(extent.nameCells, sign);
      placeCells.count(extent.placeCells, sign);
      scaleMs.count(extent.scaleMs, sign);
    }
  };
  add(all, 1);
  return {
    change(gone, fresh) {
      add(gone, -1);
      add(fresh, 1);
    },
    now: () => ({
      ...{ invocations, coldStarts, coldUsd: usdOf(coldUsd), monthlyUsd: usdOf(monthlyUsd) },
      ...{ nameCells: nameCells.now(), placeCells: placeCells.now(), scaleMs: scaleMs.now() },
    }),
  };
}
