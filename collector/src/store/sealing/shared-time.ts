/**
 * Time that is billed by the instance, in SQL.
 *
 *   Where instances are paid (Azure Flex, Cloud Run), time that invocations share is billed once: what an invocation is billed
 *   is what it adds to the metered time of its instance, so that the sum over an instance is what `activeMs` makes of all
 *   of its invocations. An Azure app whose functions lie on several shards of a cluster is summed by shard.
 *
 *   Hours: an invocation belongs to the hour in which it began, with all that it adds. The fold of an hour begins with the hour
 *   before, so time is shared across the boundary. Exact where the instance is metered for nothing for a moment
 *   somewhere in that hour; where it has been busy without a break for longer, the beginning of its interval is not known,
 *   and the hour is within one rounding step of exact (100 ms; of Flex, its least second). Invocations that began more than
 *   an hour before and still run are the exception: what overlaps them alone is billed again. Windows of up to two hours,
 *   which are read from parts, begin with the first invocation in them.
 *
 *   A start-up is billed on Cloud Run and lies before the handler of the cold start that waited for it; of instances that
 *   nobody waited for it is not seen. On Azure and on Google's 1st gen the handler's time alone is billed.
 */
import { azureFlexRule, cloudRunRule } from '../../model/pricing/meter/active-intervals.ts';
import { dimensions, functionId, functionIdentity, type SumName, sumNames } from '../schema/005-sealed-periods.ts';
import { billable, billableSums, countSums, isByInstance, isMetering, nsPerMs } from './billable.ts';

const sharedSums: Readonly<Partial<Record<SumName, string>>> = {
  mb_ms: 'sum(shared_ms * mb)',
  cpu_ms: 'sum(shared_ms * cpu)',
  cold_mb_ms: 'sumIf(shared_ms * mb, is_cold)',
  cold_cpu_ms: 'sumIf(shared_ms * cpu, is_cold)',
  warm_billed_ms: 'sumIf(shared_ms, is_warm)',
};

/** What of an invocation decides where its part of the shared time is added up. */
const owner = [
  'function_name',
  'version',
  'runtime_name',
  'arch_name',
  'given_mb',
  'trigger_name',
  'product',
  'mb',
  'cpu',
  'is_cold',
  'is_warm',
] as const;

const atNs = 'toUnixTimestamp64Milli(at) * 1000000';
/** A start-up is billed on Cloud Run alone. The agent's root begins with it; others' begin when the instance is ready. */
const startUpNs = `if(${isMetering('google instance')}, start_up_ns, 0)`;
const fromNs = `${atNs} - if(begins_with_start_up, 0, ${startUpNs})`;
const toNs = `${atNs} + toInt64(ifNull(billable_ns, 0)) + if(begins_with_start_up, ${startUpNs}, 0)`;

const stepNs = Number(cloudRunRule.stepMs) * nsPerMs;
const metered = (ns: string): string => `greatest(least_ns, intDiv(${ns} + ${stepNs - 1}, ${stepNs}) * ${stepNs})`;
/** `acc`: begin, end and metered time of the last interval, all ns; and what each owner has added, ms. */
const isWithin = 'x.1 < acc.1 + acc.3';
const begin = `if(${isWithin}, acc.1, x.1)`;
const end = `if(${isWithin}, greatest(acc.2, x.2), x.2)`;
const addedMs = `intDiv(${metered(`${end} - ${begin}`)} - if(${isWithin}, acc.3, 0), ${nsPerMs})`;

/**
 * Instances of one hour: what each owner added, by the rule of `activeIntervals`. Instances of Azure Flex run several
 * functions of an app; of everything else an id is that of one function's instance.
 */
const shared = (source: string, sinceS: number | null): string => `
  SELECT provider, account, region, in_hour, least_ns, groupUniqArrayIf((owner_hash, owner), counted > 0) AS owners,
    arrayMap(one -> one.1, owners) AS hashes,
    arrayFold((acc, x) -> (${begin}, ${end}, ${metered(`${end} - ${begin}`)},
        arrayMap((sum, hash) -> sum + if(hash = x.4, toUInt128(${addedMs}) * x.3, toUInt128(0)), acc.4, hashes)),
      arraySort(groupArray((from_ns, to_ns, counted, owner_hash))),
      (toInt64(0), toInt64(0), toInt64(0), arrayMap(hash -> toUInt128(0), hashes))).4 AS added
  FROM (
    SELECT provider, account, region,
      toStartOfHour(at) AS own_hour, arrayJoin([own_hour, own_hour + INTERVAL 1 HOUR]) AS in_hour,
      if(instance = '', toString(invocation_key), instance) AS on_instance,
      if(${isMetering('azure instance')}, '', function_name) AS on_function,
      toInt64(if(on_function = '', ${azureFlexRule.leastMs * 1_000_000n}, 0)) AS least_ns,
      toInt64(${fromNs}) AS from_ns, toInt64(${toNs}) AS to_ns,
      toUInt128(if(in_hour = own_hour, weight, 0)) AS counted,
      tuple(${owner.join(', ')}) AS owner, sipHash64(${owner.join(', ')}) AS owner_hash
    FROM ${billable(`(SELECT * FROM ${source} WHERE ${isByInstance})`)}
    WHERE is_metered)
  ${sinceS === null ? '' : `WHERE in_hour >= toDateTime(${sinceS}, 'UTC')`}
  GROUP BY provider, account, region, in_hour, on_function, on_instance, least_ns
  HAVING sum(counted) > 0`;

/**
 * Rows of the time that is shared on instances, an hour, owner and instance each: identity, dimensions, and what was added, ms x
 * weight. @param source with the hour before `sinceS`, where one is given
 */
const sharedRows = (source: string, sinceS: number | null): string => `(
  SELECT provider, account, region, in_hour AS hour, shared_ms, ${owner.map((name, at) => `owned.2.${at + 1} AS ${name}`).join(', ')}
  FROM (${shared(source, sinceS)}) ARRAY JOIN owners AS owned, added AS shared_ms)`;

const dimensionsOf = `${functionId()} AS function_id, ${functionIdentity.join(', ')},
  version AS function_version, runtime_name AS runtime, arch_name AS arch, given_mb AS memory_mb, trigger_name AS trigger, product`;
const byDimensions = `${functionIdentity.join(', ')}, ${dimensions.join(', ')}`;

const noBuckets = "CAST(map(), 'Map(UInt16, UInt64)')";

/** Sums by hour that hold the shared time alone, in the order of the table's columns. @param sinceS as above */
export const sharedHoursOf = (source: string, sinceS: number | null): string => `
SELECT toDate(hour) AS day, hour, ${dimensionsOf},
  ${sumNames.map((name) => `${sharedSums[name] ?? '0'} AS ${name}`).join(',\n  ')},
  0 AS cold_burst, NULL AS memory_used_mb, NULL AS timeout_ms, toDateTime64(0, 3, 'UTC') AS latest_at,
  NULL AS modules_seen, NULL AS modules_hint, ${noBuckets} AS warm_buckets, ${noBuckets} AS untold_buckets
FROM ${sharedRows(source, sinceS)}
GROUP BY day, hour, ${byDimensions}`;

const billedSums = { ...countSums, ...billableSums };
const billedNames = Object.keys(billedSums) as (keyof typeof billedSums)[];

/**
 * Billable sums and counts alone, straight from whole invocations. @param source a statement in brackets @param isShared whether there can
 * be time that is shared on instances; the engine plans the statement in half the time where there cannot
 */
export const billedOf = (source: string, isShared: boolean): string => `
SELECT ${dimensionsOf},
  ${billedNames.map((name) => `${billedSums[name]} AS ${name}`).join(',\n  ')}
FROM ${billable(source)} GROUP BY ${byDimensions}${
  isShared
    ? `
UNION ALL
SELECT ${dimensionsOf},
  ${billedNames.map((name) => `${sharedSums[name] ?? '0'} AS ${name}`).join(',\n  ')}
FROM ${sharedRows(source, null)} GROUP BY ${byDimensions}`
    : ''
}`;
