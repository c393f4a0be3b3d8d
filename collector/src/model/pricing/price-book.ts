/**
 * A price book: list prices as plain data, each with its source and date. Looking something up gives a rate or says in
 * words why there is none; it never falls back to a price of something else.
 */
import type { Unit } from './units.ts';

export type Architecture = 'x86_64' | 'arm64';

/** Dollars a unit for what lies above `fromUnits` in a month, up to the next tier. Decimals as texts. */
export interface Tier {
  fromUnits: string;
  usd: string;
}

export interface Rate {
  /** `cloud.provider` of OpenTelemetry: `aws`, `azure`, `gcp`, `cloudflare`. */
  provider: string;
  product: string;
  /** A region, or the name of a {@link Zone}, such as `*`. */
  region: string;
  /** Absent = the same for all. */
  arch?: Architecture;
  unit: Unit;
  /** In rising order; the first begins at 0. */
  tiers: readonly Tier[];
  source: string;
  /** Date of the source's list, or the day on which the source was read. */
  date: string;
  /** Nobody has held this rate against the provider's own list; shown wherever it is used. */
  unverified?: true;
}

/** Regions that share prices. A region outside of every zone has only the prices that name it. */
export interface Zone {
  provider: string;
  /** Absent = of all products of the provider. */
  products?: readonly string[];
  name: string;
  /** `any` = every region, also an unknown one: the provider does not price by region. */
  regions: readonly string[] | 'any';
}

/** What is not charged for in each month, for all functions of an account together. */
export interface Grant {
  provider: string;
  product: string;
  unit: Unit;
  units: string;
  /** `free tier`: applied when asked for. `in the plan`: paid with a monthly fee, so always applied. */
  kind: 'free tier' | 'in the plan';
}

export interface PriceBook {
  /** Date of the lists; shown beside every sum of money. */
  date: string;
  rates: readonly Rate[];
  zones: readonly Zone[];
  grants: readonly Grant[];
}

/** What a price is asked for. */
export interface Priced {
  provider: string;
  region: string;
  product: string;
  /** Absent or empty = not known. */
  arch?: string;
  unit: Unit;
}

export type Lookup = { found: true; rate: Rate } | { found: false; reason: string };

/** A named region comes before its zone, and an architecture's own rate before one for all. */
export function rateFor(book: PriceBook, asked: Priced): Lookup {
  const candidates = indexOf(book).get(indexKey(asked)) ?? [];
  const region = regionName(asked);
  const places = [region, ...zonesOf(book, asked.provider, asked.product, region)];
  const matches = candidates.filter(({ arch }) => arch === undefined || arch === asked.arch);
  for (const place of places) {
    const here = matches.filter((rate) => rate.region === place);
    const rate = here.find(({ arch }) => arch !== undefined) ?? here[0];
    if (rate !== undefined) return { found: true, rate };
  }
  return { found: false, reason: whyNone(book, asked, candidates) };
}

function zonesOf({ zones }: PriceBook, provider: string, product: string, region: string): string[] {
  return zones
    .filter((zone) => zone.provider === provider && (zone.products?.includes(product) ?? true))
    .filter(({ regions }) => regions === 'any' || regions.includes(region))
    .map(({ name }) => name);
}

/** Azure names a region `West Europe` in one place and `westeurope` in another. */
const regionName = ({ provider, region }: Pick<Priced, 'provider' | 'region'>): string =>
  provider === 'azure' ? region.toLowerCase().replaceAll(' ', '') : region;

function whyNone({ rates }: PriceBook, { provider, region, product, arch, unit }: Priced, candidates: Rate[]): string {
  const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}...` : text);
  if (!rates.some((rate) => rate.provider === provider)) return `no prices of provider "${short(provider)}"`;
  const what = `${product} per ${unit}`;
  if (candidates.length === 0) return `no price for ${short(what)} of ${provider}`;
  const needsArch = candidates.every((rate) => rate.arch !== undefined);
  if (needsArch && !candidates.some((rate) => rate.arch === arch)) {
    return `no price for ${arch ? `architecture "${short(arch)}"` : 'an unknown architecture'} (${what})`;
  }
  const where = region === '' ? 'an unknown region' : short(region);
  return `no price for ${needsArch ? `${arch} in ` : ''}${where} (${what})`;
}

const indexKey = ({ provider, product, unit }: Pick<Rate, 'provider' | 'product' | 'unit'>): string =>
  JSON.stringify([provider, product, unit]);

/** A ranking asks for tens of thousands of rates of one book, which never changes. */
const indexes = new WeakMap<PriceBook, Map<string, Rate[]>>();

function indexOf(book: PriceBook): Map<string, Rate[]> {
  const known = indexes.get(book);
  if (known !== undefined) return known;
  const made = Map.groupBy(book.rates, indexKey);
  indexes.set(book, made);
  return made;
}

/** Which of two rates prices the same. */
export const rateKey = ({ provider, product, region, arch, unit }: Rate): string =>
  JSON.stringify([provider, product, region, arch ?? '', unit]);

/** `over` laid on `book`: its rates take the place of those for the same thing, and its date counts. */
export function overlaid(book: PriceBook, over: { date: string; rates: readonly Rate[] }): PriceBook {
  const merged = new Map([...book.rates, ...over.rates].map((rate) => [rateKey(rate), rate]));
  return { ...book, date: over.date, rates: [...merged.values()] };
}
