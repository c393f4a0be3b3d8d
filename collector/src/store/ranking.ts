/** The ranking, in one statement over merged invocations. Quantiles are exact (nearest rank: the ceil(p n)-th value). */

import type { Architecture } from '../model/pricing/aws-lambda.ts';
import { costOf, type MeteredQuantities } from '../model/pricing/cost.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';
import type { Latency, RankedFunction, Ranking, RankingQuery, RankingSort } from '../model/ranking.ts';
import type { Connection } from './connection.ts';
import { mergedInvocations } from './merged-invocations.ts';

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

/** Integer sums of what is metered, in millionths: the value to sum, and over which of the metered invocations. */
const meteredColumns = {
  requests: ['weight', '1'],
  mb_ms: ['mb_ms', '1'],
  cold_requests: ['weight', 'is_cold'],
  cold_mb_ms: ['mb_ms', 'is_cold'],
  cold_mb: ['mb', 'is_cold'],
  cold_execution_mb_ms: ['execution_mb_ms', 'is_cold'],
  warm_requests: ['weight', 'is_warm'],
  warm_billed_ms: ['billed_ms', 'is_warm'],
} as const;

const meteredSums = (arch: Architecture) =>
  Object.entries(meteredColumns)
    .map(
      ([name, [value, which]]) => `toString(sumIf(${value}, metered_arch = '${arch}' AND ${which})) AS ${arch}_${name}`,
    )
    .join(',\n    ');

/** What money is computed from, of each invocation. */
const meteredInvocations = `
  SELECT
    *,
    if(isNotNull(billed) AND isNotNull(memory_mb), ifNull(arch, ''), '') AS metered_arch,
    toUInt128(ifNull(memory_mb, 0)) * weight AS mb,
    toUInt128(ifNull(billed, 0)) * weight AS billed_ms,
    toUInt128(ifNull(billed, 0)) * toUInt128(ifNull(memory_mb, 0)) * weight AS mb_ms,
    toUInt128(ifNull(intDiv(handler_ns + 999999, 1000000), ifNull(billed, 0))) * toUInt128(ifNull(memory_mb, 0)) * weight AS execution_mb_ms
  FROM (${mergedInvocations('positionCaseInsensitiveUTF8(function_name, {filter:String}) > 0')})
  WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')`;

/** Cold starts that come within so many seconds of each other were caused by one step of the traffic. */
const burstSeconds = 10;
const burst = `arrayMax(tupleElement(sumMapIf([intDiv(toUnixTimestamp(at), ${burstSeconds})], [toUInt64(1)], is_cold), 2))`;

const percents = [50, 90, 99, 100] as const;

/** Nearest rank among invocations that stand for several where warm ones are sampled. */
const warmQuantiles = `quantilesExactWeightedIf(${percents.map((p) => p / 100).join(', ')})(
      assumeNotNull(handler_ns), weight, is_warm AND isNotNull(handler_ns))`;

/** One row a function, with all its cold latencies sorted. */
const grouped = `
  SELECT
    provider, account, region, function_name AS name,
    ifNull(argMax(function_version, at), '') AS version,
    ifNull(argMax(runtime, at), '') AS runtime_name,
    ifNull(argMax(arch, at), '') AS arch_name,
    argMax(memory_mb, at) AS latest_memory_mb,
    argMax(timeout_ms, at) AS latest_timeout_ms,
    max(memory_used_mb) AS most_memory_used_mb,
    argMaxIf((modules_seen, modules_hint), at, isNotNull(modules_seen)) AS latest_modules,
    sum(weight) AS invocations,
    countIf(is_cold) AS cold_starts,
    ${burst} AS cold_burst,
    sumIf(weight, failed) AS errors,
    arraySort(groupArrayIf(
      (assumeNotNull(cold_latency_ns), runtime_start_ns, own_init_ns, handler_ns, reported_init_ns, platform_ns, restore_ns),
      isNotNull(cold_latency_ns)
    )) AS cold_phases,
    countIf(is_warm AND isNotNull(handler_ns)) AS warm_count,
    ${warmQuantiles} AS warm,
    ${architectures.map(meteredSums).join(',')}
  FROM (${meteredInvocations})
  GROUP BY provider, account, region, function_name
  ORDER BY invocations DESC, provider, account, region, name
  LIMIT ${maxFunctions}`;

const means = { runtime_start: 2, init: 3, execution: 4, reported_init: 5, platform: 6, restore: 7 } as const;

const statement = `
SELECT
    * EXCEPT (cold_phases, warm, warm_count),
    ${percents.map((p) => `${quantile(p, 'arrayMap(x -> x.1, cold_phases)')} AS cold_p${p}_ns`).join(',\n    ')},
    ${percents.map((p, place) => `if(warm_count = 0, NULL, warm[${place + 1}]) AS warm_p${p}_ns`).join(',\n    ')},
    ${Object.entries(means)
      .map(([name, member]) => `${middleMean(member)} AS ${name}_mean_ns`)
      .join(',\n    ')}
FROM (${grouped})`;

type Nanoseconds = string | number | null;

interface Row
  extends Record<`${'cold' | 'warm'}_p${(typeof percents)[number]}_ns`, Nanoseconds>,
    Record<`${keyof typeof means}_mean_ns`, Nanoseconds>,
    Record<`${Architecture}_${keyof typeof meteredColumns}`, string> {
  provider: string;
  account: string;
  region: string;
  name: string;
  version: string;
  runtime_name: string;
  arch_name: string;
  latest_memory_mb: number | null;
  latest_timeout_ms: number | null;
  most_memory_used_mb: number | null;
  /** How much of the module tree was seen, and what would show the rest. */
  latest_modules: [string | null, string | null];
  /** In millionths. */
  invocations: string;
  cold_starts: string;
  cold_burst: string;
  /** In millionths. */
  errors: string;
}

/** @throws what the client throws. */
export async function rankFunctions(
  connection: Connection,
  query: RankingQuery,
  nowMs: number,
  prices: PriceBook,
): Promise<Ranking> {
  const sinceMs = nowMs - query.sinceMs;
  const rows = await connection.select<Row>(
    statement,
    { since_ms: sinceMs, filter: query.filter ?? '' },
    await connection.finalReadSettings(),
  );
  const functions = rows.map((row) => rankedFunction(row, query.sinceMs, prices));
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    prices: prices.date,
    functions: sorted(functions, query.sort).slice(0, query.limit),
  };
}

function rankedFunction(row: Row, windowMs: number, prices: PriceBook): RankedFunction {
  const invocations = whole(row.invocations);
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
    coldBurst: Number(row.cold_burst),
    errors: whole(row.errors),
    cold: latency(row, 'cold'),
    warm: latency(row, 'warm'),
    phases: {
      reportedInitMs: milliseconds(row.reported_init_mean_ns),
      platformMs: milliseconds(row.platform_mean_ns),
      runtimeStartMs: milliseconds(row.runtime_start_mean_ns),
      initMs: milliseconds(row.init_mean_ns),
      executionMs: milliseconds(row.execution_mean_ns),
      restoreMs: milliseconds(row.restore_mean_ns),
    },
    limits: { memoryUsedMb: row.most_memory_used_mb, timeoutMs: row.latest_timeout_ms },
    modules: { seen: row.latest_modules[0], hint: row.latest_modules[1] },
    cost: costOf(
      {
        provider: row.provider,
        region: row.region,
        byArchitecture: { x86_64: metered(row, 'x86_64'), arm64: metered(row, 'arm64') },
      },
      windowMs,
      prices,
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
  const sum = (name: keyof typeof meteredColumns) => wholeOf(BigInt(row[`${arch}_${name}`]));
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

const ppm = 1_000_000n;

/** Millionths to whole ones, rounded: where nothing is sampled that is exact. */
function wholeOf(millionths: bigint): bigint {
  return (millionths + ppm / 2n) / ppm;
}

function whole(millionths: string): number {
  return Number(wholeOf(BigInt(millionths)));
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
