/** Invocations in the order in which they reached a collector. */
import type { Certainty, StartKind } from '@coldlens/agent/vocabulary';
import type { LiveInvocation, LiveInvocations, LiveQuery } from '../model/live.ts';
import { identityOf } from './cold-start-list.ts';
import type { Connection } from './connection.ts';
import { mergedInvocations } from './merged-invocations.ts';
import { hourMs, milliseconds, type Nanoseconds } from './periods.ts';
import { isAsked } from './ranking/source.ts';
import { isColdKind, waitedMs } from './waited.ts';

const minuteMs = 60_000;
/** Without a cursor. */
const firstLookMs = 10 * minuteMs;
/** A cursor that is older shows no more than this. */
const longestLookMs = hourMs;
/** What arrives is of these hours, or is told so late that nobody watches for it. */
const lateUpToMs = 6 * hourMs;
/** What was acknowledged is inserted a moment later, and by one collector sooner than by another. */
const overlapMs = 5_000;

/** Of rows that name a function, which parts have by its names only. */
const isOfIt =
  'provider = {provider:String} AND account = {account:String} AND region = {region:String} AND function_name = {function_name:String}';

const arrivals = (where: string): string => `
SELECT *, count() OVER () AS arrived
FROM (
  SELECT provider, account, region, function_name, toString(invocation_key) AS key, toUnixTimestamp64Milli(max(assumeNotNull(arrived_at))) AS arrived_ms,
    toUnixTimestamp(min(slot)) AS first_s, toUnixTimestamp(max(slot)) AS last_s
  FROM invocation_parts
  WHERE slot >= toDateTime({slots_s:Int64}, 'UTC') AND arrived_at > fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC') AND ${where}
  GROUP BY provider, account, region, function_name, invocation_key)
ORDER BY arrived_ms DESC, key
LIMIT {limit:UInt32}`;

const only = [
  ...(['invocation_id', 'instance', 'version', 'kind', 'certainty', 'failed'] as const),
  ...(['cold_latency_ns', 'handler_ns', 'given_mb'] as const),
] as const;

const invocations = `
SELECT provider, account, region, function_name, toString(invocation_key) AS key, toUnixTimestamp64Milli(at) AS at_ms, ${only.join(', ')}
FROM (${mergedInvocations(
  { since: '{since_s:Int64}', until: '{until_s:Int64}' },
  'function_name IN {names:Array(String)} AND invocation_key IN {keys:Array(UUID)}',
  { only: ['at', ...only] },
)})`;

interface Keyed {
  provider: string;
  account: string;
  region: string;
  function_name: string;
  key: string;
}

interface ArrivalRow extends Keyed {
  arrived_ms: string;
  first_s: number;
  last_s: number;
  arrived: string;
}

interface Row extends Keyed {
  at_ms: string;
  invocation_id: string | null;
  instance: string;
  version: string;
  kind: StartKind | null;
  certainty: Certainty | null;
  failed: 0 | 1;
  cold_latency_ns: Nanoseconds;
  handler_ns: Nanoseconds;
  given_mb: number;
}

const keyOf = ({ provider, account, region, function_name: name, key }: Keyed): string =>
  JSON.stringify([provider, account, region, name, key]);

const isoOf = (ms: number): string => new Date(ms).toISOString();

const invocationOf = (row: Row, arrivedMs: number): LiveInvocation => {
  const executionMs = milliseconds(row.handler_ns);
  const coldMs = milliseconds(row.cold_latency_ns);
  const { provider, account, region, function_name: name, key } = row;
  return {
    ...{ provider, account, region, name },
    key: keyOf(row),
    invocationId: row.invocation_id ?? key,
    arrivedAt: isoOf(arrivedMs),
    at: isoOf(Number(row.at_ms)),
    startKind: row.kind,
    startCertainty: row.certainty,
    isCold: isColdKind(row.kind),
    isError: row.failed === 1,
    latencyMs: waitedMs(row),
    readyMs: coldMs === null || executionMs === null ? null : coldMs - executionMs,
    executionMs,
    version: row.version,
    instanceId: row.instance,
    memoryMb: row.given_mb === 0 ? null : row.given_mb,
  };
};

/** What parts of an invocation say when it began may be an hour from where they lie. */
const wholeOf = async (connection: Connection, rows: readonly ArrivalRow[]): Promise<Map<string, Row>> => {
  if (rows.length === 0) return new Map();
  const around = {
    since_s: Math.min(...rows.map(({ first_s: s }) => s)) - hourMs / 1_000,
    until_s: Math.max(...rows.map(({ last_s: s }) => s)) + (2 * hourMs) / 1_000,
  };
  const found = await connection.select<Row>(invocations, {
    ...around,
    names: [...new Set(rows.map(({ function_name: name }) => name))],
    keys: [...new Set(rows.map(({ key }) => key))],
  });
  return new Map(found.map((row) => [keyOf(row), row]));
};

/** @throws what the client throws */
export async function liveInvocations(
  connection: Connection,
  { limit, cursor, filter = '', of }: LiveQuery,
  nowMs: number,
): Promise<LiveInvocations> {
  // Clocks of two collectors differ.
  const seenMs = Math.min(cursor === undefined ? nowMs - firstLookMs : Number(cursor), nowMs + hourMs);
  const afterMs = Math.max(seenMs - (cursor === undefined ? 0 : overlapMs), nowMs - longestLookMs);
  const where = of === undefined ? isAsked(filter) : `${isAsked(filter)} AND ${isOfIt}`;
  const rows = await connection.select<ArrivalRow>(arrivals(where), {
    ...{ slots_s: Math.floor((nowMs - lateUpToMs) / hourMs) * (hourMs / 1_000), after_ms: afterMs, limit },
    ...(filter !== '' && { filter }),
    ...(of && identityOf(of)),
  });
  const whole = await wholeOf(connection, rows);
  const latestMs = Math.max(seenMs, ...rows.map(({ arrived_ms: ms }) => Number(ms)));
  return {
    until: isoOf(nowMs),
    cursor: String(latestMs),
    arrived: Number(rows[0]?.arrived ?? 0),
    invocations: rows.flatMap((arrival) => {
      const row = whole.get(keyOf(arrival));
      return row === undefined ? [] : [invocationOf(row, Number(arrival.arrived_ms))];
    }),
    waiting: null,
  };
}
