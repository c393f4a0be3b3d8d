import assert from 'node:assert/strict';
import { type ReadinessOf, readinessOverTime } from '#collector/watch/readiness.js';

const refusedRequests = { full: 0, busy: 0, disk: 0, closing: 0 };
const well: ReadinessOf = {
  buffer: { bytes: 0, limitBytes: 1_048_576_000, isFailing: false, refusedRequests },
  sealing: { isFailing: false },
  isClosing: false,
};
const withBuffer = (buffer: Partial<ReadinessOf['buffer']>): ReadinessOf => ({
  ...well,
  buffer: { ...well.buffer, ...buffer },
});

describe('readiness', () => {
  for (const [what, of, expected] of [
    ['all is well', well, { ready: true, store: 'reachable' }],
    ['inserts fail', withBuffer({ isFailing: true, bytes: 1e9 }), { ready: true, store: 'away' }],
    ['sealing fails', { ...well, sealing: { isFailing: true } }, { ready: true, store: 'away' }],
  ] as const) {
    it(`is there while ${what}`, () => assert.deepEqual(readinessOverTime()(of), expected));
  }

  for (const [what, of, error] of [
    ['it stops', { ...well, isClosing: true }, 'The collector is stopping.'],
    [
      'the buffer is full',
      withBuffer({ bytes: 1_040_000_000 }),
      'The buffer is full: 992 of 1000 MB wait for ClickHouse.',
    ],
    [
      'it is full because inserts fail',
      withBuffer({ bytes: 1_048_576_000, isFailing: true }),
      'The buffer is full: 1000 of 1000 MB wait for ClickHouse, which does not take them.',
    ],
  ] as const) {
    it(`is not there while ${what}`, () => {
      const found = readinessOverTime()(of);
      assert.ok(!found.ready);
      assert.equal(found.error, error);
      assert.match(found.next, /^[A-Z].*\.$/);
    });
  }

  it('comes back by itself after the disk refused, for nobody sends meanwhile who could show it', () => {
    const clock = { ms: 0 };
    const readiness = readinessOverTime(() => clock.ms);
    const refusals = (disk: number) => readiness(withBuffer({ refusedRequests: { ...refusedRequests, disk } }));
    assert.ok(refusals(0).ready);
    clock.ms = 1_000;
    assert.ok(!refusals(1).ready);
    clock.ms = 10_000;
    assert.ok(!refusals(1).ready);
    clock.ms = 11_001;
    assert.ok(refusals(1).ready);
    assert.ok(!refusals(2).ready);
  });
});
