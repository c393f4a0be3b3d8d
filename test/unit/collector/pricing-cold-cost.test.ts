import assert from 'node:assert/strict';
import { builtInPrices, coldCost, coldSurplus, meterLambda, monthlyBill } from '#collector/model/pricing/index.js';

const bill = (billedMs: number, region = 'us-east-1') =>
  monthlyBill(builtInPrices, meterLambda({ region, arch: 'x86_64', memoryMb: 1024, billedMs }).usages, {
    freeTier: false,
  });

const sums = {
  // Two cold starts of 500 and 100 ms at 1000 MB.
  cold: { amount: 600_000n, size: 2000n, executionAmount: 90_000n },
  warm: { requests: 4n, time: 200n },
};

describe('the cold cost', () => {
  it('is what was paid minus what it would have cost warm', () => {
    assert.equal(coldCost(bill(1100), bill(100)), '0.0000166667');
  });

  it('never is below zero', () => {
    assert.equal(coldCost(bill(100), bill(1100)), '0');
    assert.equal(coldSurplus({ ...sums, warm: { requests: 1n, time: 9999n } }).toFixed(), '0');
  });

  it('is not known where a part of either bill has no price', () => {
    assert.equal(coldCost(bill(1100, 'moon-1'), bill(100)), null);
    assert.equal(coldCost(bill(1100), bill(100, 'moon-1')), null);
  });

  it('compares with the mean warm time, and without one with the execution of the cold starts', () => {
    assert.equal(coldSurplus(sums).toFixed(), '500000');
    assert.equal(coldSurplus({ ...sums, warm: { requests: 0n, time: 0n } }).toFixed(), '510000');
  });
});
