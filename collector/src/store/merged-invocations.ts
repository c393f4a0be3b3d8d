/**
 * Whole invocations, as every question sees them: parts merged by the engine, and of each fact the source that is believed.
 *
 *   The platform is believed for what it measures: billed time, its own init, memory used, and that an instance was made
 *   or restored. That it reported no init does not tell warm from prewarmed, so there the agent's word comes first.
 *   The agent is believed for what only it can see: runtime start, init by module, the handler's own time.
 *   Other senders come last. What nobody told stays NULL.
 *
 * Parts of an invocation on two sides of midnight lie in two partitions: partitions are chosen by `day` with one day's
 * margin, FINAL merges, and only then a window is applied to the merged time (`at`).
 */

/** A cold start told by another sender without its init: `instance_starts` may have it. */
const lacksInit = `otel_start_kind = 'cold' AND isNull(agent_init_ns) AND isNull(platform_reported_init_ns)`;

/** The invocation that waited began when the instance was ready, or a little later; clocks of one host are compared. */
const longestHandOver = { beforeMs: 1_000, afterMs: 10_000 } as const;

/** Begin of the window is `{since_ms:Int64}`. @param where on the table's own columns, such as a filter of names */
const parts = (where: string): string => `
  SELECT
    *,
    coalesce(started_at, platform_started_at, seen_at) AS at,
    if(${lacksInit}, function_name, '') AS waits_for,
    at + INTERVAL ${longestHandOver.beforeMs} MILLISECOND AS latest_start
  FROM invocations FINAL
  WHERE day >= toDate(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) - 1 AND ${where}`;

const starts = `
  SELECT function_name, started_at, instance_id AS started_instance, init_ns
  FROM instance_starts FINAL
  WHERE day >= toDate(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) - 1`;

/** Nanoseconds from the start's init to the invocation, on the one start before it that is nearest. */
const gapNs = `(toUnixTimestamp64Nano(at) - toUnixTimestamp64Nano(starts.started_at) - toInt64(starts.init_ns))`;

const isItsStart = `starts.function_name != ''
      AND starts.started_instance IN ('', ifNull(instance_id, ''))
      AND ${gapNs} BETWEEN -${longestHandOver.beforeMs} * 1000000 AND ${longestHandOver.afterMs} * 1000000`;

/**
 * One row an invocation. Latency that a caller of a cold start met: the larger of the platform's figure for getting ready and
 * runtime start + init, or the restore, + execution; NULL where getting ready was not observable.
 */
export const mergedInvocations = (where = '1'): string => `
  SELECT
    provider, account, region, parts.function_name AS function_name, invocation_id, at, trace_id,
    instance_id, function_version, runtime, arch, memory_mb, timeout_ms, trigger, modules_seen, modules_hint,
    -- The platform knows of timeouts and crashes that no agent lives to tell.
    ifNull(error, 0) OR ifNull(platform_status, 'success') != 'success' AS failed,
    ifNull(weight_ppm, 1000000) AS weight,
    coalesce(nullIf(platform_start_kind, 'warm'), start_kind, platform_start_kind, otel_start_kind) AS kind,
    ifNull(kind IN ('cold', 'restored'), 0) AS is_cold,
    ifNull(kind IN ('warm', 'prewarmed'), 0) AS is_warm,
    agent_runtime_start_ns AS runtime_start_ns,
    coalesce(agent_init_ns, if(${isItsStart}, starts.init_ns, NULL)) AS own_init_ns,
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
    platform_memory_used_mb AS memory_used_mb
  FROM (${parts(where)}) AS parts
  LEFT ASOF JOIN (${starts}) AS starts
    ON parts.waits_for = starts.function_name
    AND parts.latest_start >= starts.started_at`;
