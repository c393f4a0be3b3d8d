/**
 * The ranking: sums from sealed hours and days, cold quantiles exactly (nearest rank: the ceil(p n)-th value) from single cold
 * starts. A short window is answered from the parts themselves and begins to the millisecond; a longer one begins with an
 * hour, for that is what is sealed.
 */

import { costOf, type MeteredQuantities } from '../model/pricing/cost.ts';
import type { Architecture } from '../model/pricing/price-book.ts';
import { type PriceBook, rateFor } from '../model/pricing/price-book.ts';
import { firstTierUsd } from '../model/pricing/tiers.ts';
import type { Latency, RankedFunction, Ranking, RankingQuery, RankingSort } from '../model/ranking.ts';
import type { Connection } from './connection.ts';
import { mergedInvocations } from './merged-invocations.ts';
import {
  coldStartRows,
  hourMs,
  milliseconds,
  type Nanoseconds,
  nearestRank,
  rolledRows,
  sealedWindow,
  whole,
  wholeOf,
} from './periods.ts';
import { dimensions, type SumName, sums } from './schema/005-sealed-periods.ts';
import { bucketMiddle, coldStartsOf, hoursOf } from './seal.ts';

/** Up to here the parts are read: few enough, and to the millisecond. */
const exactUpToMs = 2 * hourMs;

const identity = ['provider', 'account', 'region', 'function_name'] as const;
const identityList = identity.join(', ');
const architectures: readonly Architecture[] = ['x86_64', 'arm64'];
const meteredSums = (Object.keys(sums) as SumName[]).slice((Object.keys(sums) as SumName[]).indexOf('requests'));
const percents = [50, 90, 99] as const;

const isAsked = 'positionCaseInsensitiveUTF8(function_name, {filter:String}) > 0';
const rolledColumns = [
  identityList,
  ...dimensions,
  ...Object.keys(sums),
  'cold_burst, memory_used_mb, timeout_ms, latest_at, modules_seen, modules_hint, warm_buckets',
].join(', ');

/** What a ranking is made of: sums by function and period, and single cold starts. */
interface Source {
  rolled: string;
  coldStarts: string;
}

const sealed: Source = { rolled: rolledRows(rolledColumns, isAsked), coldStarts: coldStartRows(isAsked) };

const merged = `(
  SELECT * FROM (${mergedInvocations({ since: '{since_s:Int64}', until: '{until_s:Int64}' }, isAsked)})
  WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))`;
const fromParts: Source = { rolled: `(${hoursOf(merged)})`, coldStarts: `(${coldStartsOf(merged)})` };

/** Rates are numbers here: they only decide about the order, in which what has no price comes last. */
const rate = (arch: Architecture): string =>
  `transform(region, {regions:Array(String)}, {${arch}_rates:Array(Float64)}, nan)`;
/** No price for an architecture is nothing to a function that does not have it. */
const perArch = (term: (arch: Architecture) => string): string =>
  architectures.map((arch) => `if(${arch}_requests = 0, 0., ${term(arch)})`).join(' + ');
const usd = perArch(
  (arch) => `(toFloat64(${arch}_requests) * 2e-7 + toFloat64(${arch}_mb_ms) / 1024000 * ${rate(arch)})`,
);
const coldUsd = perArch(
  (arch) => `greatest(0., toFloat64(${arch}_cold_mb_ms) - if(${arch}_warm_requests > 0,
        toFloat64(${arch}_cold_mb) * toFloat64(${arch}_warm_billed_ms) / toFloat64(${arch}_warm_requests),
        toFloat64(${arch}_cold_execution_mb_ms))) * ${rate(arch)}`,
);

const whereMetered = (term: string): string =>
  `if(${architectures.map((arch) => `${arch}_requests`).join(' + ')} = 0, NULL, ${term})`;

/** What each sort looks at; what is not observable comes last. */
const sortKeys: Readonly<Record<RankingSort, string>> = {
  'cold-p99': 'cold_p99_ns',
  'cold-p50': 'cold_p50_ns',
  'cold-cost': whereMetered(coldUsd),
  cost: whereMetered(usd),
  invocations: 'invocations',
};

const statement = ({ rolled, coldStarts }: Source, sort: RankingSort): string => `
WITH
  by_function AS (
    SELECT ${identityList},
      argMax(function_version, latest_at) AS version,
      argMax(runtime, latest_at) AS runtime_name,
      argMax(arch, latest_at) AS arch_name,
      argMax(memory_mb, latest_at) AS latest_memory_mb,
      argMax(timeout_ms, latest_at) AS latest_timeout_ms,
      max(memory_used_mb) AS most_memory_used_mb,
      argMaxIf(tuple(modules_seen, modules_hint), latest_at, isNotNull(modules_seen)) AS latest_modules,
      sum(rolled.invocations) AS invocations,
      sum(rolled.cold_starts) AS cold_starts,
      sum(rolled.errors) AS errors,
      max(rolled.cold_burst) AS cold_burst,
      ${architectures
        .flatMap((arch) =>
          meteredSums.map((name) => `sumIf(toUInt128(rolled.${name}), rolled.arch = '${arch}') AS ${arch}_${name}`),
        )
        .join(',\n      ')}
    FROM ${rolled} AS rolled
    GROUP BY ${identityList}),
  by_cold_start AS (
    SELECT ${identityList},
      ${nearestRank(percents, 'assumeNotNull(latency_ns)')} AS quantiles,
      max(assumeNotNull(latency_ns)) AS most
    FROM ${coldStarts}
    WHERE isNotNull(latency_ns)
    GROUP BY ${identityList})
SELECT by_function.*,
  ${percents.map((percent, at) => `if(empty(quantiles), NULL, quantiles[${at + 1}]) AS cold_p${percent}_ns`).join(',\n  ')},
  if(empty(quantiles), NULL, most) AS cold_p100_ns
FROM by_function LEFT JOIN by_cold_start USING (${identityList})
ORDER BY ${sortKeys[sort]} DESC NULLS LAST, invocations DESC, ${identityList}
LIMIT {limit:UInt32}`;

/** More than so many names are no filter, and would not fit into an address. */
const mostNamed = 500;
const isShown = `(empty({function_names:Array(String)}) OR (${identityList}) IN arrayZip(${identity.map((name) => `{${name}s:Array(String)}`).join(', ')}))`;

const means = { runtime_start: 2, init: 3, execution: 4, reported_init: 5, platform: 6, restore: 7 } as const;

/** 1-based nearest rank of a percentile among n sorted values, in integers. */
const rankOf = (percent: number): string => `intDiv(length(sorted) * ${percent} + 99, 100)`;
/** The cold starts in the middle: ranks p40 to p60, at least one. */
const middle = `arraySlice(sorted, ${rankOf(40)}, ${rankOf(60)} - ${rankOf(40)} + 1)`;

const phases = ({ coldStarts }: Source): string => `
SELECT ${identityList},
  ${Object.entries(means)
    .map(([name, member]) => `arrayReduce('avg', arrayMap(x -> x.${member}, ${middle})) AS ${name}_mean_ns`)
    .join(',\n  ')}
FROM (
  SELECT ${identityList}, arraySort(groupArray((
    assumeNotNull(latency_ns), runtime_start_ns, init_ns, execution_ns, reported_init_ns, platform_ns, restore_ns))) AS sorted
  FROM ${coldStarts}
  WHERE isNotNull(latency_ns) AND ${isShown}
  GROUP BY ${identityList})`;

/** Within 1 %, as buckets are. */
const warm = ({ rolled }: Source): string => `
SELECT ${identityList},
  ${[...percents, 100]
    .map(
      (percent) =>
        `${bucketMiddle(`buckets[arrayFirstIndex(seen -> seen * 100 >= seen_all[-1] * ${percent}, seen_all)]`)} AS warm_p${percent}_ns`,
    )
    .join(',\n  ')}
FROM (
  SELECT ${identityList}, sumMap(warm_buckets) AS summed,
    arraySort(mapKeys(summed)) AS buckets, arrayCumSum(arrayMap(bucket -> summed[bucket], buckets)) AS seen_all
  FROM ${rolled} AS rolled
  WHERE ${isShown}
  GROUP BY ${identityList})
WHERE notEmpty(buckets)`;

interface Identity {
  provider: string;
  account: string;
  region: string;
  function_name: string;
}

interface Row
  extends Identity,
    Record<`cold_p${(typeof percents)[number] | 100}_ns`, Nanoseconds>,
    Record<`${Architecture}_${SumName}`, string> {
  version: string;
  runtime_name: string;
  arch_name: string;
  latest_memory_mb: number;
  latest_timeout_ms: number | null;
  most_memory_used_mb: number | null;
  /** How much of the module tree was seen, and what would show the rest. */
  latest_modules: [string | null, string | null];
  /** In millionths, as all sums. */
  invocations: string;
  cold_starts: string;
  errors: string;
  cold_burst: string | number;
}

type PhaseRow = Identity & Record<`${keyof typeof means}_mean_ns`, Nanoseconds>;
type WarmRow = Identity & Record<`warm_p${(typeof percents)[number] | 100}_ns`, Nanoseconds>;

const keyOf = ({ provider, account, region, function_name }: Identity): string =>
  JSON.stringify([provider, account, region, function_name]);
const byKey = <Found extends Identity>(rows: readonly Found[]): ReadonlyMap<string, Found> =>
  new Map(rows.map((row) => [keyOf(row), row]));

const secondsOf = (ms: number): number => Math.floor(ms / 1_000);

/** Rates of every region that there are functions in; those of requests differ too little to change an order. */
async function ratesOf(
  connection: Connection,
  sort: RankingSort,
  prices: PriceBook,
): Promise<Record<string, string[] | number[]>> {
  const isNeeded = sort === 'cost' || sort === 'cold-cost';
  const rows = isNeeded
    ? await connection.select<{ region: string }>("SELECT DISTINCT region FROM function_days WHERE provider = 'aws'")
    : [];
  const regions = rows.map(({ region }) => region);
  const usdOf = (region: string, arch: Architecture): number => {
    const asked = { provider: 'aws', product: 'lambda', unit: 'GB-second', region, arch } as const;
    const lookup = rateFor(prices, asked);
    return lookup.found ? Number(firstTierUsd(lookup.rate)) : Number.NaN;
  };
  const numbers = (arch: Architecture): number[] => regions.map((region) => usdOf(region, arch));
  return { regions, x86_64_rates: numbers('x86_64'), arm64_rates: numbers('arm64') };
}

/** @throws what the client throws. */
export async function rankFunctions(
  connection: Connection,
  query: RankingQuery,
  nowMs: number,
  prices: PriceBook,
): Promise<Ranking> {
  const isShort = query.sinceMs <= exactUpToMs;
  const sinceMs = isShort ? nowMs - query.sinceMs : sealedWindow(query.sinceMs, nowMs).sinceMs;
  const source = isShort ? fromParts : sealed;
  const window = {
    since_ms: sinceMs,
    since_s: secondsOf(sinceMs),
    until_s: secondsOf(nowMs) + 86_400,
    filter: query.filter ?? '',
  };
  const rates = await ratesOf(connection, query.sort, prices);
  const rows = await connection.select<Row>(statement(source, query.sort), { ...window, ...rates, limit: query.limit });
  const named = rows.length > mostNamed ? [] : rows;
  const shown = Object.fromEntries(identity.map((name) => [`${name}s`, named.map((row) => row[name])]));
  const [phaseRows, warmRows] = await Promise.all([
    connection.select<PhaseRow>(phases(source), { ...window, ...shown }),
    connection.select<WarmRow>(warm(source), { ...window, ...shown }),
  ]);
  const [phasesOf, warmOf] = [byKey(phaseRows), byKey(warmRows)];
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    prices: prices.date,
    functions: rows.map((row) =>
      rankedFunction(row, phasesOf.get(keyOf(row)), warmOf.get(keyOf(row)), nowMs - sinceMs, prices),
    ),
  };
}

function rankedFunction(
  row: Row,
  phase: PhaseRow | undefined,
  warmth: WarmRow | undefined,
  windowMs: number,
  prices: PriceBook,
): RankedFunction {
  const invocations = whole(row.invocations);
  const coldStarts = whole(row.cold_starts);
  return {
    provider: row.provider,
    account: row.account,
    region: row.region,
    name: row.function_name,
    version: row.version,
    runtime: row.runtime_name,
    arch: row.arch_name,
    memoryMb: row.latest_memory_mb === 0 ? null : row.latest_memory_mb,
    invocations,
    coldStarts,
    coldRatio: coldStarts / invocations,
    coldBurst: Number(row.cold_burst),
    errors: whole(row.errors),
    cold: latency((percent) => row[`cold_p${percent}_ns`]),
    warm: latency((percent) => warmth?.[`warm_p${percent}_ns`] ?? null),
    phases: {
      reportedInitMs: milliseconds(phase?.reported_init_mean_ns),
      platformMs: milliseconds(phase?.platform_mean_ns),
      runtimeStartMs: milliseconds(phase?.runtime_start_mean_ns),
      initMs: milliseconds(phase?.init_mean_ns),
      executionMs: milliseconds(phase?.execution_mean_ns),
      restoreMs: milliseconds(phase?.restore_mean_ns),
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

function latency(of: (percent: (typeof percents)[number] | 100) => Nanoseconds): Latency {
  return {
    p50Ms: milliseconds(of(50)),
    p90Ms: milliseconds(of(90)),
    p99Ms: milliseconds(of(99)),
    maxMs: milliseconds(of(100)),
  };
}

function metered(row: Row, arch: Architecture): MeteredQuantities {
  const sum = (name: SumName): bigint => wholeOf(BigInt(row[`${arch}_${name}`]));
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
