/**
 * What each product bills of an invocation, in SQL: what model/pricing/meter does, a column at a time. Time that is shared on an
 * instance is in shared-time.ts.
 */
import { azureFlexRule, cloudRunRule, type IntervalRule } from '../../model/pricing/meter/active-intervals.ts';
import { consumptionLeastMs, consumptionMostMb, memoryStepMb } from '../../model/pricing/meter/azure.ts';
import { longestMs } from '../../model/pricing/meter/metered.ts';
import { type Metering, mhzByMb, milliVcpuByMb, type Product, products } from '../../model/pricing/products.ts';
import type { SumName } from '../schema/005-sealed-periods.ts';

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

export const nsPerMs = 1_000_000;
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
export const isMetering = (...those: readonly Metering[]): string =>
  `metering IN (${those.map((metering) => meterings.indexOf(metering) + 1).join(', ')})`;

/** One value a way of metering; where all but a few have the same, that comes last. */
const byMetering = (of: Readonly<Partial<Record<Metering, string | number>>>, other: string | number): string =>
  `multiIf(${Object.entries(of)
    .map(([metering, value]) => `${isMetering(metering as Metering)}, ${value}`)
    .join(', ')}, ${other})`;

/** Ways of metering whose products have all of them. */
const withUnits = (fits: (product: Product) => unknown): Metering[] =>
  meterings.filter((metering) => products.some((product) => product.metering === metering && fits(product)));

const isByArch = isMetering(...withUnits(({ isByArch }) => isByArch));

/** Whole invocations with what they are billed by. @param source a table, or a statement in brackets */
export const billable = (source: string): string => `(
  SELECT *, ${meteringOf} AS metering, ${isMetering('azure instance', 'google instance')} AS is_by_instance,
    ${byMetering(timeOf, 'NULL')} AS billed_time,
    toUInt128(${byMetering(memoryOf, 'given_mb')}) AS mb,
    toUInt128(${byMetering(cpuOf, 0)}) AS cpu,
    ifNull(billed_time <= ${byMetering({ 'CPU time': longestMs * 1_000 }, longestMs)}
      AND (mb > 0 OR NOT ${isMetering(...withUnits(({ units }) => units.memory))})
      AND (cpu > 0 OR NOT ${isMetering(...withUnits(({ units }) => units.cpu))})
      AND (arch_name IN ('', 'x86_64', 'arm64') OR NOT ${isByArch}), 0) AS is_metered,
    toUInt128(ifNull(billed_time, 0)) AS ms,
    if(${isMetering('billed duration')}, toUInt128(ifNull(intDiv(handler_ns + 999999, 1000000), ms)), ms) AS execution_ms,
    -- The CPU follows from the memory, time that is shared from a sample, or sharing from an instance that is not known; or the
    -- architecture is that of functions which ask for none.
    is_by_instance AND (weight != 1000000 OR instance = '' OR (isNull(milli_vcpu) AND cpu > 0)) OR arch_name = '' AND ${isByArch} AS is_inferred
  FROM ${source})`;

const isAlone = 'is_metered AND NOT is_by_instance';

/** A cold start stands for itself alone, for none is left out of a sample. */
export const countSums = {
  invocations: 'sum(weight)',
  cold_starts: 'countIf(is_cold) * 1000000',
  warm: 'sumIf(weight, is_warm)',
} as const satisfies Partial<Record<SumName, string>>;

/** Of each invocation by itself; what is shared on an instance is in shared-time.ts. */
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
