/**
 * What a ranking is made of: sums by function and period, and single cold starts. A short window is answered from the parts
 * themselves and begins to the millisecond; a longer one begins with an hour, for that is what is sealed.
 */
import { exactUpToMs, type Narrowing, narrowings, type RankingQuery } from '../../model/ranking.ts';
import { mergedInvocations } from '../merged-invocations.ts';
import { coldStartRows, rolledRows, sealedWindow } from '../periods.ts';
import { dimensions, functionIdentity, sums } from '../schema/005-sealed-periods.ts';
import { coldStartsOf, hoursOf } from '../sealing/statements.ts';

/** As the tables name a function. */
export type Identity = Record<(typeof functionIdentity)[number], string>;

/** The part of the name that a ranking is narrowed by; names are only read where there is one. */
export const isAsked = (filter: string): string =>
  filter === '' ? '1' : 'positionCaseInsensitiveUTF8(function_name, {filter:String}) > 0';

const rolledColumns = [
  'function_id',
  ...functionIdentity,
  ...dimensions,
  ...Object.keys(sums),
  'cold_burst, memory_used_mb, timeout_ms, latest_at, modules_seen, modules_hint, warm_buckets',
].join(', ');

/** Statements in brackets. @param where on the identity alone, or the function's id */
export interface Source {
  rolled(where: string): string;
  coldStarts(where: string): string;
}

const sealed: Source = { rolled: (where) => rolledRows(rolledColumns, where), coldStarts: coldStartRows };

const merged = `(
  SELECT * FROM (${mergedInvocations({ since: '{since_s:Int64}', until: '{until_s:Int64}' })})
  WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))`;

const fromParts: Source = {
  rolled: (where) => `(SELECT * FROM (${hoursOf(merged)}) WHERE ${where})`,
  coldStarts: (where) => `(SELECT * FROM (${coldStartsOf(merged)}) WHERE ${where})`,
};

export interface Window {
  source: Source;
  sinceMs: number;
  /** Of every statement that is made of the source. */
  parameters: Readonly<Record<string, string | number>>;
}

/** Columns that sums and single cold starts both have. */
const columnOf: Readonly<Record<Narrowing, string>> = {
  provider: 'provider',
  account: 'account',
  region: 'region',
  runtime: 'runtime',
  version: 'function_version',
  memoryMb: 'toString(memory_mb)',
  trigger: 'trigger',
};

const narrowed = ({ rolled, coldStarts }: Source, asked: readonly Narrowing[]): Source => {
  if (asked.length === 0) return { rolled, coldStarts };
  const isSo = asked.map((name) => `${columnOf[name]} = {only_${name}:String}`).join(' AND ');
  const only = (rows: string): string => `(SELECT * FROM ${rows} WHERE ${isSo})`;
  return { rolled: (where) => only(rolled(where)), coldStarts: (where) => only(coldStarts(where)) };
};

export const windowOf = ({ sinceMs: windowMs, only = {} }: RankingQuery, nowMs: number): Window => {
  const isShort = windowMs <= exactUpToMs;
  const { sinceMs: sealedSinceMs, parameters: window } = sealedWindow(windowMs, nowMs);
  const sinceMs = isShort ? nowMs - windowMs : sealedSinceMs;
  const asked = narrowings.filter((name) => only[name] !== undefined);
  const parameters = {
    ...{ ...window, since_ms: sinceMs },
    ...Object.fromEntries(asked.map((name) => [`only_${name}`, only[name] ?? ''])),
  };
  return { source: narrowed(isShort ? fromParts : sealed, asked), sinceMs, parameters };
};

/** As long, right before; `null` for a window that is too short to be sealed. */
export const windowBefore = ({ sinceMs, parameters, source }: Window, nowMs: number): Window | null => {
  if (nowMs - sinceMs <= exactUpToMs) return null;
  const before = sealedWindow(nowMs - sinceMs, nowMs, sinceMs);
  return { source, sinceMs: before.sinceMs, parameters: { ...parameters, ...before.parameters } };
};
