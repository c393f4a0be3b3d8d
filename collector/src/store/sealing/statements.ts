/** What whole invocations become: single cold starts, sums by hour and, of these, by day. */

import { dimensions, functionId, functionIdentity, type SumName, sumNames } from '../schema/005-sealed-periods.ts';
import { billable, billableSums, countSums } from './billable.ts';

const identity = functionIdentity.join(', ');

/** Cold starts that come within so many seconds of each other were caused by one step of the traffic. */
const burstSeconds = 10;

/** Single cold starts of whole invocations. @param source a table, or a statement in brackets */
export const coldStartsOf = (source: string): string => `
SELECT toDate(at) AS day, ${functionId()} AS function_id, ${identity}, at, invocation_key, invocation_id, trace_id, instance AS instance_id,
  version AS function_version, runtime_name AS runtime, arch_name AS arch, given_mb AS memory_mb, trigger_name AS trigger, product,
  kind, cold_latency_ns AS latency_ns, runtime_start_ns, own_init_ns AS init_ns, handler_ns AS execution_ns,
  reported_init_ns, platform_ns, restore_ns, billed AS billed_ms,
  ifNull(toString(certainty), '') AS certainty
FROM ${source}
WHERE is_cold`;

/** Of executions' buckets, each 2 % wide: what is read from them is within 1 %. Stored sums hold it: never change it alone. */
export const executionBase = 1.02;
const bucketOf = (ns: string): string => `toUInt16(round(log(greatest(${ns}, 1)) / log(${executionBase})))`;
export const bucketMiddle = (bucket: string): string => `pow(${executionBase}, ${bucket})`;
const executionsOf = (which: string): string =>
  `sumMapIf(map(${bucketOf('assumeNotNull(handler_ns)')}, toUInt64(weight)), ${which} AND isNotNull(handler_ns))`;

/**
 * Where an instance serves several at once, requests that came during its init wait for it too, and are handed over as soon as
 * it is ready: they begin while the cold one is still served, within so many milliseconds. Inferred, unless the platform
 * tells that it had the request before the instance was ready. An instance starts once: of ids that are used again nothing
 * can be told.
 */
export const handedOverMs = 100;
const isColdAffected = `is_warm AND colds.instance != '' AND at < colds.ended_at AND (
    at <= colds.ready_at + INTERVAL ${handedOverMs} MILLISECOND OR platform_at < colds.ready_at)`;
const readyNs = 'cold_latency_ns - ifNull(handler_ns, 0)';
const after = (ns: string): string => `addNanoseconds(toDateTime64(at, 9, 'UTC'), toInt64(${ns}))`;
const withColds = (source: string): string => `
  ${billable(source)} AS whole LEFT ANY JOIN (
    SELECT ${identity}, instance, min(${after(readyNs)}) AS ready_at, max(${after('cold_latency_ns')}) AS ended_at
    FROM ${source} WHERE is_cold AND instance != '' AND isNotNull(cold_latency_ns) GROUP BY ${identity}, instance
    HAVING count() = 1) AS colds
  USING (${identity}, instance)`;

const sumsOfInvocations: Readonly<Record<SumName, string>> = {
  ...countSums,
  errors: 'sumIf(weight, failed)',
  cold_affected: `sumIf(weight, ${isColdAffected})`,
  ...billableSums,
};

const inOrder = (of: (name: SumName) => string): string =>
  sumNames.map((name) => `${of(name)} AS ${name}`).join(',\n  ');

/**
 * Sums by hour, function and whatever may be asked for; without time that is shared on instances, see shared-time.ts.
 * @param source a table, or a statement in brackets
 */
export const hoursOf = (source: string): string => `
SELECT toDate(at) AS day, toStartOfHour(at) AS hour, ${functionId()} AS function_id, ${identity},
  version AS function_version, runtime_name AS runtime, arch_name AS arch, given_mb AS memory_mb, trigger_name AS trigger, product,
  ${inOrder((name) => sumsOfInvocations[name])},
  arrayMax(arrayConcat([0], tupleElement(sumMapIf([intDiv(toUnixTimestamp(at), ${burstSeconds})], [toUInt32(1)], is_cold), 2))) AS cold_burst,
  max(memory_used_mb) AS memory_used_mb,
  argMax(timeout_ms, at) AS timeout_ms,
  max(at) AS latest_at,
  argMax(modules_seen, at) AS modules_seen,
  argMax(modules_hint, at) AS modules_hint,
  ${executionsOf('is_warm')} AS warm_buckets,
  ${executionsOf('NOT is_warm AND NOT is_cold')} AS untold_buckets
FROM ${withColds(source)}
GROUP BY day, hour, ${identity}, ${dimensions.join(', ')}`;

/** Columns are named with their table, for a sum is called like what it sums. @param where on the day alone */
export const daysOf = (where: string): string => `
SELECT day, parts.function_id AS function_id, ${identity}, ${dimensions.join(', ')},
  ${inOrder((name) => `sum(parts.${name})`)},
  max(parts.cold_burst) AS cold_burst,
  max(parts.memory_used_mb) AS memory_used_mb,
  argMax(parts.timeout_ms, parts.latest_at) AS timeout_ms,
  max(parts.latest_at) AS latest_at,
  argMax(parts.modules_seen, parts.latest_at) AS modules_seen,
  argMax(parts.modules_hint, parts.latest_at) AS modules_hint,
  sumMap(parts.warm_buckets) AS warm_buckets,
  sumMap(parts.untold_buckets) AS untold_buckets
FROM function_hours_next AS parts
WHERE ${where}
GROUP BY day, function_id, ${identity}, ${dimensions.join(', ')}`;
