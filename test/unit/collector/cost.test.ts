import assert from 'node:assert/strict';
import { costOf, type MeteredQuantities } from '#collector/model/pricing/cost.js';

const nothing: MeteredQuantities = {
  requests: 0n,
  mbMs: 0n,
  cold: { requests: 0n, mbMs: 0n, mb: 0n, executionMbMs: 0n },
  warm: { requests: 0n, billedMs: 0n },
};

const monthMs = 730 * 3_600_000;

describe('the cost of a function', () => {
  it('is 1.85 dollars for 3 million requests of 100 ms at 256 MB', () => {
    const x86_64 = { ...nothing, requests: 3_000_000n, mbMs: 3_000_000n * 100n * 256n };
    const cost = costOf({ provider: 'aws', region: 'us-east-1', byArchitecture: { x86_64, arm64: nothing } }, monthMs);
    // 0.60 for the requests and 75,000 GB-s x 0.0000166667 = 1.2500025
    assert.equal(cost.totalUsd, 1.8500025);
    assert.equal(cost.monthlyUsd, 1.8500025);
    assert.equal(cost.perMillionUsd?.toFixed(6), '0.616668');
    assert.equal(cost.coldUsd, 0);
  });

  it('adds up both architectures at their own rates', () => {
    const each = { ...nothing, requests: 1n, mbMs: 1_024_000n };
    const cost = costOf(
      { provider: 'aws', region: 'eu-central-1', byArchitecture: { x86_64: each, arm64: each } },
      monthMs,
    );
    assert.equal(cost.totalUsd, 0.0000004 + 0.0000166667 + 0.0000133334);
  });

  it('uses the rate of a dearer region', () => {
    const x86_64 = { ...nothing, requests: 1n, mbMs: 1_024_000n };
    const cost = costOf({ provider: 'aws', region: 'af-south-1', byArchitecture: { x86_64, arm64: nothing } }, monthMs);
    assert.equal(cost.totalUsd, 0.0000223);
  });

  it('counts as cold cost what cold starts were billed beyond a mean warm invocation', () => {
    const x86_64 = {
      requests: 4n,
      mbMs: 1000n * (500n + 100n + 50n + 50n),
      // Two cold starts at 1000 MB, 500 and 100 ms; the warm mean is 50 ms.
      cold: { requests: 2n, mbMs: 600_000n, mb: 2000n, executionMbMs: 90_000n },
      warm: { requests: 2n, billedMs: 100n },
    };
    const cost = costOf({ provider: 'aws', region: 'us-east-1', byArchitecture: { x86_64, arm64: nothing } }, monthMs);
    assert.equal(cost.coldUsd?.toFixed(15), ((500_000 / 1_024_000) * 0.0000166667).toFixed(15));
  });

  it('takes the execution of the cold starts themselves where no warm invocation was seen', () => {
    const cold = { requests: 1n, mbMs: 300_000n, mb: 1000n, executionMbMs: 44_000n };
    const x86_64 = { ...nothing, requests: 1n, mbMs: 300_000n, cold };
    const cost = costOf({ provider: 'aws', region: 'us-east-1', byArchitecture: { x86_64, arm64: nothing } }, monthMs);
    assert.equal(cost.coldUsd, (256_000 / 1_024_000) * 0.0000166667);
  });

  it('never is below zero for cold starts that were faster than warm ones', () => {
    const x86_64 = {
      requests: 2n,
      mbMs: 11_000n,
      cold: { requests: 1n, mbMs: 1000n, mb: 1000n, executionMbMs: 1000n },
      warm: { requests: 1n, billedMs: 10n },
    };
    const cost = costOf({ provider: 'aws', region: 'us-east-1', byArchitecture: { x86_64, arm64: nothing } }, monthMs);
    assert.equal(cost.coldUsd, 0);
  });

  for (const [why, provider, region, arch] of [
    ['another provider', 'azure', 'westeurope', 'x86_64'],
    ['arm64 in a region whose arm64 price is not known', 'aws', 'af-south-1', 'arm64'],
  ] as const) {
    it(`is unknown for ${why}`, () => {
      const some = { ...nothing, requests: 1n, mbMs: 1n };
      const byArchitecture = { x86_64: nothing, arm64: nothing, [arch]: some };
      const cost = costOf({ provider, region, byArchitecture }, monthMs);
      assert.deepEqual(cost, { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null });
    });
  }
});
