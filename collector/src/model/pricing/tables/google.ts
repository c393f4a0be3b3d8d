/**
 * Google Cloud: functions of the 1st gen, and Cloud Run functions, from https://cloud.google.com/run/pricing and
 * https://cloud.google.com/functions/pricing. Which region has which tier:
 * https://docs.cloud.google.com/functions/1stgendocs/locations and https://cloud.google.com/run/docs/locations;
 * africa-south1, of which Google's own pages disagree, is in neither.
 */
import type { Grant, Rate, Zone } from '../price-book.ts';
import { table } from './table.ts';

const shared = { provider: 'gcp', source: 'https://cloud.google.com/run/pricing', date: '2026-11-22' };
const firstGen = { product: 'functions 1st gen', source: 'https://cloud.google.com/functions/pricing' } as const;
const [first, second] = ['tier 1', 'tier 2'] as const;

export const googleRates: readonly Rate[] = table(shared, [
  { ...firstGen, unit: 'request', usd: '0.0000004' },
  { ...firstGen, unit: 'GB-second', region: first, usd: '0.0000025' },
  { ...firstGen, unit: 'GHz-second', region: first, usd: '0.00001' },
  { ...firstGen, unit: 'GB-second', region: second, usd: '0.0000035', unverified: true },
  { ...firstGen, unit: 'GHz-second', region: second, usd: '0.000014', unverified: true },
  { product: 'run request-based', unit: 'request', usd: '0.0000004' },
  { product: 'run request-based', unit: 'vCPU-second', region: first, usd: '0.000024' },
  { product: 'run request-based', unit: 'GiB-second', region: first, usd: '0.0000025' },
  { product: 'run request-based', unit: 'vCPU-second', region: second, usd: '0.0000336' },
  { product: 'run request-based', unit: 'GiB-second', region: second, usd: '0.0000035' },
  { product: 'run idle minimum', unit: 'vCPU-second', region: first, usd: '0.0000025' },
  { product: 'run idle minimum', unit: 'GiB-second', region: first, usd: '0.0000025' },
  { product: 'run instance-based', unit: 'vCPU-second', region: first, usd: '0.000018' },
  { product: 'run instance-based', unit: 'GiB-second', region: first, usd: '0.000002' },
]);

const firstGenTier1 = [
  ...['asia-east1', 'asia-east2', 'asia-northeast1', 'asia-northeast2', 'europe-west1', 'europe-west2'],
  ...['us-central1', 'us-east1', 'us-east4', 'us-west1'],
];
const firstGenTier2 = [
  ...['asia-northeast3', 'asia-southeast1', 'asia-southeast2', 'asia-south1', 'australia-southeast1'],
  ...['europe-central2', 'europe-west3', 'europe-west6', 'northamerica-northeast1', 'southamerica-east1'],
  ...['us-west2', 'us-west3', 'us-west4'],
];
const runTier1 = [
  ...['asia-east1', 'asia-northeast1', 'asia-northeast2', 'europe-north1', 'europe-southwest1', 'europe-west1'],
  ...['europe-west4', 'europe-west8', 'europe-west9', 'me-west1', 'us-central1', 'us-east1', 'us-east4'],
  ...['us-east5', 'us-south1', 'us-west1'],
];
const runTier2 = [
  ...['asia-east2', 'asia-northeast3', 'asia-southeast1', 'asia-southeast2', 'asia-south1', 'asia-south2'],
  ...['australia-southeast1', 'australia-southeast2', 'europe-central2', 'europe-west10', 'europe-west12'],
  ...['europe-west2', 'europe-west3', 'europe-west6', 'me-central1', 'me-central2', 'northamerica-northeast1'],
  ...['northamerica-northeast2', 'southamerica-east1', 'southamerica-west1', 'us-west2', 'us-west3', 'us-west4'],
];

const zones = (products: readonly string[], tier1: readonly string[], tier2: readonly string[]): Zone[] => [
  { provider: 'gcp', products, name: first, regions: tier1 },
  { provider: 'gcp', products, name: second, regions: tier2 },
  // Requests cost the same everywhere.
  { provider: 'gcp', products, name: '*', regions: [...tier1, ...tier2] },
];

export const googleZones: readonly Zone[] = [
  ...zones([firstGen.product], firstGenTier1, firstGenTier2),
  ...zones(['run request-based', 'run idle minimum', 'run instance-based'], runTier1, runTier2),
];

/** Of a billing account. */
export const googleGrants: readonly Grant[] = (
  [
    [firstGen.product, 'request', '2000000'],
    [firstGen.product, 'GB-second', '400000'],
    [firstGen.product, 'GHz-second', '200000'],
    ['run request-based', 'request', '2000000'],
    ['run request-based', 'vCPU-second', '180000'],
    ['run request-based', 'GiB-second', '360000'],
    ['run instance-based', 'vCPU-second', '240000'],
    ['run instance-based', 'GiB-second', '450000'],
  ] as const
).map(([product, unit, units]) => ({ provider: 'gcp', product, unit, units, kind: 'free tier' }));
