/**
 * AWS's offer file of AWSLambda: `products` by SKU with their attributes, `terms.OnDemand` by SKU with tiered
 * `priceDimensions`. Shape: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
 */
import type { Architecture } from '../price-book.ts';
import type { MeteredUnit } from '../units.ts';
import { entriesOf, isObject, own, ownText, refused, shown } from './json.ts';
import { amountText, isRegion, type ListedPrice, type PriceList, ratesOf } from './price-list.ts';

type Sold = readonly [product: string, unit: MeteredUnit, arch?: Architecture];

/** `null`: known, and the same as the line without `-ARM` where the price does not depend on the architecture. */
const byUsageType: Readonly<Record<string, Sold | null>> = {
  Request: ['lambda', 'request'],
  'Request-ARM': null,
  'Lambda-GB-Second': ['lambda', 'GB-second', 'x86_64'],
  'Lambda-GB-Second-ARM': ['lambda', 'GB-second', 'arm64'],
  'Lambda-Provisioned-Concurrency': ['lambda provisioned standby', 'GB-second', 'x86_64'],
  'Lambda-Provisioned-Concurrency-ARM': ['lambda provisioned standby', 'GB-second', 'arm64'],
  'Lambda-Provisioned-GB-Second': ['lambda provisioned', 'GB-second', 'x86_64'],
  'Lambda-Provisioned-GB-Second-ARM': ['lambda provisioned', 'GB-second', 'arm64'],
  'Lambda-Storage-GB-Second': ['lambda storage', 'GB-second'],
  'Lambda-Storage-GB-Second-ARM': null,
};

/** Units as the list writes them. */
const listedUnits: Readonly<Record<string, MeteredUnit>> = {
  request: 'request',
  requests: 'request',
  'gb-second': 'GB-second',
  'gb-seconds': 'GB-second',
  'lambda-gb-second': 'GB-second',
};

/** In front of the usage type stands the region's short name: `EUC1-Request`; `Global-` is the free tier. */
const regionPrefix = /^(?:[A-Z]{2,4}\d{0,2}-)(?=Request|Lambda)/;
const freeTier = /^Global-/;

export const isAwsOffer = (json: unknown): boolean => ownText(json, 'offerCode') !== undefined;

/** @throws Trouble when it is another service's list, is cut off, or has impossible prices */
export function readAwsOffer(json: unknown): PriceList {
  const offer = ownText(json, 'offerCode');
  if (offer !== 'AWSLambda')
    throw refused(`This is AWS's price list of ${shown(offer)}; only that of AWSLambda is read.`);
  const date = ownText(json, 'publicationDate')?.match(/^\d{4}-\d{2}-\d{2}/)?.[0];
  const [products, onDemand] = [own(json, 'products'), own(own(json, 'terms'), 'OnDemand')];
  if (date === undefined || !isObject(products) || !isObject(onDemand)) {
    throw refused("AWS's price list has no publicationDate, products or terms.OnDemand: it is not whole.");
  }
  const prices: ListedPrice[] = [];
  const unrecognised = new Set<string>();
  for (const [sku, product] of entriesOf(products)) {
    const attributes = own(product, 'attributes');
    const usageType = ownText(attributes, 'usagetype') ?? sku;
    if (freeTier.test(usageType)) continue;
    const name = usageType.replace(regionPrefix, '');
    const sold = own(byUsageType, name) as Sold | null | undefined;
    const region = own(attributes, 'regionCode');
    if (sold === null) continue;
    if (sold === undefined || !isRegion(region)) unrecognised.add(name);
    else {
      const listed = pricesOf(own(onDemand, sku), { sold, region, usageType, date });
      if (typeof listed === 'string') unrecognised.add(`${name} per ${listed}`);
      else prices.push(...listed);
    }
  }
  return {
    name: "AWS's price list of AWSLambda",
    provider: 'aws',
    date,
    rates: ratesOf(prices),
    unrecognised: [...unrecognised],
  };
}

interface Product {
  sold: Sold;
  region: string;
  usageType: string;
  date: string;
}

/** @returns the unit, where it is another than such prices have */
function pricesOf(
  terms: unknown,
  { sold: [product, unit, arch], region, usageType, date }: Product,
): ListedPrice[] | string {
  const dimensions = entriesOf(terms).flatMap(([, term]) => entriesOf(own(term, 'priceDimensions')));
  if (dimensions.length === 0) throw refused(`AWS's price list has no price of ${shown(usageType)}: it is not whole.`);
  const units = dimensions.map(([, dimension]) => ownText(dimension, 'unit'));
  if (units.includes(undefined)) throw refused(`The price of ${shown(usageType)} has no unit.`);
  const other = units.find((listed) => own(listedUnits, listed?.toLowerCase() ?? '') !== unit);
  if (other !== undefined) return other;
  return dimensions.map(([, dimension]) => {
    const usd = own(own(dimension, 'pricePerUnit'), 'USD');
    if (usd === undefined) throw refused(`The price of ${shown(usageType)} is not in US dollars.`);
    return {
      ...{ provider: 'aws', product, region, unit, date },
      ...(arch === undefined ? {} : { arch }),
      fromUnits: amountText(own(dimension, 'beginRange') ?? '0', 'beginning of a tier', usageType),
      usd: amountText(usd, 'price', usageType),
      source: `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/${region}/index.json`,
    };
  });
}
