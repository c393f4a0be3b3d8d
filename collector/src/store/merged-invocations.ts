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
  /** What shares instances is told of from here on, earlier than `since`, at most an hour. */
  sharedSince?: number;
}

const marginS = 3_600;

/** Partitions that may hold parts of the window's invocations. */
const slots = ({ since, until }: Window): string => `
  (slot >= toDateTime(intDiv(${since}, 3600) * 3600 - ${marginS}, 'UTC') OR slot = toStartOfDay(toDateTime(${since} - ${marginS}, 'UTC')))
  AND slot < toDateTime(${until} + ${marginS}, 'UTC')`;

/** The invocation that waited began when the instance was ready, or a little later; clocks of one host are compared. */
const longestHandOver = { beforeMs: 1_000, afterMs: 10_000 } as const;

/** Nanoseconds from the start's init to the invocation, on the one start before it that is nearest. */
const gapNs = `((toUnixTimestamp64Milli(at) * 1000000) - toUnixTimestamp64Nano(starts.started_at) - toInt64(starts.init_ns))`;

const isItsStart = `starts.function_name != ''
      AND starts.started_instance IN ('', ifNull(instance_id, ''))
      AND ${gapNs} BETWEEN -${longestHandOver.beforeMs} * 1000000 AND ${longestHandOver.afterMs} * 1000000`;

/** What a whole invocation has, made of its facts and of each other. */
const columns = {
  invocation_id: 'invocation_id',
  at: 'at',
  trace_id: 'trace_id',
  instance: "ifNull(instance_id, '')",
  version: "ifNull(function_version, '')",
  runtime_name: "ifNull(runtime, '')",
  arch_name: "ifNull(arch, '')",
  given_mb: 'ifNull(memory_mb, 0)',
  trigger_name: "ifNull(trigger, '')",
  product: 'product',
  timeout_ms: 'timeout_ms',
  modules_seen: 'modules_seen',
  modules_hint: 'modules_hint',
  /** The platform knows of timeouts and crashes that no agent lives to tell. */
  failed: "ifNull(error, 0) OR ifNull(platform_status, 'success') != 'success'",
  weight: 'ifNull(weight_ppm, 1000000)',
  kind: "coalesce(nullIf(platform_start_kind, 'warm'), start_kind, platform_start_kind, otel_start_kind)",
  /** Whose word the kind is, is how sure it is: the platform knows, of others only the agent says so. */
  certainty: "if(ifNull(platform_start_kind, 'warm') != 'warm', 'certain', start_certainty)",
  is_cold: "ifNull(kind IN ('cold', 'restored'), 0)",
  is_warm: "ifNull(kind IN ('warm', 'prewarmed'), 0)",
  runtime_start_ns: 'agent_runtime_start_ns',
  /** Of a cold start that was told without its init, that of its start. */
  own_init_ns: `coalesce(agent_init_ns, if(${isItsStart}, starts.init_ns, NULL))`,
  reported_init_ns: 'platform_reported_init_ns',
  restore_ns: 'platform_restore_ns',
  handler_ns: 'coalesce(agent_execution_ns, platform_duration_ns, otel_execution_ns)',
  /** An init that ran again inside the invocation is in its duration already. */
  waited_init_ns: 'if(platform_init_inside = 1, NULL, reported_init_ns)',
  seen_ready_ns: 'ifNull(runtime_start_ns, 0) + own_init_ns',
  /** That a caller of a cold start met; NULL where getting ready was not observable. */
  cold_latency_ns: `multiIf(
      kind = 'restored', restore_ns,
      kind = 'cold', coalesce(greatest(waited_init_ns, seen_ready_ns), waited_init_ns, seen_ready_ns),
      NULL) + handler_ns`,
  platform_ns:
    'if(reported_init_ns >= seen_ready_ns AND isNotNull(runtime_start_ns), reported_init_ns - seen_ready_ns, NULL)',
  billed: 'coalesce(platform_billed_ms, agent_billed_ms)',
  billable_ns: 'coalesce(platform_duration_ns, handler_ns)',
  start_up_ns: 'toInt64(ifNull(cold_latency_ns - handler_ns, 0))',
  /** Of the agent; others tell of the handler's call. */
  begins_with_start_up: 'isNotNull(start_kind)',
  milli_vcpu: 'milli_vcpu',
  platform_cpu_us: 'platform_cpu_us',
  memory_used_mb: 'platform_memory_used_mb',
  platform_at: 'platform_started_at',
} as const satisfies Readonly<Record<string, string>>;
export type InvocationColumn = keyof typeof columns;
const columnNames = Object.keys(columns) as InvocationColumn[];

/** What columns are made of, beside facts. */
const steps: Readonly<Record<string, string>> = {
  ...columns,
  at: 'assumeNotNull(coalesce(started_at, platform_started_at, seen_at))',
  product: productOf,
  /** A cold start told by another sender without its init: `instance_starts` may have it. */
  waits_for: `if(otel_start_kind = 'cold' AND isNull(agent_init_ns) AND isNull(platform_reported_init_ns), function_name, '')`,
};

/** With all that they are made of. */
const closureOf = (wanted: Iterable<string>): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const word of steps[name]?.replaceAll(/'[^']*'/g, '').match(/\w+/g) ?? []) visit(word);
  };
  for (const name of wanted) visit(name);
  return found;
};

const folded = (window: Window, where: string, facts: readonly string[]): string => `
    SELECT ${identityColumns.join(', ')},
      ${facts.map((name) => `${name === 'seen_at' ? 'min' : 'max'}(${name}) AS ${name}`).join(', ')}
    FROM invocation_parts
    WHERE ${slots(window)} AND ${where}
    GROUP BY ${identityColumns.join(', ')}`;

const moment = (seconds: number | string): string => `toDateTime64(${seconds}, 3, 'UTC')`;

const starts = ({ since, until }: Window): string => `
  SELECT function_name, started_at, instance_id AS started_instance, init_ns
  FROM instance_starts FINAL
  WHERE started_at >= toDateTime64(${since} - ${marginS}, 9, 'UTC') AND started_at < toDateTime64(${until}, 9, 'UTC')`;

const joinedStarts = (window: Window): string => `
  LEFT ASOF JOIN (${starts(window)}) AS starts
    ON parts.waits_for = starts.function_name
    AND parts.at + INTERVAL ${longestHandOver.beforeMs} MILLISECOND >= starts.started_at`;

interface Wanted {
  /** The engine takes as long to plan a statement as it has columns. Absent = all. */
  only?: readonly InvocationColumn[];
  /** Starts that were told without their invocation are left out: a question of one invocation takes a third less time. */
  withoutStarts?: boolean;
}

/**
 * One row an invocation that began in the window: its identity, and the columns that are wanted.
 * @param where on the identity alone, such as a filter of names
 */
export const mergedInvocations = (
  window: Window,
  where = '1',
  { only = columnNames, withoutStarts = false }: Wanted = {},
): string => {
  const isShared = window.sharedSince !== undefined;
  const selected = columnNames.filter((name) => closureOf(only).has(name));
  const isJoined = !withoutStarts && selected.includes('own_init_ns');
  const made = ['at', ...(isJoined ? ['waits_for'] : []), ...(isShared ? ['product'] : [])];
  const needed = closureOf([...selected, ...made]);
  const facts = factNames.filter((name) => needed.has(name));
  const expression = (name: InvocationColumn): string =>
    name === 'own_init_ns' && !isJoined ? 'agent_init_ns' : columns[name];
  return `
  SELECT
    provider, account, region, parts.function_name AS function_name, invocation_key,
    ${selected.map((name) => (expression(name) === name ? name : `${expression(name)} AS ${name}`)).join(',\n    ')}
  FROM (
  SELECT
    *,
    ${steps.at} AS at${isJoined ? `,\n    ${steps.waits_for} AS waits_for` : ''}${needed.has('product') ? `,\n    ${steps.product}` : ''}
  FROM (${folded(window, where, facts)})
  WHERE at < ${moment(window.until)} AND (at >= ${moment(window.since)}${
    isShared ? ` OR (at >= ${moment(window.sharedSince ?? 0)} AND ${isByInstance})` : ''
  })) AS parts${isJoined ? joinedStarts(window) : ''}`;
};
