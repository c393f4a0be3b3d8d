/** Money for time that is, or would be, billed: for whoever has milliseconds and no invocations in a database. */
import { type Architecture, gbSecondRate, requestRate } from './aws-lambda.ts';
import { Decimal } from './decimal.ts';
import type { PriceBook } from './price-book.ts';
import { builtInPrices } from './tables/index.ts';

export interface BilledTime {
  /** Milliseconds of one invocation; negative for what is saved, if you like. */
  billedMs: number;
  memoryMb: number;
  /** How many such invocations. */
  invocations: number;
  region: string;
  arch: Architecture;
}

/**
 * Dollars of AWS Lambda's list price, as decimal text with at most 12 places; without the fee a request.
 * @returns `null` where the region and architecture have no price here
 */
export const billedTimeUsd = (
  { billedMs, memoryMb, invocations, region, arch }: BilledTime,
  book: PriceBook = builtInPrices,
): string | null => {
  const rate = gbSecondRate(region, arch, book);
  if (rate === null) return null;
  const gbSeconds = new Decimal(billedMs).times(memoryMb).times(invocations).div(1_024_000);
  return gbSeconds.times(rate).round(12).toString();
};

/** Dollars of the requests themselves in us-east-1, as decimal text. */
export const requestsUsd = (requests: number, book: PriceBook = builtInPrices): string => {
  const usd = requestRate('us-east-1', book);
  if (usd === null) throw new Error('The price book has lost the fee a request of us-east-1.');
  return new Decimal(usd).times(requests).toString();
};
