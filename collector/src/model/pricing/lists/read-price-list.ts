/** Reads a provider's own machine-readable price list, whichever of the three it is. */
import { isAwsOffer, readAwsOffer } from './aws-offer.ts';
import { isAzureRetail, readAzureRetail } from './azure-retail.ts';
import { isGoogleCatalog, readGoogleCatalog } from './google-catalog.ts';
import { isTooDeep, refused } from './json.ts';
import type { PriceList } from './price-list.ts';

const readers: readonly [is: (json: unknown) => boolean, read: (json: unknown, readOn: string) => PriceList][] = [
  [isAwsOffer, readAwsOffer],
  [isAzureRetail, readAzureRetail],
  [isGoogleCatalog, readGoogleCatalog],
];

/** Far more than all regions and products of the largest list together. */
const mostRates = 20_000;

/**
 * @param readOn today, as `2026-11-22`
 * @throws Trouble (wrong usage) when it is no such list, is cut off, or has a price that cannot be true
 */
export function readPriceList(text: string, readOn: string): PriceList {
  if (isTooDeep(text)) throw refused('The file nests deeper than any price list does.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refused('The file is no JSON, or was cut off.');
  }
  const read = readers.find(([is]) => is(json))?.[1];
  if (read === undefined) {
    throw refused("The file is neither AWS's price list, nor Azure's retail prices, nor Google's billing catalog.");
  }
  const list = read(json, readOn);
  if (list.rates.length === 0) throw refused(`${list.name} has no price of a function in it.`);
  if (list.rates.length > mostRates) throw refused(`${list.name} has more than ${mostRates} prices of functions.`);
  return list;
}
