/**
 * What a ranking is made of: sums by function and period, and single cold starts. A short window is answered from the parts
 * themselves and begins to the millisecond; a longer one begins with an hour, for that is what is sealed.
 */
import { mergedInvocations } from '../merged-invocations.ts';
import { coldStartRows, hourMs, rolledRows, sealedWindow } from '../periods.ts';
import { dimensions, sums } from '../schema/005-sealed-periods.ts';
import { coldStartsOf, hoursOf } from '../seal.ts';

/** Up to here the parts are read: few enough, and to the millisecond. */
const exactUpToMs = 2 * hourMs;

export const identity = ['provider', 'account', 'region', 'function_name'] as const;
export const identityList = identity.join(', ');

/** As the tables name a function. */
export type Identity = Record<(typeof identity)[number], string>;

export const keyOf = ({ provider, account, region, function_name }: Identity): string =>
  JSON.stringify([provider, account, region, function_name]);

const rolledColumns = [
  identityList,
  ...dimensions,
  ...Object.keys(sums),
  'cold_burst, memory_used_mb, timeout_ms, latest_at, modules_seen, modules_hint, warm_buckets',
].join(', ');

/** Statements in brackets. @param where on the identity alone */
export interface Source {
  rolled(where: string): string;
  coldStarts(where: string): string;
}

const sealed: Source = { rolled: (where) => rolledRows(rolledColumns, where), coldStarts: coldStartRows };

const merged = (where: string): string => `(
  SELECT * FROM (${mergedInvocations({ since: '{since_s:Int64}', until: '{until_s:Int64}' }, where)})
  WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))`;

const fromParts: Source = {
  rolled: (where) => `(${hoursOf(merged(where))})`,
  coldStarts: (where) => `(${coldStartsOf(merged(where))})`,
};

export interface Window {
  source: Source;
  sinceMs: number;
  /** Of every statement that is made of the source. */
  parameters: { since_ms: number; since_s: number; until_s: number };
}

/** Clocks of functions may be ahead of ours. */
const aheadS = 86_400;

export const windowOf = (windowMs: number, nowMs: number): Window => {
  const isShort = windowMs <= exactUpToMs;
  const sinceMs = isShort ? nowMs - windowMs : sealedWindow(windowMs, nowMs).sinceMs;
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  const parameters = { since_ms: sinceMs, since_s: seconds(sinceMs), until_s: seconds(nowMs) + aheadS };
  return { source: isShort ? fromParts : sealed, sinceMs, parameters };
};
