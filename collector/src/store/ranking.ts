/**
 * The ranking, in one statement over merged invocations. Quantiles are exact (nearest rank: the ceil(p n)-th value).
 *
 * Parts of an invocation on two sides of midnight lie in two partitions: partitions are chosen by `day` with one day's
 * margin, FINAL merges, and only then the window is applied to the merged time.
 */

import type { Architecture } from '../model/pricing/aws-lambda.ts';
import { costOf, type MeteredQuantities, pricesDate } from '../model/pricing/cost.ts';
import type { Latency, RankedFunction, Ranking, RankingQuery, RankingSort } from '../model/ranking.ts';
import type { Connection } from './connection.ts';

/** More functions than this are not ranked; the busiest are. */
const maxFunctions = 50_000;

/** 1-based nearest rank of a percentile among n sorted values, in integers. */
const nearestRank = (percent: number, n: string) => `intDiv(${n} * ${percent} + 99, 100)`;

const quantile = (percent: number, sorted: string) =>
  `if(empty(${sorted}), NULL, ${sorted}[${nearestRank(percent, `length(${sorted})`)}])`;

/** The cold starts in the middle: ranks p40 to p60, at least one. */
const middle = `arraySlice(cold_phases, ${nearestRank(40, 'length(cold_phases)')},
      ${nearestRank(60, 'length(cold_phases)')} - ${nearestRank(40, 'length(cold_phases)')} + 1)`;

/** Mean of one member of the tuples in the middle; NULLs are left out, NULL when nothing is left. */
const middleMean = (member: number) => `arrayReduce('avg', arrayMap(x -> x.${member}, ${middle}))`;

const architectures: readonly Architecture[] = ['x86_64', 'arm64'];

/** Integer sums of what is metered: the value to sum, and over which of the metered invocations. */
const meteredColumns = {
  requests: ['1', '1'],
  mb_ms: ['mb_ms', '1'],
  cold_requests: ['1', 'is_cold'],
  cold_mb_ms: ['mb_ms', 'is_cold'],
  cold_mb: ['mb', 'is_cold'],
  cold_execution_mb_ms: ['execution_mb_ms', 'is_cold'],
  warm_requests: ['1', 'is_warm'],
  warm_billed_ms: ['billed_ms', 'is_warm'],
} as const;

const meteredSums = (arch: Architecture) =>
  Object.entries(meteredColumns)
    .map(
      ([name, [value, which]]) => `toString(sumIf(${value}, metered_arch = '${arch}' AND ${which})) AS ${arch}_${name}`,
    )
    .join(',\n    ');

/**
 * A cold latency needs init and execution; runtime start may be unknown. A restored start's restore is seen by
 * nobody but the platform, so its latency is not observable here.
 */
const merged = `
  SELECT
    provider, account, region, function_name,
    coalesce(started_at, seen_at) AS at,
    function_version, runtime, arch, memory_mb, modules_seen, modules_hint,
    ifNull(error, 0) AS failed,
    coalesce(start_kind, otel_start_kind) AS kind,
    ifNull(kind IN ('cold', 'restored'), 0) AS is_cold,
    ifNull(kind IN ('warm', 'prewarmed'), 0) AS is_warm,
    agent_runtime_start_ns AS runtime_start_ns,
    agent_init_ns AS init_ns,
    coalesce(agent_execution_ns, otel_execution_ns) AS execution_ns,
    if(kind = 'cold', ifNull(runtime_start_ns, 0) + init_ns + execution_ns, NULL) AS cold_latency_ns,
    if(isNotNull(agent_billed_ms) AND isNotNull(memory_mb), ifNull(arch, ''), '') AS metered_arch,
    toUInt128(ifNull(memory_mb, 0)) AS mb,
    toUInt128(ifNull(agent_billed_ms, 0)) AS billed_ms,
    billed_ms * mb AS mb_ms,
    ifNull(intDiv(execution_ns + 999999, 1000000), billed_ms) * mb AS execution_mb_ms
  FROM invocations FINAL
  WHERE day >= toDate(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) - 1
    AND positionCaseInsensitiveUTF8(function_name, {filter:String}) > 0`;

/** One row a function, with all its latencies sorted. */
const grouped = `
  SELECT
    provider, account, region, function_name AS name,
    ifNull(argMax(function_version, at), '') AS version,
    ifNull(argMax(runtime, at), '') AS runtime_name,
    ifNull(argMax(arch, at), '') AS arch_name,
    argMax(memory_mb, at) AS latest_memory_mb,
    argMaxIf((modules_seen, modules_hint), at, isNotNull(modules_seen)) AS latest_modules,
    count() AS invocations,
    countIf(is_cold) AS cold_starts,
    sum(failed) AS errors,
    arraySort(groupArrayIf(
      (assumeNotNull(cold_latency_ns), runtime_start_ns, init_ns, execution_ns), isNotNull(cold_latency_ns)
    )) AS cold_phases,
    arraySort(groupArrayIf(assumeNotNull(execution_ns), is_warm AND isNotNull(execution_ns))) AS warm,
    ${architectures.map(meteredSums).join(',')}
  FROM (${merged})
  WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
  GROUP BY provider, account, region, function_name
  ORDER BY invocations DESC, provider, account, region, name
  LIMIT ${maxFunctions}`;

const percents = [50, 90, 99, 100] as const;

const statement = `
SELECT
    * EXCEPT (cold_phases, warm),
    ${percents.map((p) => `${quantile(p, 'arrayMap(x -> x.1, cold_phases)')} AS cold_p${p}_ns`).join(',\n    ')},
    ${percents.map((p) => `${quantile(p, 'warm')} AS warm_p${p}_ns`).join(',\n    ')},
    ${middleMean(2)} AS runtime_start_mean_ns,
    ${middleMean(3)} AS init_mean_ns,
    ${middleMean(4)} AS execution_mean_ns
FROM (${grouped})`;

type Nanoseconds = string | number | null;

interface Row
  extends Record<`${'cold' | 'warm'}_p${(typeof percents)[number]}_ns`, Nanoseconds>,
    Record<`${'runtime_start' | 'init' | 'execution'}_mean_ns`, Nanoseconds>,
    Record<`${Architecture}_${keyof typeof meteredColumns}`, string> {
  provider: string;
  account: string;
  region: string;
  name: string;
  version: string;
  runtime_name: string;
  arch_name: string;
  latest_memory_mb: number | null;
  /** How much of the module tree was seen, and what would show the rest. */
  latest_modules: [string | null, string | null];
  invocations: string;
  cold_starts: string;
  errors: string;
}

/** @throws what the client throws. */
export async function rankFunctions(connection: Connection, query: RankingQuery, nowMs: number): Promise<Ranking> {
  const sinceMs = nowMs - query.sinceMs;
  const rows = await connection.select<Row>(
    statement,
    { since_ms: sinceMs, filter: query.filter ?? '' },
    await connection.finalReadSettings(),
  );
  const functions = rows.map((row) => rankedFunction(row, query.sinceMs));
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    prices: pricesDate,
    functions: sorted(functions, query.sort).slice(0, query.limit),
  };
}

function rankedFunction(row: Row, windowMs: number): RankedFunction {
  const invocations = Number(row.invocations);
  const coldStarts = Number(row.cold_starts);
  return {
    provider: row.provider,
    account: row.account,
    region: row.region,
    name: row.name,
    version: row.version,
    runtime: row.runtime_name,
    arch: row.arch_name,
    memoryMb: row.latest_memory_mb,
    invocations,
    coldStarts,
    coldRatio: coldStarts / invocations,
    errors: Number(row.errors),
    cold: latency(row, 'cold'),
    warm: latency(row, 'warm'),
    phases: {
      // The provider's own figures come with platform telemetry.
      reportedInitMs: null,
      platformMs: null,
      runtimeStartMs: milliseconds(row.runtime_start_mean_ns),
      initMs: milliseconds(row.init_mean_ns),
      executionMs: milliseconds(row.execution_mean_ns),
      restoreMs: null,
    },
    modules: { seen: row.latest_modules[0], hint: row.latest_modules[1] },
    cost: costOf(
      {
        provider: row.provider,
        region: row.region,
        byArchitecture: { x86_64: metered(row, 'x86_64'), arm64: metered(row, 'arm64') },
      },
      windowMs,
    ),
  };
}

function latency(row: Row, kind: 'cold' | 'warm'): Latency {
  return {
    p50Ms: milliseconds(row[`${kind}_p50_ns`]),
    p90Ms: milliseconds(row[`${kind}_p90_ns`]),
    p99Ms: milliseconds(row[`${kind}_p99_ns`]),
    maxMs: milliseconds(row[`${kind}_p100_ns`]),
  };
}

function milliseconds(ns: Nanoseconds): number | null {
  return ns === null ? null : Number(ns) / 1e6;
}

function metered(row: Row, arch: Architecture): MeteredQuantities {
  const sum = (name: keyof typeof meteredColumns) => BigInt(row[`${arch}_${name}`]);
  return {
    requests: sum('requests'),
    mbMs: sum('mb_ms'),
    cold: {
      requests: sum('cold_requests'),
      mbMs: sum('cold_mb_ms'),
      mb: sum('cold_mb'),
      executionMbMs: sum('cold_execution_mb_ms'),
    },
    warm: { requests: sum('warm_requests'), billedMs: sum('warm_billed_ms') },
  };
}

/** What each sort looks at; what is not observable comes last. */
const sortFigures: Readonly<Record<RankingSort, (ranked: RankedFunction) => number | null>> = {
  'cold-p99': (ranked) => ranked.cold.p99Ms,
  'cold-p50': (ranked) => ranked.cold.p50Ms,
  'cold-cost': (ranked) => ranked.cost.coldUsd,
  cost: (ranked) => ranked.cost.totalUsd,
  invocations: (ranked) => ranked.invocations,
};

/** Stable: equal figures keep the order of the statement (busiest first, then by name). */
function sorted(functions: RankedFunction[], sort: RankingSort): RankedFunction[] {
  const figure = sortFigures[sort];
  return functions.toSorted((a, b) => (figure(b) ?? -1) - (figure(a) ?? -1));
}
