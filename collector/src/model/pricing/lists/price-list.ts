/** What a provider's price list says, in our words, and the checks that every list has to pass. */
import { Decimal, plain } from '../decimal.ts';
import type { Architecture, Rate, Tier } from '../price-book.ts';
import { builtInPrices } from '../tables/index.ts';
import type { Unit } from '../units.ts';
import { refused, shown } from './json.ts';

export interface PriceList {
  /** For people: `AWS's price list of AWSLambda`. */
  name: string;
  provider: string;
  /** Of the list; the day on which it was read where it has none. */
  date: string;
  rates: Rate[];
  /** What is in the list and was not used, each once, in the list's words. */
  unrecognised: string[];
}

/** One price of a product in a region, as the list has it; several make the tiers of a rate. */
export interface ListedPrice {
  provider: string;
  product: string;
  region: string;
  arch?: Architecture;
  unit: Unit;
  fromUnits: string;
  usd: string;
  source: string;
  date: string;
}

/** No price of a unit that is sold here comes near this, and no quantity of a month. */
const mostUsd = 1_000;
const mostUnits = 1e15;

/** A hundred times more or less than what is known is a mixed up unit, not a new price. */
const mostChange = 100;

/**
 * A decimal of a list as text, whatever JSON made of it.
 * @throws Trouble when it is none, negative, or absurdly large
 */
export function amountText(value: unknown, what: string, where: string): string {
  const text = typeof value === 'number' ? String(value) : value;
  const isDecimal = typeof text === 'string' && text.length <= 40 && /^-?\d+(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text);
  if (!isDecimal) throw refused(`The ${what} of ${shown(where)} is ${shown(value)}, which is no number.`);
  const amount = new Decimal(text);
  if (amount.lt(0)) throw refused(`The ${what} of ${shown(where)} is ${shown(value)}, which is negative.`);
  const most = what === 'price' ? mostUsd : mostUnits;
  if (amount.gt(most)) throw refused(`The ${what} of ${shown(where)} is ${shown(value)}, which is above ${most}.`);
  return plain(amount);
}

/** Names that the lists use for regions; anything else is not taken for one. */
export const isRegion = (name: unknown): name is string =>
  typeof name === 'string' && /^[a-z][a-z0-9-]{1,39}$/.test(name);

/**
 * Tiers of the same thing become one rate. Free units at the beginning are a grant, and grants are kept apart.
 * @throws Trouble for tiers that contradict each other, and for prices far from those that are known
 */
export function ratesOf(prices: readonly ListedPrice[]): Rate[] {
  const same = Map.groupBy(prices, ({ provider, product, region, arch, unit }) =>
    JSON.stringify([provider, product, region, arch, unit]),
  );
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { fromUnits: _from, usd: _usd, ...shared } = first;
    const tiers = tiersOf(group);
    if (tiers.length === 0) return [];
    const rate: Rate = { ...shared, tiers };
    refuseImplausible(rate);
    return [rate];
  });
}

/** None where all is free: that is no price. */
function tiersOf(group: readonly ListedPrice[]): Tier[] {
  const sorted = group
    .map(({ fromUnits, usd }) => ({ fromUnits, usd }))
    .toSorted((a, b) => new Decimal(a.fromUnits).cmp(b.fromUnits))
    // The same line twice is no contradiction.
    .filter((tier, at, all) => tier.fromUnits !== all[at - 1]?.fromUnits || tier.usd !== all[at - 1]?.usd);
  const twice = sorted.find(({ fromUnits }, at) => fromUnits === sorted[at + 1]?.fromUnits);
  const name = group[0] === undefined ? '' : nameOf(group[0]);
  if (twice !== undefined) throw refused(`The list has two prices of ${name} from ${twice.fromUnits} units on.`);
  const paid = sorted.slice(sorted.findIndex(({ usd }) => usd !== '0'));
  if (sorted.every(({ usd }) => usd === '0')) return [];
  if (sorted[0]?.fromUnits !== '0') throw refused(`The list has no price of ${name} from the first unit on.`);
  if (paid.some(({ usd }) => usd === '0')) throw refused(`The list has ${name} for nothing above a tier that is paid.`);
  return paid.map((tier, at) => (at === 0 ? { ...tier, fromUnits: '0' } : tier));
}

function refuseImplausible(rate: Rate): void {
  const known = builtInPrices.rates.find(
    ({ provider, product, unit }) => provider === rate.provider && product === rate.product && unit === rate.unit,
  );
  const usd = new Decimal(known?.tiers[0]?.usd ?? 0);
  for (const tier of rate.tiers) {
    if (usd.eq(0) || (usd.times(mostChange).gte(tier.usd) && usd.div(mostChange).lte(tier.usd))) continue;
    throw refused(
      `The price of ${nameOf(rate)} is ${tier.usd}, which is more than ${mostChange} times off the ${plain(usd)} known so far.`,
    );
  }
}

const nameOf = ({ product, region, arch, unit }: Pick<Rate, 'product' | 'region' | 'arch' | 'unit'>): string =>
  `${product}${arch === undefined ? '' : ` on ${arch}`} per ${unit} in ${region}`;
