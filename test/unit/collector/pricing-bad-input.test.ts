/** What cannot be true is kept and named, reaches no sum, and throws nowhere. */
import assert from 'node:assert/strict';
import {
  alternatives,
  type BilledSums,
  builtInPrices,
  costOf,
  type Metered,
  meterApiGateway,
  meterAzureConsumption,
  meterAzureFlex,
  meterFirstGen,
  meterInstanceBased,
  meterLambda,
  meterProvisioned,
  meterRequestBased,
  meterSnapStartCache,
  meterWorker,
  monthlyBill,
  nearLimits,
} from '#collector/model/pricing/index.js';
import { billedOnLambda } from '../../support/billed.ts';

const absurd = [-1, -0.001, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, Number.MAX_VALUE];
const region = 'us-east-1';
const size = { region, memoryMb: 1024, milliVcpu: 1000 };

const meters: Record<string, (figure: number) => Metered> = {
  'the billed time of Lambda': (billedMs) => meterLambda({ region, arch: 'arm64', memoryMb: 128, billedMs }),
  'the memory of Lambda': (memoryMb) => meterLambda({ region, arch: 'arm64', memoryMb, billedMs: 1 }),
  'a part of the time of Lambda': (initMs) =>
    meterLambda({ region, arch: 'arm64', memoryMb: 128, parts: { durationMs: 1, initMs } }),
  'the storage of Lambda': (ephemeralMb) =>
    meterLambda({ region, arch: 'arm64', memoryMb: 128, billedMs: 1, ephemeralMb }),
  'provisioned instances': (instances) =>
    meterProvisioned({ region, arch: 'arm64', memoryMb: 128, instances, configuredMs: 1 }),
  'a cached snapshot': (cachedMs) => meterSnapStartCache({ region, memoryMb: 128, runtime: 'python3.13', cachedMs }),
  'API Gateway': (requests) => meterApiGateway(region, 'http', requests),
  'the time of Azure': (durationMs) => meterAzureConsumption({ region, durationMs, memoryMb: 128 }),
  'the memory of Azure Flex': (memoryMb) =>
    meterAzureFlex({ region, memoryMb, invocations: [{ startMs: 0, endMs: 1 }] }),
  'the intervals of Azure Flex': (endMs) =>
    meterAzureFlex({ region, memoryMb: 512, invocations: [{ startMs: 0, endMs }] }),
  'the time of Google, 1st gen': (durationMs) => meterFirstGen({ region, durationMs, memoryMb: 128 }),
  'the memory of Google, 1st gen': (memoryMb) => meterFirstGen({ region, durationMs: 1, memoryMb }),
  'the requests of Cloud Run': (startMs) => meterRequestBased({ ...size, requests: [{ startMs, endMs: 0 }] }),
  'the vCPU of Cloud Run': (milliVcpu) =>
    meterRequestBased({ ...size, milliVcpu, requests: [{ startMs: 0, endMs: 1 }] }),
  'the life of Cloud Run': (endMs) => meterInstanceBased({ ...size, life: { startMs: 0, endMs } }),
  'the CPU time of a Worker': (cpuMs) => meterWorker({ cpuMs }),
};

describe('figures that cannot be true', () => {
  for (const [name, meter] of Object.entries(meters)) {
    it(`are named and meter nothing: ${name}`, () => {
      for (const figure of absurd) {
        const { usages, doubts } = meter(figure);
        assert.ok(doubts.length > 0, `${figure}`);
        assert.ok(usages.every(({ amount }) => amount >= 0n && amount < 10n ** 12n));
        const { totalUsd } = monthlyBill(builtInPrices, usages, { freeTier: false });
        assert.ok(Number(totalUsd) < 0.01, totalUsd);
      }
    });
  }

  it('are named with the figure and the bound', () => {
    const doubts = (billedMs: number) => meterLambda({ region, arch: 'arm64', memoryMb: 128, billedMs }).doubts;
    assert.deepEqual(doubts(-5), ['billedMs is -5, which is below 0.']);
    assert.deepEqual(doubts(1e300), ['billedMs is 1e+300, which is above 2678400000.']);
    assert.deepEqual(doubts(Number.NaN), ['billedMs is NaN, which is no number.']);
    assert.deepEqual(meterLambda({ region, arch: 'arm64', memoryMb: 128 }).doubts, [
      'Neither a billed duration nor its parts are known.',
    ]);
  });

  it('leave the request counted: it was made', () => {
    const { usages } = meterLambda({ region, arch: 'arm64', memoryMb: 128, billedMs: -5 });
    assert.deepEqual(usages, [{ provider: 'aws', region, product: 'lambda', unit: 'request', amount: 1n }]);
  });

  it('do not take the other intervals of an instance with them', () => {
    const { usages, doubts } = meterAzureFlex({
      region: 'eastus',
      memoryMb: 512,
      invocations: [
        { startMs: 0, endMs: 2000 },
        { startMs: 50, endMs: 40 },
        { startMs: 0, endMs: 1e12 },
      ],
    });
    assert.equal(usages[0]?.amount, 3n);
    assert.equal(usages[1]?.amount, 2000n * 512n);
    assert.equal(doubts.length, 2);
  });

  it('are not told one by one when there are thousands', () => {
    const invocations = Array.from({ length: 5000 }, () => ({ startMs: 1, endMs: 0 }));
    assert.equal(meterAzureFlex({ region, memoryMb: 512, invocations }).doubts.length, 11);
  });
});

describe('a bill with something that has no price', () => {
  const known = { provider: 'aws', region, product: 'lambda', unit: 'request', amount: 5n } as const;

  it('keeps it with the reason, and says that the total is not complete', () => {
    const bill = monthlyBill(builtInPrices, [known, { ...known, region: 'nowhere-1' }], { freeTier: false });
    assert.equal(bill.totalUsd, '0.000001');
    assert.equal(bill.complete, false);
    assert.deepEqual(bill.unpriced, [
      {
        ...{ provider: 'aws', region: 'nowhere-1', product: 'lambda', unit: 'request', units: '5' },
        reason: 'no price for nowhere-1 (lambda per request)',
      },
    ]);
  });

  it('pays nobody for a negative quantity', () => {
    const bill = monthlyBill(builtInPrices, [{ ...known, amount: -5n }], { freeTier: true });
    assert.equal(bill.totalUsd, '0');
    assert.equal(bill.unpriced[0]?.reason, 'a negative quantity');
  });

  it('is not fooled by names of objects', () => {
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      const usages = [
        { ...known, region: name },
        { ...known, product: name },
        { ...known, provider: name },
      ];
      const bill = monthlyBill(builtInPrices, usages, { freeTier: true });
      assert.equal(bill.unpriced.length, 3);
    }
  });
});

describe('the cost in a ranking', () => {
  const cost = (requests: bigint, mbMs: bigint, fields: Partial<BilledSums> = {}, windowMs = 1000, where = region) =>
    costOf(
      { provider: 'aws', region: where, groups: [billedOnLambda(requests, mbMs, { arch: 'arm64', ...fields })] },
      windowMs,
    );

  it('is unknown for sums below nothing, for regions and for products nobody knows', () => {
    for (const unknown of [
      cost(-1n, 0n),
      cost(1n, -1n),
      cost(1n, 0n, {}, 1000, 'moon-1'),
      cost(1n, 0n, { product: "'; --" }),
    ]) {
      const { reason, ...money } = unknown;
      assert.deepEqual(money, { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null });
      assert.notEqual(reason, null);
    }
  });

  it('is a number for the largest sums, and no month for an empty window', () => {
    const most = 2n ** 128n;
    const { totalUsd, coldUsd } = cost(most, most, {
      memory: { amount: most, cold: { amount: most, size: most, executionAmount: most } },
    });
    assert.ok(Number.isFinite(totalUsd) && Number.isFinite(coldUsd));
    assert.equal(cost(1n, 0n, {}, 0).monthlyUsd, null);
  });
});

describe('answers beside the bill', () => {
  it('say nothing about figures that cannot be true', () => {
    for (const figure of [...absurd, 0]) {
      const traffic = { region, arch: 'arm64', requestsPerSecond: 1, billedMs: 1, memoryMb: 1 } as const;
      assert.equal(alternatives(builtInPrices, { ...traffic, billedMs: figure }).found, false);
      assert.equal(alternatives(builtInPrices, { ...traffic, memoryMb: figure }).found, false);
      const limits = nearLimits({ timeoutMs: figure, p99Ms: 1, maxMs: 1, memoryMb: figure, maxMemoryUsedMb: 1 });
      assert.ok(limits.every(({ sentence }) => sentence === null));
    }
  });
});
