import assert from 'node:assert/strict';
import { type Counted, countedIn, countsOf } from '#benchmarks/src/compare/counts.js';
import { defaultSettings } from '#benchmarks/src/compare/settings.js';

const counted = (moduleCount: number, bytes: number, ...packages: string[]): Counted => ({
  moduleCount,
  bytes,
  packages: ['', 'node', ...packages].map((name) => ({ name })),
});

describe('counts', () => {
  const over = (base: Counted, head: Counted, allowed = defaultSettings): string[] =>
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
    const strict = { allowedGrowthPercent: { modules: null, bytes: null, packages: 0 } };
    assert.deepEqual(over(counted(100, 1e6, 'a'), counted(900, 9e6, 'a', 'b'), { ...defaultSettings, ...strict }), [
      'packages',
    ]);
  });

  it('count packages once, without builtins and the own code', () => {
    const tree = { nodes: [{ bytes: 5 }, { bytes: 7 }], packages: [{ name: '' }, { name: 'a' }, { name: 'a' }] };
    const counts = countsOf(null, countedIn(tree), defaultSettings);
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
