/** What time in cold starts costs, where init is billed by it. An estimate from means, and shown as one: no sum of bills. */
import { type Architecture, architectures, gbSecondRate } from '../model/pricing/aws-lambda.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';

const mbMsPerGbSecond = 1_024_000;

/**
 * @param mbMs memory (MB) x milliseconds of the cold starts
 * @returns dollars; `null` where the provider does not bill init by time, or has no price there
 */
export const initUsd = (
  { provider, region }: { provider: string; region: string },
  mbMs: (arch: Architecture) => number,
  prices: PriceBook,
): number | null => {
  if (provider !== 'aws') return null;
  const parts = architectures.map((arch): number | null => {
    const amount = mbMs(arch);
    if (amount === 0) return 0;
    const rate = gbSecondRate(region, arch, prices);
    return rate === null ? null : (amount / mbMsPerGbSecond) * Number(rate);
  });
  return parts.every((usd) => usd !== null) ? parts.reduce((sum, usd) => sum + usd, 0) : null;
};
