import assert from 'node:assert/strict';
import { alternatives, builtInPrices, nearLimits, type Traffic } from '#collector/model/pricing/index.js';

const traffic: Traffic = {
  region: 'us-east-1',
  arch: 'x86_64',
  requestsPerSecond: 10,
  billedMs: 100,
  memoryMb: 256,
  cpuMs: 10,
};

const table = (change: Partial<Traffic> = {}) => {
  const answer = alternatives(builtInPrices, { ...traffic, ...change });
  assert.ok(answer.found);
  return answer;
};

describe('the same traffic on containers and on a machine', () => {
  it('costs what they cost all month', () => {
    const [itself, container, machine] = table().rows;
    // 26,280,000 requests x (0.0000002 + 0.025 GB-s x 0.0000166667)
    assert.equal(itself?.monthlyUsd, '16.2060219');
    assert.equal(container?.name, 'AWS Fargate, 0.25 vCPU and 0.5 GB');
    // 730 x (0.25 x 0.04048 + 0.5 x 0.004445)
    assert.equal(container?.monthlyUsd, '9.010025');
    assert.equal(machine?.monthlyUsd, '12.264');
    assert.deepEqual([container?.count, machine?.count], [1, 1]);
  });

  it('is cheaper there above the break-even rate', () => {
    for (const at of [1, 2]) {
      const even = table().rows[at]?.breakEvenPerSecond;
      assert.ok(typeof even === 'number');
      const usdAt = (requestsPerSecond: number) =>
        table({ requestsPerSecond }).rows.map(({ monthlyUsd }) => Number(monthlyUsd));
      const [below, above] = [usdAt(even * 0.99), usdAt(even * 1.01)];
      assert.ok((below[0] ?? 0) < (below[at] ?? 0));
      assert.ok((above[0] ?? 0) > (above[at] ?? 0));
    }
  });

  it('needs more of them for more than one can carry', () => {
    // 0.25 vCPU and 0.4 sustained vCPU at 10 ms each: 25 and 40 requests a second.
    const counts = (requestsPerSecond: number) => table({ requestsPerSecond }).rows.map(({ count }) => count);
    assert.deepEqual(counts(25), [null, 1, 1]);
    assert.deepEqual(counts(25.1), [null, 2, 1]);
    assert.deepEqual(counts(40), [null, 2, 1]);
    assert.deepEqual(counts(41), [null, 2, 2]);
    assert.deepEqual(counts(0), [null, 1, 1]);
  });

  it('has no break-even where the function is cheaper per request than a busy machine', () => {
    const rows = table({ billedMs: 1, cpuMs: 1000 }).rows;
    assert.deepEqual(
      rows.map(({ breakEvenPerSecond }) => breakEvenPerSecond),
      [null, null, null],
    );
  });

  it('takes the share of a vCPU that the memory brings where CPU time is not known', () => {
    const { cpuMs: _, ...rest } = traffic;
    const answer = alternatives(builtInPrices, { ...rest, memoryMb: 1769, requestsPerSecond: 10 });
    assert.ok(answer.found);
    // 100 ms of a whole vCPU: one vCPU carries 10 a second.
    assert.equal(answer.rows[1]?.name, 'AWS Fargate, 1 vCPU and 2 GB');
    assert.equal(answer.rows[1]?.count, 1);
    assert.equal(answer.rows[2]?.count, 3);
  });

  it('compares what the function really costs, where that is known', () => {
    const [warm] = table().rows;
    const perRequest = Number(warm?.monthlyUsd) / (traffic.requestsPerSecond * 730 * 3600);
    const [itself, ...others] = table({ usdPerRequest: perRequest * 4 }).rows;
    assert.ok(Math.abs(Number(itself?.monthlyUsd) / Number(warm?.monthlyUsd) - 4) < 1e-9);
    for (const [at, { breakEvenPerSecond }] of others.entries()) {
      const before = table().rows[at + 1]?.breakEvenPerSecond;
      // Dearer requests make a machine worth it at a quarter of the rate.
      if (before !== null && before !== undefined) {
        assert.ok(Math.abs((breakEvenPerSecond ?? 0) / before - 1 / 4) < 1e-9);
      }
    }
    assert.ok(others.some(({ breakEvenPerSecond }) => breakEvenPerSecond !== null));
  });

  it('says which of its prices nobody has verified', () => {
    assert.deepEqual(
      table().rows.map(({ unverified }) => unverified),
      [false, false, true],
    );
    assert.deepEqual(
      table({ arch: 'arm64' }).rows.map(({ unverified }) => unverified),
      [false, true, true],
    );
    for (const { rates } of table().rows)
      assert.ok(rates.length > 0 && rates.every(({ source, date }) => source && date));
  });

  it('says what is missing', () => {
    assert.deepEqual(table({ memoryMb: 10_240 }).missing, ['EC2 t4g.small has less than 10240 MB']);
    assert.deepEqual(table({ region: 'eu-west-1' }).missing, [
      'no price for x86_64 in eu-west-1 (fargate per vCPU-hour), no price for x86_64 in eu-west-1 (fargate per GB-hour)',
      'no price for eu-west-1 (ec2 t4g.small per hour)',
    ]);
    assert.deepEqual(alternatives(builtInPrices, { ...traffic, region: 'me-south-1', arch: 'arm64' }), {
      found: false,
      reason: 'no price for arm64 in me-south-1',
    });
  });
});

describe('how near a function runs to its limits', () => {
  const figures = { timeoutMs: 3000, p99Ms: 100, maxMs: 200, memoryMb: 512, maxMemoryUsedMb: 100 };
  const sentences = (change: Partial<typeof figures>) =>
    nearLimits({ ...figures, ...change }).map(({ sentence }) => sentence);

  it('is a share of each, and nothing more where there is room', () => {
    assert.deepEqual(nearLimits(figures), [
      { limit: 'timeout', share: 100 / 3000, sentence: null },
      { limit: 'memory', share: 100 / 512, sentence: null },
    ]);
  });

  for (const [change, timeout, memory] of [
    [{ maxMs: 2400 }, 'The slowest invocation took 80 % of the timeout of 3 s.', null],
    [{ p99Ms: 2500, maxMs: 2900 }, 'One invocation in a hundred takes 83 % of the timeout of 3 s or more.', null],
    [{ maxMs: 3000 }, 'The slowest invocation reached the timeout of 3 s: some were ended by it.', null],
    [{ maxMemoryUsedMb: 461 }, null, 'At its peak it used 90 % of its 512 MB.'],
    [{ maxMemoryUsedMb: 460 }, null, null],
    [{ maxMemoryUsedMb: 512 }, null, 'All 512 MB were used at the peak: instances may have been ended for it.'],
  ] as const) {
    it(`is told for ${JSON.stringify(change)}`, () => assert.deepEqual(sentences(change), [timeout, memory]));
  }

  it('is not observable where a figure is missing', () => {
    assert.deepEqual(nearLimits({ timeoutMs: null, p99Ms: 1, maxMs: 1, memoryMb: 512, maxMemoryUsedMb: null }), [
      { limit: 'timeout', share: null, sentence: null },
      { limit: 'memory', share: null, sentence: null },
    ]);
  });
});
