/**
 * Whole invocations, as every question sees them: parts folded by their key, and of each fact the source that is believed.
 *
 *   The platform is believed for what it measures: billed time, its own init, memory used, and that an instance was made
 *   or restored. That it reported no init does not tell warm from prewarmed, so there the agent's word comes first.
 *   The agent is believed for what only it can see: runtime start, init by module, the handler's own time.
 *   Other senders come last. What nobody told stays NULL.
 *
 * Of a fact that several parts tell, the largest counts: that is the same in whatever order they came. Parts of one
 * invocation may lie in neighbouring hours; of what came late, in the partition of its day.
 */
import { factNames, identityColumns } from './schema/005-sealed-periods.ts';
import { isByInstance, productOf } from './sealing/billable.ts';

/** Begin and end of the window, seconds since 1970: numbers, or parameters of the statement. */
export interface Window {
  since: number | string;
  until: number | string;
  /** Starts that were told without their invocation are left out: a question of one invocation takes a third less time. */
  withoutStarts?: true;
  /** What shares instances is told of from here on, earlier than `since`, at most an hour. */
  sharedSince?: number;
}

const marginS = 3_600;

/** Partitions that may hold parts of the window's invocations. */
const slots = ({ since, until }: Window): string => `
  (slot >= toDateTime(intDiv(${since}, 3600) * 3600 - ${marginS}, 'UTC') OR slot = toStartOfDay(toDateTime(${since} - ${marginS}, 'UTC')))
  AND slot < toDateTime(${until} + ${marginS}, 'UTC')`;

const folded = (window: Window, where: string): string => `
    SELECT ${identityColumns.join(', ')},
      ${factNames.map((name) => `${name === 'seen_at' ? 'min' : 'max'}(${name}) AS ${name}`).join(', ')}
    FROM invocation_parts
    WHERE ${slots(window)} AND ${where}
    GROUP BY ${identityColumns.join(', ')}`;

/** A cold start told by another sender without its init: `instance_starts` may have it. */
const lacksInit = `otel_start_kind = 'cold' AND isNull(agent_init_ns) AND isNull(platform_reported_init_ns)`;

/** The invocation that waited began when the instance was ready, or a little later; clocks of one host are compared. */
const longestHandOver = { beforeMs: 1_000, afterMs: 10_000 } as const;

const moment = (seconds: number | string): string => `toDateTime64(${seconds}, 3, 'UTC')`;

const parts = (window: Window, where: string): string => `
  SELECT
    *,
    assumeNotNull(coalesce(started_at, platform_started_at, seen_at)) AS at,
    if(${lacksInit}, function_name, '') AS waits_for,
    at + INTERVAL ${longestHandOver.beforeMs} MILLISECOND AS latest_start,
    ${productOf}
  FROM (${folded(window, where)})
  WHERE at < toDateTime64(${window.until}, 3, 'UTC') AND (at >= ${moment(window.since)}${
    window.sharedSince === undefined ? '' : ` OR (at >= ${moment(window.sharedSince)} AND ${isByInstance})`
  })`;

const starts = ({ since, until }: Window): string => `
  SELECT function_name, started_at, instance_id AS started_instance, init_ns
  FROM instance_starts FINAL
  WHERE started_at >= toDateTime64(${since} - ${marginS}, 9, 'UTC') AND started_at < toDateTime64(${until}, 9, 'UTC')`;

/** Nanoseconds from the start's init to the invocation, on the one start before it that is nearest. */
const gapNs = `((toUnixTimestamp64Milli(at) * 1000000) - toUnixTimestamp64Nano(starts.started_at) - toInt64(starts.init_ns))`;

const isItsStart = `starts.function_name != ''
      AND starts.started_instance IN ('', ifNull(instance_id, ''))
      AND ${gapNs} BETWEEN -${longestHandOver.beforeMs} * 1000000 AND ${longestHandOver.afterMs} * 1000000`;

const joinedStarts = (window: Window): string => `
  LEFT ASOF JOIN (${starts(window)}) AS starts
    ON parts.waits_for = starts.function_name
    AND parts.latest_start >= starts.started_at`;

/**
 * One row an invocation that began in the window. Latency that a caller of a cold start met: the larger of the platform's figure
 * for getting ready and runtime start + init, or the restore, + execution; NULL where getting ready was not observable.
 * @param where on the identity alone, such as a filter of names
 */
export const mergedInvocations = (window: Window, where = '1'): string => `
  SELECT
    provider, account, region, parts.function_name AS function_name, invocation_key, invocation_id, at, trace_id,
    ifNull(instance_id, '') AS instance, ifNull(function_version, '') AS version, ifNull(runtime, '') AS runtime_name,
    ifNull(arch, '') AS arch_name, ifNull(memory_mb, 0) AS given_mb, ifNull(trigger, '') AS trigger_name, product,
    timeout_ms, modules_seen, modules_hint,
    -- The platform knows of timeouts and crashes that no agent lives to tell.
    ifNull(error, 0) OR ifNull(platform_status, 'success') != 'success' AS failed,
    ifNull(weight_ppm, 1000000) AS weight,
    coalesce(nullIf(platform_start_kind, 'warm'), start_kind, platform_start_kind, otel_start_kind) AS kind,
    -- Whose word the kind is, is how sure it is: the platform knows, of others only the agent says so.
    if(ifNull(platform_start_kind, 'warm') != 'warm', 'certain', start_certainty) AS certainty,
    ifNull(kind IN ('cold', 'restored'), 0) AS is_cold,
    ifNull(kind IN ('warm', 'prewarmed'), 0) AS is_warm,
    agent_runtime_start_ns AS runtime_start_ns,
    ${window.withoutStarts ? 'agent_init_ns' : `coalesce(agent_init_ns, if(${isItsStart}, starts.init_ns, NULL))`} AS own_init_ns,
    platform_reported_init_ns AS reported_init_ns,
    platform_restore_ns AS restore_ns,
    coalesce(agent_execution_ns, platform_duration_ns, otel_execution_ns) AS handler_ns,
    -- An init that ran again inside the invocation is in its duration already.
    if(platform_init_inside = 1, NULL, reported_init_ns) AS waited_init_ns,
    ifNull(runtime_start_ns, 0) + own_init_ns AS seen_ready_ns,
    multiIf(
      kind = 'restored', restore_ns,
      kind = 'cold', coalesce(greatest(waited_init_ns, seen_ready_ns), waited_init_ns, seen_ready_ns),
      NULL) + handler_ns AS cold_latency_ns,
    if(reported_init_ns >= seen_ready_ns AND isNotNull(runtime_start_ns), reported_init_ns - seen_ready_ns, NULL) AS platform_ns,
    coalesce(platform_billed_ms, agent_billed_ms) AS billed,
    coalesce(platform_duration_ns, handler_ns) AS billable_ns,
    toInt64(ifNull(cold_latency_ns - handler_ns, 0)) AS start_up_ns,
    -- Of the agent; others tell of the handler's call.
    isNotNull(start_kind) AS begins_with_start_up,
    milli_vcpu, platform_cpu_us,
    platform_memory_used_mb AS memory_used_mb,
    platform_started_at AS platform_at
  FROM (${parts(window, where)}) AS parts${window.withoutStarts ? '' : joinedStarts(window)}`;
