/** The instances of one function, from its single invocations: sums by the hour do not know instances. */
import type { StartKind } from '@coldlens/agent/vocabulary';
import { type Instance, type InstanceList, type InstanceQuery, longestInstancesMs } from '../model/instances.ts';
import { identityOf } from './cold-start-list.ts';
import type { Connection } from './connection.ts';
import { mergedInvocations } from './merged-invocations.ts';
import { milliseconds, type Nanoseconds, whole } from './periods.ts';

/** Of a column's own name, which parts have instead of the function's id. */
const isIt =
  'provider = {provider:String} AND account = {account:String} AND region = {region:String} AND function_name = {function_name:String}';

const only = [
  ...(['at', 'instance', 'version', 'given_mb', 'kind', 'is_cold', 'failed', 'weight'] as const),
  ...(['cold_latency_ns', 'handler_ns', 'memory_used_mb'] as const),
] as const;

const merged = `(
  SELECT * FROM (${mergedInvocations({ since: '{since_s:Int64}', until: '{until_s:Int64}' }, isIt, { only })})
  WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))`;

/** How an instance began is told by an invocation that met it; a warm one says only that it was there. */
const began = "is_cold OR kind = 'prewarmed'";

const statement = `
SELECT instance AS id, argMax(version, at) AS latest_version, argMax(given_mb, at) AS latest_mb,
  argMinIf(kind, at, ${began}) AS start_kind, minIf(toUnixTimestamp64Milli(at), ${began}) AS started_ms, countIf(${began}) AS starts,
  argMinIf(cold_latency_ns, at, is_cold) AS cold_ns,
  toUnixTimestamp64Milli(min(at)) AS first_ms, toUnixTimestamp64Milli(max(at)) AS latest_ms,
  sum(weight) AS invocations, sumIf(weight, failed) AS errors, sum(handler_ns) AS busy_ns, max(memory_used_mb) AS most_used_mb,
  count() OVER () AS instances
FROM ${merged}
WHERE instance != ''
GROUP BY instance
ORDER BY latest_ms DESC, id
LIMIT {limit:UInt32}`;

/** Within one minute of the clock. */
const ofAll = `
SELECT sum(invocations) AS all_invocations, sum(nameless) AS all_nameless, max(at_once) AS most_at_once
FROM (
  SELECT toStartOfMinute(at) AS minute, sum(weight) AS invocations, sumIf(weight, instance = '') AS nameless,
    uniqExactIf(instance, instance != '') AS at_once
  FROM ${merged} GROUP BY minute)`;

interface Row {
  id: string;
  latest_version: string;
  latest_mb: number;
  start_kind: StartKind | null;
  started_ms: string;
  starts: string;
  cold_ns: Nanoseconds;
  first_ms: string;
  latest_ms: string;
  /** In millionths. */
  invocations: string;
  errors: string;
  busy_ns: Nanoseconds;
  most_used_mb: number | null;
  instances: string;
}

interface WholeRow {
  all_invocations: string;
  all_nameless: string;
  most_at_once: string;
}

const isoOf = (ms: string): string => new Date(Number(ms)).toISOString();

const instanceOf = (row: Row): Instance => {
  const isKnown = row.starts !== '0';
  return {
    instanceId: row.id,
    version: row.latest_version,
    memoryMb: row.latest_mb === 0 ? null : row.latest_mb,
    startKind: isKnown ? row.start_kind : null,
    startedAt: isKnown ? isoOf(row.started_ms) : null,
    coldLatencyMs: milliseconds(row.cold_ns),
    firstAt: isoOf(row.first_ms),
    latestAt: isoOf(row.latest_ms),
    invocations: whole(row.invocations),
    errors: whole(row.errors),
    busyMs: milliseconds(row.busy_ns),
    memoryUsedMb: row.most_used_mb,
  };
};

/**
 * @returns `null` when the window has no invocation of such a function
 * @throws what the client throws
 */
export async function instanceList(
  connection: Connection,
  { sinceMs: askedMs, limit, ...identity }: InstanceQuery,
  nowMs: number,
): Promise<InstanceList | null> {
  const sinceMs = nowMs - Math.min(askedMs, longestInstancesMs);
  const parameters = {
    ...identityOf(identity),
    ...{ since_s: Math.floor(sinceMs / 1_000), since_ms: sinceMs },
    // Clocks of functions may be ahead of ours.
    until_s: Math.ceil(nowMs / 1_000) + 86_400,
  };
  const [rows, [all]] = await Promise.all([
    connection.select<Row>(statement, { ...parameters, limit }),
    connection.select<WholeRow>(ofAll, parameters),
  ]);
  if (all === undefined || BigInt(all.all_invocations) === 0n) return null;
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    count: Number(rows[0]?.instances ?? 0),
    mostAtOnce: Number(all.most_at_once),
    invocationsWithoutInstance: whole(all.all_nameless),
    instances: rows.map(instanceOf),
  };
}
