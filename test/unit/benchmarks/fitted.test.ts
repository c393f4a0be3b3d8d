import assert from 'node:assert/strict';
import { makeNode, totalsOf } from '@coldlens/agent/modules';
import type { Sample } from '#benchmarks/src/measure/sample.js';
import { fittedTo } from '#benchmarks/src/tree/fitted.js';
import type { Tree } from '#benchmarks/src/tree/tree.js';

const sample = (coldMs: number, readyMs: number | null): Sample => ({ coldMs, readyMs, cpuMs: null, rssMb: null });

/** 40 ms of runtime start, 100 ms of init in two modules, 5 ms of execution. */
const tree = (): Tree => {
  const entry = Object.assign(makeNode('/app/index.js', null, null, 0), { selfMs: 30, resolveMs: 10, cpuMs: 20 });
  const heavy = Object.assign(makeNode('/app/node_modules/heavy/index.js', entry, 'heavy', 0), { selfMs: 60 });
  return {
    nodes: [entry, heavy],
    late: [],
    packages: [
      {
        name: 'heavy',
        version: '1',
        selfMs: 60,
        cpuMs: null,
        totalMs: 60,
        resolveMs: 0,
        modules: 1,
        bytes: 9,
        importedBy: [],
      },
    ],
    entryKey: '/app/index.js',
    shownAs: new Map(),
    initMs: 100,
    runtimeStartMs: 40,
    executionMs: 5,
    seen: 'complete',
    hint: null,
  };
};

describe('a watched tree', () => {
  it('is held to the timed starts, so that its parts add up to the cold start beside it', () => {
    const watched = tree();
    const fitted = fittedTo(watched, [sample(98, 90), sample(104, 92), sample(97, 88)]);
    const { runtimeStartMs, initMs, executionMs } = fitted;
    assert.deepEqual([runtimeStartMs, initMs, executionMs], [40, 50, 8]);
    assert.equal(runtimeStartMs + initMs + executionMs, 98);
    const [entry, heavy] = fitted.nodes;
    assert.deepEqual([entry?.selfMs, entry?.resolveMs, entry?.cpuMs, heavy?.selfMs], [15, 5, 10, 30]);
    assert.equal(heavy?.parent, entry);
    assert.equal(entry && totalsOf(fitted.nodes).get(entry), 50);
    assert.deepEqual([fitted.packages[0]?.totalMs, fitted.packages[0]?.cpuMs], [30, null]);
    assert.equal(watched.nodes[0]?.selfMs, 30, 'the watched tree stays as it is');
  });

  it('takes the execution from itself where the runtime does not say when it is ready', () => {
    const { initMs, executionMs } = fittedTo(tree(), [sample(125, null)]);
    assert.deepEqual([initMs, executionMs], [80, 5]);
  });

  it('is held to them as a whole where the machine was slower while it watched', () => {
    const { runtimeStartMs, initMs, executionMs, packages } = fittedTo(tree(), [sample(78, 70)]);
    assert.deepEqual([runtimeStartMs, initMs, executionMs], [20, 50, 8]);
    assert.equal(packages[0]?.totalMs, 30);
  });

  it('stays as it is where the two cannot belong together, or nothing was seen', () => {
    const own = tree();
    assert.equal(fittedTo(own, [sample(50, 40)]), own);
    assert.equal(fittedTo(own, [sample(900, 890)]), own);
    assert.equal(fittedTo(own, []), own);
    const unseen: Tree = { ...own, seen: 'not observed' };
    assert.equal(fittedTo(unseen, [sample(98, 90)]), unseen);
  });
});
