import assert from 'node:assert/strict';
import { Big } from 'big.js';
import {
  type Bill,
  builtInPrices,
  meterFirstGen,
  meterInstanceBased,
  meterRequestBased,
  monthlyBill,
  type RequestBasedInstance,
  type Usage,
} from '#collector/model/pricing/index.js';

const bill = (usages: readonly Usage[], freeTier = false): Bill => monthlyBill(builtInPrices, usages, { freeTier });
const usdOf = (usages: readonly Usage[]): string => bill(usages).totalUsd;

describe('the price of Google functions, 1st gen', () => {
  const time = (durationMs: number, memoryMb: number, region = 'us-central1') =>
    meterFirstGen({ region, durationMs, memoryMb }).usages.slice(1);

  // The provider's own table, which has nine places.
  for (const [memoryMb, usd] of [
    [128, '0.000000231'],
    [256, '0.000000463'],
    [512, '0.000000925'],
    [1024, '0.000001650'],
    [2048, '0.000002900'],
    [4096, '0.000005800'],
    [8192, '0.000006800'],
  ] as const) {
    it(`is ${usd} for 100 ms at ${memoryMb} MB`, () =>
      assert.equal(new Big(usdOf(time(100, memoryMb))).toFixed(9), usd));
  }

  it('rounds up to 100 ms', () => {
    assert.equal(usdOf(time(0.01, 1024)), '0.00000165');
    assert.equal(usdOf(time(100, 1024)), '0.00000165');
    assert.equal(usdOf(time(100.01, 1024)), '0.0000033');
  });

  it('is 0.40 a million requests, of which two are free', () => {
    const requests = meterFirstGen({ region: 'us-west2', durationMs: 0, memoryMb: 128 }).usages.slice(0, 1);
    const month = requests.map((usage) => ({ ...usage, amount: 3_000_000n }));
    assert.equal(bill(month).totalUsd, '1.2');
    assert.equal(bill(month, true).totalUsd, '0.4');
  });

  it('has 400,000 GB-seconds and 200,000 GHz-seconds free', () => {
    const month = time(100, 1024).map((usage) => ({ ...usage, amount: usage.amount * 10_000_000n }));
    // 1,000,000 GB-s and 1,400,000 GHz-s
    assert.equal(bill(month).totalUsd, '16.5');
    assert.equal(bill(month, true).totalUsd, '13.5');
  });

  it('says that the price of tier 2 is unverified', () => {
    const { totalUsd, unverified } = bill(time(100, 1024, 'us-west2'));
    assert.equal(totalUsd, '0.00000231');
    assert.equal(unverified, true);
  });

  it('keeps a size that does not exist, and meters no time of it', () => {
    const { usages, doubts } = meterFirstGen({ region: 'us-central1', durationMs: 100, memoryMb: 300 });
    assert.deepEqual(
      usages.map(({ unit }) => unit),
      ['request'],
    );
    assert.deepEqual(doubts, ['memoryMb is 300, which is no size of a 1st gen function.']);
  });
});

describe('the price of Cloud Run functions', () => {
  const instance = (...spans: (readonly [number, number])[]): RequestBasedInstance => ({
    region: 'europe-west1',
    memoryMb: 512,
    milliVcpu: 1000,
    requests: spans.map(([startMs, endMs]) => ({ startMs, endMs })),
  });
  const vcpuMs = (metered: { usages: Usage[] }): number =>
    Number(metered.usages.find(({ unit }) => unit === 'vCPU-second')?.amount) / 1000;

  it('lets concurrent requests share the time of an instance', () => {
    assert.equal(vcpuMs(meterRequestBased(instance([0, 1000], [0, 1000], [500, 1000]))), 1000);
    assert.equal(vcpuMs(meterRequestBased(instance([0, 1000], [2000, 2950]))), 2000);
    assert.equal(vcpuMs(meterRequestBased(instance([0, 101], [150, 160]))), 200);
  });

  it('includes start-up and shutdown, which are no requests', () => {
    const metered = meterRequestBased({
      ...instance([800, 1000]),
      startup: { startMs: 0, endMs: 800 },
      shutdown: { startMs: 900_000, endMs: 900_050 },
    });
    assert.equal(vcpuMs(metered), 1100);
    assert.equal(metered.usages[0]?.amount, 1n);
  });

  it('is 0.000024 a vCPU-second, 0.0000025 a GiB-second and 0.40 a million', () => {
    assert.equal(usdOf(meterRequestBased(instance([0, 1000])).usages), '0.00002565');
    const tier2 = meterRequestBased({ ...instance([0, 1000]), region: 'europe-west3' });
    assert.equal(usdOf(tier2.usages), '0.00003575');
  });

  it('is 0.0000025 each while an instance is kept without a request', () => {
    const idle = meterRequestBased({ ...instance(), idleMinimumMs: 10_000 }).usages.slice(3);
    assert.equal(usdOf(idle), '0.0000375');
  });

  it('has 180,000 vCPU-seconds, 360,000 GiB-seconds and 2 million requests free', () => {
    const month = meterRequestBased(instance([0, 1000])).usages.map((usage) => ({
      ...usage,
      amount: usage.amount * 3_000_000n,
    }));
    // 1.2 + 72 + 3.75, minus 0.8 + 4.32 + 0.9
    assert.equal(bill(month).totalUsd, '76.95');
    assert.equal(bill(month, true).totalUsd, '70.93');
  });

  it('is instance-based for the whole life of a minute at least, without a fee a request', () => {
    const life = (endMs: number) => usdOf(meterInstanceBased({ ...instance(), life: { startMs: 0, endMs } }).usages);
    assert.equal(life(10), '0.00114');
    assert.equal(life(60_000), '0.00114');
    assert.equal(life(60_001), '0.0011419');
  });

  it('has 240,000 vCPU-seconds and 450,000 GiB-seconds free when instance-based', () => {
    const { usages } = meterInstanceBased({ ...instance(), memoryMb: 1024, life: { startMs: 0, endMs: 1_000_000 } });
    const month = usages.map((usage) => ({ ...usage, amount: usage.amount * 1000n }));
    assert.equal(bill(month).totalUsd, '20');
    assert.equal(bill(month, true).totalUsd, '14.78');
  });

  it('has no price where it is not known', () => {
    const { unpriced } = bill(
      meterInstanceBased({ ...instance(), region: 'europe-west3', life: { startMs: 0, endMs: 1 } }).usages,
    );
    assert.deepEqual(
      unpriced.map(({ reason }) => reason),
      [
        'no price for europe-west3 (run instance-based per vCPU-second)',
        'no price for europe-west3 (run instance-based per GiB-second)',
      ],
    );
  });
});
