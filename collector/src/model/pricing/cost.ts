/**
 * Money of the ranking, from quantities that the database has summed up as integers. A ranking compares functions, so
 * each has the rates of the first tier and no free tier, whatever its account uses beside it; `bill.ts` has both. Only
 * the finished sums become JavaScript numbers.
 */
import type { Cost } from '../ranking.ts';
import { type Architecture, gbSecondRate, requestRate } from './aws-lambda.ts';
import { coldSurplus } from './cold-cost.ts';
import { type Big, Decimal, fromInteger } from './decimal.ts';
import type { PriceBook } from './price-book.ts';
import { builtInPrices } from './tables/index.ts';
import { inUnits, perMonth, subunits } from './units.ts';

/** Date of the prices that coldlens brings along. */
export const pricesDate = builtInPrices.date;

/** Sums over the invocations of one function and one architecture whose billed time and memory are known. */
export interface MeteredQuantities {
  requests: bigint;
  /** Sum of billed ms x MB. */
  mbMs: bigint;
  /** Of the cold starts: count, sum of billed ms x MB, sum of MB, sum of execution ms x MB. */
  cold: { requests: bigint; mbMs: bigint; mb: bigint; executionMbMs: bigint };
  /** Of the warm and prewarmed: count and sum of billed ms. */
  warm: { requests: bigint; billedMs: bigint };
}

export interface MeteredFunction {
  provider: string;
  region: string;
  byArchitecture: Readonly<Record<Architecture, MeteredQuantities>>;
}

const unknownCost: Cost = { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null };

/**
 * List-price cost of a function in a window of `windowMs`. All null when there is no price for its provider, region
 * and architecture, or nothing metered. An unknown architecture has no price: the two differ by a quarter.
 */
export function costOf(metered: MeteredFunction, windowMs: number, book: PriceBook = builtInPrices): Cost {
  if (metered.provider !== 'aws') return unknownCost;
  const perRequest = requestRate(metered.region, book);
  if (perRequest === null) return unknownCost;
  let requests = 0n;
  let total = new Decimal(0);
  let cold = new Decimal(0);
  for (const [arch, quantities] of Object.entries(metered.byArchitecture) as [Architecture, MeteredQuantities][]) {
    if (quantities.requests === 0n) continue;
    const perGbSecond = gbSecondRate(metered.region, arch, book);
    // Less than nothing cannot have been metered, and must not become the cheapest function of all.
    if (perGbSecond === null || quantities.requests < 0n || quantities.mbMs < 0n) return unknownCost;
    requests += quantities.requests;
    total = total
      .plus(fromInteger(quantities.requests).times(perRequest))
      .plus(inUnits(quantities.mbMs, 'GB-second').times(perGbSecond));
    cold = cold.plus(coldGbSeconds(quantities).times(perGbSecond));
  }
  if (requests === 0n) return unknownCost;
  return {
    totalUsd: total.toNumber(),
    coldUsd: cold.toNumber(),
    perMillionUsd: total.times(1_000_000).div(String(requests)).toNumber(),
    monthlyUsd: windowMs > 0 ? perMonth(total, windowMs).toNumber() : null,
  };
}

const coldGbSeconds = ({ cold, warm }: MeteredQuantities): Big =>
  coldSurplus({
    cold: { amount: cold.mbMs, size: cold.mb, executionAmount: cold.executionMbMs },
    warm: { requests: warm.requests, time: warm.billedMs },
  }).div(String(subunits['GB-second']));
