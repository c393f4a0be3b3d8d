/** What a ranking says of the functions that it shows. */
import type { Connection } from '../connection.ts';
import { type Nanoseconds, nearestLevels } from '../periods.ts';
import { type SumName, sumNames } from '../schema/005-sealed-periods.ts';
import { bucketMiddle } from '../sealing/statements.ts';
import type { BilledRow } from './billed.ts';
import type { Chosen } from './choose.ts';
import { type Identity, isAsked, type Source, type Window } from './source.ts';

export const percents = [50, 90, 99, 100] as const;
export type Percent = (typeof percents)[number];
const means = { runtime_start: 2, init: 3, execution: 4, reported_init: 5, platform: 6, restore: 7 } as const;

/** Of more it is no dearer to read all that the filter lets through, and a server takes no field of any length. */
const mostNamed = 500;
const isNamed = 'function_id IN {ids:Array(UInt64)}';

/** Whose executions are kept in buckets: of the warm ones, and of those whose start nobody told. */
const executions = ['warm', 'untold'] as const;
type Executions = (typeof executions)[number];
const stateOf = (of: Executions): string =>
  `quantilesExactWeightedArrayState(${nearestLevels(percents)})(mapKeys(${of}_buckets), mapValues(${of}_buckets))`;
const quantilesOf = (of: Executions): string =>
  `arrayMap(rank -> if(max(has_${of}), ${bucketMiddle('rank')}, NULL), quantilesExactWeightedArrayMerge(${nearestLevels(percents)})(${of}))`;

/**
 * One statement for all but cold latency, for each takes the engine longer to plan than to answer. Sums are by product and
 * architecture, which have rates of their own. Quantiles of executions are within 1 %, as buckets are.
 */
const rolledFacts = ({ packed }: Source, where: string): string => `
SELECT function_id, any(identity) AS identity_json, argMax(latest, last_at) AS latest_json, argMaxIf(modules, last_at, modules != '') AS modules_json,
  argMaxIf(runtime_told, last_at, runtime_told != '') AS runtime,
  maxForEach(maxima) AS all_maxima, groupArray((product, arch, sums)) AS billed,
  ${executions.map((of) => `${quantilesOf(of)} AS ${of}_ns`).join(', ')}
FROM (
  SELECT function_id, product, arch, any(packed_identity) AS identity,
    max(latest_at) AS last_at, argMax(packed_latest, latest_at) AS latest,
    argMaxIf(packed_modules, latest_at, packed_modules != '') AS modules,
    argMaxIf(JSONExtractString(packed_latest, 2) AS its_runtime, latest_at, its_runtime != '') AS runtime_told,
    maxForEach(packed_maxima) AS maxima, sumForEach(packed_sums) AS sums,
    ${executions.map((of) => `${stateOf(of)} AS ${of}, max(notEmpty(mapKeys(${of}_buckets))) AS has_${of}`).join(', ')}
  FROM ${packed(where)}
  GROUP BY function_id, product, arch)
GROUP BY function_id`;

/** 1-based nearest rank of a percentile among n sorted values, in integers. */
const rankOf = (percent: number): string => `intDiv(n * ${percent} + 99, 100)`;

/** Ends of the 95 % interval of the median (Conover, Practical Nonparametric Statistics, 1999, 3.2); of 6 and more. */
const reach = '0.98 * sqrt(n)';
const medianLow = `toUInt32(greatest(1., floor(n / 2 - ${reach})))`;
const medianHigh = `toUInt32(least(toFloat64(n), ceil(n / 2 + 1 + ${reach})))`;

/** Means are of the cold starts in the middle: ranks p40 to p60, at least one. */
export const coldFacts = ({ coldStarts }: Pick<Source, 'coldStarts'>, where: string): string => `
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

/** As `rolledFacts` has it: lists are texts of JSON. */
interface RolledRow {
  function_id: string;
  identity_json: string;
  latest_json: string;
  modules_json: string;
  /** The latest that was told: Lambda's logs do so at the starts of instances alone. */
  runtime: string;
  all_maxima: readonly [coldBurst: string | number, memoryUsedMb: string | number];
  /** Sums in the order of `sums`. */
  billed: readonly [product: string, arch: string, sums: readonly string[]][];
  warm_ns: readonly Nanoseconds[];
  untold_ns: readonly Nanoseconds[];
}

type ByPercent = Readonly<Record<Percent, Nanoseconds>>;
const byPercent = (ns: readonly Nanoseconds[]): ByPercent =>
  Object.fromEntries(percents.map((percent, at) => [percent, ns[at] ?? null])) as ByPercent;

export interface RolledFacts extends Identity {
  function_id: string;
  version: string;
  runtime: string;
  arch: string;
  memoryMb: number;
  timeoutMs: number | null;
  memoryUsedMb: number | null;
  coldBurst: number;
  /** How much of the module tree was seen, and what would show the rest. */
  modules: [string | null, string | null];
  warmNs: ByPercent;
  untoldNs: ByPercent;
  /** Of each product and architecture; in millionths, as all sums. */
  billed: readonly BilledRow[];
}

export interface ColdFacts
  extends Record<`cold_p${Percent}_ns`, Nanoseconds>,
    Record<`${keyof typeof means}_mean_ns`, Nanoseconds> {
  function_id: string;
  latencies: string;
  median_low_ns: Nanoseconds;
  median_high_ns: Nanoseconds;
}

const rolledOf = (row: RolledRow): RolledFacts => {
  const [provider = '', account = '', region = '', name = ''] = JSON.parse(row.identity_json) as string[];
  const [version = '', , arch = '', memoryMb, timeoutMs = ''] = JSON.parse(row.latest_json) as string[];
  const [coldBurst, memoryUsedMb] = row.all_maxima.map(Number) as [number, number];
  return {
    function_id: row.function_id,
    ...{
      provider,
      account,
      region,
      function_name: name,
      version,
      runtime: row.runtime,
      arch,
      memoryMb: Number(memoryMb),
      coldBurst,
    },
    timeoutMs: timeoutMs === '' ? null : Number(timeoutMs),
    memoryUsedMb: memoryUsedMb === 0 ? null : memoryUsedMb,
    modules: row.modules_json === '' ? [null, null] : (JSON.parse(row.modules_json) as [string | null, string | null]),
    warmNs: byPercent(row.warm_ns),
    untoldNs: byPercent(row.untold_ns),
    billed: row.billed.map(([product, itsArch, values]) => ({
      ...{ product, arch: itsArch },
      ...(Object.fromEntries(sumNames.map((sum, at) => [sum, values[at] ?? '0'])) as Record<SumName, string>),
    })),
  };
};

/** Which functions to read: those that are shown, by their ids, or all that the filter lets through. */
export const namedOrAsked = (
  shown: readonly Chosen[],
  filter: string,
): { where: string; given: Readonly<Record<string, string | bigint[]>> } =>
  shown.length <= mostNamed
    ? { where: isNamed, given: { ids: shown.map(({ function_id: id }) => BigInt(id)) } }
    : { where: isAsked(filter), given: { filter } };

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
  const { where, given } = namedOrAsked(shown, filter);
  const asked = { ...parameters, ...given };
  const [rolled, cold] = await Promise.all([
    connection.select<RolledRow>(rolledFacts(source, where), asked),
    connection.select<ColdFacts>(coldFacts(source, where), asked),
  ]);
  return {
    rolled: new Map(rolled.map((row) => [row.function_id, rolledOf(row)])),
    cold: new Map(cold.map((row) => [row.function_id, row])),
  };
}
