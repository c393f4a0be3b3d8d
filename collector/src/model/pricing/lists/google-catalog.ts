/**
 * Google's Cloud Billing Catalog: a page with `skus`, or several in an array.
 * Shape: https://docs.cloud.google.com/billing/v1/how-tos/catalog-api
 */
import { Decimal, plain } from '../decimal.ts';
import type { MeteredUnit } from '../units.ts';
import { own, ownText, refused, shown } from './json.ts';
import { amountText, isRegion, type ListedPrice, type PriceList, ratesOf } from './price-list.ts';

type Sold = readonly [description: RegExp, product: string, unit: MeteredUnit];

/** By what the SKU is described as; the tier and the region in it say nothing that the SKU does not say elsewhere. */
const byDescription: readonly Sold[] = [
  [/\(1st Gen\) CPU( Time)?( Tier 2)?$/, 'functions 1st gen', 'GHz-second'],
  [/\(1st Gen\) Memory( Time)?( Tier 2)?$/, 'functions 1st gen', 'GB-second'],
  [/\(1st Gen\) Invocations$/, 'functions 1st gen', 'request'],
  [/^Services CPU( Tier 2)? \(Request-based billing\)$/, 'run request-based', 'vCPU-second'],
  [/^Services Memory( Tier 2)? \(Request-based billing\)$/, 'run request-based', 'GiB-second'],
  [/^Services Min Instance CPU( Tier 2)? \(Request-based billing\)$/, 'run idle minimum', 'vCPU-second'],
  [/^Services Min Instance Memory( Tier 2)? \(Request-based billing\)$/, 'run idle minimum', 'GiB-second'],
  [/^Services CPU \(Instance-based billing\)( in [a-z0-9-]+)?$/, 'run instance-based', 'vCPU-second'],
  [/^Services Memory \(Instance-based billing\)( in [a-z0-9-]+)?$/, 'run instance-based', 'GiB-second'],
  [/^Requests$/, 'run request-based', 'request'],
];

/** `usageUnit`s that a price may be per. */
const usageUnits: Readonly<Record<string, readonly MeteredUnit[]>> = {
  s: ['vCPU-second'],
  'GiBy.s': ['GiB-second', 'GB-second'],
  'GBy.s': ['GB-second'],
  'GHz.s': ['GHz-second'],
  GHzs: ['GHz-second'],
  count: ['request'],
};

const services = ['Cloud Run', 'Cloud Run Functions', 'Cloud Functions'];

const pagesOf = (json: unknown): unknown[] => (Array.isArray(json) ? json : [json]);

export const isGoogleCatalog = (json: unknown): boolean => {
  const pages = pagesOf(json);
  return pages.length > 0 && pages.every((page) => own(page, 'skus') !== undefined);
};

/**
 * @param readOn today: the catalog has no date of its own
 * @throws Trouble when it is cut off, in another currency, or has impossible prices
 */
export function readGoogleCatalog(json: unknown, readOn: string): PriceList {
  const skus = pagesOf(json).flatMap((page) => {
    const list = own(page, 'skus');
    if (!Array.isArray(list)) throw refused("Google's catalog has a page without a list of skus: it is not whole.");
    return list as unknown[];
  });
  const unrecognised = new Set<string>();
  const prices: ListedPrice[] = [];
  for (const sku of skus) {
    const description = (ownText(sku, 'description') ?? '?').trim().replace(/\s+/g, ' ');
    const category = own(sku, 'category');
    const sold = byDescription.find(([pattern]) => pattern.test(description));
    const isService = services.includes(ownText(category, 'serviceDisplayName') ?? '');
    const regions = regionsOf(own(sku, 'serviceRegions'));
    if (sold === undefined || !isService || ownText(category, 'usageType') !== 'OnDemand' || regions.length === 0) {
      unrecognised.add(description);
    } else {
      const listed = pricesOf(sku, { description, sold, regions, readOn });
      if (typeof listed === 'string') unrecognised.add(`${description} per ${listed}`);
      else prices.push(...listed);
    }
  }
  return {
    name: "Google's billing catalog",
    provider: 'gcp',
    date: readOn,
    rates: ratesOf(prices),
    unrecognised: [...unrecognised],
  };
}

/** What is sold in every region at one price is sold in `global`. */
const regionsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(isRegion).map((region) => (region === 'global' ? '*' : region)) : [];

interface Sku {
  description: string;
  sold: Sold;
  regions: readonly string[];
  readOn: string;
}

/** @returns the unit, where it is another than such prices have */
function pricesOf(
  sku: unknown,
  { description, sold: [, product, unit], regions, readOn }: Sku,
): ListedPrice[] | string {
  const timeline = own(sku, 'pricingInfo');
  // In the order of time: the last one is in force.
  const expression = own(Array.isArray(timeline) ? timeline.at(-1) : undefined, 'pricingExpression');
  const tiers = own(expression, 'tieredRates');
  if (!Array.isArray(tiers) || tiers.length === 0) {
    throw refused(`Google's catalog has no tieredRates of ${shown(description)}: it is not whole.`);
  }
  const usageUnit = ownText(expression, 'usageUnit');
  if (usageUnit === undefined) throw refused(`The price of ${shown(description)} has no usageUnit.`);
  const units = own(usageUnits, usageUnit) as readonly MeteredUnit[] | undefined;
  if (!units?.includes(unit)) return usageUnit;
  return tiers.flatMap((tier) => {
    const usd = usdOf(own(tier, 'unitPrice'), description);
    const fromUnits = amountText(own(tier, 'startUsageAmount') ?? 0, 'beginning of a tier', description);
    return regions.map((region) => ({
      ...{ provider: 'gcp', product, region, unit, fromUnits, usd, date: readOn },
      source: 'https://cloudbilling.googleapis.com/v1/services (Cloud Billing Catalog)',
    }));
  });
}

/** Whole dollars as text and billionths of one beside it. */
function usdOf(unitPrice: unknown, description: string): string {
  const currency = ownText(unitPrice, 'currencyCode');
  if (currency !== 'USD') {
    throw refused(`The price of ${shown(description)} is in ${shown(currency ?? 'no currency')}, not in USD.`);
  }
  const whole = amountText(own(unitPrice, 'units') ?? '0', 'price', description);
  const nanos = own(unitPrice, 'nanos') ?? 0;
  if (typeof nanos !== 'number' || !Number.isInteger(nanos) || nanos < 0 || nanos > 999_999_999) {
    throw refused(`The nanos of ${shown(description)} are ${shown(nanos)}, which is no number from 0 to 999999999.`);
  }
  return plain(new Decimal(nanos).div(1_000_000_000).plus(whole));
}
