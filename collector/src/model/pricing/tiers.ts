/** Tiered prices: each tier's rate counts for what lies within it, not for all. */
import { type Big, Decimal } from './decimal.ts';
import type { Rate, Tier } from './price-book.ts';

/** Dollars of `units`, 0 or more, used in one month. */
export function tieredUsd(tiers: readonly Tier[], units: Big): Big {
  return tiers.reduce((usd, tier, at) => {
    const from = new Decimal(tier.fromUnits);
    const next = tiers[at + 1]?.fromUnits;
    const upTo = next === undefined || units.lt(next) ? units : new Decimal(next);
    return upTo.gt(from) ? usd.plus(upTo.minus(from).times(tier.usd)) : usd;
  }, new Decimal(0));
}

/** Dollars a unit for the first of a month; what one function is compared with another by. */
export const firstTierUsd = ({ tiers }: Pick<Rate, 'tiers'>): string => {
  const first = tiers[0];
  if (first === undefined) throw new Error('A rate without tiers came past the checks of its table or file.');
  return first.usd;
};
