/**
 * A price file: rates that were read from the providers' lists and take the place of those that coldlens brings along.
 * Plain data in, plain data out; whoever reads and writes the file is elsewhere.
 */
import { exitCode, Trouble } from '../../trouble.ts';
import { Decimal } from './decimal.ts';
import { isObject, isTooDeep, own, ownText, shown } from './lists/json.ts';
import type { PriceList } from './lists/price-list.ts';
import { type PriceBook, type Rate, rateFor, rateKey } from './price-book.ts';
import { builtInPrices } from './tables/index.ts';

const format = 'coldlens prices 1';

export interface PriceFile {
  /** Of the newest list in it. */
  date: string;
  rates: readonly Rate[];
}

/** Against what was in use for the same thing before, be it by the name of the region or by its zone. */
export interface PriceChanges {
  changed: number;
  /** There was no price. */
  added: number;
  same: number;
}

/** Lays a list on what a file has. */
export function updated(
  file: PriceFile | null,
  list: PriceList,
  inUse: PriceBook,
): { file: PriceFile; changes: PriceChanges } {
  const changes = { changed: 0, added: 0, same: 0 };
  for (const rate of list.rates) changes[changeOf(rate, inUse)] += 1;
  const merged = new Map([...(file?.rates ?? []), ...list.rates].map((rate) => [rateKey(rate), rate]));
  const date = file === null || list.date > file.date ? list.date : file.date;
  return { file: { date, rates: [...merged.values()] }, changes };
}

function changeOf(rate: Rate, inUse: PriceBook): keyof PriceChanges {
  const everywhere = inUse.rates.find((other) => rateKey(other) === rateKey(rate));
  const known = everywhere ?? rateOrNull(inUse, rate);
  if (known === null) return 'added';
  return JSON.stringify(known.tiers) === JSON.stringify(rate.tiers) ? 'same' : 'changed';
}

function rateOrNull(book: PriceBook, rate: Rate): Rate | null {
  const lookup = rateFor(book, rate);
  return lookup.found ? lookup.rate : null;
}

/** A line a rate, so that a person can see in a diff what changed. */
export const priceFileText = ({ date, rates }: PriceFile): string => {
  const lines = rates.map((rate) => JSON.stringify(cleanRate(rate)));
  return `{"format": ${JSON.stringify(format)}, "date": ${JSON.stringify(date)}, "rates": [\n${lines.join(',\n')}\n]}\n`;
};

/**
 * Every rate is checked: a person may have written the file.
 * @param name of the file, for the sentence
 * @throws Trouble (wrong usage) when it is no such file
 */
export function parsePriceFile(text: string, name: string): PriceFile {
  const wrong = (why: string): Trouble =>
    new Trouble(
      `The price file ${name} ${why}.`,
      'Remove it or name another with --prices; coldlens prices update --from FILE makes a new one.',
      exitCode.usage,
    );
  if (isTooDeep(text)) throw wrong('nests deeper than such a file does');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong('is no JSON');
  }
  if (ownText(json, 'format') !== format) throw wrong(`is not of the format "${format}"`);
  const [date, rates] = [own(json, 'date'), own(json, 'rates')];
  if (!isDate(date) || !Array.isArray(rates)) throw wrong('has no date or no rates');
  return {
    date,
    rates: rates.map((rate: unknown, at) => {
      const why = whyNoRate(rate);
      if (why !== null) throw wrong(`has no usable rate at place ${at + 1}: ${why}`);
      return cleanRate(rate as Rate);
    }),
  };
}

const isDate = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
/** These are printed. */
const isShort = (value: unknown): boolean => typeof value === 'string' && /^[ -~]{1,200}$/.test(value);

/** What can have a price at all: what coldlens has a price for. */
const known: ReadonlySet<string> = new Set(
  builtInPrices.rates.map(({ provider, product, unit }) => JSON.stringify([provider, product, unit])),
);

function whyNoRate(rate: unknown): string | null {
  if (!isObject(rate)) return 'it is no object';
  const [provider, product, unit] = [own(rate, 'provider'), own(rate, 'product'), own(rate, 'unit')];
  if (!known.has(JSON.stringify([provider, product, unit]))) return `${shown(product)} per ${shown(unit)} is not known`;
  const arch = own(rate, 'arch');
  if (arch !== undefined && arch !== 'x86_64' && arch !== 'arm64') return `${shown(arch)} is no architecture`;
  if (!isShort(own(rate, 'region')) || !isShort(own(rate, 'source')) || !isDate(own(rate, 'date'))) {
    return 'region, source or date is missing';
  }
  const tiers = own(rate, 'tiers');
  if (!Array.isArray(tiers) || tiers.length === 0 || tiers.length > 20) return 'it has no tiers';
  const isTier = (tier: unknown): boolean => isAmount(own(tier, 'fromUnits')) && isAmount(own(tier, 'usd'));
  if (!tiers.every(isTier)) return 'a tier is no pair of decimals of 0 or more';
  const from = tiers.map((tier) => new Decimal(own(tier, 'fromUnits') as string));
  const rises = from.every((units, at) => (at === 0 ? units.eq(0) : units.gt(from[at - 1] ?? 0)));
  return rises ? null : 'its tiers do not rise from 0';
}

const isAmount = (value: unknown): boolean => typeof value === 'string' && /^\d{1,15}(\.\d{1,30})?$/.test(value);

/** Only what a rate has, always in the same order. */
const cleanRate = ({ provider, product, region, arch, unit, tiers, source, date, unverified }: Rate): Rate => ({
  ...{ provider, product, region },
  ...(arch === undefined ? {} : { arch }),
  ...{ unit, tiers: tiers.map(({ fromUnits, usd }) => ({ fromUnits, usd })), source, date },
  ...(unverified === true ? { unverified } : {}),
});
