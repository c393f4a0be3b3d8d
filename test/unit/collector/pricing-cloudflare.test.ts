import assert from 'node:assert/strict';
import { builtInPrices, meterWorker, monthlyBill, type Usage, workersPlan } from '#collector/model/pricing/index.js';

const month = (requests: bigint, cpuMs: number): Usage[] => [
  ...workersPlan.usages,
  ...meterWorker({ cpuMs }).usages.map((usage) => ({ ...usage, amount: usage.amount * requests })),
];
const usd = (usages: readonly Usage[], freeTier = false): string =>
  monthlyBill(builtInPrices, usages, { freeTier }).totalUsd;

describe('the price of Cloudflare Workers', () => {
  it('is 5 dollars with 10 million requests and 30 million CPU-ms', () => {
    assert.equal(usd(month(1n, 1)), '5');
    assert.equal(usd(month(10_000_000n, 3)), '5');
  });

  it('is 0.30 a million requests and 0.02 a million CPU-ms beyond that', () => {
    assert.equal(usd(month(11_000_000n, 2)), '5.3');
    assert.equal(usd(month(10_000_000n, 7)), '5.8');
  });

  it('includes what the plan includes also without the free tier', () => {
    assert.equal(usd(month(10_000_000n, 3), false), usd(month(10_000_000n, 3), true));
  });
});
