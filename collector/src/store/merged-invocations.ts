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
import { factNames as firstFactNames, identityColumns } from './schema/005-sealed-periods.ts';
import { laterFactNames } from './schema/008-platform-telemetry.ts';
import { isByInstance, productOf } from './sealing/billable.ts';
import { slotsOf } from './slots.ts';

const factNames: readonly string[] = [...firstFactNames, ...laterFactNames];

/** Begin and end of the window, seconds since 1970: numbers, or parameters of the statement. */
export interface Window {
  since: number | string;
  until: number | string;
  /** What shares instances is told of from here on, earlier than `since`, at most an hour. */
  sharedSince?: number;
}

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
  kind: 'coalesce(if(platform_knows, platform_kind, NULL), start_kind, platform_kind, otel_start_kind)',
  /** Whose word the kind is, is how sure it is: what was found by a rule may be wrong, of other senders nothing is known. */
  certainty: `multiIf(platform_knows, 'certain', isNotNull(start_kind), start_certainty, platform_is_certain = 0, 'inferred', NULL)`,
  is_cold: "ifNull(kind IN ('cold', 'restored'), 0)",
  is_warm: "ifNull(kind IN ('warm', 'prewarmed'), 0)",
  runtime_start_ns: 'agent_runtime_start_ns',
  /** Of a cold start that was told without its init, that of its start (see pairing/). */
  own_init_ns: 'coalesce(agent_init_ns, otel_init_ns)',
  /** Not of one that a rule took for the first, until an earlier one was told. */
  reported_init_ns: "if(kind = 'warm' AND platform_is_certain = 0, NULL, platform_reported_init_ns)",
  restore_ns: 'platform_restore_ns',
  /** Of a cold one whose platform counts from the call's arrival: what was execution. */
  served_ns: "if(kind = 'cold', coalesce(agent_execution_ns, platform_served_ns), NULL)",
  /** And what was getting ready; all of it, where nobody knows how much. */
  own_wait_ns: `if(kind = 'cold' AND isNotNull(platform_served_ns),
      toUInt64(platform_duration_ns - least(served_ns, platform_duration_ns)), NULL)`,
  handler_ns: `coalesce(agent_execution_ns,
      if(isNull(own_wait_ns), platform_duration_ns, nullIf(served_ns, 0)), otel_execution_ns)`,
  /** An init that ran again inside the invocation is in its duration already. */
  waited_init_ns: 'if(platform_init_inside = 1, NULL, coalesce(own_wait_ns, reported_init_ns))',
  seen_ready_ns: 'ifNull(runtime_start_ns, 0) + own_init_ns',
  /** That a caller of a cold start met; NULL where getting ready was not observable. */
  cold_latency_ns: `multiIf(
      kind = 'restored', restore_ns,
      kind = 'cold', coalesce(greatest(waited_init_ns, seen_ready_ns), waited_init_ns, seen_ready_ns),
      NULL) + if(isNull(own_wait_ns), handler_ns, ifNull(handler_ns, 0))`,
  platform_ns:
    'if(reported_init_ns >= seen_ready_ns AND isNotNull(runtime_start_ns), reported_init_ns - seen_ready_ns, NULL)',
  /** The agent's span of a cold start begins with the call where nobody waited at first: the init before it is billed too. */
  billed: `coalesce(platform_billed_ms, if(isNotNull(agent_billed_ms) AND ifNull(kind, '') = 'cold',
      greatest(assumeNotNull(agent_billed_ms),
        intDiv(ifNull(seen_ready_ns, 0) + ifNull(agent_execution_ns, 0) + 999999, 1000000)),
      agent_billed_ms))`,
  billable_ns: 'coalesce(toUInt64(platform_duration_ns - ifNull(own_wait_ns, 0)), handler_ns)',
  start_up_ns: 'toInt64(ifNull(cold_latency_ns - ifNull(handler_ns, 0), 0))',
  /** Of the agent, and where the platform counts from the request's arrival; others tell of the handler's call. */
  begins_with_start_up: 'isNotNull(start_kind) OR isNotNull(own_wait_ns)',
  milli_vcpu: 'milli_vcpu',
  platform_cpu_us: 'platform_cpu_us',
  memory_used_mb: 'platform_memory_used_mb',
  platform_at: 'platform_started_at',
} as const satisfies Readonly<Record<string, string>>;
export type InvocationColumn = keyof typeof columns;
const columnNames = Object.keys(columns) as InvocationColumn[];

/** Another row is the same call. What its function itself has told by this id counts after all. */
const isEcho = 'ifNull(told_elsewhere, 0) = 1 AND isNull(start_kind) AND isNull(otel_execution_ns)';

/** What columns are made of, beside facts. */
const steps: Readonly<Record<string, string>> = {
  ...columns,
  at: 'assumeNotNull(coalesce(started_at, platform_started_at, seen_at))',
  product: productOf,
  is_echo: isEcho,
  /** The report of an init that ran again inside the invocation stands in a line of its own: without that it says warm. */
  platform_kind: "if(platform_start_kind = 'warm' AND platform_init_inside = 1, 'cold', platform_start_kind)",
  /** That it reported no init does not tell warm from prewarmed, and what it is not sure of the agent may know. */
  platform_knows: "ifNull(platform_kind, 'warm') != 'warm' AND ifNull(platform_is_certain, 1) = 1",
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
    WHERE ${slotsOf(window)} AND ${where}
    GROUP BY ${identityColumns.join(', ')}`;

const moment = (seconds: number | string): string => `toDateTime64(${seconds}, 3, 'UTC')`;

interface Wanted {
  /** The engine takes as long to plan a statement as it has columns. Absent = all. */
  only?: readonly InvocationColumn[];
}

/**
 * One row an invocation that began in the window: its identity, and the columns that are wanted.
 * @param where on the identity alone, such as a filter of names
 */
export const mergedInvocations = (window: Window, where = '1', { only = columnNames }: Wanted = {}): string => {
  const isShared = window.sharedSince !== undefined;
  const wanted = closureOf(only);
  const selected = columnNames.filter((name) => wanted.has(name));
  const needed = closureOf([...selected, 'at', 'is_echo', ...(isShared ? ['product'] : [])]);
  const made = ['at', 'platform_kind', 'platform_knows']
    .filter((name) => needed.has(name))
    .map((name) => `${steps[name]} AS ${name}`);
  const facts = factNames.filter((name) => needed.has(name));
  return `
  SELECT
    provider, account, region, function_name, invocation_key,
    ${selected.map((name) => (columns[name] === name ? name : `${columns[name]} AS ${name}`)).join(',\n    ')}
  FROM (
  SELECT
    *, ${[...made, ...(needed.has('product') ? [productOf] : [])].join(',\n    ')}
  FROM (${folded(window, where, facts)})
  WHERE NOT (${isEcho}) AND at < ${moment(window.until)} AND (at >= ${moment(window.since)}${
    isShared ? ` OR (at >= ${moment(window.sharedSince ?? 0)} AND ${isByInstance})` : ''
  }))`;
};
