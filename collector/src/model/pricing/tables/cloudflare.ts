/** Cloudflare Workers, Standard: https://developers.cloudflare.com/workers/platform/pricing/. The same everywhere. */
import type { Grant, Rate, Zone } from '../price-book.ts';
import { table } from './table.ts';

export const cloudflareRates: readonly Rate[] = table(
  {
    provider: 'cloudflare',
    source: 'https://developers.cloudflare.com/workers/platform/pricing/',
    date: '2026-11-22',
  },
  [
    { product: 'workers standard', unit: 'month', usd: '5' },
    { product: 'workers standard', unit: 'request', usd: '0.0000003' },
    { product: 'workers standard', unit: 'CPU-ms', usd: '0.00000002' },
  ],
);

export const cloudflareZones: readonly Zone[] = [{ provider: 'cloudflare', name: '*', regions: 'any' }];

/** Paid with the month's fee. */
export const cloudflareGrants: readonly Grant[] = [
  { provider: 'cloudflare', product: 'workers standard', unit: 'request', units: '10000000', kind: 'in the plan' },
  { provider: 'cloudflare', product: 'workers standard', unit: 'CPU-ms', units: '30000000', kind: 'in the plan' },
];
