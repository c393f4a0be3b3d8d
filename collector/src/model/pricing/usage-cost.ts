/**
 * Money of one function in a ranking, from what the database has summed up in a window. A ranking compares functions, so
 * each has the rates of the first tier and no free tier, whatever its account uses beside it; `bill.ts` has both. Only
 * the finished sums become JavaScript numbers.
 */
import type { Cost } from '../ranking.ts';
import type { Usage } from './bill.ts';
import { type ColdSums, coldSurplus } from './cold-cost.ts';
import { type Big, Decimal } from './decimal.ts';
import { type PriceBook, type Rate, rateFor } from './price-book.ts';
import { firstTierUsd } from './tiers.ts';
import { inUnits, perMonth } from './units.ts';

/** What a function was metered for in a window, of any provider. */
export interface FunctionUsage {
  /** All of it, cold and warm. */
  paid: readonly Usage[];
  /**
   * Sums over cold starts and warm invocations of what costs more when cold; `like` says what kind of usage they are of,
   * and its amount is not looked at. The fee a request costs the same either way.
   */
  cold: readonly { like: Omit<Usage, 'amount'>; sums: ColdSums }[];
  /** Invocations that were metered: the million of `perMillionUsd`. */
  requests: bigint;
}

/** Without the reason, which stands beside it. */
export type Money = Omit<Cost, 'reason'>;

export interface UsageCost {
  cost: Money;
  /** Why there is no cost; `null` where there is one. */
  reason: string | null;
  /** A rate was used that nobody has held against the provider's list. */
  unverified: boolean;
  /** The oldest date among the rates that were used. */
  pricesDate: string | null;
}

export const unknownCost: Money = { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null };

/** A part without a price leaves the whole without: a sum that lacks something would rank too low. */
export function costOfUsage({ paid, cold, requests }: FunctionUsage, windowMs: number, book: PriceBook): UsageCost {
  const used = paid.filter(({ amount }) => amount !== 0n);
  const unknown = (reason: string): UsageCost => ({
    ...{ cost: unknownCost, reason, unverified: false, pricesDate: null },
  });
  if (requests <= 0n) return unknown('nothing was metered');
  // Less than nothing cannot have been metered, and must not become the cheapest function of all.
  if (used.some(({ amount }) => amount < 0n)) return unknown('a negative quantity');
  let total = new Decimal(0);
  const rates: Rate[] = [];
  for (const usage of used) {
    const lookup = rateFor(book, usage);
    if (!lookup.found) return unknown(lookup.reason);
    total = total.plus(inUnits(usage.amount, usage.unit).times(firstTierUsd(lookup.rate)));
    rates.push(lookup.rate);
  }
  return {
    cost: {
      totalUsd: total.toNumber(),
      coldUsd: coldUsd(cold, book)?.toNumber() ?? null,
      perMillionUsd: total.times(1_000_000).div(String(requests)).toNumber(),
      monthlyUsd: windowMs > 0 ? perMonth(total, windowMs).toNumber() : null,
    },
    reason: null,
    unverified: rates.some(({ unverified }) => unverified === true),
    pricesDate: rates.reduce<string | null>(
      (oldest, { date }) => (oldest === null || date < oldest ? date : oldest),
      null,
    ),
  };
}

/** `null` where something of it has no price: 0 would say that the cold starts cost nothing. */
function coldUsd(cold: FunctionUsage['cold'], book: PriceBook): Big | null {
  let usd = new Decimal(0);
  for (const { like, sums } of cold) {
    const lookup = rateFor(book, like);
    if (!lookup.found) return null;
    usd = usd.plus(inUnits(coldSurplus(sums), like.unit).times(firstTierUsd(lookup.rate)));
  }
  return usd;
}
