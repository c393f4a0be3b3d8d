/** Deployments, found by what invocations were served by. */
import assert from 'node:assert/strict';
import { deploymentsOf, type ServedBy } from '#collector/model/deployments.js';

const hourMs = 3_600_000;

/** One version in one hour. */
const served = (hour: number, version: string, invocations: number, parts: Partial<ServedBy> = {}): ServedBy => ({
  ...{ stepMs: hour * hourMs, invocations, firstColdMs: null, version, memoryMb: '', runtime: '', arch: '' },
  ...parts,
});

const found = (rows: readonly ServedBy[], sinceHour = 0): string[] =>
  deploymentsOf(rows, sinceHour * hourMs).map(
    ({ at, changes }) =>
      `${Date.parse(at) / hourMs}: ${changes.map(({ what, from, to }) => `${what} ${from} to ${to}`).join(', ')}`,
  );

describe('deployments', () => {
  it('are where another version begins to serve, at its first cold start', () => {
    const rows = [served(1, '1', 50), served(3, '2', 50, { firstColdMs: 3.5 * hourMs }), served(3, '1', 20)];
    assert.deepEqual(found(rows), ['3.5: version 1 to 2']);
    assert.deepEqual(found([served(1, '1', 50), served(3, '2', 50)]), ['3: version 1 to 2']);
  });

  it('are none for what was there first, and none in the step that the window begins with', () => {
    assert.deepEqual(found([served(1, '1', 50)]), []);
    const rows = [served(3, '1', 50, { firstColdMs: 3.1 * hourMs }), served(3, '2', 50, { firstColdMs: 3.5 * hourMs })];
    assert.deepEqual(found(rows, 3), []);
    assert.deepEqual(found(rows, 2), ['3.5: version 1 to 2']);
    assert.deepEqual(found([]), []);
  });

  it('tell several of one hour one after the other', () => {
    const rows = [
      served(1, '1', 50),
      served(2, '3', 1, { firstColdMs: 2.6 * hourMs }),
      served(2, '2', 5, { firstColdMs: 2.2 * hourMs }),
    ];
    assert.deepEqual(found(rows), ['2.2: version 1 to 2', '2.6: version 2 to 3']);
    const atFirst = rows.slice(1);
    assert.deepEqual(found(atFirst), ['2.6: version 2 to 3']);
  });

  it('are also the way back to an earlier version', () => {
    const rows = [served(1, '1', 50), served(2, '2', 50), served(3, '2', 50), served(4, '1', 50)];
    assert.deepEqual(found(rows), ['2: version 1 to 2', '4: version 2 to 1']);
  });

  it('are none where two versions share few invocations', () => {
    const rows = [1, 2, 3, 4, 5, 6].map((hour) => served(hour, hour % 2 === 0 ? '1' : '2', 3));
    assert.deepEqual(found(rows), ['2: version 2 to 1']);
  });

  it('tell of memory, runtime and architecture, and not of what nobody told', () => {
    const rows = [
      served(1, '', 50, { memoryMb: '512', runtime: 'nodejs22.x', arch: 'x86_64' }),
      served(2, '', 50, { memoryMb: '' }),
      served(3, '', 50, { memoryMb: '1024', runtime: 'nodejs24.x', arch: 'arm64', firstColdMs: 3.25 * hourMs }),
    ];
    assert.deepEqual(found(rows), [
      '3.25: memoryMb 512 to 1024, runtime nodejs22.x to nodejs24.x, arch x86_64 to arm64',
    ]);
  });

  it('are at most a hundred, the latest', () => {
    const rows = Array.from({ length: 150 }, (_, hour) => served(hour, `v${hour}`, 50));
    const all = found(rows);
    assert.deepEqual([all.length, all.at(-1)], [100, '149: version v148 to v149']);
  });
});
