/**
 * What a ranking is made of: sums by function and period, and single cold starts. A short window is answered from the parts
 * themselves and begins to the millisecond; a longer one begins with an hour, for that is what is sealed.
 */
import { exactUpToMs, type Narrowing, narrowings, type RankingQuery } from '../../model/ranking.ts';
import type { Connection } from '../connection.ts';
import { mergedInvocations } from '../merged-invocations.ts';
import { coldStartRows, hoursBackMs, rolledRows, type SealedWindow, sealedWindow } from '../periods.ts';
import { dimensions, functionIdentity, sumNames } from '../schema/005-sealed-periods.ts';
import { packed, packedNames } from '../schema/007-packed-rollups.ts';
import { sharingProviders } from '../sealing/billable.ts';
import { billedOf, sharedHoursOf } from '../sealing/shared-time.ts';
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
  ...sumNames,
  'cold_burst, memory_used_mb, timeout_ms, latest_at, modules_seen, modules_hint, warm_buckets, untold_buckets',
].join(', ');

const packedColumns = ['function_id, product, arch, latest_at, warm_buckets, untold_buckets', ...packedNames].join(
  ', ',
);

/** Statements in brackets. @param where on the identity, the dimensions and the function's id */
export interface Source {
  rolled(where: string): string;
  /** As `rolled`, with time that is shared on instances, in the few columns of `packed`. */
  packed(where: string): string;
  coldStarts(where: string): string;
  /** As `rolled`, but only counts of invocations by how they started, and what money is computed from, are certain to be there. */
  billed(where: string): string;
}

const sealed = (window: SealedWindow): Source => {
  const rolled = (where: string): string => rolledRows(window, rolledColumns, where);
  return {
    ...{ rolled, billed: rolled },
    packed: (where) => rolledRows(window, packedColumns, where),
    coldStarts: (where) => coldStartRows(window, where),
  };
};

const merged = `(
  SELECT * FROM (${mergedInvocations({ since: '{since_s:Int64}', until: '{until_s:Int64}' })})
  WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))`;

const packedHere = packedNames.map((name) => `${packed[name][1]} AS ${name}`).join(', ');
const withShared = `${hoursOf(merged)} UNION ALL ${sharedHoursOf(merged, null)}`;

const fromParts = (isShared: boolean): Source => ({
  rolled: (where) => `(SELECT * FROM (${hoursOf(merged)}) WHERE ${where})`,
  packed: (where) => `(SELECT *, ${packedHere} FROM (${isShared ? withShared : hoursOf(merged)}) WHERE ${where})`,
  coldStarts: (where) => `(SELECT * FROM (${coldStartsOf(merged)}) WHERE ${where})`,
  billed: (where) => `(SELECT * FROM (${billedOf(merged, isShared)}) WHERE ${where})`,
});

/** Whether parts of the window are of providers where instances may be paid, which share their time. */
const mayShare = `
SELECT 1 FROM invocation_parts
WHERE slot >= toDateTime({since_s:Int64}, 'UTC') - INTERVAL 1 DAY AND provider IN (${sharingProviders.map((name) => `'${name}'`).join(', ')})
LIMIT 1`;

export interface Window {
  source: Source;
  asked: readonly Narrowing[];
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

const narrowed = (source: Source, asked: readonly Narrowing[]): Source => {
  if (asked.length === 0) return source;
  const isSo = asked.map((name) => `${columnOf[name]} = {only_${name}:String}`).join(' AND ');
  const only = (where: string): string => `${where} AND ${isSo}`;
  return {
    rolled: (where) => source.rolled(only(where)),
    packed: (where) => source.packed(only(where)),
    coldStarts: (where) => source.coldStarts(only(where)),
    billed: (where) => source.billed(only(where)),
  };
};

/** @throws what the client throws */
export const windowOf = async (
  connection: Connection,
  { sinceMs: windowMs, only = {} }: RankingQuery,
  nowMs: number,
): Promise<Window> => {
  const isShort = windowMs <= exactUpToMs;
  const window = sealedWindow(windowMs, nowMs);
  const sinceMs = isShort ? nowMs - windowMs : window.sinceMs;
  const asked = narrowings.filter((name) => only[name] !== undefined);
  const parameters = {
    ...{ ...window.parameters, since_ms: sinceMs },
    ...Object.fromEntries(asked.map((name) => [`only_${name}`, only[name] ?? ''])),
  };
  const isShared = isShort && (await connection.select(mayShare, parameters)).length > 0;
  return { source: narrowed(isShort ? fromParts(isShared) : sealed(window), asked), asked, sinceMs, parameters };
};

/** As long, right before (of more than two weeks up to a day longer); `null` for a window that is too short to be sealed. */
export const windowBefore = ({ sinceMs, parameters, asked }: Window, nowMs: number): Window | null => {
  if (nowMs - sinceMs <= exactUpToMs) return null;
  const before = sealedWindow(nowMs - sinceMs, nowMs, { endMs: sinceMs, byHourUpToMs: hoursBackMs });
  return {
    ...{ source: narrowed(sealed(before), asked), asked },
    ...{ sinceMs: before.sinceMs, parameters: { ...parameters, ...before.parameters } },
  };
};
