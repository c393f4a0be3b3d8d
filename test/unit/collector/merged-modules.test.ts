/** Module trees of several cold starts made one. */
import assert from 'node:assert/strict';
import { mergeModules, type ToldModule } from '#collector/model/merged-modules.js';

const told = (spanId: string, parentSpanId: string, parts: Partial<ToldModule> = {}): ToldModule => ({
  ...{ spanId, parentSpanId, name: `${spanId}.js`, package: spanId, packageVersion: '1.0.0', format: 'commonjs' },
  ...{ selfMs: 1, totalMs: 1, bytes: 10, count: null, isUsed: null, importedBy: '' },
  ...{ isAwaiting: false, isCircular: false, hasFailed: false },
  ...parts,
});

const shown = (trees: ToldModule[][]): string[] =>
  mergeModules(trees, null).modules.map(
    ({ depth, name, totalMs, parent, descendants }) =>
      `${'  '.repeat(depth)}${name} ${totalMs} of ${parent} with ${descendants}`,
  );

describe('module trees', () => {
  const tree = [
    told('app', 'init', { package: '', totalMs: 20, selfMs: 5 }),
    told('small', 'app', { totalMs: 2, selfMs: 2 }),
    told('sdk', 'app', { totalMs: 13, selfMs: 4, importedBy: 'src/db.ts:3', isUsed: false }),
    told('core', 'sdk', { package: 'sdk', totalMs: 9, selfMs: 6, isUsed: false }),
    told('uuid', 'core', { totalMs: 3, selfMs: 3, isUsed: true }),
  ];

  it('list each module behind the one that asked for it, the dearest first', () => {
    assert.deepEqual(shown([tree.toReversed()]), [
      'app.js 20 of null with 4',
      '  sdk.js 13 of 0 with 2',
      '    core.js 9 of 1 with 1',
      '      uuid.js 3 of 2 with 0',
      '  small.js 2 of 0 with 0',
    ]);
  });

  it('are put together place by place, as means over all of them', () => {
    // Span ids are made anew in each.
    const other = [
      told('app', 'i', { spanId: 'x1', package: '', totalMs: 10, selfMs: 9 }),
      told('small', 'x1', { spanId: 'x2', totalMs: 1 }),
    ];
    const { modules, totalMs, packages } = mergeModules([tree, other], 2);
    assert.deepEqual(
      modules.map(({ name, totalMs: each, observed, share }) => [name, each, observed, share]),
      [
        ['app.js', 15, 2, 1],
        ['sdk.js', 6.5, 1, 13 / 30],
        ['core.js', 4.5, 1, 0.3],
        ['uuid.js', 1.5, 1, 0.1],
        ['small.js', 1.5, 2, 0.1],
      ],
    );
    assert.equal(totalMs, 15);
    assert.equal(packages.find(({ name }) => name === 'sdk')?.usdPerMonth, 13);
  });

  it('have packages, whose total counts once what they load of themselves', () => {
    const back = told('again', 'uuid', { package: 'sdk', totalMs: 1, selfMs: 1 });
    const { packages } = mergeModules([[...tree, back]], null);
    assert.deepEqual(
      packages.map(({ name, totalMs, selfMs, modules, bytes, isUnused, importedBy }) => [
        ...[name, totalMs, selfMs, modules, bytes],
        ...[isUnused, importedBy],
      ]),
      [
        ['', 20, 5, 1, 10, null, ''],
        ['sdk', 13, 11, 3, 30, true, 'src/db.ts:3'],
        ['uuid', 3, 3, 1, 10, false, ''],
        ['small', 2, 2, 1, 10, null, ''],
      ],
    );
  });

  it('keep small modules apart that are told together', () => {
    const rest = told('rest', 'init', { name: 'sdk', package: 'sdk', count: 40, totalMs: 6, selfMs: 6 });
    const others = told('others', 'init', { name: 'other packages', package: null, count: 9, totalMs: 1 });
    const { modules, packages, totalMs } = mergeModules([[...tree, rest, others]], null);
    assert.equal(totalMs, 20 + 6 + 1);
    assert.deepEqual(
      modules.filter(({ parent }) => parent === null).map(({ name, modules: count }) => [name, count]),
      [
        ['app.js', 1],
        ['sdk', 40],
        ['other packages', 9],
      ],
    );
    assert.deepEqual(
      packages.map(({ name, totalMs }) => [name, totalMs]),
      [
        ['', 20],
        ['sdk', 19],
        ['uuid', 3],
        ['small', 2],
      ],
    );
  });

  it('are as long as all their own times, in whatever total these are too', () => {
    const others = told('others', 'init', { name: 'other packages', package: null, count: 9, totalMs: 2, selfMs: 2 });
    const { modules, totalMs } = mergeModules(
      [[told('app', 'init', { package: '', totalMs: 8, selfMs: 6 }), others]],
      1,
    );
    assert.equal(totalMs, 8);
    assert.deepEqual(
      modules.map(({ share }) => share),
      [1, 0.25],
    );
  });

  it('leave out what hangs in a circle, and take what is told twice once', () => {
    const circle = [told('a', 'b', { totalMs: 50 }), told('b', 'a', { totalMs: 50 }), told('self', 'self')];
    assert.deepEqual(shown([[...circle, told('app', ''), told('app', '')]]), ['app.js 1 of null with 0']);
    assert.deepEqual(shown([[told('', '', { name: 'nobody' })]]), ['nobody 1 of null with 0']);
    assert.deepEqual(mergeModules([], null), { totalMs: 0, modules: [], leftOut: 0, packages: [] });
  });

  it('are cut to the dearest modules with all that asked for them', () => {
    const trees = Array.from({ length: 6 }, (_, tree) =>
      Array.from({ length: 500 }, (_, at) =>
        told(`${tree}-${at}`, at === 0 ? '' : `${tree}-${at - 1}`, { totalMs: 500 - at }),
      ),
    );
    const { modules, leftOut } = mergeModules(trees, null);
    assert.ok(modules.length <= 2_000 && modules.length > 1_900, `${modules.length}`);
    assert.equal(modules.length + leftOut, 3_000);
    for (const [at, { parent, depth }] of modules.entries()) {
      assert.ok(parent === null ? depth === 0 : parent < at && modules[parent]?.depth === depth - 1);
    }
  });
});
