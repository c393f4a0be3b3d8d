/**
 * AWS Lambda, on-demand list prices in US dollars, first tier of the monthly GB-seconds, without the free tier.
 * Source of every figure: the AWS price list of 2026-09-19
 * (https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/{region}/index.json).
 * Rates are texts, because a binary float cannot hold them.
 */

export type Architecture = 'x86_64' | 'arm64';

/** Date of the price list; shown beside every sum of money. */
export const awsLambdaPricesDate = '2026-09-19';

/** Dollars a request (us-east-1, 2026-09-19). */
export const requestUsd = '0.0000002';

/** Dollars a GB-second below 6 billion (x86_64) and 7.5 billion (arm64) GB-seconds a month (us-east-1, 2026-09-19). */
const gbSecondUsd: Readonly<Record<Architecture, string>> = {
  x86_64: '0.0000166667',
  arm64: '0.0000133334',
};

/** Regions whose x86_64 rate differs from us-east-1 (2026-09-19). */
const regionalX86GbSecondUsd: ReadonlyMap<string, string> = new Map([
  ['af-south-1', '0.0000221'],
  ['ap-east-1', '0.00002292'],
  ['eu-south-1', '0.0000195172'],
  ['me-south-1', '0.0000206667'],
]);

/** Dollars a GB-second, or null where we know no price: arm64 in a region whose x86_64 price differs. */
export function gbSecondRate(region: string, arch: Architecture): string | null {
  const regional = regionalX86GbSecondUsd.get(region);
  if (regional === undefined) return gbSecondUsd[arch];
  return arch === 'x86_64' ? regional : null;
}
