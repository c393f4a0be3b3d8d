/** AWS Lambda's on-demand rates of the first tier: what the ranking and the benchmarks compare functions by. */
import type { Architecture, PriceBook } from './price-book.ts';
import { rateFor } from './price-book.ts';
import { builtInPrices } from './tables/index.ts';
import { firstTierUsd } from './tiers.ts';

export type { Architecture } from './price-book.ts';

export const architectures: readonly Architecture[] = ['x86_64', 'arm64'];

/** Date of the price list that coldlens brings along. */
export const awsLambdaPricesDate = builtInPrices.date;

/** Dollars a GB-second below the first tier's bound; `null` where there is no price. */
export const gbSecondRate = (region: string, arch: Architecture, book: PriceBook = builtInPrices): string | null => {
  const lookup = rateFor(book, { provider: 'aws', region, product: 'lambda', unit: 'GB-second', arch });
  return lookup.found ? firstTierUsd(lookup.rate) : null;
};

/** Dollars a request; `null` where there is no price. */
export const requestRate = (region: string, book: PriceBook = builtInPrices): string | null => {
  const lookup = rateFor(book, { provider: 'aws', region, product: 'lambda', unit: 'request' });
  return lookup.found ? firstTierUsd(lookup.rate) : null;
};
