/**
 * What an account pays for a month: usages are added up per region and architecture, free grants are taken off, tiers
 * are applied. What has no price is listed with the reason, and the total says that it is not complete.
 */
import { type Big, Decimal, plain } from './decimal.ts';
import { type Grant, type Lookup, type PriceBook, type Priced, type Rate, rateFor } from './price-book.ts';
import { tieredUsd } from './tiers.ts';
import { inUnits, type MeteredUnit } from './units.ts';

/** A metered quantity, in the smaller unit that `units.ts` names. */
export interface Usage extends Priced {
  unit: MeteredUnit;
  amount: bigint;
  /** The free tier leaves it out, though it is the same product. */
  noFreeTier?: true;
}

export interface BillLine extends Priced {
  /** Decimal texts: metered; of that, charged for; dollars. */
  units: string;
  chargedUnits: string;
  usd: string;
  rate: Pick<Rate, 'source' | 'date' | 'unverified'>;
}

export interface Unpriced extends Priced {
  units: string;
  reason: string;
}

export interface Bill {
  /** Dollars of what has a price, as exact decimal text. */
  totalUsd: string;
  /** Nothing was left out. */
  complete: boolean;
  /** Some rate has not been held against its provider's list. */
  unverified: boolean;
  lines: BillLine[];
  unpriced: Unpriced[];
}

export interface BillOptions {
  /** Take the monthly free tier off. What is included in a paid plan is taken off in any case. */
  freeTier: boolean;
}

/** @param usages all of one account and one month, or tiers and grants count for less than they do */
export function monthlyBill(book: PriceBook, usages: readonly Usage[], { freeTier }: BillOptions): Bill {
  const sums = added(usages).map((sum) => ({ ...sum, lookup: lookUp(book, sum) }));
  const priced = sums.flatMap(({ lookup, ...sum }) => (lookup.found ? [{ ...sum, rate: lookup.rate }] : []));
  const free = grantsTaken(
    book.grants.filter(({ kind }) => kind === 'in the plan' || freeTier),
    priced,
  );
  const lines = priced.map(({ rate, units, ...usage }, at): BillLine => {
    const charged = units.minus(free[at] ?? 0);
    return {
      ...usage,
      units: plain(units),
      chargedUnits: plain(charged),
      usd: plain(tieredUsd(rate.tiers, charged)),
      rate: {
        source: rate.source,
        date: rate.date,
        ...(rate.unverified === undefined ? {} : { unverified: rate.unverified }),
      },
    };
  });
  const unpriced = sums.flatMap(({ lookup, units, ...usage }) =>
    lookup.found ? [] : [{ ...usage, units: plain(units), reason: lookup.reason }],
  );
  return {
    totalUsd: plain(lines.reduce((total, { usd }) => total.plus(usd), new Decimal(0))),
    complete: unpriced.length === 0,
    unverified: lines.some(({ rate }) => rate.unverified === true),
    lines,
    unpriced,
  };
}

interface Sum extends Priced {
  units: Big;
  noFreeTier?: true;
}

/** Tiers count for a region and an architecture, so that is what is added up. */
function added(usages: readonly Usage[]): Sum[] {
  const same = Map.groupBy(usages, ({ provider, region, product, arch, unit, noFreeTier }) =>
    JSON.stringify([provider, region, product, arch, unit, noFreeTier]),
  );
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { amount: _, ...priced } = first;
    return [
      {
        ...priced,
        units: inUnits(
          group.reduce((sum, { amount }) => sum + amount, 0n),
          first.unit,
        ),
      },
    ];
  });
}

/** No meter makes less than nothing, and nobody is paid for it. */
const lookUp = (book: PriceBook, sum: Sum): Lookup =>
  sum.units.lt(0) ? { found: false, reason: 'a negative quantity' } : rateFor(book, sum);

/**
 * Units that each line is not charged for. A grant is shared by all regions and architectures; no provider says which it
 * takes first, so it is taken from the cheapest: the sum is never too low.
 */
function grantsTaken(grants: readonly Grant[], lines: readonly (Sum & { rate: Rate })[]): Big[] {
  const taken = lines.map(() => new Decimal(0));
  for (const grant of grants) {
    let left = new Decimal(grant.units);
    const cheapestFirst = lines
      .map((line, at) => ({ line, at }))
      .filter(({ line }) => line.noFreeTier !== true && sameProduct(line, grant))
      .toSorted((a, b) => new Decimal(usdOf(a.line)).cmp(usdOf(b.line)));
    for (const { line, at } of cheapestFirst) {
      const part = left.lt(line.units) ? left : line.units;
      taken[at] = part;
      left = left.minus(part);
    }
  }
  return taken;
}

const sameProduct = (line: Priced, grant: Grant): boolean =>
  line.provider === grant.provider && line.product === grant.product && line.unit === grant.unit;

const usdOf = ({ rate }: { rate: Rate }): string => rate.tiers[0]?.usd ?? '0';
