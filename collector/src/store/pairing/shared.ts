/** What the rules of pairing are made of: windows, invocations with what is compared of them, and times in SQL. */
import { identityColumns } from '../schema/005-sealed-periods.ts';
import { slotsOf } from '../slots.ts';

/** Seconds since 1970; `where` on the identity alone bounds what is compared at once. */
export interface PairingWindow {
  readonly since: number;
  readonly until: number;
  readonly where: string;
}

export interface PairingRule {
  /** Gives a row where there is anything to compare: asked first, for mostly there is not. */
  when(window: PairingWindow): string;
  /** Facts that are found. */
  readonly tells: readonly string[];
  /** Slot and identity of invocations, with these facts; only those that they are new to. */
  found(window: PairingWindow): string;
}

export const identity = identityColumns.join(', ');
export const marginS = 3_600;
/** What was started for no call may wait long for its first. */
export const aheadS = 24 * 3_600;

/** A start and its caller may lie on two sides of an hour. */
export const startedWithin = ({ since, until }: PairingWindow, backS = marginS): string =>
  `started_at >= toDateTime64(${since - backS}, 9, 'UTC') AND started_at < toDateTime64(${until}, 9, 'UTC')`;

export const startsOf = (window: PairingWindow, where: string, backS = marginS): string =>
  `SELECT * FROM instance_starts FINAL WHERE ${startedWithin(window, backS)} AND ${where}`;

export const anyStart =
  (where: string, backS = marginS) =>
  (window: PairingWindow): string =>
    `SELECT 1 FROM instance_starts WHERE ${startedWithin(window, backS)} AND ${where} LIMIT 1`;

const usualFacts = {
  instance: "ifNull(max(instance_id), '')",
  process: "ifNull(max(platform_process), '')",
  at: 'coalesce(max(started_at), max(platform_started_at), min(seen_at))',
  platform_at: 'max(platform_started_at)',
  duration_ns: 'max(platform_duration_ns)',
  kind: 'max(platform_start_kind)',
  is_certain: 'max(platform_is_certain)',
  reported_ns: 'max(platform_reported_init_ns)',
  runs_inside: 'ifNull(max(platform_init_inside), 0)',
  otel_kind: 'max(otel_start_kind)',
  seen_init_ns: 'coalesce(max(agent_init_ns), max(otel_init_ns))',
} as const;

/** Invocations with what is compared. @param where on parts @param having on the facts above, and on more of them */
export const invocations = (
  window: PairingWindow,
  where: string,
  having: string,
  more: Readonly<Record<string, string>> = {},
): string => `
  SELECT max(slot) AS in_slot, ${identity}, ${Object.entries({ ...usualFacts, ...more })
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(', ')}
  FROM invocation_parts
  WHERE ${slotsOf(window)} AND ${window.where} AND ${where}
  GROUP BY ${identity}
  HAVING ${having}`;

export const nsBetween = (from: string, to: string): string =>
  `(toUnixTimestamp64Nano(toDateTime64(${to}, 9, 'UTC')) - toUnixTimestamp64Nano(toDateTime64(${from}, 9, 'UTC')))`;
export const afterNs = (time: string, ns: string): string =>
  `addNanoseconds(toDateTime64(${time}, 9, 'UTC'), toInt64(${ns}))`;

/** Clocks of one host are compared, in lines of one log. */
export const clockMs = 1_000;

/** What may still change: nothing was said yet, or it was taken for the first. What the platform is sure of stays. */
export const isOpen = "ifNull(is_certain, 0) = 0 AND (isNull(kind) OR kind IN ('cold', 'prewarmed'))";
