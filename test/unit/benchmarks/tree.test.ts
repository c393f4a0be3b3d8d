/** Several trees as one, and what reports show of it. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Flame } from '#benchmarks/src/results/result.js';
import { medianTree } from '#benchmarks/src/tree/median-tree.js';
import { summarize } from '#benchmarks/src/tree/summarize.js';
import { checkout, installed, type Row, treeOf } from './trees.ts';

const roots: string[] = [];
const folder = (files: Readonly<Record<string, string>> = {}): string => {
  const root = checkout(files);
  roots.push(root);
  return root;
};

after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

describe('medianTree', () => {
  it('takes the middle of each time, and what most trees have', () => {
    const root = folder(installed('a@1.0.0'));
    const trees = [1, 100, 3].map((ms, index) =>
      treeOf(root, [
        ['handler.js', ms],
        ...(index === 1 ? ([['once.js', 50, 'handler.js']] as Row[]) : []),
        ['node_modules/a/index.js', ms * 2, index === 1 ? 'once.js' : 'handler.js', 'a'],
      ]),
    );
    const tree = medianTree(trees);
    assert.deepEqual(
      tree.nodes.map(({ selfMs }) => selfMs),
      [3, 6],
    );
    assert.equal(tree.nodes[1]?.parent, tree.nodes[0]);
    assert.equal(tree.initMs, 9);
    assert.equal(tree.packages.find(({ name }) => name === 'a')?.totalMs, 6);
    assert.deepEqual(
      tree.packages.find(({ name }) => name === 'a')?.importedBy.map(({ file }) => file),
      ['handler.js'],
    );
    assert.equal(trees[1]?.nodes.length, 3, 'the trees are left alone');
  });

  it('needs a tree', () => assert.throws(() => medianTree([]), RangeError));
});

describe('summarize', () => {
  it('shows packages, modules, copies and what was never used', () => {
    const root = folder({
      ...installed('a@1.0.0', 'b@1.0.0', 'b/node_modules/a@2.0.0'),
      'handler.js': "const b = require('b');\nconst a = require('a');",
    });
    const tree = treeOf(root, [
      ['handler.js', 5],
      ['node_modules/b/index.js', 10, 'handler.js', 'b'],
      ['node_modules/b/node_modules/a/index.js', 20, 'node_modules/b/index.js', 'a'],
      ['node_modules/a/index.js', 30, 'handler.js', 'a'],
    ]);
    for (const node of tree.nodes) node.used = !node.key.includes('/b/index');
    const summary = summarize(tree);
    assert.deepEqual(summary.duplicated, [{ name: 'a', versions: ['2.0.0', '1.0.0'], totalMs: 50, bytes: 0 }]);
    assert.deepEqual(
      summary.unused.map(({ name, totalMs, importedBy }) => [name, totalMs, importedBy]),
      [['b', 30, [{ file: 'handler.js', line: 1 }]]],
    );
    assert.deepEqual(
      summary.modules.map(({ name, selfMs }) => [name, selfMs]),
      [
        ['a/index.js', 30],
        ['a/index.js', 20],
        ['b/index.js', 10],
        ['handler.js', 5],
      ],
    );
    assert.equal(summary.moduleCount, 4);
  });

  it('bounds the flame graph without losing time', () => {
    const root = folder(installed('a@1.0.0'));
    const rows: Row[] = [['handler.js', 5]];
    for (let index = 0; index < 5_000; index += 1) {
      rows.push([`node_modules/a/${index}.js`, (index % 7) / 10, rows[Math.floor(index / 3)]?.[0], `./${index}`]);
    }
    const { flame } = summarize(treeOf(root, rows, { initMs: 5_000 }));
    const all = (frame: Flame): Flame[] => [frame, ...frame.children.flatMap(all)];
    assert.ok(flame);
    const frames = all(flame);
    assert.ok(frames.length < 2_500, `${frames.length} frames`);
    assert.equal(flame.totalMs, 5_000);
    assert.ok(Math.abs(frames.reduce((sum, { selfMs }) => sum + selfMs, 0) - 5_000) < 1e-6);
    for (const { totalMs, selfMs, children } of frames) {
      const below = children.reduce((sum, child) => sum + child.totalMs, 0);
      assert.ok(Math.abs(selfMs + below - totalMs) < 1e-6);
    }
  });

  it('has no flame graph where nothing was seen', () => {
    assert.equal(summarize(treeOf(folder(), [], { entryKey: null, seen: 'not observed' })).flame, null);
  });
});
