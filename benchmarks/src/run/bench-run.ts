/** What every part of a `bench` run needs to know. */
import type { PriceBook } from '@coldlens/collector/pricing';
import type { BenchRequest } from '../commands/requests.ts';
import type { Budgets } from '../compare/budgets.ts';
import type { GateSettings } from '../compare/settings.ts';
import type { Target } from '../targets/target.ts';
import type { ProgressLine } from './progress.ts';

export interface Run {
  request: BenchRequest;
  settings: GateSettings;
  prices: PriceBook;
  line: ProgressLine;
  signal: AbortSignal;
}

/** What is compared: the same function on both sides; `base` is `null` where it is new, or nothing is compared. */
export interface Pair {
  head: Target;
  base: Target | null;
  budgets: Budgets;
}

/** Of a memory curve and of what-ifs: they inform, and do not decide. */
export const informingRounds = { rounds: 20, enough: { rounds: 10, ms: 30_000 } } as const;
