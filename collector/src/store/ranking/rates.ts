/**
 * Rates as parameters of a statement that puts functions in order: of each product, region and architecture that the price book
 * knows. Rates are floats there, for they only decide about the order; what has no price is not a number, and comes last.
 */
import type { PriceBook } from '../../model/pricing/price-book.ts';
import { rateFor } from '../../model/pricing/price-book.ts';
import { products } from '../../model/pricing/products.ts';
import { firstTierUsd } from '../../model/pricing/tiers.ts';
import { inUnits, type MeteredUnit } from '../../model/pricing/units.ts';

/** Providers whose prices do not ask for a region. */
const isAnywhere = "provider = 'cloudflare'";
/** As `rateFor` reads a region. */
const region = `multiIf(provider = 'azure', replaceAll(lower(region), ' ', ''), ${isAnywhere}, '', region)`;
const key = `concat(product, '|', ${region}, '|', arch)`;
/** Which rates a row of provider, region, product and arch has, from 1; 0 = there is no price. */
export const ratedAs = `transform(${key}, {rated:Array(String)}, range(1, toUInt32(length({rated:Array(String)})) + 1), toUInt32(0)) AS rated_as`;

const kinds = ['request', 'memory', 'cpu'] as const;
type Kind = (typeof kinds)[number];

/** Dollars of `amount` in a row that has `rated_as`: of nothing 0, without a price not a number. */
export const usdOf = (kind: Kind, amount: string): string =>
  `if(${amount} = 0, 0., if(rated_as = 0, nan, ${amount} * {${kind}_rates:Array(Float64)}[rated_as]))`;

type Parameters = Readonly<Record<string, string[] | number[]>>;

const archs = ['x86_64', 'arm64', ''] as const;

const made = (book: PriceBook): Parameters => {
  const rows = products.flatMap((product) => {
    const { provider, name, units, requestsAs = name } = product;
    const named = book.rates.filter((rate) => rate.provider === provider).map((rate) => rate.region);
    const zoned = book.zones.flatMap((zone) =>
      zone.provider !== provider ? [] : zone.regions === 'any' ? [''] : zone.regions,
    );
    const usd = (of: string, unit: MeteredUnit | undefined, where: string, arch: string): number => {
      if (unit === undefined) return 0;
      const lookup = rateFor(book, { provider, region: where, product: of, unit, arch });
      if (product.unpriced !== undefined || !lookup.found) return Number.NaN;
      return inUnits(1n, unit).times(firstTierUsd(lookup.rate)).toNumber();
    };
    return [...new Set([...named, ...zoned])].flatMap((where) =>
      archs.map((arch) => ({
        key: `${name}|${where}|${arch}`,
        request: usd(requestsAs, 'request', where, arch),
        memory: usd(name, units.memory, where, arch),
        cpu: usd(name, units.cpu, where, arch),
      })),
    );
  });
  const known = rows.filter(({ request, memory, cpu }) => !Number.isNaN(request + memory + cpu));
  return {
    rated: known.map((row) => row.key),
    ...Object.fromEntries(kinds.map((kind) => [`${kind}_rates`, known.map((row) => row[kind])])),
  };
};

const known = new WeakMap<PriceBook, Parameters>();

/** A book never changes. */
export const ratesOf = (book: PriceBook): Parameters => {
  const parameters = known.get(book) ?? made(book);
  known.set(book, parameters);
  return parameters;
};

/** Products without a price by the invocation: a function that has any of it has no cost. */
export const isUnpriced = `product IN (${products
  .filter(({ unpriced }) => unpriced !== undefined)
  .map(({ name }) => `'${name}'`)
  .join(', ')})`;
