/** What the same traffic could run on instead: AWS Fargate (Linux) and a small virtual machine, on demand, us-east-1. */
import type { Rate } from '../price-book.ts';
import { table } from './table.ts';

const region = 'us-east-1';

export const alternativeRates: readonly Rate[] = table(
  {
    provider: 'aws',
    source: 'https://www.factualminds.com/blog/amazon-fargate-ecs-task-pricing-2026/',
    date: '2026-06-17',
  },
  [
    // The provider's own page gives 0.000011244 a vCPU-second as an example, which is the same.
    { product: 'fargate', unit: 'vCPU-hour', arch: 'x86_64', region, usd: '0.04048' },
    { product: 'fargate', unit: 'GB-hour', arch: 'x86_64', region, usd: '0.004445' },
    ...(
      [
        ['vCPU-hour', '0.03238'],
        ['GB-hour', '0.00356'],
      ] as const
    ).map(
      ([unit, usd]) =>
        ({
          product: 'fargate',
          unit,
          arch: 'arm64',
          region,
          usd,
          source: 'https://www.vantage.sh/blog/fargate-pricing',
          date: '2026-11-22',
          unverified: true,
        }) as const,
    ),
    {
      product: 'ec2 t4g.small',
      unit: 'hour',
      region,
      usd: '0.0168',
      source: 'well-known list price; not found on a page of the provider',
      date: '2026-11-22',
      unverified: true,
    },
  ],
);
