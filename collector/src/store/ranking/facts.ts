/** What a ranking says of the functions that it shows. */
import { type Architecture, architectures } from '../../model/pricing/aws-lambda.ts';
import type { Connection } from '../connection.ts';
import { type Nanoseconds, nearestLevels } from '../periods.ts';
import { functionIdentity, type SumName, sums } from '../schema/005-sealed-periods.ts';
import { bucketMiddle } from '../sealing/statements.ts';
import type { Chosen } from './choose.ts';
import { type Identity, isAsked, type Source, type Window } from './source.ts';

const sumNames = Object.keys(sums) as SumName[];
/** Of what money is computed from, an architecture has sums of its own. */
const meteredSums = sumNames.slice(sumNames.indexOf('requests'));

export const percents = [50, 90, 99, 100] as const;
export type Percent = (typeof percents)[number];
const means = { runtime_start: 2, init: 3, execution: 4, reported_init: 5, platform: 6, restore: 7 } as const;

/** More than so many ids would not fit into an address; then all that the filter lets through are asked for. */
const mostNamed = 500;
const isNamed = 'function_id IN (SELECT toUInt64(arrayJoin({ids:Array(String)})))';

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
    ${architectures
      .flatMap((arch) =>
        meteredSums.map((name) => `sumIf(toUInt128(rolled.${name}), rolled.arch = '${arch}') AS ${arch}_${name}`),
      )
      .join(',\n    ')},
    sum(arraySum(mapValues(warm_buckets))) AS warm_seen,
    quantilesExactWeightedArray(${nearestLevels(percents)})(mapKeys(warm_buckets), mapValues(warm_buckets)) AS warm_ranks
  FROM ${rolled(where)} AS rolled
  GROUP BY function_id)`;

/** 1-based nearest rank of a percentile among n sorted values, in integers. */
const rankOf = (percent: number): string => `intDiv(length(sorted) * ${percent} + 99, 100)`;
/** The cold starts in the middle: ranks p40 to p60, at least one. */
const middle = `arraySlice(sorted, ${rankOf(40)}, ${rankOf(60)} - ${rankOf(40)} + 1)`;

/** Ends of the 95 % interval of the median (Conover, Practical Nonparametric Statistics, 1999, 3.2); of 6 and more. */
const count = 'toFloat64(length(sorted))';
const reach = `0.98 * sqrt(${count})`;
const medianLow = `sorted[toUInt32(greatest(1., floor(${count} / 2 - ${reach})))].1`;
const medianHigh = `sorted[toUInt32(least(${count}, ceil(${count} / 2 + 1 + ${reach})))].1`;

const coldFacts = ({ coldStarts }: Source, where: string): string => `
SELECT function_id,
  ${percents.map((percent) => `sorted[${rankOf(percent)}].1 AS cold_p${percent}_ns`).join(',\n  ')},
  length(sorted) AS latencies, ${medianLow} AS median_low_ns, ${medianHigh} AS median_high_ns,
  ${Object.entries(means)
    .map(([name, member]) => `arrayReduce('avg', arrayMap(x -> x.${member}, ${middle})) AS ${name}_mean_ns`)
    .join(',\n  ')}
FROM (
  SELECT function_id, arraySort(groupArray((
    assumeNotNull(latency_ns), runtime_start_ns, init_ns, execution_ns, reported_init_ns, platform_ns, restore_ns))) AS sorted
  FROM ${coldStarts(where)}
  WHERE isNotNull(latency_ns)
  GROUP BY function_id)`;

export interface RolledFacts
  extends Identity,
    Record<`${Architecture}_${SumName}`, string>,
    Record<`warm_p${Percent}_ns`, Nanoseconds> {
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

const byId = <Found extends { function_id: string }>(rows: readonly Found[]): ReadonlyMap<string, Found> =>
  new Map(rows.map((row) => [row.function_id, row]));

export interface Facts {
  rolled: ReadonlyMap<string, RolledFacts>;
  cold: ReadonlyMap<string, ColdFacts>;
}

/** @throws what the client throws */
export async function factsOf(
  connection: Connection,
  { source, parameters }: Window,
  shown: readonly Chosen[],
  filter: string,
): Promise<Facts> {
  const isFew = shown.length <= mostNamed;
  const given = { ...parameters, ...(isFew ? { ids: shown.map(({ function_id: id }) => id) } : { filter }) };
  const where = isFew ? isNamed : isAsked(filter);
  const [rolled, cold] = await Promise.all([
    connection.select<RolledFacts>(rolledFacts(source, where), given),
    connection.select<ColdFacts>(coldFacts(source, where), given),
  ]);
  return { rolled: byId(rolled), cold: byId(cold) };
}
