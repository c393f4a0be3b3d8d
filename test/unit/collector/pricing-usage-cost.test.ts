import assert from 'node:assert/strict';
import {
  activeMs,
  builtInPrices,
  type ColdSums,
  cloudRunRule,
  costOfUsage,
  type FunctionUsage,
  meterWorker,
  type Usage,
} from '#collector/model/pricing/index.js';

const hourMs = 3_600_000;
const noCold: ColdSums = { cold: { amount: 0n, size: 0n, executionAmount: 0n }, warm: { requests: 0n, time: 0n } };

const runTime = (unit: Usage['unit'], amount: bigint): Usage => ({
  ...{ provider: 'gcp', region: 'us-central1', product: 'run request-based', unit, amount },
});

/** One vCPU and 1 GiB: a start of 2 s with a request of 1 s in it, then nine of 1 s. */
const cloudRun: FunctionUsage = {
  requests: 10n,
  paid: [
    runTime('request', 10n),
    runTime('vCPU-second', 1000n * (activeMs([{ startMs: 0, endMs: 3000 }], cloudRunRule) + 9000n)),
    runTime('GiB-second', 1024n * 12_000n),
  ],
  cold: [
    {
      like: runTime('vCPU-second', 0n),
      sums: { cold: { amount: 3_000_000n, size: 1000n, executionAmount: 0n }, warm: { requests: 9n, time: 9000n } },
    },
    {
      like: runTime('GiB-second', 0n),
      sums: { cold: { amount: 3000n * 1024n, size: 1024n, executionAmount: 0n }, warm: { requests: 9n, time: 9000n } },
    },
  ],
};

describe('the cost of what was used in a window', () => {
  it('is that of any platform, with what the cold starts added', () => {
    const { cost, reason, unverified, pricesDate } = costOfUsage(cloudRun, hourMs, builtInPrices);
    assert.equal(reason, null);
    assert.equal(unverified, false);
    assert.equal(pricesDate, '2026-11-22');
    // 10 x 0.0000004 + 12 x (0.000024 + 0.0000025); of that 2 s more than warm
    assert.deepEqual(cost, {
      totalUsd: 0.000322,
      coldUsd: 0.000053,
      perMillionUsd: 32.2,
      monthlyUsd: 0.23506,
    });
  });

  it('is not known, with the reason, as soon as a part has no price', () => {
    const paid = cloudRun.paid.map((usage) => ({ ...usage, region: 'moon-1' }));
    assert.deepEqual(costOfUsage({ ...cloudRun, paid }, hourMs, builtInPrices), {
      cost: { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null },
      reason: 'no price for moon-1 (run request-based per request)',
      unverified: false,
      pricesDate: null,
    });
  });

  it('says when a rate is unverified', () => {
    const paid = [{ ...runTime('GHz-second', 1n), product: 'functions 1st gen', region: 'us-west2' }];
    assert.equal(costOfUsage({ requests: 1n, paid, cold: [] }, hourMs, builtInPrices).unverified, true);
  });

  it('has no price for less than nothing, nor for nothing', () => {
    const reasonOf = (usage: FunctionUsage) => costOfUsage(usage, hourMs, builtInPrices).reason;
    assert.equal(reasonOf({ ...cloudRun, paid: [runTime('request', -1n)] }), 'a negative quantity');
    assert.equal(reasonOf({ ...cloudRun, requests: 0n }), 'nothing was metered');
    assert.equal(reasonOf({ ...cloudRun, requests: -1n }), 'nothing was metered');
  });

  it('of a Worker does not ask for a region', () => {
    const { usages } = meterWorker({ cpuMs: 1000 });
    assert.equal(costOfUsage({ requests: 1n, paid: usages, cold: [] }, hourMs, builtInPrices).cost.totalUsd, 0.0000203);
  });

  it('does not call cold starts free whose part has no price', () => {
    const cold = [{ like: { ...runTime('vCPU-second', 0n), region: 'moon-1' }, sums: noCold }];
    const { totalUsd, coldUsd } = costOfUsage({ ...cloudRun, cold }, hourMs, builtInPrices).cost;
    assert.equal(totalUsd, 0.000322);
    assert.equal(coldUsd, null);
  });
});
