import assert from 'node:assert/strict';
import { type Counted, countsOf } from '#benchmarks/src/compare/counts.js';
import { defaultLimits, type GateLimits } from '#benchmarks/src/compare/settings.js';

const counted = (moduleCount: number, bytes: number, ...packages: string[]): Counted => ({
  moduleCount,
  bytes,
  packages: ['', 'node', ...packages].map((name) => ({ name })),
});

describe('counts', () => {
  const over = (base: Counted, head: Counted, allowed: GateLimits = defaultLimits): string[] =>
    countsOf(base, head, allowed)
      .filter(({ isOver }) => isOver)
      .map(({ name }) => name);

  it('gate growth beyond the allowed percents', () => {
    assert.deepEqual(over(counted(100, 1e6, 'a'), counted(110, 1.1e6, 'a', 'b')), []);
    assert.deepEqual(over(counted(100, 1e6, 'a'), counted(111, 1.2e6, 'a', 'b')), ['modules', 'bytes']);
    assert.deepEqual(over(counted(111, 1.2e6, 'a'), counted(100, 1e6, 'a')), []);
  });

  it('let a small function grow by a few modules', () => {
    assert.deepEqual(over(counted(3, 1_000), counted(8, 17_000)), []);
    assert.deepEqual(over(counted(3, 1_000), counted(9, 18_000)), ['modules', 'bytes']);
  });

  it('gate packages where that is asked for', () => {
    const limits = { ...defaultLimits, modulesPercent: null, bytesPercent: null, packagesAdded: 1 };
    assert.deepEqual(over(counted(100, 1e6, 'a'), counted(900, 9e6, 'a', 'b'), limits), []);
    assert.deepEqual(over(counted(100, 1e6, 'a'), counted(900, 9e6, 'a', 'b', 'c'), limits), ['packages']);
  });

  it('take no growth at all for 0 percent', () => {
    const limits = { ...defaultLimits, modulesPercent: 0, bytesPercent: 0 };
    assert.deepEqual(over(counted(3, 1_000), counted(4, 1_001), limits), ['modules', 'bytes']);
  });

  it('count packages once, without builtins and the own code', () => {
    const counts = countsOf(null, counted(2, 12, 'a', 'a'), defaultLimits);
    assert.deepEqual(
      counts.map(({ name, base, head, isOver }) => [name, base, head, isOver]),
      [
        ['modules', null, 2, false],
        ['bytes', null, 12, false],
        ['packages', null, 1, false],
      ],
    );
  });
});
