/**
 * Billable quantities of whole invocations, in SQL: what model/pricing/meter does, a column at a time.
 *
 *   Of most products each invocation is billed by itself. Where instances are paid (Azure Flex, Cloud Run), time that
 *   invocations share is billed once: what an invocation is billed is what it adds to the metered time of its instance,
 *   so that the sum over an instance is what `activeMs` makes of all of its invocations.
 *
 *   Hours: an invocation belongs to the hour in which it began, with all that it adds. The fold of an hour begins with the hour
 *   before, so time is shared across the boundary. Exact where the instance rests for a moment somewhere in that hour;
 *   where it has been busy without a break for longer, the beginning of its interval is not known, and the hour is within
 *   one rounding step (100 ms) of exact. Invocations that began more than an hour before and still run are the
 *   exception: what overlaps them alone is billed again.
 *
 *   A start-up is billed on Cloud Run and lies before the handler of the cold start that waited for it; of instances that
 *   nobody waited for it is not seen. On Azure and on Google's 1st gen the handler's time alone is billed.
 */
import { azureFlexRule, cloudRunRule, type IntervalRule } from '../../model/pricing/meter/active-intervals.ts';
import { consumptionLeastMs, consumptionMostMb, memoryStepMb } from '../../model/pricing/meter/azure.ts';
import { longestMs } from '../../model/pricing/meter/metered.ts';
import { type Metering, mhzByMb, milliVcpuByMb, type Product, products } from '../../model/pricing/products.ts';
import { dimensions, functionId, functionIdentity, type SumName, sums } from '../schema/005-sealed-periods.ts';

const list = (values: readonly (string | number)[]): string =>
  `[${values.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(', ')}]`;

/** What was told, by product. Tables are looked up, for a chain of conditions takes the engine long to plan. */
const told = products.flatMap(({ name, provider, platforms, skus }) =>
  platforms.flatMap((platform) => skus.map((sku) => ({ key: `${provider}|${platform}|${sku}`, name }))),
);
const toldKeys = list(told.map(({ key }) => key));
const toldNames = list(told.map(({ name }) => name));

/** The price book's product of an invocation; '' = not known. */
export const productOf = `
    concat(provider, '|', replaceAll(lower(ifNull(cloud_platform, '')), '_', '.'), '|') AS told_place,
    lower(ifNull(sku, '')) AS told_sku,
    transform(concat(told_place, told_sku), ${toldKeys}, ${toldNames},
      if(told_sku = '', '', transform(concat(told_place, '*'), ${toldKeys}, ${toldNames}, ''))) AS product`;

/** Instances are paid, and not invocations. */
export const isByInstance = `product IN (${products
  .filter(({ metering }) => metering.endsWith('instance'))
  .map(({ name }) => `'${name}'`)
  .join(', ')})`;

/** The providers of such products. */
export const sharingProviders = [
  ...new Set(products.filter(({ metering }) => metering.endsWith('instance')).map(({ provider }) => provider)),
];

const nsPerMs = 1_000_000;
/** `greatest` takes no notice of NULL, so that comes first. */
const roundedMs = ({ stepMs, leastMs }: IntervalRule): string => {
  const stepNs = Number(stepMs) * nsPerMs;
  return `if(isNull(billable_ns), NULL, greatest(${leastMs}, intDiv(billable_ns + ${stepNs - 1}, ${stepNs}) * ${stepMs}))`;
};

const mapped = (of: Readonly<Partial<Record<Metering, string>>>, to: (text: string) => string) =>
  Object.fromEntries(Object.entries(of).map(([metering, text]) => [metering, to(text)]));

/** What one invocation alone is billed, milliseconds; of Workers microseconds. NULL where it was not told. */
const timeOf: Readonly<Partial<Record<Metering, string>>> = mapped(
  {
    'billed duration': 'billed',
    request: '0',
    'azure invocation': roundedMs({ stepMs: 1n, leastMs: consumptionLeastMs }),
    'google invocation': roundedMs({ stepMs: 100n, leastMs: 0n }),
    'azure instance': roundedMs(azureFlexRule),
    'google instance': roundedMs(cloudRunRule),
    'CPU time': 'platform_cpu_us',
  },
  // Of one type: branches of several types become a Variant, in which a NULL is none.
  (time) => `toUInt64(${time})`,
);

/** `given_mb` unless said here. */
const memoryOf: Readonly<Partial<Record<Metering, string>>> = {
  'azure invocation': `least(${consumptionMostMb}, intDiv(ifNull(memory_used_mb, 0) + ${memoryStepMb - 1n}, ${memoryStepMb}) * ${memoryStepMb})`,
};

const sizeByMb = (sizes: ReadonlyMap<number, number>): string =>
  `transform(given_mb, [${[...sizes.keys()].join(', ')}], [${[...sizes.values()].join(', ')}], 0)`;

const cpuOf: Readonly<Partial<Record<Metering, string>>> = {
  'google invocation': sizeByMb(mhzByMb),
  'google instance': `ifNull(milli_vcpu, ${sizeByMb(milliVcpuByMb)})`,
  'CPU time': '1',
};

const meterings = [...new Set(products.map(({ metering }) => metering))];
/** The way of metering as a number, from 1; 0 = none that is known. */
const meteringOf = `transform(product, ${list(products.map(({ name }) => name))}, ${list(
  products.map(({ metering }) => meterings.indexOf(metering) + 1),
)}, 0)`;
const isMetering = (...those: readonly Metering[]): string =>
  `metering IN (${those.map((metering) => meterings.indexOf(metering) + 1).join(', ')})`;

/** One value a way of metering; where all but a few have the same, that comes last. */
const byMetering = (of: Readonly<Partial<Record<Metering, string | number>>>, other: string | number): string =>
  `multiIf(${Object.entries(of)
    .map(([metering, value]) => `${isMetering(metering as Metering)}, ${value}`)
    .join(', ')}, ${other})`;

/** Ways of metering whose products have all of them. */
const withUnits = (fits: (product: Product) => unknown): Metering[] =>
  meterings.filter((metering) => products.some((product) => product.metering === metering && fits(product)));

/** Whole invocations with what they are billed by. @param source a table, or a statement in brackets */
export const billable = (source: string): string => `(
  SELECT *, ${meteringOf} AS metering, ${isMetering('azure instance', 'google instance')} AS is_by_instance,
    ${byMetering(timeOf, 'NULL')} AS billed_time,
    toUInt128(${byMetering(memoryOf, 'given_mb')}) AS mb,
    toUInt128(${byMetering(cpuOf, 0)}) AS cpu,
    ifNull(billed_time <= ${byMetering({ 'CPU time': longestMs * 1_000 }, longestMs)}
      AND (mb > 0 OR NOT ${isMetering(...withUnits(({ units }) => units.memory))})
      AND (cpu > 0 OR NOT ${isMetering(...withUnits(({ units }) => units.cpu))})
      AND (arch_name IN ('x86_64', 'arm64') OR NOT ${isMetering(...withUnits(({ isByArch }) => isByArch))}), 0) AS is_metered,
    toUInt128(ifNull(billed_time, 0)) AS ms,
    if(${isMetering('billed duration')}, toUInt128(ifNull(intDiv(handler_ns + 999999, 1000000), ms)), ms) AS execution_ms,
    -- The CPU follows from the memory, time that is shared from a sample, or sharing from an instance that is not known.
    is_by_instance AND (weight != 1000000 OR instance = '' OR (isNull(milli_vcpu) AND cpu > 0)) AS is_inferred
  FROM ${source})`;

const isAlone = 'is_metered AND NOT is_by_instance';

/** Of each invocation by itself; what is shared on an instance is in {@link sharedSums}. */
export const billableSums = {
  requests: 'sumIf(weight, is_metered)',
  inferred_requests: 'sumIf(weight, is_metered AND is_inferred)',
  mb_ms: `sumIf(ms * mb * weight, ${isAlone})`,
  cpu_ms: `sumIf(ms * cpu * weight, ${isAlone})`,
  cold_mb_ms: `sumIf(ms * mb * weight, is_cold AND ${isAlone})`,
  cold_cpu_ms: `sumIf(ms * cpu * weight, is_cold AND ${isAlone})`,
  cold_mb: 'sumIf(mb * weight, is_cold AND is_metered)',
  cold_cpu: 'sumIf(cpu * weight, is_cold AND is_metered)',
  cold_execution_mb_ms: 'sumIf(execution_ms * mb * weight, is_cold AND is_metered)',
  cold_execution_cpu_ms: 'sumIf(execution_ms * cpu * weight, is_cold AND is_metered)',
  warm_requests: 'sumIf(weight, is_warm AND is_metered)',
  warm_billed_ms: `sumIf(ms * weight, is_warm AND ${isAlone})`,
} as const satisfies Partial<Record<SumName, string>>;

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
  SELECT provider, account, region, in_hour, least_ns, groupUniqArray((owner_hash, owner)) AS owners,
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

/** Sums by hour that hold the shared time alone, in the order of the table's columns. */
export const sharedHoursOf = (source: string, sinceS: number): string => `
SELECT toDate(hour) AS day, hour, ${dimensionsOf},
  ${(Object.keys(sums) as SumName[]).map((name) => `${sharedSums[name] ?? '0'} AS ${name}`).join(',\n  ')},
  0 AS cold_burst, NULL AS memory_used_mb, NULL AS timeout_ms, toDateTime64(0, 3, 'UTC') AS latest_at,
  NULL AS modules_seen, NULL AS modules_hint, CAST(map(), 'Map(UInt16, UInt64)') AS warm_buckets
FROM ${sharedRows(source, sinceS)}
GROUP BY day, hour, ${byDimensions}`;

const billedNames = Object.keys(billableSums) as (keyof typeof billableSums)[];

/**
 * Billable sums alone, straight from whole invocations. @param source a statement in brackets @param isShared whether there can
 * be time that is shared on instances; the engine plans the statement in half the time where there cannot
 */
export const billedOf = (source: string, isShared: boolean): string => `
SELECT ${dimensionsOf}, sum(weight) AS invocations,
  ${billedNames.map((name) => `${billableSums[name]} AS ${name}`).join(',\n  ')}
FROM ${billable(source)} GROUP BY ${byDimensions}${
  isShared
    ? `
UNION ALL
SELECT ${dimensionsOf}, 0 AS invocations,
  ${billedNames.map((name) => `${sharedSums[name] ?? '0'} AS ${name}`).join(',\n  ')}
FROM ${sharedRows(source, null)} GROUP BY ${byDimensions}`
    : ''
}`;
