/** Reads and writes price files and lists: everything about prices that touches the disk. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { PriceList } from './model/pricing/lists/price-list.ts';
import { readPriceList } from './model/pricing/lists/read-price-list.ts';
import { overlaid, type PriceBook } from './model/pricing/price-book.ts';
import {
  type PriceChanges,
  type PriceFile,
  parsePriceFile,
  priceFileText,
  updated,
} from './model/pricing/price-file.ts';
import { builtInPrices } from './model/pricing/tables/index.ts';
import { exitCode, Trouble } from './trouble.ts';

const fileName = 'prices.json';
const defaultDataDirectory = './.coldlens';

/** Ten times the largest list of functions. */
const mostBytes = 32 * 2 ** 20;

export interface PricesPlace {
  /** As given; absent = in the data directory. */
  prices?: string | undefined;
  data?: string | undefined;
}

/** Where the price file is looked for. */
export const priceFilePath = ({ prices, data }: PricesPlace): string =>
  prices ?? join(data ?? defaultDataDirectory, fileName);

/** A directory that holds a price file and nothing else is no data directory yet. */
export const isPriceFile = (name: string): boolean => name === fileName;

/**
 * The prices to use: those that coldlens brings along, and over them those of the price file, if there is one.
 * @throws Trouble (wrong usage) when a file that was named does not exist, or a file is none
 */
export function loadPrices(place: PricesPlace): PriceBook {
  const path = priceFilePath(place);
  const file = readPriceFile(path);
  if (file !== null) return overlaid(builtInPrices, file);
  if (place.prices === undefined) return builtInPrices;
  throw new Trouble(
    `There is no price file ${path}.`,
    'Make it with coldlens prices update --from FILE, or leave out --prices.',
    exitCode.usage,
  );
}

function readPriceFile(path: string): PriceFile | null {
  return existsSync(path) ? parsePriceFile(readText(path, 'The price file'), path) : null;
}

export interface PricesUpdate {
  /** Where they were written to. */
  path: string;
  /** Of the list that was read, for people. */
  list: string;
  date: string;
  rates: number;
  changes: PriceChanges;
  unrecognised: string[];
}

/**
 * Takes the prices of a provider's list over into the price file, all or none of them.
 * @param from the list
 * @param readOn today, as `2026-11-22`
 * @throws Trouble (wrong usage) when the list cannot be used; then nothing is written
 */
export function updatePrices(from: string, place: PricesPlace, readOn: string): PricesUpdate {
  const path = priceFilePath(place);
  const list = readList(from, readOn);
  const before = readPriceFile(path);
  const inUse = before === null ? builtInPrices : overlaid(builtInPrices, before);
  const { file, changes } = updated(before, list, inUse);
  writeAtomically(path, priceFileText(file));
  const { name, date, rates, unrecognised } = list;
  return { path, list: name, date, rates: rates.length, changes, unrecognised };
}

function readList(from: string, readOn: string): PriceList {
  const text = readText(from, 'The price list');
  try {
    return readPriceList(text, readOn);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    throw new Trouble(`${from}: ${error.message}`, error.next, error.exitCode, { cause: error });
  }
}

/** A pipe, or a device that never ends, has no size to ask for: what is read is counted. */
function readText(path: string, what: string): string {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    const file = openSync(path, 'r');
    try {
      while (bytes <= mostBytes) {
        const part = Buffer.allocUnsafe(2 ** 20);
        const read = readSync(file, part);
        if (read === 0) return Buffer.concat(parts).toString('utf8');
        parts.push(part.subarray(0, read));
        bytes += read;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Trouble(`${what} ${path} cannot be read: ${reason}.`, 'Name a file that can be read.', exitCode.usage);
  }
  throw new Trouble(`${what} ${path} is larger than ${mostBytes / 2 ** 20} MB.`, 'Name a price list.', exitCode.usage);
}

/** A reader sees the old file or the new one, also when the power fails in between. */
function writeAtomically(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, 'wx');
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Trouble(
      `The price file ${path} cannot be written: ${reason}.`,
      'Name a place that can be written to with --prices.',
      exitCode.usage,
    );
  }
}
