/** The page of one function: from sealed hours and days, and from its cold starts one by one. */

import { deploymentsOf } from '../model/deployments.ts';
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
import { costOf } from '../model/pricing/cost.ts';
import { type NearLimit, nearLimits } from '../model/pricing/near-limits.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';
import type { Cost, Latency } from '../model/ranking.ts';
import { type Starts, startsOf } from '../model/start-kinds.ts';
import { identityOf, isIt, latestColdStarts } from './cold-start-list.ts';
import type { Connection } from './connection.ts';
import {
  coldStartRows,
  hourlyRows,
  hourlyUpToMs,
  milliseconds,
  type Nanoseconds,
  nearestRank,
  rolledRows,
  type SealedWindow,
  sealedWindow,
  whole,
  wholeOf,
} from './periods.ts';
import { type BilledRow, billedColumns, billedNames, billedSums } from './ranking/billed.ts';
import { type ColdFacts, coldFacts } from './ranking/facts.ts';
import { phasesOf } from './ranking/rank.ts';
import { executionBase } from './sealing/statements.ts';
import { servedBy, servedOf } from './served-by.ts';
import { uploadsOf } from './uploads.ts';

const percents = [50, 90, 99] as const;
const shownColdStarts = 50;
/** Cold histograms: bars 10 % wide, wide enough for some hundred cold starts to show a shape. */
const coldBase = 1.1;

type Step = 'hour' | 'day';
const stepsMs: Readonly<Record<Step, number>> = { hour: 3_600_000, day: 86_400_000 };

/** What the page counts by: each group has a `name` among those of its kind. */
type Grouping = 'whole' | 'version' | 'memory' | 'step' | 'bar' | 'served';

/** All groupings in one pass: the columns that they go by, as texts. */
const grouped = (columns: Readonly<Partial<Record<Grouping, string>>>, facts: string, rows: string): string => {
  const kinds = Object.keys(columns) as Grouping[];
  const kind = kinds.map((name) => `grouping(by_${name}) = 0, '${name}', `).join('');
  const name = kinds.map((each) => `grouping(by_${each}) = 0, by_${each}, `).join('');
  return `
SELECT multiIf(${kind}'whole') AS kind, multiIf(${name}'') AS name, ${facts}
FROM (SELECT *, ${kinds.map((each) => `toString(${columns[each]}) AS by_${each}`).join(', ')} FROM ${rows}) AS grouped
GROUP BY GROUPING SETS ((), ${kinds.map((each) => `(by_${each})`).join(', ')})`;
};

const dimensionNames = { version: 'function_version', memory: 'memory_mb' } as const;
const rolledColumns =
  'invocations, cold_starts, warm, cold_affected, errors, function_version, memory_mb, runtime, arch, timeout_ms, memory_used_mb, latest_at, modules_seen, modules_hint, warm_billed_ms, warm_requests, warm_buckets, untold_buckets';

const rolled = (window: SealedWindow, step: Step): string => {
  const begins = `toUnixTimestamp(toDateTime(${step}, 'UTC'))`;
  return grouped(
    { ...dimensionNames, step: begins, served: servedBy(begins) },
    `sum(grouped.invocations) AS invocations, sum(grouped.cold_starts) AS cold_starts, sum(grouped.warm) AS warm, sum(grouped.cold_affected) AS cold_affected,
  sum(grouped.errors) AS errors, argMax(grouped.memory_mb, grouped.latest_at) AS latest_memory_mb,
  argMax(grouped.function_version, grouped.latest_at) AS latest_version, argMax(grouped.runtime, grouped.latest_at) AS latest_runtime,
  argMax(grouped.modules_seen, grouped.latest_at) AS latest_modules_seen,
  argMaxIf(grouped.modules_hint, grouped.latest_at, isNotNull(grouped.modules_seen)) AS latest_modules_hint,
  argMax(grouped.arch, grouped.latest_at) AS latest_arch, argMax(grouped.timeout_ms, grouped.latest_at) AS latest_timeout_ms,
  max(grouped.memory_used_mb) AS most_memory_used_mb, toFloat64(sum(grouped.warm_billed_ms)) / sum(grouped.warm_requests) AS warm_billed_ms,
  if(kind = 'whole', sumMap(grouped.warm_buckets), map()) AS warm_buckets,
  if(kind = 'whole', sumMap(grouped.untold_buckets), map()) AS untold_buckets`,
    step === 'hour' ? hourlyRows(`hour, ${rolledColumns}`, isIt) : rolledRows(window, `day, ${rolledColumns}`, isIt),
  );
};

const cold = (window: SealedWindow, step: Step): string => {
  const begins = `toUnixTimestamp(${step === 'hour' ? 'toStartOfHour(at)' : "toDateTime(day, 'UTC')"})`;
  return grouped(
    {
      ...dimensionNames,
      ...{ step: begins, served: servedBy(begins) },
      bar: `toInt32(floor(log(greatest(latency_ns, 1)) / log(${coldBase})))`,
    },
    `count() AS latencies, ${nearestRank(percents, 'assumeNotNull(latency_ns)')} AS quantiles, max(latency_ns) AS most_ns,
  toUnixTimestamp64Milli(min(grouped.at)) AS first_ms`,
    `(SELECT function_version, memory_mb, runtime, arch, day, at, latency_ns FROM ${coldStartRows(window, isIt)} WHERE isNotNull(latency_ns))`,
  );
};

const billed = (window: SealedWindow): string =>
  `SELECT ${billedColumns} FROM ${rolledRows(window, ['product', 'arch', ...billedNames].join(', '), isIt)} AS rolled GROUP BY product, arch`;

interface RolledRow {
  kind: Grouping;
  name: string;
  /** In millionths, as all sums. */
  invocations: string;
  cold_starts: string;
  warm: string;
  cold_affected: string;
  errors: string;
  latest_memory_mb: number;
  latest_arch: string;
  latest_version: string;
  latest_runtime: string;
  latest_modules_seen: string | null;
  latest_modules_hint: string | null;
  latest_timeout_ms: number | null;
  most_memory_used_mb: number | null;
  /** Mean; `null` where nothing warm was billed. */
  warm_billed_ms: number | null;
  /** Of the whole; millionths by bucket. */
  warm_buckets: Record<string, string>;
  untold_buckets: Record<string, string>;
}

interface ColdRow {
  kind: Grouping;
  name: string;
  latencies: string;
  quantiles: Nanoseconds[];
  most_ns: Nanoseconds;
  first_ms: string;
}

interface Bar {
  bar: number;
  count: bigint;
}

/** One group of the function's invocations, and its cold starts if it had any with a latency. */
interface Both {
  counts: RolledRow;
  colds: ColdRow | undefined;
}

/** Of the whole there is a row also where nothing is in it; quantiles of nothing are 0 to the engine. */
const coldLatency = (colds: ColdRow | undefined): Latency => {
  const [p50 = null, p90 = null, p99 = null] = Number(colds?.latencies ?? 0) > 0 ? (colds?.quantiles ?? []) : [];
  return {
    p50Ms: milliseconds(p50),
    p90Ms: milliseconds(p90),
    p99Ms: milliseconds(p99),
    maxMs: milliseconds(colds?.most_ns),
  };
};

const startsIn = ({ cold_starts: cold, warm }: RolledRow): Starts => startsOf(whole(cold), whole(warm));

const groupOf = ({ counts, colds }: Both): Group => ({
  name: counts.kind === 'memory' && counts.name === '0' ? '' : counts.name,
  invocations: whole(counts.invocations),
  coldStarts: startsIn(counts).coldStarts,
  errors: whole(counts.errors),
  cold: coldLatency(colds),
});

const pointOf = ({ counts, colds }: Both): TrendPoint => {
  const { p50Ms, p99Ms } = coldLatency(colds);
  return {
    at: new Date(Number(counts.name) * 1_000).toISOString(),
    invocations: whole(counts.invocations),
    coldStarts: startsIn(counts).coldStarts,
    errors: whole(counts.errors),
    coldP50Ms: p50Ms,
    coldP99Ms: p99Ms,
  };
};

const edgeMs = (base: number, power: number): number => base ** power / 1e6;

const coldBar = ({ name, latencies }: ColdRow): HistogramBar => ({
  fromMs: edgeMs(coldBase, Number(name)),
  toMs: edgeMs(coldBase, Number(name) + 1),
  count: Number(latencies),
});

/** Buckets are rounded to their middle. */
const executionBar = ({ bar, count }: Bar): HistogramBar => ({
  fromMs: edgeMs(executionBase, bar - 0.5),
  toMs: edgeMs(executionBase, bar + 0.5),
  count: Number(wholeOf(count)),
});

const barsOf = (buckets: Readonly<Record<string, string>>): Bar[] =>
  Object.entries(buckets)
    .map(([bar, count]) => ({ bar: Number(bar), count: BigInt(count) }))
    .sort((a, b) => a.bar - b.bar);

/** Nearest rank among buckets, each at its middle. */
const executionLatency = (bars: readonly Bar[]): Latency => {
  const total = bars.reduce((sum, { count }) => sum + count, 0n);
  const at = (percent: bigint): number | null => {
    let seen = 0n;
    for (const { bar, count } of bars) {
      seen += count;
      if (seen * 100n >= total * percent) return edgeMs(executionBase, bar);
    }
    return null;
  };
  return { p50Ms: at(50n), p90Ms: at(90n), p99Ms: at(99n), maxMs: at(100n) };
};

/** The highest of all executions is known within 1 % only, so of the timeout no more is said than that it is near. */
const limitsOf = (counts: RolledRow, { p99Ms }: Latency): NearLimit[] =>
  nearLimits({
    timeoutMs: counts.latest_timeout_ms,
    p99Ms,
    maxMs: null,
    memoryMb: counts.latest_memory_mb === 0 ? null : counts.latest_memory_mb,
    maxMemoryUsedMb: counts.most_memory_used_mb,
  });

const alternativesOf = (
  { latest_arch: arch, latest_memory_mb: memoryMb, warm_billed_ms: billedMs }: RolledRow,
  { provider, region }: FunctionIdentity,
  requestsPerSecond: number,
  { perMillionUsd }: Cost,
  prices: PriceBook,
): AlternativeCost[] => {
  if (provider !== 'aws' || billedMs === null || (arch !== 'x86_64' && arch !== 'arm64')) return [];
  const found = alternatives(prices, {
    ...{ region, arch, requestsPerSecond, billedMs, memoryMb },
    ...(perMillionUsd !== null && { usdPerRequest: perMillionUsd / 1_000_000 }),
  });
  if (!found.found) return [];
  return found.rows.map(({ name, count, monthlyUsd, breakEvenPerSecond, unverified }) => ({
    ...{ name, count, monthlyUsd: Number(monthlyUsd), breakEvenPerSecond, unverified },
  }));
};

/** Those of one kind, each with its cold starts. */
const joined = (kind: Grouping, counts: readonly RolledRow[], colds: readonly ColdRow[]): Both[] => {
  const byName = new Map(colds.filter((row) => row.kind === kind).map((row) => [row.name, row]));
  return counts.filter((row) => row.kind === kind).map((row) => ({ counts: row, colds: byName.get(row.name) }));
};

const mostGroups = 100;
/** The busiest first. */
const groupsOf = (all: readonly Both[]): Group[] =>
  all
    .map(groupOf)
    .sort((a, b) => b.invocations - a.invocations || (a.name < b.name ? -1 : 1))
    .slice(0, mostGroups);

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
  const window = sealedWindow(windowMs, nowMs);
  const { sinceMs } = window;
  const parameters = { ...identityOf(identity), ...window.parameters };
  const step = windowMs <= hourlyUpToMs ? 'hour' : 'day';
  const coldStarts = (where: string): string => coldStartRows(window, where);
  const [counts, colds, latest, groups, [facts], uploads] = await Promise.all([
    connection.select<RolledRow>(rolled(window, step), parameters),
    connection.select<ColdRow>(cold(window, step), parameters),
    latestColdStarts(connection, window, parameters, shownColdStarts),
    connection.select<BilledRow>(billed(window), parameters),
    connection.select<ColdFacts>(coldFacts({ coldStarts }, isIt), parameters),
    uploadsOf(connection, identityOf(identity)),
  ]);
  const [all] = joined('whole', counts, colds);
  if (all === undefined || BigInt(all.counts.invocations) === 0n) return null;
  const { name: _name, ...totals } = groupOf(all);
  const warmBars = barsOf(all.counts.warm_buckets);
  const coldBars = colds.filter(({ kind }) => kind === 'bar').sort((a, b) => Number(a.name) - Number(b.name));
  const steps = joined('step', counts, colds).sort((a, b) => Number(a.counts.name) - Number(b.counts.name));
  const served = joined('served', counts, colds).map(({ counts: row, colds: itsColds }) =>
    servedOf(row.name, whole(row.invocations), itsColds ? Number(itsColds.first_ms) : null),
  );
  const warm = executionLatency(warmBars);
  const untold = executionLatency(barsOf(all.counts.untold_buckets));
  const starts = startsIn(all.counts);
  const areKnown = starts.coldStarts !== null;
  const requestsPerSecond = totals.invocations / ((nowMs - sinceMs) / 1_000);
  const cost = costOf({ ...identity, groups: groups.map(billedSums) }, nowMs - sinceMs, prices);
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    ...totals,
    ...starts,
    coldAffected: areKnown ? whole(all.counts.cold_affected) : null,
    version: all.counts.latest_version,
    runtime: all.counts.latest_runtime,
    arch: all.counts.latest_arch,
    memoryMb: all.counts.latest_memory_mb === 0 ? null : all.counts.latest_memory_mb,
    ...{ warm, untold },
    phases: phasesOf(facts),
    modules: { seen: all.counts.latest_modules_seen, hint: all.counts.latest_modules_hint },
    coldHistogram: coldBars.map(coldBar),
    warmHistogram: warmBars.map(executionBar),
    trend: steps.map(pointOf),
    trendStepMs: stepsMs[step],
    deployments: deploymentsOf(served, sinceMs),
    versions: groupsOf(joined('version', counts, colds)),
    memorySizes: groupsOf(joined('memory', counts, colds)),
    nearLimits: limitsOf(all.counts, areKnown ? warm : untold),
    cost: areKnown ? cost : { ...cost, coldUsd: null },
    alternatives: alternativesOf(all.counts, identity, requestsPerSecond, cost, prices),
    recentColdStarts: latest.answer,
    uploads,
  };
}
