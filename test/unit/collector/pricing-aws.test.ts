import assert from 'node:assert/strict';
import {
  type Architecture,
  type Bill,
  builtInPrices,
  meterApiGateway,
  meterLambda,
  meterProvisioned,
  meterSnapStartCache,
  monthlyBill,
  rateFor,
  type Usage,
} from '#collector/model/pricing/index.js';

const place = { region: 'us-east-1', arch: 'x86_64', memoryMb: 1024 } as const;

const bill = (usages: readonly Usage[], freeTier = false): Bill => monthlyBill(builtInPrices, usages, { freeTier });

/** A month of the same usage. */
const times = (count: bigint, usages: readonly Usage[]): Usage[] =>
  usages.map((usage) => ({ ...usage, amount: usage.amount * count }));

const gbSeconds = (units: number, arch: Architecture, region = 'us-east-1'): Usage[] => [
  { provider: 'aws', region, product: 'lambda', unit: 'GB-second', arch, amount: BigInt(units) * 1_024_000n },
];

describe('the price of AWS Lambda', () => {
  describe('for 100 ms at 256 MB, 100,000 times a day', () => {
    const { usages, doubts } = meterLambda({ ...place, memoryMb: 256, billedMs: 100 });
    const month = times(3_000_000n, usages);

    it('is roughly 2 dollars a month: 0.60 for requests and 1.25 for time', () => {
      const { totalUsd, lines, complete, unverified } = bill(month);
      assert.deepEqual(doubts, []);
      assert.deepEqual(
        lines.map(({ unit, units, usd }) => [unit, units, usd]),
        [
          ['request', '3000000', '0.6'],
          ['GB-second', '75000', '1.2500025'],
        ],
      );
      assert.equal(totalUsd, '1.8500025');
      assert.equal(complete, true);
      assert.equal(unverified, false);
    });

    it('is 0.40 dollars with the free tier', () => {
      const { totalUsd, lines } = bill(month, true);
      assert.equal(totalUsd, '0.4');
      assert.deepEqual(
        lines.map(({ chargedUnits }) => chargedUnits),
        ['2000000', '0'],
      );
    });
  });

  describe('for time', () => {
    for (const [arch, units, usd] of [
      ['x86_64', 1, '0.0000166667'],
      ['x86_64', 6_000_000_000, '100000.2'],
      ['x86_64', 6_000_000_001, '100000.200015'],
      ['x86_64', 15_000_000_000, '235000.2'],
      ['x86_64', 15_000_000_001, '235000.2000133334'],
      ['arm64', 1, '0.0000133334'],
      ['arm64', 7_500_000_000, '100000.5'],
      ['arm64', 7_500_000_001, '100000.5000120001'],
      ['arm64', 18_750_000_000, '235001.625'],
      ['arm64', 18_750_000_001, '235001.6250106667'],
    ] as const) {
      it(`is ${usd} for ${units} GB-seconds on ${arch}`, () =>
        assert.equal(bill(gbSeconds(units, arch)).totalUsd, usd));
    }

    it('has tiers of its own for each region and architecture', () => {
      const both = [...gbSeconds(6_000_000_000, 'x86_64'), ...gbSeconds(6_000_000_000, 'x86_64', 'eu-west-1')];
      assert.equal(bill(both).totalUsd, '200000.4');
    });

    for (const [region, usd] of [
      ['af-south-1', '0.0000221'],
      ['ap-east-1', '0.00002292'],
      ['eu-south-1', '0.0000195172'],
      ['me-south-1', '0.0000206667'],
      ['eu-central-1', '0.0000166667'],
    ] as const) {
      it(`is ${usd} a GB-second in ${region}`, () => assert.equal(bill(gbSeconds(1, 'x86_64', region)).totalUsd, usd));
    }
  });

  describe('for a billed duration', () => {
    const billedMs = (parts: { durationMs: number; initMs: number; initIsBilled?: boolean }): bigint | undefined =>
      meterLambda({ ...place, memoryMb: 1, parts }).usages[1]?.amount;

    // Pairs from the logs of the platform: duration + init -> what it billed.
    it('has init in it since August 2025, and had not before', () => {
      assert.equal(billedMs({ durationMs: 2.46, initMs: 413.61 }), 417n);
      assert.equal(billedMs({ durationMs: 382.98, initMs: 566.27 }), 950n);
      assert.equal(billedMs({ durationMs: 1776.81, initMs: 400, initIsBilled: false }), 1777n);
      assert.equal(billedMs({ durationMs: 2338.66, initMs: 182 }), 2521n);
    });

    it('never gets init a second time', () => {
      const parts = { durationMs: 2.46, initMs: 413.61 };
      assert.equal(meterLambda({ ...place, memoryMb: 1, billedMs: 417, parts }).usages[1]?.amount, 417n);
    });

    it('is rounded up to 1 ms, and to no further one because of binary fractions', () => {
      assert.equal(billedMs({ durationMs: 0.1, initMs: 0.9 }), 1n);
      assert.equal(billedMs({ durationMs: 1.1, initMs: 2.9 }), 4n);
      assert.equal(billedMs({ durationMs: 1.000001, initMs: 0 }), 2n);
      assert.equal(billedMs({ durationMs: 0, initMs: 0 }), 0n);
    });
  });

  describe('for provisioned concurrency', () => {
    it('is for standing by in steps of 5 minutes, and less for execution', () => {
      const standby = (configuredMs: number, arch: Architecture = 'x86_64') =>
        bill(meterProvisioned({ ...place, arch, instances: 2, configuredMs }).usages).totalUsd;
      assert.equal(standby(300_000), '0.00250002');
      assert.equal(standby(300_001), '0.00500004');
      assert.equal(standby(300_000, 'arm64'), '0.00200004');
      const { usages } = meterLambda({ ...place, billedMs: 1000, on: 'provisioned' });
      assert.equal(bill(usages).totalUsd, '0.0000099222');
    });

    it('has no free tier, not for requests either', () => {
      const { usages } = meterLambda({ ...place, billedMs: 1000, on: 'provisioned' });
      assert.equal(bill(usages, true).totalUsd, '0.0000099222');
      const standing = meterProvisioned({ ...place, instances: 1, configuredMs: 300_000 }).usages;
      assert.equal(bill(standing, true).totalUsd, bill(standing).totalUsd);
    });
  });

  describe('for a snapshot', () => {
    const restored = (runtime: string) => meterLambda({ ...place, memoryMb: 2048, billedMs: 1, restored: { runtime } });

    it('is at least 3 hours of cache, and each restore', () => {
      const cache = (cachedMs: number) =>
        bill(meterSnapStartCache({ ...place, runtime: 'python3.13', cachedMs }).usages).totalUsd;
      assert.equal(cache(1), '0.01624968');
      assert.equal(cache(10_800_000), '0.01624968');
      assert.equal(cache(10_801_000), '0.0162511846');
      const { usages } = restored('dotnet8');
      assert.equal(usages.at(-1)?.product, 'lambda snapstart restore');
      assert.equal(bill(usages.slice(-1)).totalUsd, '0.0002795996');
    });

    it('is nothing with Java', () => {
      assert.deepEqual(meterSnapStartCache({ ...place, runtime: 'java21', cachedMs: 1 }), { usages: [], doubts: [] });
      assert.equal(restored('java21').usages.length, 2);
    });

    it('is not made up for a runtime that nobody knows', () => {
      const { usages, doubts } = restored('cobol85');
      assert.equal(usages.length, 2);
      assert.deepEqual(doubts, ['Whether "cobol85" pays for SnapStart is not known.']);
    });
  });

  it('is for storage beyond 512 MB and for streamed bytes', () => {
    const storage = (ephemeralMb: number) => meterLambda({ ...place, billedMs: 1000, ephemeralMb }).usages.slice(2);
    assert.deepEqual(storage(512), []);
    assert.equal(bill(storage(1536)).totalUsd, '0.0000000309');
    const { usages } = meterLambda({ ...place, billedMs: 1, streamedBytes: 2 ** 30 });
    assert.equal(bill(usages.slice(2)).totalUsd, '0.008');
  });

  it('is for managed instances only that of the requests', () => {
    const { usages } = meterLambda({ ...place, billedMs: 1000, on: 'managed instances' });
    assert.deepEqual(
      usages.map(({ product, unit }) => [product, unit]),
      [['lambda managed instances', 'request']],
    );
  });

  it('may have API Gateway beside it', () => {
    const million = (count: number, kind: 'http' | 'rest') =>
      bill(meterApiGateway('us-east-1', kind, count * 1_000_000).usages).totalUsd;
    assert.equal(million(1, 'http'), '1');
    assert.equal(million(301, 'http'), '300.9');
    assert.equal(million(1, 'rest'), '3.5');
    assert.equal(million(334, 'rest'), '1168.3');
  });

  it('is not known where nobody has told', () => {
    for (const [asked, reason] of [
      [
        { region: 'me-south-1', product: 'lambda', arch: 'arm64' },
        'no price for arm64 in me-south-1 (lambda per GB-second)',
      ],
      [
        { region: 'mars-north-1', product: 'lambda', arch: 'arm64' },
        'no price for arm64 in mars-north-1 (lambda per GB-second)',
      ],
      [
        { region: '', product: 'lambda', arch: 'x86_64' },
        'no price for x86_64 in an unknown region (lambda per GB-second)',
      ],
      [
        { region: 'us-east-1', product: 'lambda', arch: '' },
        'no price for an unknown architecture (lambda per GB-second)',
      ],
      [
        { region: 'us-east-1', product: 'lambda', arch: 'riscv' },
        'no price for architecture "riscv" (lambda per GB-second)',
      ],
      [{ region: 'us-east-1', product: 'lamda', arch: 'arm64' }, 'no price for lamda per GB-second of aws'],
      [
        { region: 'eu-west-2', product: 'lambda provisioned', arch: 'arm64' },
        'no price for arm64 in eu-west-2 (lambda provisioned per GB-second)',
      ],
    ] as const) {
      assert.deepEqual(rateFor(builtInPrices, { provider: 'aws', unit: 'GB-second', ...asked }), {
        found: false,
        reason,
      });
    }
    assert.deepEqual(rateFor(builtInPrices, { provider: 'ibm', region: 'r', product: 'p', unit: 'GB' }), {
      found: false,
      reason: 'no prices of provider "ibm"',
    });
  });
});
