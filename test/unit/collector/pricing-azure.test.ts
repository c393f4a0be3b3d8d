import assert from 'node:assert/strict';
import {
  type Bill,
  builtInPrices,
  type FlexInstance,
  meterAzureConsumption,
  meterAzureFlex,
  monthlyBill,
  type Usage,
} from '#collector/model/pricing/index.js';

const region = 'westeurope';
const bill = (usages: readonly Usage[], freeTier = false): Bill => monthlyBill(builtInPrices, usages, { freeTier });

describe('the price of Azure Functions, Consumption', () => {
  const mbMs = (durationMs: number, memoryMb: number) =>
    meterAzureConsumption({ region, durationMs, memoryMb }).usages[1]?.amount;

  it('rounds the observed memory up to 128 MB, and to 1,536 at most', () => {
    assert.equal(mbMs(1000, 1), 128_000n);
    assert.equal(mbMs(1000, 128), 128_000n);
    assert.equal(mbMs(1000, 128.5), 256_000n);
    assert.equal(mbMs(1000, 1536), 1_536_000n);
    assert.equal(mbMs(1000, 1700), 1_536_000n);
  });

  it('rounds time up to 1 ms, from 100 ms on', () => {
    assert.equal(mbMs(0, 128), 12_800n);
    assert.equal(mbMs(100, 128), 12_800n);
    assert.equal(mbMs(100.1, 128), 12_928n);
  });

  it('is 0.000016 a GB-second and 0.20 a million, after 400,000 and a million', () => {
    const { usages } = meterAzureConsumption({ region, durationMs: 1000, memoryMb: 1024 });
    const month = usages.map((usage) => ({ ...usage, amount: usage.amount * 2_000_000n }));
    assert.equal(bill(month).totalUsd, '32.4');
    assert.equal(bill(month, true).totalUsd, '25.8');
  });

  it('knows a region by both of its names, and no price in one that is not known', () => {
    const { usages } = meterAzureConsumption({ region: 'West Europe', durationMs: 1, memoryMb: 1 });
    assert.equal(bill(usages).complete, true);
    assert.equal(bill(usages.map((usage) => ({ ...usage, region: 'atlantis' }))).complete, false);
  });
});

describe('the price of Azure Functions, Flex', () => {
  const flex = (...spans: (readonly [number, number])[]): FlexInstance => ({
    region,
    memoryMb: 2048,
    invocations: spans.map(([startMs, endMs]) => ({ startMs, endMs })),
  });
  const ms = (...spans: (readonly [number, number])[]): number =>
    Number(meterAzureFlex(flex(...spans)).usages[1]?.amount) / 2048;

  it('is for the active time of an instance, not for each invocation', () => {
    assert.equal(ms([0, 5000], [1000, 2000], [4000, 6000]), 6000);
    assert.equal(ms([4000, 6000], [1000, 2000], [0, 5000]), 6000);
  });

  it('is for 1000 ms at least, then for steps of 100 ms', () => {
    assert.equal(ms([0, 1]), 1000);
    assert.equal(ms([0, 1000]), 1000);
    assert.equal(ms([0, 1000.5]), 1100);
    assert.equal(ms([0, 1100]), 1100);
  });

  it('meters no time twice, not even what rounding has added', () => {
    assert.equal(ms([0, 10], [500, 510]), 1000);
    assert.equal(ms([0, 10], [1000, 1010]), 2000);
    assert.equal(ms([0, 1010], [1050, 1060]), 1100);
    assert.equal(ms([0, 10], [990, 1200]), 1200);
  });

  it('is the same for instants of today as for small ones', () => {
    const now = 1_795_000_000_000;
    assert.equal(ms([now, now + 1100]), 1100);
    assert.equal(ms([now + 0.1, now + 1100.1]), 1100);
    assert.equal(ms([now + 0.123, now + 1200.123]), 1200);
  });

  it('is 0.000026 a GB-second and 0.40 a million, after 100,000 and 250,000', () => {
    const month = meterAzureFlex(flex([0, 1000])).usages.map((usage) => ({
      ...usage,
      amount: usage.amount * 500_000n,
    }));
    assert.equal(bill(month).totalUsd, '26.2');
    assert.equal(bill(month, true).totalUsd, '23.5');
  });

  it('has its own, unverified prices and no free tier where it is always ready', () => {
    const { usages } = meterAzureFlex({ ...flex([0, 1000]), alwaysReady: { assignedMs: 10_000 } });
    const { totalUsd, unverified, lines } = bill(usages, true);
    assert.equal(unverified, true);
    // 0.0000004 + 2 GB-s x 0.000016 + 20 GB-s x 0.000004
    assert.equal(totalUsd, '0.0001124');
    assert.equal(
      lines.every(({ rate }) => rate.unverified),
      true,
    );
  });
});
