/**
 * AWS: Lambda from its price list of 2026-09-19
 * (https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/{region}/index.json), API Gateway beside it.
 *
 * `*` are the regions that have Lambda's on-demand prices of us-east-1. Regions that opened later and have not been held
 * against their list are in no zone: a price that is not known is better than one that is made up.
 */
import type { Grant, Rate, Zone } from '../price-book.ts';
import { table } from './table.ts';

const listOf = (region: string): string =>
  `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/${region}/index.json`;

/** Everything but on-demand time and requests differs from region to region, and only this one is known. */
const region = 'us-east-1';

const shared = { provider: 'aws', source: listOf(region), date: '2026-09-19' };

const x86Tiers = [
  ['0', '0.0000166667'],
  ['6000000000', '0.000015'],
  ['15000000000', '0.0000133334'],
] as const;

const armTiers = [
  ['0', '0.0000133334'],
  ['7500000000', '0.0000120001'],
  ['18750000000', '0.0000106667'],
] as const;

/**
 * Of these only the first tier is known. What lies above 6 billion GB-seconds a month would be cheaper than is said here.
 * Their fee a request was taken from us-east-1.
 */
const dearerRegions = [
  ['af-south-1', '0.0000221'],
  ['ap-east-1', '0.00002292'],
  ['eu-south-1', '0.0000195172'],
  ['me-south-1', '0.0000206667'],
] as const;

const gateway = {
  source:
    'https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html',
  date: '2026-11-22',
  unit: 'request',
  region,
} as const;

export const awsRates: readonly Rate[] = table(shared, [
  { product: 'lambda', unit: 'request', usd: '0.0000002' },
  { product: 'lambda', unit: 'GB-second', arch: 'x86_64', usd: x86Tiers },
  { product: 'lambda', unit: 'GB-second', arch: 'arm64', usd: armTiers },
  ...dearerRegions.flatMap(([dearer, usd]) => [
    { product: 'lambda', unit: 'GB-second', arch: 'x86_64', region: dearer, usd, source: listOf(dearer) } as const,
    { product: 'lambda', unit: 'request', region: dearer, usd: '0.0000002', unverified: true } as const,
  ]),
  // Provisioned concurrency: what stands by, and the execution on it. Requests cost the same.
  { product: 'lambda provisioned standby', unit: 'GB-second', arch: 'x86_64', region, usd: '0.0000041667' },
  { product: 'lambda provisioned standby', unit: 'GB-second', arch: 'arm64', region, usd: '0.0000033334' },
  { product: 'lambda provisioned', unit: 'GB-second', arch: 'x86_64', region, usd: '0.0000097222' },
  { product: 'lambda provisioned', unit: 'GB-second', arch: 'arm64', region, usd: '0.0000077778' },
  // Python and .NET; with Java there is nothing extra.
  { product: 'lambda snapstart cache', unit: 'GB-second', region, usd: '0.0000015046' },
  { product: 'lambda snapstart restore', unit: 'GB', region, usd: '0.0001397998' },
  { product: 'lambda storage', unit: 'GB-second', region, usd: '0.0000000309' },
  { product: 'lambda streaming', unit: 'GB', region, usd: '0.008' },
  // Beside it: the EC2 instances and 15 % of their price.
  { product: 'lambda managed instances', unit: 'request', region, usd: '0.0000002' },
  {
    ...gateway,
    product: 'api gateway http',
    usd: [
      ['0', '0.000001'],
      ['300000000', '0.0000009'],
    ],
  },
  {
    ...gateway,
    product: 'api gateway rest',
    usd: [
      ['0', '0.0000035'],
      ['333000000', '0.0000028'],
      ['1000000000', '0.00000238'],
      ['20000000000', '0.00000151'],
    ],
  },
]);

export const awsZones: readonly Zone[] = [
  {
    provider: 'aws',
    products: ['lambda'],
    name: '*',
    regions: [
      ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
      ...['eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'ap-south-1'],
      ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-2'],
    ],
  },
];

/** Of an account, over all regions and both architectures. API Gateway's ends after twelve months and is left out. */
export const awsGrants: readonly Grant[] = [
  { provider: 'aws', product: 'lambda', unit: 'request', units: '1000000', kind: 'free tier' },
  { provider: 'aws', product: 'lambda', unit: 'GB-second', units: '400000', kind: 'free tier' },
];
