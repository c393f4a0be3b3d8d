/** What a ranking says of the functions that it shows. */
import type { Connection } from '../connection.ts';
import { type Nanoseconds, nearestLevels } from '../periods.ts';
import { functionIdentity } from '../schema/005-sealed-periods.ts';
import { bucketMiddle } from '../sealing/statements.ts';
import { type BilledRow, billedColumns } from './billed.ts';
import type { Chosen } from './choose.ts';
import { type Identity, isAsked, type Source, type Window } from './source.ts';

export const percents = [50, 90, 99, 100] as const;
export type Percent = (typeof percents)[number];
const means = { runtime_start: 2, init: 3, execution: 4, reported_init: 5, platform: 6, restore: 7 } as const;

/** Of more it is no dearer to read all that the filter lets through, and a server takes no field of any length. */
const mostNamed = 500;
const isNamed = 'function_id IN {ids:Array(UInt64)}';

/** Warm quantiles are within 1 %, as buckets are. */
const rolledFacts = ({ rolled }: Source, where: string): string => `
SELECT * EXCEPT (warm_seen, warm_ranks),
  ${percents
    .map((percent, at) => `if(warm_seen = 0, NULL, ${bucketMiddle(`warm_ranks[${at + 1}]`)}) AS warm_p${percent}_ns`)
    .join(',\n  ')}
FROM (
  SELECT function_id, ${functionIdentity.map((name) => `any(rolled.${name}) AS ${name}`).join(', ')},
    argMax(function_version, latest_at) AS version,
    argMax(runtime, latest_at) AS runtime_name,
    argMax(arch, latest_at) AS arch_name,
    argMax(memory_mb, latest_at) AS latest_memory_mb,
    argMax(timeout_ms, latest_at) AS latest_timeout_ms,
    max(memory_used_mb) AS most_memory_used_mb,
    argMaxIf(tuple(modules_seen, modules_hint), latest_at, isNotNull(modules_seen)) AS latest_modules,
    sum(rolled.invocations) AS invocations,
    sum(rolled.cold_starts) AS cold_starts,
    sum(rolled.cold_affected) AS cold_affected,
    sum(rolled.errors) AS errors,
    max(rolled.cold_burst) AS cold_burst,
    sum(arraySum(mapValues(warm_buckets))) AS warm_seen,
    quantilesExactWeightedArray(${nearestLevels(percents)})(mapKeys(warm_buckets), mapValues(warm_buckets)) AS warm_ranks
  FROM ${rolled(where)} AS rolled
  GROUP BY function_id)`;

/** A row each product and architecture, which has rates of its own. */
const billedFacts = ({ billed }: Source, where: string): string => `
SELECT function_id, ${billedColumns} FROM ${billed(where)} AS rolled GROUP BY function_id, product, arch`;

/** 1-based nearest rank of a percentile among n sorted values, in integers. */
const rankOf = (percent: number): string => `intDiv(n * ${percent} + 99, 100)`;

/** Ends of the 95 % interval of the median (Conover, Practical Nonparametric Statistics, 1999, 3.2); of 6 and more. */
const reach = '0.98 * sqrt(n)';
const medianLow = `toUInt32(greatest(1., floor(n / 2 - ${reach})))`;
const medianHigh = `toUInt32(least(toFloat64(n), ceil(n / 2 + 1 + ${reach})))`;

/** Means are of the cold starts in the middle: ranks p40 to p60, at least one. */
const coldFacts = ({ coldStarts }: Source, where: string): string => `
SELECT function_id, n AS latencies,
  ${percents.map((percent) => `sorted.1[${rankOf(percent)}] AS cold_p${percent}_ns`).join(', ')},
  sorted.1[${medianLow}] AS median_low_ns, sorted.1[${medianHigh}] AS median_high_ns,
  ${Object.entries(means)
    .map(([name, member]) => `arrayReduce('avg', middle.${member}) AS ${name}_mean_ns`)
    .join(', ')}
FROM (
  SELECT function_id, count() AS n, arraySort(groupArray((
      assumeNotNull(latency_ns), runtime_start_ns, init_ns, execution_ns, reported_init_ns, platform_ns, restore_ns))) AS sorted,
    arraySlice(sorted, ${rankOf(40)}, ${rankOf(60)} - ${rankOf(40)} + 1) AS middle
  FROM ${coldStarts(where)}
  WHERE isNotNull(latency_ns)
  GROUP BY function_id)`;

export interface RolledFacts extends Identity, Record<`warm_p${Percent}_ns`, Nanoseconds> {
  function_id: string;
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
  cold_affected: string;
  errors: string;
  cold_burst: string | number;
}

export interface ColdFacts
  extends Record<`cold_p${Percent}_ns`, Nanoseconds>,
    Record<`${keyof typeof means}_mean_ns`, Nanoseconds> {
  function_id: string;
  latencies: string;
  median_low_ns: Nanoseconds;
  median_high_ns: Nanoseconds;
}

export interface BilledFacts extends BilledRow {
  function_id: string;
}

const byId = <Found extends { function_id: string }>(rows: readonly Found[]): ReadonlyMap<string, Found> =>
  new Map(rows.map((row) => [row.function_id, row]));

export interface Facts {
  rolled: ReadonlyMap<string, RolledFacts>;
  cold: ReadonlyMap<string, ColdFacts>;
  billed: ReadonlyMap<string, readonly BilledFacts[]>;
}

/** @throws what the client throws */
export async function factsOf(
  connection: Connection,
  { source, parameters }: Window,
  shown: readonly Chosen[],
  filter: string,
): Promise<Facts> {
  const isFew = shown.length <= mostNamed;
  const given = { ...parameters, ...(isFew ? { ids: shown.map(({ function_id: id }) => BigInt(id)) } : { filter }) };
  const where = isFew ? isNamed : isAsked(filter);
  const [rolled, cold, billed] = await Promise.all([
    connection.select<RolledFacts>(rolledFacts(source, where), given),
    connection.select<ColdFacts>(coldFacts(source, where), given),
    connection.select<BilledFacts>(billedFacts(source, where), given),
  ]);
  return { rolled: byId(rolled), cold: byId(cold), billed: Map.groupBy(billed, ({ function_id: id }) => id) };
}
