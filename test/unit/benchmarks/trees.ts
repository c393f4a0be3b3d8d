/** Module trees for tests, in real folders with the `package.json` that tells names and versions. */
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ModuleNode, makeNode } from '@coldlens/agent/modules';
import { packageCosts } from '#benchmarks/src/tree/package-costs.js';
import type { Tree } from '#benchmarks/src/tree/tree.js';

/** `[path, self time, path of who asked first, what it wrote]`; a path without a slash is one of Node's own modules. */
export type Row = readonly [path: string, ms: number, parent?: string | undefined, specifier?: string];

export const checkout = (files: Readonly<Record<string, string>>): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'coldlens-checkout-')));
  for (const [name, text] of Object.entries({ 'package.json': '{"name":"my-app"}', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
};

/** `package.json` files of installed packages, such as `a@1.0.0` or `a/node_modules/b@2.0.0`. */
export const installed = (...packages: string[]): Record<string, string> =>
  Object.fromEntries(
    packages.map((each) => {
      const [, path = '', version] = /^(.+)@([^@]+)$/.exec(each) ?? [];
      return [`node_modules/${path}/package.json`, JSON.stringify({ name: path, version })];
    }),
  );

export const treeOf = (root: string, rows: readonly Row[], change: Partial<Tree> = {}): Tree => {
  const key = (path: string): string => (path.startsWith('node:') ? path : join(root, path));
  const nodes = new Map<string, ModuleNode>();
  for (const [path, ms, parent, specifier] of rows) {
    const above = parent === undefined ? null : (nodes.get(key(parent)) ?? null);
    const node = makeNode(key(path), above, specifier ?? null, nodes.size);
    node.selfMs = ms;
    node.format = path.startsWith('node:') ? 'builtin' : 'commonjs';
    above?.imports.add(node.key);
    nodes.set(node.key, node);
  }
  const all = [...nodes.values()];
  const entryKey = all[0]?.key ?? null;
  return {
    nodes: all,
    late: [],
    packages: packageCosts(all, entryKey, root),
    entryKey,
    shownAs: new Map(),
    initMs: all.reduce((sum, { selfMs }) => sum + selfMs, 0),
    runtimeStartMs: 40,
    executionMs: 2,
    seen: 'complete',
    hint: null,
    ...change,
  };
};
