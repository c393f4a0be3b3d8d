/** The cost of an AWS Lambda function in the ranking, from the sums that the database gives. */
import type { Cost } from '../ranking.ts';
import type { Usage } from './bill.ts';
import type { Architecture, PriceBook } from './price-book.ts';
import { builtInPrices } from './tables/index.ts';
import { costOfUsage, type FunctionUsage, unknownCost } from './usage-cost.ts';

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

/**
 * List-price cost of a function in a window of `windowMs`. All null when there is no price for its provider, region
 * and architecture, or nothing metered. An unknown architecture has no price: the two differ by a quarter.
 */
export const costOf = (metered: MeteredFunction, windowMs: number, book: PriceBook = builtInPrices): Cost =>
  metered.provider === 'aws' ? costOfUsage(lambdaUsage(metered), windowMs, book).cost : unknownCost;

/** On demand; provisioned concurrency is billed at rates of its own, which these sums do not tell apart. */
export function lambdaUsage({ region, byArchitecture }: MeteredFunction): FunctionUsage {
  // The entries are the record's own, which is what its type says; entries cannot carry that.
  const all = (Object.entries(byArchitecture) as [Architecture, MeteredQuantities][]).filter(
    ([, { requests }]) => requests !== 0n,
  );
  const request: Omit<Usage, 'amount'> = { provider: 'aws', region, product: 'lambda', unit: 'request' };
  const time = (arch: Architecture): Omit<Usage, 'amount'> => ({ ...request, unit: 'GB-second', arch });
  return {
    requests: all.reduce((sum, [, { requests }]) => sum + requests, 0n),
    paid: all.flatMap(([arch, { requests, mbMs }]) => [
      { ...request, amount: requests },
      { ...time(arch), amount: mbMs },
    ]),
    cold: all.map(([arch, { cold, warm }]) => ({
      like: time(arch),
      sums: {
        cold: { amount: cold.mbMs, size: cold.mb, executionAmount: cold.executionMbMs },
        warm: { requests: warm.requests, time: warm.billedMs },
      },
    })),
  };
}
