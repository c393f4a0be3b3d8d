/**
 * Cursors: where the next page of a list begins, as a text that is nothing to its bearer but to be given back.
 *
 *   It holds the end of the window, so that all pages are of the same one; the place; and a digest of the question, so that
 *   with another question it is refused instead of answered with what was not asked. Nothing is kept for it: any collector of
 *   the same store can go on with it, and one that was made up is only a strange question.
 */
import { hash } from 'node:crypto';
import type { BenchPlace } from '../model/bench-runs.ts';
import type { ColdStartPlace } from '../model/function-page.ts';
import type { RankedPlace } from '../model/page.ts';
import { type Parameter, wrong } from './parameters.ts';

const version = 1;
/** Hours that its window began with are kept a day or two longer than windows need them. */
const goodForMs = 24 * 3_600_000;
/** More functions or packages than anyone has, and well within what ClickHouse takes for a limit. */
const mostOffset = 1e8;
/** Clocks of two collectors differ. */
const aheadMs = 60_000;

/** How the place of a kind of list is written. */
export interface PlaceText<Place> {
  write(place: Place): readonly unknown[];
  /** @returns `null` for what it would not have written */
  read(parts: readonly unknown[]): Place | null;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const fits = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

const areMarks = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= 5 && value.every((mark) => fits(mark, /^[\w-]{8}$/));

export const rankedPlace: PlaceText<RankedPlace> = {
  write: ({ offset, before, behind }) => [offset, before, behind],
  read: ([offset, before, behind, ...more]) =>
    isCount(offset) && offset <= mostOffset && areMarks(before) && areMarks(behind) && more.length === 0
      ? { offset, before, behind }
      : null,
};

export const coldStartPlace: PlaceText<ColdStartPlace> = {
  write: ({ atMs, key }) => [atMs, key],
  read: ([atMs, key, ...more]) =>
    isCount(atMs) && fits(key, /^[0-9a-f-]{36}$/) && more.length === 0 ? { atMs, key } : null,
};

export const benchPlace: PlaceText<BenchPlace> = {
  write: ({ atMs, key }) => [atMs, key],
  read: ([atMs, key, ...more]) =>
    isCount(atMs) && fits(key, /^[0-9a-f]{32}$/) && more.length === 0 ? { atMs, key } : null,
};

/** @param values of the parameters that make a question another one */
const digestOf = (path: string, values: object): string =>
  hash('sha256', JSON.stringify([path, values]), 'base64url').slice(0, 8);

export interface Question {
  path: string;
  /** Of all parameters but `limit` and `cursor`: pages may differ in length. */
  values: object;
}

export interface Cursor<Place> {
  untilMs: number;
  from: Place;
}

export const writeCursor = <Place>(
  { path, values }: Question,
  { untilMs, from }: Cursor<Place>,
  { write }: PlaceText<Place>,
): string => {
  const parts = [version, digestOf(path, values), untilMs, ...write(from)];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
};

const again = 'or leave cursor out to begin with the first page';

const partsOf = (text: string): readonly unknown[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
};

/** @throws {@link Trouble} (wrong usage) for what is no cursor, too old, or of another question */
export const readCursor = <Place>(
  text: string,
  { path, values }: Question,
  { read }: PlaceText<Place>,
  nowMs: number,
): Cursor<Place> => {
  const [writtenBy, digest, untilMs, ...place] = partsOf(text);
  const isWhole = writtenBy === version && typeof digest === 'string' && isCount(untilMs) && untilMs <= nowMs + aheadMs;
  if (!isWhole) throw wrong('The cursor is none that this collector gives', `Give nextCursor as it came, ${again}.`);
  if (digest !== digestOf(path, values)) {
    throw wrong('The cursor is of another question', `Ask as for the page that it came with, but for limit, ${again}.`);
  }
  const from = read(place);
  if (from === null) throw wrong('The cursor is damaged', `Give nextCursor as it came, ${again}.`);
  if (untilMs < nowMs - goodForMs) throw wrong('The cursor is more than a day old', 'Begin with the first page again.');
  return { untilMs, from };
};

export const cursorParameter = {
  description:
    'nextCursor of the page before, asked with otherwise the same parameters but for limit; absent = the first page',
  schema: { type: 'string', maxLength: 512, pattern: '^[A-Za-z0-9_-]+$' },
  read: (text: string): string => text,
} as const satisfies Parameter<string>;

/** A moment, in milliseconds since 1970: of what goes on there is no window, and no question that it could be of. */
export const liveCursor = {
  description: 'cursor of the answer before; absent = what arrived in the last ten minutes',
  schema: { type: 'string', maxLength: 15, pattern: '^[0-9]+$' },
  read: (written: string): string => {
    if (/^\d{1,15}$/.test(written)) return written;
    throw wrong('The cursor is none that this collector gives', 'Give cursor as it came, or leave it out.');
  },
} as const satisfies Parameter<string>;
