import assert from 'node:assert/strict';
import type { Variant } from '#benchmarks/src/measure/interleave.js';
import type { Sample } from '#benchmarks/src/measure/sample.js';
import { priceNote, savedUsdPerMonth, usdPerMillion } from '#benchmarks/src/results/money.js';
import { builtInPrices, overlaid, type Rate } from '#collector/model/pricing/index.js';

// Only what money looks at: the platform, the memory and the time of each start.
const variant = { target: { platform: 'lambda', memoryMb: 1024 }, condition: {} } as unknown as Variant;
const samples = (coldMs: number) => [{ coldMs }] as unknown as Sample[];

const arch = process.arch === 'arm64' ? 'arm64' : 'x86_64';

const rate = (unit: Rate['unit'], usd: string): Rate => ({
  ...{ provider: 'aws', product: 'lambda', region: 'us-east-1', unit, source: 'test', date: '2027-01-01' },
  ...(unit === 'request' ? {} : { arch }),
  tiers: [{ fromUnits: '0', usd }],
});

const renewed = overlaid(builtInPrices, {
  date: '2027-01-01',
  rates: [rate('GB-second', '0.00002'), rate('request', '0.000001')],
});

describe('the money of a measurement', () => {
  it('is at the prices in use', () => {
    // 1 s at 1 GB
    assert.equal(usdPerMillion(variant, samples(1000), builtInPrices), arch === 'arm64' ? '13.53' : '16.87');
    assert.equal(usdPerMillion(variant, samples(1000), renewed), '21.00');
    const pair = { before: samples(500), after: samples(400) };
    assert.equal(savedUsdPerMonth(variant, variant, pair, 1_000_000, renewed), '2.000000');
  });

  it('says of which date they are', () => {
    assert.equal(priceNote(renewed), `money is AWS's list price of 2027-01-01, us-east-1, ${arch}`);
  });
});
