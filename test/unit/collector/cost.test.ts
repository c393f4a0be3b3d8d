import assert from 'node:assert/strict';
import { type BilledSums, costOf } from '#collector/model/pricing/cost.js';
import { billedOnLambda as metered } from '../../support/billed.ts';

const cold = (amount: bigint, size: bigint, executionAmount: bigint, of: bigint): Partial<BilledSums> => ({
  memory: { amount: of, cold: { amount, size, executionAmount } },
});
const costIn = (region: string, ...groups: BilledSums[]) => costOf({ provider: 'aws', region, groups }, monthMs);

const monthMs = 730 * 3_600_000;

describe('the cost of a function', () => {
  it('is 1.85 dollars for 3 million requests of 100 ms at 256 MB', () => {
    const cost = costIn('us-east-1', metered(3_000_000n, 3_000_000n * 100n * 256n));
    // 0.60 for the requests and 75,000 GB-s x 0.0000166667 = 1.2500025
    assert.equal(cost.totalUsd, 1.8500025);
    assert.equal(cost.monthlyUsd, 1.8500025);
    assert.equal(cost.perMillionUsd?.toFixed(6), '0.616668');
    assert.equal(cost.coldUsd, 0);
    assert.equal(cost.reason, null);
  });

  it('adds up both architectures at their own rates', () => {
    const each = metered(1n, 1_024_000n);
    const cost = costIn('eu-central-1', each, { ...each, arch: 'arm64' });
    assert.equal(cost.totalUsd, 0.0000004 + 0.0000166667 + 0.0000133334);
  });

  it('uses the rate of a dearer region', () => {
    assert.equal(costIn('af-south-1', metered(1n, 1_024_000n)).totalUsd, 0.0000223);
  });

  it('counts as cold cost what cold starts were billed beyond a mean warm invocation', () => {
    // Two cold starts at 1000 MB, 500 and 100 ms; the warm mean is 50 ms.
    const fields = { ...cold(600_000n, 2000n, 90_000n, 700_000n), warm: { requests: 2n, time: 100n } };
    const cost = costIn('us-east-1', metered(4n, 0n, fields));
    assert.equal(cost.coldUsd?.toFixed(15), ((500_000 / 1_024_000) * 0.0000166667).toFixed(15));
  });

  it('takes the execution of the cold starts themselves where no warm invocation was seen', () => {
    const cost = costIn('us-east-1', metered(1n, 0n, cold(300_000n, 1000n, 44_000n, 300_000n)));
    assert.equal(cost.coldUsd, (256_000 / 1_024_000) * 0.0000166667);
  });

  it('never is below zero for cold starts that were faster than warm ones', () => {
    const fields = { ...cold(1000n, 1000n, 1000n, 11_000n), warm: { requests: 1n, time: 10n } };
    assert.equal(costIn('us-east-1', metered(2n, 0n, fields)).coldUsd, 0);
  });

  const none = { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null };
  for (const [reason, region, group] of [
    [/no price for arm64 in af-south-1/, 'af-south-1', metered(1n, 1n, { arch: 'arm64' })],
    [/no price for moon-1/, 'moon-1', metered(1n, 1n)],
    [/not told what they are billed as/, 'us-east-1', metered(0n, 0n, { product: '', invocations: 1n })],
    [/needs billed duration, memory/, 'us-east-1', metered(0n, 0n, { invocations: 1n })],
    [/EC2 instance/, 'us-east-1', metered(1n, 0n, { product: 'lambda managed instances' })],
    [/a negative quantity/, 'us-east-1', metered(1n, -1n)],
    [/nothing was metered/, 'us-east-1', metered(0n, 0n)],
  ] as const) {
    it(`is not known where the reason is ${reason}`, () => {
      const { reason: found, ...cost } = costIn(region, group);
      assert.deepEqual(cost, none);
      assert.match(found ?? '', reason);
    });
  }

  it('says what it leaves out', () => {
    const { totalUsd, reason } = costIn('us-east-1', metered(1n, 0n, { invocations: 3n }));
    assert.equal(totalUsd, 0.0000002);
    assert.match(reason ?? '', /^without 2 of its invocations: needs billed duration/);
  });

  it('of provisioned concurrency has the rate of its time and the fee of a request', () => {
    const cost = costIn('us-east-1', metered(1n, 1_024_000n, { product: 'lambda provisioned' }));
    assert.equal(cost.totalUsd, 0.0000002 + 0.0000097222);
    assert.match(cost.reason ?? '', /stand by/);
  });
});
