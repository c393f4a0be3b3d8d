/**
 * The Azure Retail Prices API: a page with `Items`, or several in an array.
 * Shape: https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 */
import { Decimal, plain } from '../decimal.ts';
import type { MeteredUnit } from '../units.ts';
import { isObject, own, ownText, refused, shown } from './json.ts';
import { amountText, isRegion, type ListedPrice, type PriceList, ratesOf } from './price-list.ts';

type Sold = readonly [product: string, unit: MeteredUnit];

/** By product and meter. */
const byMeter: Readonly<Record<string, Sold>> = {
  'Functions / Standard Execution Time': ['functions consumption', 'GB-second'],
  'Functions / Standard Total Executions': ['functions consumption', 'request'],
  'Flex Consumption / On Demand Execution Time': ['functions flex', 'GB-second'],
  'Flex Consumption / On Demand Total Executions': ['functions flex', 'request'],
  'Flex Consumption / Always Ready Baseline': ['functions flex baseline', 'GB-second'],
  'Flex Consumption / Always Ready Execution Time': ['functions flex always ready', 'GB-second'],
  'Flex Consumption / Always Ready Total Executions': ['functions flex always ready', 'request'],
};

/** `unitOfMeasure`: what, and how many of it one price is for. */
const measures: Readonly<Record<string, readonly [unit: MeteredUnit, per: number]>> = {
  '1 GB Second': ['GB-second', 1],
  '1 GB-s': ['GB-second', 1],
  '10 GB Seconds': ['GB-second', 10],
  '1': ['request', 1],
  '10': ['request', 10],
  '1K': ['request', 1000],
  '10K': ['request', 10_000],
  '1M': ['request', 1_000_000],
  '1 Million': ['request', 1_000_000],
};

const pagesOf = (json: unknown): unknown[] => (Array.isArray(json) ? json : [json]);

export const isAzureRetail = (json: unknown): boolean => {
  const pages = pagesOf(json);
  return pages.length > 0 && pages.every((page) => own(page, 'Items') !== undefined);
};

/**
 * @param readOn today: the answer has no date of its own
 * @throws Trouble when it is cut off, in another currency, or has impossible prices
 */
export function readAzureRetail(json: unknown, readOn: string): PriceList {
  const items = pagesOf(json).flatMap((page) => {
    const list = own(page, 'Items');
    if (!Array.isArray(list)) throw refused("Azure's price list has a page without a list of Items: it is not whole.");
    return list as unknown[];
  });
  const unrecognised = new Set<string>();
  const prices: (ListedPrice & { since: string })[] = [];
  for (const item of items) {
    const meter = `${ownText(item, 'productName') ?? '?'} / ${ownText(item, 'meterName') ?? '?'}`;
    const sold = own(byMeter, meter) as Sold | undefined;
    const region = own(item, 'armRegionName');
    const isSold =
      ownText(item, 'serviceName') === 'Functions' && (ownText(item, 'type') ?? 'Consumption') === 'Consumption';
    if (!isObject(item) || sold === undefined || !isSold || !isRegion(region)) {
      unrecognised.add(meter);
      continue;
    }
    const measure = ownText(item, 'unitOfMeasure');
    if (measure === undefined) throw refused(`The price of ${shown(meter)} has no unitOfMeasure.`);
    const [unit, per] = (own(measures, measure) as (typeof measures)[string] | undefined) ?? [];
    if (unit !== sold[1] || per === undefined) unrecognised.add(`${meter} per ${measure}`);
    else prices.push(priceOf(item, { meter, sold, per, region, readOn }));
  }
  return {
    name: "Azure's list of retail prices",
    provider: 'azure',
    date: readOn,
    rates: ratesOf(inForce(prices)),
    unrecognised: [...unrecognised],
  };
}

interface Item {
  meter: string;
  sold: Sold;
  /** How many units the price is for. */
  per: number;
  region: string;
  readOn: string;
}

function priceOf(
  item: unknown,
  { meter, sold: [product, unit], per, region, readOn }: Item,
): ListedPrice & { since: string } {
  const currency = ownText(item, 'currencyCode');
  if (currency !== 'USD')
    throw refused(`The price of ${shown(meter)} is in ${shown(currency ?? 'no currency')}, not in USD.`);
  return {
    ...{ provider: 'azure', product, region, unit, date: readOn },
    fromUnits: plain(
      new Decimal(amountText(own(item, 'tierMinimumUnits') ?? 0, 'beginning of a tier', meter)).times(per),
    ),
    usd: plain(new Decimal(amountText(own(item, 'retailPrice'), 'price', meter)).div(per)),
    source: "https://prices.azure.com/api/retail/prices?$filter=serviceName eq 'Functions'",
    since: ownText(item, 'effectiveStartDate') ?? '',
  };
}

/** The API also answers with what a meter cost before; the latest price of a tier is in force. */
function inForce(prices: readonly (ListedPrice & { since: string })[]): ListedPrice[] {
  const latest = new Map<string, ListedPrice & { since: string }>();
  for (const price of prices) {
    const key = JSON.stringify([price.product, price.region, price.unit, price.fromUnits]);
    const other = latest.get(key);
    if (other !== undefined && other.since === price.since && other.usd !== price.usd) {
      throw refused(`Azure's price list has two prices of ${price.product} per ${price.unit} in ${price.region}.`);
    }
    if (other === undefined || price.since > other.since) latest.set(key, price);
  }
  return [...latest.values()].map(({ since: _, ...price }) => price);
}
