/**
 * Money from metered quantities. Quantities are summed as integers in the database; here they meet the rates in exact
 * decimal arithmetic, and only the finished sum becomes a JavaScript number.
 */
import { Big } from 'big.js';
import type { Cost } from '../ranking.ts';
import { type Architecture, awsLambdaPricesDate, gbSecondRate, requestUsd } from './aws-lambda.ts';

/** Date of the price table in use. */
export const pricesDate = awsLambdaPricesDate;

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

/** Hours of a month, as the providers' own calculators count. */
const hoursPerMonth = 730;
const msPerHour = 3_600_000;
const mbMsPerGbSecond = 1024 * 1000;

// Quotients are only display figures (a mean, a month); 40 digits are far beyond a cent of anything.
const Decimal = Big();
Decimal.DP = 40;

/**
 * List-price cost of a function in a window of `windowMs`. All null when there is no price for its provider, region
 * and architecture, or nothing metered. An unknown architecture has no price: the two differ by a quarter.
 */
export function costOf(metered: MeteredFunction, windowMs: number): Cost {
  if (metered.provider !== 'aws') return unknownCost;
  let requests = 0n;
  let total = new Decimal(0);
  let cold = new Decimal(0);
  for (const [arch, quantities] of Object.entries(metered.byArchitecture) as [Architecture, MeteredQuantities][]) {
    if (quantities.requests === 0n) continue;
    const rate = gbSecondRate(metered.region, arch);
    if (rate === null) return unknownCost;
    requests += quantities.requests;
    total = total.plus(paid(quantities, rate));
    cold = cold.plus(coldSurcharge(quantities, rate));
  }
  if (requests === 0n) return unknownCost;
  return {
    totalUsd: total.toNumber(),
    coldUsd: cold.toNumber(),
    perMillionUsd: total.times(1_000_000).div(String(requests)).toNumber(),
    monthlyUsd: total
      .times(hoursPerMonth * msPerHour)
      .div(windowMs)
      .toNumber(),
  };
}

function paid(quantities: MeteredQuantities, rate: string): Big {
  return new Decimal(requestUsd).times(String(quantities.requests)).plus(gbSeconds(quantities.mbMs).times(rate));
}

/**
 * Paid for the cold starts, minus what the same invocations would have cost at the function's mean warm billed time;
 * where no warm invocation was seen, minus their own execution. The fee a request is the same in both. Never below 0.
 */
function coldSurcharge({ cold, warm }: MeteredQuantities, rate: string): Big {
  const expected =
    warm.requests > 0n
      ? new Decimal(String(cold.mb * warm.billedMs)).div(String(warm.requests))
      : new Decimal(String(cold.executionMbMs));
  const surplusMbMs = new Decimal(String(cold.mbMs)).minus(expected);
  return surplusMbMs.lt(0) ? new Decimal(0) : surplusMbMs.div(mbMsPerGbSecond).times(rate);
}

function gbSeconds(mbMs: bigint): Big {
  return new Decimal(String(mbMs)).div(mbMsPerGbSecond);
}
