import assert from 'node:assert/strict';
import { billedTimeUsd, requestsUsd } from '#collector/model/pricing/billed-time.js';

const million = { memoryMb: 1024, invocations: 1_000_000, region: 'us-east-1', arch: 'x86_64' } as const;

describe('money for billed time', () => {
  it('is exact decimal text', () => {
    assert.equal(billedTimeUsd({ ...million, billedMs: 1_000 }), '16.6667');
    assert.equal(billedTimeUsd({ ...million, billedMs: 0.1, memoryMb: 128 }), '0.00020833375');
    assert.equal(billedTimeUsd({ ...million, billedMs: 1_000, arch: 'arm64' }), '13.3334');
    assert.equal(billedTimeUsd({ ...million, billedMs: -250 }), '-4.166675');
  });

  it('knows no price it was not told', () => {
    assert.equal(billedTimeUsd({ ...million, billedMs: 1, region: 'af-south-1', arch: 'arm64' }), null);
  });

  it('has the fee of requests apart', () => {
    assert.equal(requestsUsd(1_000_000), '0.2');
  });
});
