/** Who made the init slower: the difference of two module trees. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { culpritsBetween } from '#benchmarks/src/tree/culprits.js';
import { lockedVersions } from '#benchmarks/src/tree/lockfile.js';
import { changedUnits, sharesOf } from '#benchmarks/src/tree/shares.js';
import { Side } from '#benchmarks/src/tree/side.js';
import type { Tree } from '#benchmarks/src/tree/tree.js';
import { checkout, installed, type Row, treeOf } from './trees.ts';

const roots: string[] = [];
const folder = (files: Readonly<Record<string, string>> = {}): string => {
  const root = checkout(files);
  roots.push(root);
  return root;
};

interface Case {
  files?: Readonly<Record<string, string>>;
  rows: readonly Row[];
  change?: Partial<Tree>;
}

const between = (base: Case, head: Case) => {
  const [from, to] = [folder(base.files), folder(head.files)];
  return culpritsBetween(treeOf(from, base.rows, base.change), treeOf(to, head.rows, head.change), {
    base: from,
    head: to,
  });
};

const changesOf = (culprits: ReturnType<typeof between>): string[] =>
  culprits.map(({ change, package: name, module, deltaMs }) => `${change} ${name || module} ${Math.round(deltaMs)}`);

const own: Row = ['src/handler.js', 5];
const db: Row = ['src/db.js', 1, 'src/handler.js', './db.js'];
const a = 'node_modules/a/index.js';
const b = 'node_modules/b/index.js';

after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

describe('culpritsBetween', () => {
  it('names a new package with all that it brings, and the line that imports it', () => {
    const rows: Row[] = [own, db];
    const sdk = 'node_modules/@aws-sdk/client-s3/index.js';
    const culprits = between(
      { rows },
      {
        files: {
          ...installed('@aws-sdk/client-s3@3.1.0', '@smithy/core@2.0.0'),
          'src/db.js': "'use strict';\n\nconst { S3 } = require('@aws-sdk/client-s3');\n",
        },
        rows: [
          ...rows,
          [sdk, 60, 'src/db.js', '@aws-sdk/client-s3'],
          ['node_modules/@smithy/core/a.js', 10, sdk, '@smithy/core'],
          ['node_modules/@smithy/core/b.js', 9, 'node_modules/@smithy/core/a.js', './b'],
          ['node:https', 4, sdk, 'https'],
        ],
      },
    );
    assert.equal(culprits.length, 1);
    const [culprit] = culprits;
    assert.equal(culprit?.sentence, '`@aws-sdk/client-s3` (+83 ms, 4 modules) newly imported by `src/db.js:3`');
    assert.deepEqual(culprit?.importedBy, [{ file: 'src/db.js', line: 3 }]);
    assert.deepEqual([culprit?.change, culprit?.baseVersion, culprit?.headVersion], ['added', null, '3.1.0']);
  });

  it('does not blame a package for what was loaded anyway', () => {
    const files = installed('a@1.0.0', 'b@1.0.0', 'shared@1.0.0');
    const shared = 'node_modules/shared/index.js';
    const culprits = between(
      { files, rows: [own, [a, 10, 'src/handler.js', 'a'], [shared, 50, a, 'shared']] },
      { files, rows: [own, [b, 8, 'src/handler.js', 'b'], [shared, 51, b, 'shared'], [a, 10, 'src/handler.js', 'a']] },
    );
    assert.deepEqual(changesOf(culprits), ['added b 8']);
  });

  it('tells what is gone, and what is loaded later now', () => {
    const files = installed('a@1.0.0', 'b@1.0.0');
    const root = folder(files);
    const late = treeOf(root, [own, [b, 20, 'src/handler.js', 'b']]).nodes.slice(1);
    const base = { files, rows: [own, [a, 10, 'src/handler.js', 'a'], [b, 20, 'src/handler.js', 'b']] as Row[] };
    const baseRoot = folder(base.files);
    const culprits = culpritsBetween(
      treeOf(baseRoot, base.rows),
      { ...treeOf(root, [own]), late },
      { base: baseRoot, head: root },
    );
    assert.deepEqual(
      culprits.map(({ sentence }) => sentence),
      [
        '`b` (-20 ms, 1 module) now loaded at its first use, before imported by `src/handler.js`',
        '`a` (-10 ms, 1 module) no longer loaded, before imported by `src/handler.js`',
      ],
    );
  });

  it('tells an upgrade with what it brought, from what it brought along', () => {
    const culprits = between(
      { files: installed('a@1.0.0'), rows: [own, [a, 10, 'src/handler.js', 'a']] },
      {
        files: installed('a@2.0.0', 'b@1.0.0'),
        rows: [own, [a, 12, 'src/handler.js', 'a'], [b, 30, a, 'b']],
      },
    );
    assert.deepEqual(
      culprits.map(({ sentence }) => sentence),
      ['`a` 1.0.0 -> 2.0.0 (+32 ms, 1 module more), imported by `src/handler.js`'],
    );
  });

  it('tells copies of one package', () => {
    const copy = 'node_modules/b/node_modules/a/index.js';
    const culprits = between(
      {
        files: installed('a@1.0.0', 'b@1.0.0'),
        rows: [own, [a, 10, 'src/handler.js', 'a'], [b, 1, 'src/handler.js', 'b']],
      },
      {
        files: installed('a@1.0.0', 'b@1.0.0', 'b/node_modules/a@2.0.0'),
        rows: [own, [a, 10, 'src/handler.js', 'a'], [b, 1, 'src/handler.js', 'b'], [copy, 11, b, 'a']],
      },
    );
    assert.deepEqual(changesOf(culprits), ['duplicated a 11']);
    assert.match(
      culprits[0]?.sentence ?? '',
      /`a` \(\+11 ms, 1 module more\) now loaded in 2 copies \(1\.0\.0, 2\.0\.0\)/,
    );
  });

  it('tells an import that moved', () => {
    const files = { ...installed('a@1.0.0'), 'src/db.js': "require('a');" };
    const culprits = between(
      { files, rows: [own, db, [a, 10, 'src/handler.js', 'a']] },
      { files, rows: [own, db, [a, 10, 'src/db.js', 'a']] },
    );
    assert.deepEqual(
      culprits.map(({ sentence }) => sentence),
      ['`a` (+0.0 ms) now imported by `src/db.js:1`, before by `src/handler.js`'],
    );
  });

  it('tells more modules of the same version', () => {
    const files = installed('a@1.0.0');
    const culprits = between(
      { files, rows: [own, ['node_modules/a/format.js', 2, 'src/handler.js', 'a/format']] },
      {
        files,
        rows: [
          own,
          [a, 3, 'src/handler.js', 'a'],
          ['node_modules/a/format.js', 2, a, './format'],
          ['node_modules/a/x.js', 40, a, './x'],
        ],
      },
    );
    assert.deepEqual(changesOf(culprits), ['slower a 43']);
    assert.match(culprits[0]?.sentence ?? '', /loaded with more of its modules, imported by `src\/handler\.js`/);
  });

  it('tells own code that takes longer, by the module', () => {
    const culprits = between(
      { rows: [own, db] },
      { rows: [['src/handler.js', 35], db, ['src/new.js', 2, 'src/db.js', './new.js']] },
    );
    assert.deepEqual(
      culprits.map(({ sentence }) => sentence),
      ['own module `src/handler.js` (+30 ms) takes longer', 'own module `src/new.js` (+2.0 ms) is new'],
    );
  });

  it('says nothing of noise, nor of a machine that was slower altogether', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const files = installed(...names.map((name) => `${name}@1.0.0`));
    const rows = (factor: number, extra = 0): Row[] => [
      own,
      ...names.map(
        (name, index): Row => [
          `node_modules/${name}/index.js`,
          (20 + index) * factor + (name === 'c' ? extra : 0),
          'src/handler.js',
          name,
        ],
      ),
    ];
    assert.deepEqual(changesOf(between({ files, rows: rows(1) }, { files, rows: rows(1.1) })), []);
    assert.deepEqual(changesOf(between({ files, rows: rows(1) }, { files, rows: rows(1.4) })), []);
    assert.deepEqual(changesOf(between({ files, rows: rows(1) }, { files, rows: rows(1.4, 30) })), ['slower c 39']);
  });

  it('gives each millisecond and each module to one share', () => {
    const random = (seed: number) => () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    for (let seed = 1; seed <= 30; seed += 1) {
      const next = random(seed);
      const packages = ['a', 'b', 'c', 'd', 'e'];
      const make = (): Case => {
        const there = packages.filter(() => next() < 0.7);
        const rows: Row[] = [own];
        for (const name of there) {
          for (let file = 0; file < 3; file += 1) {
            const parent = rows[Math.floor(next() * rows.length)]?.[0];
            rows.push([`node_modules/${name}/${file}.js`, Math.floor(next() * 50), parent, name]);
          }
        }
        return { files: installed(...there.map((name) => `${name}@${next() < 0.5 ? 1 : 2}.0.0`)), rows };
      };
      const [base, head] = [make(), make()];
      const [from, to] = [folder(base.files), folder(head.files)];
      const sides = [new Side(treeOf(from, base.rows), from), new Side(treeOf(to, head.rows), to)] as const;
      const shares = [...sharesOf(...sides, changedUnits(...sides)).values()];
      const total = (rows: readonly Row[]): number => rows.reduce((sum, [, ms]) => sum + ms, 0);
      assert.equal(
        shares.reduce((sum, { ms }) => sum + ms, 0),
        total(head.rows) - total(base.rows),
      );
      assert.equal(
        shares.reduce((sum, { modules }) => sum + modules, 0),
        head.rows.length - base.rows.length,
      );
    }
  });

  it('goes by the lockfiles where a bundle hides its packages', () => {
    const lock = (version: string): Record<string, string> => ({
      'package-lock.json': JSON.stringify({
        packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version: '1.0.0' } },
      }),
    });
    const change = { seen: 'bundle without a map' } as const;
    const culprits = between(
      { files: lock('1.0.0'), rows: [own], change },
      { files: lock('1.1.0'), rows: [own], change },
    );
    assert.deepEqual(
      culprits.map(({ sentence }) => sentence),
      ['`a` upgraded by the lockfile 1.0.0 -> 1.1.0; its share of the init is not observable'],
    );
  });
});

describe('lockedVersions', () => {
  const locked = (name: string, text: string): Record<string, string[]> => {
    const root = folder({ [name]: text });
    return Object.fromEntries([...lockedVersions(root)].map(([key, versions]) => [key, [...versions]]));
  };
  const expected = { a: ['1.0.0', '2.0.0'], '@b/c': ['3.0.0'] };

  it('reads npm', () => {
    const packages = {
      '': { version: '9.9.9' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/x/node_modules/a': { version: '2.0.0' },
      'node_modules/@b/c': { version: '3.0.0' },
    };
    assert.deepEqual(locked('package-lock.json', JSON.stringify({ packages })), expected);
  });

  it('reads pnpm', () => {
    const text =
      "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    x: 1\n  a@2.0.0(peer@1.0.0):\n    x: 1\n  '@b/c@3.0.0':\n    x: 1\n";
    assert.deepEqual(locked('pnpm-lock.yaml', text), expected);
  });

  it('reads yarn, of both generations', () => {
    assert.deepEqual(
      locked('yarn.lock', 'a@^1.0.0:\n  version "1.0.0"\n\na@2:\n  version "2.0.0"\n\n"@b/c@^3":\n  version "3.0.0"\n'),
      expected,
    );
    assert.deepEqual(
      locked(
        'yarn.lock',
        '"a@npm:^1.0.0":\n  version: 1.0.0\n\n"a@npm:2":\n  version: 2.0.0\n\n"@b/c@npm:^3":\n  version: 3.0.0\n',
      ),
      expected,
    );
  });

  it('takes a broken one for none', () => assert.deepEqual(locked('package-lock.json', '{'), {}));
});
