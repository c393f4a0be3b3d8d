/** What cold starts cost, where their time is billed: AWS Lambda's list price, us-east-1, on this machine's architecture. */
import { type Architecture, billedTimeUsd, type PriceBook, requestsUsd } from '@coldlens/collector/pricing';
import type { Variant } from '../measure/interleave.ts';
import type { Sample } from '../measure/sample.ts';
import { median } from '../statistics.ts';

const region = 'us-east-1';
const arch: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
/** For people, beside every sum. */
export const priceNote = ({ date }: PriceBook): string => `money is AWS's list price of ${date}, ${region}, ${arch}`;

const memoryOf = ({ target, condition }: Variant): number | null =>
  target.platform === 'lambda' ? (condition.memoryMb ?? target.memoryMb) : null;

const coldUsd = (
  variant: Variant,
  samples: readonly Sample[],
  invocations: number,
  prices: PriceBook,
): string | null => {
  const memoryMb = memoryOf(variant);
  if (memoryMb === null || samples.length === 0) return null;
  const billedMs = median(samples.map(({ coldMs }) => coldMs));
  return billedTimeUsd({ billedMs, memoryMb, invocations, region, arch }, prices);
};

/**
 * Dollars a month that `changed` saves, as decimal text; negative when it costs more.
 * @param coldPerMonth cold starts a month
 * @returns `null` where the platform does not bill init this way, or there is no price
 */
export const savedUsdPerMonth = (
  unchanged: Variant,
  changed: Variant,
  { before, after }: { before: readonly Sample[]; after: readonly Sample[] },
  coldPerMonth: number,
  prices: PriceBook,
): string | null => {
  const [now, then] = [coldUsd(unchanged, before, coldPerMonth, prices), coldUsd(changed, after, coldPerMonth, prices)];
  // Both are exact to 12 places; what is shown are cents.
  return now === null || then === null ? null : (Number(now) - Number(then)).toFixed(6);
};

/** Dollars of a million cold starts, requests included, as decimal text; `null` where it is not known. */
export const usdPerMillion = (variant: Variant, samples: readonly Sample[], prices: PriceBook): string | null => {
  const usd = coldUsd(variant, samples, 1_000_000, prices);
  return usd === null ? null : (Number(usd) + Number(requestsUsd(1_000_000, prices))).toFixed(2);
};
