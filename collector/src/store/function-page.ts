/** The page of one function: from sealed hours and days, and from its cold starts one by one. */
import type {
  AlternativeCost,
  FunctionIdentity,
  FunctionPage,
  FunctionQuery,
  Group,
  HistogramBar,
  TrendPoint,
} from '../model/function-page.ts';
import { alternatives } from '../model/pricing/alternatives.ts';
import { type NearLimit, nearLimits } from '../model/pricing/near-limits.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';
import type { Latency } from '../model/ranking.ts';
import { identityOf, isIt, latestColdStarts } from './cold-start-list.ts';
import type { Connection } from './connection.ts';
import {
  coldStartRows,
  hourlyRows,
  hourMs,
  milliseconds,
  type Nanoseconds,
  nearestRank,
  rolledRows,
  sealedWindow,
  whole,
} from './periods.ts';
import { warmBase } from './sealing/statements.ts';

const percents = [50, 90, 99] as const;
/** Up to here the trend is by the hour. */
const hourlyUpToMs = 7 * 24 * hourMs;
const shownColdStarts = 50;
/** Cold histograms: bars 10 % wide, wide enough for some hundred cold starts to show a shape. */
const coldBase = 1.1;

const quantiles = `${nearestRank(percents, 'assumeNotNull(latency_ns)')} AS quantiles, max(latency_ns) AS most_ns`;
const sums =
  'sum(rolled.invocations) AS invocations, sum(rolled.cold_starts) AS cold_starts, sum(rolled.errors) AS errors';
const counted = 'invocations, cold_starts, errors';

/** Counts and cold quantiles by whatever tells one group from another; both sides name it `name`. */
const grouped = (rolled: string, cold: string): string => `
SELECT name, invocations, cold_starts, errors, quantiles, most_ns
FROM (SELECT ${rolled} AS name, ${sums} FROM ${rolledRows(`${counted}, function_version, memory_mb`, isIt)} AS rolled GROUP BY name) AS counts
LEFT JOIN (SELECT ${cold} AS name, ${quantiles} FROM ${coldStartRows(isIt)} WHERE isNotNull(latency_ns) GROUP BY name) AS colds USING (name)
ORDER BY invocations DESC, name
LIMIT 100`;

const statements = {
  whole: grouped("''", "''"),
  versions: grouped('function_version', 'function_version'),
  memorySizes: grouped('toString(memory_mb)', 'toString(memory_mb)'),
  facts: `
SELECT argMax(rolled.memory_mb, rolled.latest_at) AS memory_mb, argMax(rolled.arch, rolled.latest_at) AS arch,
  argMax(rolled.timeout_ms, rolled.latest_at) AS timeout_ms, max(rolled.memory_used_mb) AS memory_used_mb,
  toFloat64(sum(rolled.warm_billed_ms)) / sum(rolled.warm_requests) AS warm_billed_ms
FROM ${rolledRows('memory_mb, arch, timeout_ms, memory_used_mb, latest_at, warm_billed_ms, warm_requests', isIt)} AS rolled`,
  coldBars: `
SELECT toInt32(floor(log(greatest(latency_ns, 1)) / log(${coldBase}))) AS bar, count() AS count
FROM ${coldStartRows(isIt)} WHERE isNotNull(latency_ns) GROUP BY bar ORDER BY bar`,
  warmBars: `
SELECT bar, count FROM (SELECT sumMap(warm_buckets) AS summed FROM ${rolledRows('warm_buckets', isIt)})
ARRAY JOIN mapKeys(summed) AS bar, mapValues(summed) AS count ORDER BY bar`,
} as const;

const trend = (step: 'hour' | 'day'): string => `
SELECT toUnixTimestamp(toDateTime(step_at, 'UTC')) AS at, invocations, cold_starts, errors, quantiles
FROM (
  SELECT ${step} AS step_at, ${sums}
  FROM ${step === 'hour' ? hourlyRows(`hour, ${counted}`, isIt) : rolledRows(`day, ${counted}`, isIt)} AS rolled
  GROUP BY step_at) AS counts
LEFT JOIN (
  SELECT ${step === 'hour' ? 'toStartOfHour(at)' : 'day'} AS step_at, ${nearestRank([50, 99], 'assumeNotNull(latency_ns)')} AS quantiles
  FROM ${coldStartRows(isIt)} WHERE isNotNull(latency_ns) GROUP BY step_at) AS colds USING (step_at)
ORDER BY at`;

interface GroupRow {
  name: string;
  /** In millionths, as all sums. */
  invocations: string;
  cold_starts: string;
  errors: string;
  /** Empty where there is no cold latency. */
  quantiles: Nanoseconds[];
  most_ns: Nanoseconds;
}

interface FactRow {
  memory_mb: number;
  arch: string;
  timeout_ms: number | null;
  memory_used_mb: number | null;
  /** Mean; `null` where nothing warm was billed. */
  warm_billed_ms: number | null;
}

interface TrendRow extends Omit<GroupRow, 'name' | 'most_ns'> {
  at: number;
}

interface BarRow {
  bar: number;
  count: string;
}

const coldLatency = ({ quantiles: [p50 = null, p90 = null, p99 = null], most_ns }: GroupRow): Latency => ({
  p50Ms: milliseconds(p50),
  p90Ms: milliseconds(p90),
  p99Ms: milliseconds(p99),
  maxMs: p50 === null ? null : milliseconds(most_ns),
});

const groupOf = (row: GroupRow): Group => ({
  name: row.name === '0' ? '' : row.name,
  invocations: whole(row.invocations),
  coldStarts: whole(row.cold_starts),
  errors: whole(row.errors),
  cold: coldLatency(row),
});

const pointOf = ({
  at,
  invocations,
  cold_starts,
  errors,
  quantiles: [p50 = null, p99 = null],
}: TrendRow): TrendPoint => ({
  at: new Date(at * 1_000).toISOString(),
  invocations: whole(invocations),
  coldStarts: whole(cold_starts),
  errors: whole(errors),
  coldP50Ms: milliseconds(p50),
  coldP99Ms: milliseconds(p99),
});

const edgeMs = (base: number, power: number): number => base ** power / 1e6;

const coldBar = ({ bar, count }: BarRow): HistogramBar => ({
  fromMs: edgeMs(coldBase, bar),
  toMs: edgeMs(coldBase, bar + 1),
  count: Number(count),
});

/** Buckets are rounded to their middle. */
const warmBar = ({ bar, count }: BarRow): HistogramBar => ({
  fromMs: edgeMs(warmBase, bar - 0.5),
  toMs: edgeMs(warmBase, bar + 0.5),
  count: whole(count),
});

/** Nearest rank among buckets, each at its middle. */
const warmLatency = (rows: readonly BarRow[]): Latency => {
  const total = rows.reduce((sum, { count }) => sum + BigInt(count), 0n);
  const at = (percent: bigint): number | null => {
    let seen = 0n;
    for (const { bar, count } of rows) {
      seen += BigInt(count);
      if (seen * 100n >= total * percent) return edgeMs(warmBase, bar);
    }
    return null;
  };
  return { p50Ms: at(50n), p90Ms: at(90n), p99Ms: at(99n), maxMs: at(100n) };
};

/** The highest warm figure is known within 1 % only, so of the timeout no more is said than that it is near. */
const limitsOf = ({ timeout_ms, memory_mb, memory_used_mb }: FactRow, { p99Ms }: Latency): NearLimit[] =>
  nearLimits({
    timeoutMs: timeout_ms,
    p99Ms,
    maxMs: null,
    memoryMb: memory_mb === 0 ? null : memory_mb,
    maxMemoryUsedMb: memory_used_mb,
  });

const alternativesOf = (
  { arch, memory_mb: memoryMb, warm_billed_ms: billedMs }: FactRow,
  { provider, region }: FunctionIdentity,
  requestsPerSecond: number,
  prices: PriceBook,
): AlternativeCost[] => {
  if (provider !== 'aws' || billedMs === null || (arch !== 'x86_64' && arch !== 'arm64')) return [];
  const found = alternatives(prices, { region, arch, requestsPerSecond, billedMs, memoryMb });
  if (!found.found) return [];
  return found.rows.map(({ name, count, monthlyUsd, breakEvenPerSecond, unverified }) => ({
    ...{ name, count, monthlyUsd: Number(monthlyUsd), breakEvenPerSecond, unverified },
  }));
};

/**
 * @returns `null` when the window has no invocation of such a function
 * @throws what the client throws
 */
export async function functionPage(
  connection: Connection,
  { sinceMs: windowMs, ...identity }: FunctionQuery,
  nowMs: number,
  prices: PriceBook,
): Promise<FunctionPage | null> {
  const { sinceMs, parameters: window } = sealedWindow(windowMs, nowMs);
  const parameters = { ...identityOf(identity), ...window };
  const ask = <Row>(statement: string): Promise<Row[]> => connection.select<Row>(statement, parameters);
  const [wholes, facts, versions, memorySizes, coldBars, warmBars, recent, points] = await Promise.all([
    ask<GroupRow>(statements.whole),
    ask<FactRow>(statements.facts),
    ask<GroupRow>(statements.versions),
    ask<GroupRow>(statements.memorySizes),
    ask<BarRow>(statements.coldBars),
    ask<BarRow>(statements.warmBars),
    latestColdStarts(connection, parameters, shownColdStarts),
    ask<TrendRow>(trend(windowMs <= hourlyUpToMs ? 'hour' : 'day')),
  ]);
  const [[all], [fact]] = [wholes, facts];
  if (all === undefined || fact === undefined || BigInt(all.invocations) === 0n) return null;
  const { name: _name, ...totals } = groupOf(all);
  const warm = warmLatency(warmBars);
  const requestsPerSecond = totals.invocations / ((nowMs - sinceMs) / 1_000);
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    ...totals,
    warm,
    coldHistogram: coldBars.map(coldBar),
    warmHistogram: warmBars.map(warmBar),
    trend: points.map(pointOf),
    versions: versions.map(groupOf),
    memorySizes: memorySizes.map(groupOf),
    nearLimits: limitsOf(fact, warm),
    alternatives: alternativesOf(fact, identity, requestsPerSecond, prices),
    recentColdStarts: recent.answer,
  };
}
