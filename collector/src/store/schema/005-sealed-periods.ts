/**
 * Parts by the hour, and what is sealed from them.
 *
 * `invocation_parts` takes the place of `invocations` (whose rows it copies): one row an invocation and hour of arrival, 90 days.
 *
 *   PARTITION BY slot, the hour that a part happened in; of what comes two days late or later the day, so that no
 *   insert touches thousands of partitions. An hour is what is sealed at once, and what one link leads to.
 *   The key is the identity and holds no time, for parts of one invocation have different times; an id is a UUID or is
 *   hashed to one, 16 bytes instead of 36. Times are milliseconds: 2.8 bytes an invocation, nanoseconds would be 5.2.
 *   CoalescingMergeTree folds the parts of one partition; a question folds those of neighbouring ones by GROUP BY.
 *   Measured on 6.6 M invocations: GROUP BY of three hours 0.28 s, FINAL 1.4 s, of one hour in one part 0.04 s;
 *   30 bytes an invocation on disk, 16 of them its key.
 *
 * `cold_starts`, `function_hours` and `function_days` hold whole invocations only, sealed from the parts (see sealing/): cold starts
 * one by one, so that their quantiles are exact, and sums of everything else. What is sealed is replaced a partition at once, so reading
 * them takes neither FINAL nor care.
 *
 *   `function_id`, a hash of the identity, is what they are sorted and grouped by: 3 M cold starts of 10,000 functions are
 *   ranked in 0.1 s by it, in 0.3 s by the four names that it stands for. Granules are small, and compressed blocks with
 *   them, because a page reads some functions of each day and not the day.
 */
import { invocationDays } from '../../model/time.ts';
import type { Migration, Statement } from './migration.ts';
import type { Table, View } from './table.ts';

/** How long sealed periods are kept: a year and a bit; hours for the windows and trends of a month. */
const retentionDays = { coldStarts: 400, functionDays: 400, functionHours: 35 } as const;

const word = 'LowCardinality(Nullable(String))';
const count = 'Nullable(UInt64) CODEC(T64, ZSTD(1))';
const moment = "Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1))";

/** The names that a function is known by. */
export const functionIdentity = ['provider', 'account', 'region', 'function_name'] as const;

/** @param named how a column of the identity is written */
export const functionId = (named: (column: (typeof functionIdentity)[number]) => string = (column) => column): string =>
  `sipHash64(${functionIdentity.map(named).join(', ')})`;

/** What an invocation is known by. */
export const identityColumns = [...functionIdentity, 'invocation_key'] as const;

/** What `invocations` did not have: what an invocation is billed as, and by which CPU. */
const unknownBefore = {
  cloud_platform: word,
  sku: word,
  milli_vcpu: 'Nullable(UInt32)',
  platform_cpu_us: count,
} as const;

/** What the parts tell; each may be missing in any of them. */
const factColumns = {
  invocation_id: 'Nullable(String) CODEC(ZSTD(1))',
  seen_at: moment,
  started_at: moment,
  trace_id: 'Nullable(String) CODEC(ZSTD(1))',
  start_kind: word,
  start_certainty: word,
  agent_runtime_start_ns: count,
  agent_init_ns: count,
  agent_idle_ns: count,
  agent_execution_ns: count,
  agent_billed_ms: count,
  weight_ppm: count,
  platform_start_kind: word,
  platform_reported_init_ns: count,
  platform_init_inside: 'Nullable(UInt8)',
  platform_restore_ns: count,
  platform_duration_ns: count,
  platform_billed_ms: count,
  platform_memory_used_mb: 'Nullable(UInt32)',
  platform_status: word,
  platform_error_type: word,
  platform_started_at: moment,
  otel_start_kind: word,
  otel_execution_ns: count,
  error: 'Nullable(UInt8)',
  error_type: word,
  trigger: word,
  memory_mb: 'Nullable(UInt32)',
  timeout_ms: 'Nullable(UInt32)',
  arch: word,
  runtime: word,
  runtime_version: word,
  function_version: word,
  instance_id: 'Nullable(String) CODEC(ZSTD(1))',
  modules_seen: word,
  modules_hint: word,
  ...unknownBefore,
} as const;
export const factNames = Object.keys(factColumns);

/**
 * In the order of functions a name is next to itself, and so compresses better than by a dictionary, which would have to be
 * read whole for one name.
 */
const functionName = 'String CODEC(ZSTD(1))';

const identity = `
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  ${functionName}`;

/** What rankings can be filtered and compared by; '' and 0 = not told. `product` is the price book's name. */
export const dimensions = ['function_version', 'runtime', 'arch', 'memory_mb', 'trigger', 'product'] as const;
const dimensionColumns = `
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String)`;

const parts: Table = {
  name: 'invocation_parts',
  columns: `
    slot           DateTime('UTC') CODEC(ZSTD(1)),${identity},
    invocation_key UUID CODEC(NONE),
    ${Object.entries(factColumns)
      .map(([name, type]) => `${name} ${type}`)
      .join(',\n    ')}`,
  engine: 'CoalescingMergeTree',
  partitionBy: 'slot',
  primaryKey: '(provider, account, region, function_name)',
  orderBy: '(provider, account, region, function_name, invocation_key)',
  kept: { since: 'slot', days: invocationDays },
  knowsTokens: true,
};

/** The key of an id, as `invocationKey` in rows.ts makes it. */
const keyOfId = `
    if(match(invocation_id, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
      toUUID(invocation_id),
      toUUID(replaceRegexpOne(lower(hex(MD5(invocation_id))), '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\\\1-\\\\2-\\\\3-\\\\4-\\\\5')))`;

const copied = factNames.filter((name) => name !== 'invocation_id' && !(name in unknownBefore));

const copy = `
INSERT INTO invocation_parts (slot, ${identityColumns.join(', ')}, invocation_id, ${copied.join(', ')})
SELECT if(day >= today() - 3, toStartOfHour(coalesce(started_at, seen_at)), toDateTime(day)), provider, account, region, function_name, ${keyOfId} AS invocation_key,
    if(toString(invocation_key) = invocations.invocation_id, NULL, invocations.invocation_id), ${copied.join(', ')}
FROM invocations
SETTINGS max_partitions_per_insert_block = 0`;

const coldStarts = `
    day            Date,
    function_id    UInt64,${identity},
    at             DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    invocation_key UUID CODEC(NONE),
    invocation_id  Nullable(String) CODEC(ZSTD(1)),
    trace_id       Nullable(String) CODEC(ZSTD(1)),
    instance_id    String CODEC(ZSTD(1)),${dimensionColumns},
    kind           LowCardinality(String),
    latency_ns       ${count},
    runtime_start_ns ${count},
    init_ns          ${count},
    execution_ns     ${count},
    reported_init_ns ${count},
    platform_ns      ${count},
    restore_ns       ${count},
    billed_ms        ${count},
    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4`;

/**
 * Sums are in millionths of what they count, for a sampled invocation stands for several.
 *
 * From `requests` on they are billable quantities, the same columns for every product: two sizes, memory and CPU, each times
 * the time that the provider bills, rounded as it rounds (see sealing/billable.ts).
 *   requests           invocations of which all is known that their product is billed by; of these inferred_requests by a
 *                      figure that nobody told
 *   mb_ms              memory (MB) x ms
 *   cpu_ms             CPU x ms, in the unit of the product: MHz, thousandths of a vCPU; of Workers microseconds of CPU time
 *   cold_mb, cold_cpu  the sizes of the cold starts added up; cold_execution_* their handlers alone
 *   warm_billed_ms     of the warm ones, without sizes (of Workers microseconds)
 */
export const sums = {
  invocations: 'UInt64',
  errors: 'UInt64',
  cold_starts: 'UInt64',
  cold_affected: 'UInt64',
  warm: 'UInt64',
  requests: 'UInt64',
  inferred_requests: 'UInt64',
  mb_ms: 'UInt128',
  cpu_ms: 'UInt128',
  cold_mb_ms: 'UInt128',
  cold_cpu_ms: 'UInt128',
  cold_mb: 'UInt128',
  cold_cpu: 'UInt128',
  cold_execution_mb_ms: 'UInt128',
  cold_execution_cpu_ms: 'UInt128',
  warm_requests: 'UInt64',
  warm_billed_ms: 'UInt128',
} as const;
export type SumName = keyof typeof sums;
export const sumNames = Object.keys(sums) as SumName[];

const rollupColumns = `${identity},${dimensionColumns},
    ${Object.entries(sums)
      .map(([name, type]) => `${name} ${type} CODEC(T64, ZSTD(1))`.replace('UInt128 CODEC(T64, ', 'UInt128 CODEC('))
      .join(',\n    ')},
    cold_burst     UInt32,
    memory_used_mb Nullable(UInt32),
    timeout_ms     Nullable(UInt32),
    latest_at      DateTime64(3, 'UTC'),
    modules_seen   ${word},
    modules_hint   ${word},
    warm_buckets   Map(UInt16, UInt64) CODEC(ZSTD(1))`;

const rollup = (period: string): string => `
    day Date,${period}
    function_id UInt64,${rollupColumns}`;

/**
 * Days that are open, which are sealed again every second, lie in a partition each; those before lie in their month's, where
 * all days of a function are side by side: what a page reads of a month is then one place, not thirty, and 3 M cold
 * starts are ranked in half the time.
 */
interface Sealed {
  columns: string;
  orderBy: string;
  days: number;
  settings: readonly string[];
}

/** Small granules in small blocks: a page reads some functions, and not the month. */
const granules = (rows: number, leastBlockBytes: number): readonly string[] => [
  `index_granularity = ${rows}`,
  `min_compress_block_size = ${leastBlockBytes}`,
  'max_compress_block_size = 65536',
];

const tiered = {
  cold_starts: {
    columns: coldStarts,
    orderBy: '(function_id, at)',
    days: retentionDays.coldStarts,
    settings: granules(512, 65_536),
  },
  function_days: {
    columns: rollup(''),
    orderBy: '(function_id, day)',
    days: retentionDays.functionDays,
    settings: granules(32, 2_048),
  },
} as const satisfies Readonly<Record<string, Sealed>>;
export type TieredName = keyof typeof tiered;
export const tieredNames = Object.keys(tiered) as TieredName[];

/** Where a day lies. */
export const tiers = ['open', 'settled'] as const;
export type Tier = (typeof tiers)[number];
const partitionOf: Readonly<Record<Tier, string>> = { open: 'day', settled: 'toYYYYMM(day)' };

/** What is sealed is made beside its table first, however old, and then takes the place of a partition. */
const withNext = (table: Table, days: number): Statement[] => [
  { table: { ...table, kept: { since: 'day', days } } },
  { table: { ...table, name: `${table.name}_next`, isInternal: true } },
];

const tierTables = (name: TieredName, tier: Tier): Statement[] => {
  const { columns, orderBy, days, settings } = tiered[name];
  const table: Table = {
    name: `${tier}_${name}`,
    ...{ columns, engine: 'MergeTree', partitionBy: partitionOf[tier], orderBy, settings },
    // Windows of open days alone are asked of them.
    ...(tier === 'settled' && { isInternal: true as const }),
  };
  return withNext(table, days);
};

/** Days before this one are settled. */
export const settledUntil = '(SELECT max(until) FROM settlements)';

export const bothTiers = (name: TieredName): View => ({
  name,
  select: `
SELECT * FROM settled_${name} WHERE day < ${settledUntil}
UNION ALL
SELECT * FROM open_${name} WHERE day >= ${settledUntil}`,
});

const hours: Table = {
  name: 'function_hours',
  columns: rollup("\n    hour DateTime('UTC'),"),
  engine: 'MergeTree',
  partitionBy: 'day',
  orderBy: 'function_id',
  settings: granules(64, 4_096),
};

const settlements: Table = {
  name: 'settlements',
  columns: `
    until      Date,
    settled_at DateTime('UTC') DEFAULT now()`,
  engine: 'ReplacingMergeTree',
  orderBy: 'until',
  isInternal: true,
};

const seals: Table = {
  name: 'seals',
  columns: `
    hour      DateTime('UTC'),
    sealed_at DateTime64(3, 'UTC')`,
  engine: 'ReplacingMergeTree',
  latestBy: 'sealed_at',
  orderBy: 'hour',
  isInternal: true,
};

export const sealedPeriods: Migration = {
  version: 5,
  name: 'sealed periods',
  statements: [
    { table: parts },
    { copy },
    ...tieredNames.flatMap((name) => tiers.flatMap((tier) => tierTables(name, tier))),
    ...withNext(hours, retentionDays.functionHours),
    { table: settlements },
    ...tieredNames.map((name) => ({ view: bothTiers(name) })),
    { table: seals },
  ],
};
