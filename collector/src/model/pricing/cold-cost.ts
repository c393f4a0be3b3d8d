/** Cold cost: what was paid, minus what the same invocations would have cost warm. Never below 0 for a function. */
import type { Bill } from './bill.ts';
import { type Big, Decimal, fromInteger, plain } from './decimal.ts';

/** Sums over the cold starts and the warm invocations of one function; all in the same smaller unit. */
export interface ColdSums {
  cold: {
    /** Metered of the cold starts: size x time. */
    amount: bigint;
    /** Their sizes (MB, thousandths of a vCPU, ...) added up; their count where only time is metered. */
    size: bigint;
    /** Size x time of their handlers alone; used where no warm invocation was seen. */
    executionAmount: bigint;
  };
  warm: { requests: bigint /** Billed time, without size. */; time: bigint };
}

/**
 * What cold starts were metered beyond the mean warm time, or where no warm invocation was seen, beyond their own
 * execution. The fee a request is the same in both, and a billed duration has init in it already.
 */
export function coldSurplus({ cold, warm }: ColdSums): Big {
  const asWarm =
    warm.requests > 0n
      ? fromInteger(cold.size * warm.time).div(String(warm.requests))
      : fromInteger(cold.executionAmount);
  return atLeastZero(fromInteger(cold.amount).minus(asWarm));
}

/** Dollars as decimal text; `null` where one of the bills leaves something out, for then their difference says nothing. */
export const coldCost = (paid: Bill, asWarm: Bill): string | null =>
  paid.complete && asWarm.complete ? plain(atLeastZero(new Decimal(paid.totalUsd).minus(asWarm.totalUsd))) : null;

const atLeastZero = (value: Big): Big => (value.lt(0) ? new Decimal(0) : value);
