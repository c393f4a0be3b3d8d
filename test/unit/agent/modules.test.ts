import assert from 'node:assert/strict';
import { userCodeOf } from '#agent/modules/begin.js';
import { markCircular } from '#agent/modules/circles.js';
import { lazyCandidates, lineOfImport, type ModuleNode, makeNode, Packages, rollUp } from '#agent/modules/index.js';
import { withMarks } from '#agent/modules/marks.js';
import { isOurs, watchedProcess } from '#agent/modules/ours.js';
import { wantsProfile } from '#agent/modules/profile.js';
import { treeSpans } from '#agent/modules/spans.js';

const manifests: Record<string, unknown> = {
  '/app': { name: 'my-app' },
  '/app/esm': { type: 'module' },
  '/app/node_modules/dep': { name: 'dep', version: '1.0.0' },
  '/app/node_modules/@acme/tool': { version: 7 },
  '/repo/shared': { name: '@acme/shared', version: '0.3.0' },
};
const packages = new Packages('/app/src/index.mjs', (folder) => manifests[folder] ?? null);

const node = (key: string, parent: ModuleNode | null, selfMs: number, resolveMs = 0): ModuleNode =>
  Object.assign(makeNode(key, parent, key.split('/').at(-1) ?? '', 0), { selfMs, resolveMs, bytes: 100 });

describe('package of a module', () => {
  const cases = [
    ['/app/src/a.mjs', '', '', 'src/a.mjs'],
    ['/app/esm/b.mjs', '', '', 'esm/b.mjs'],
    ['/app/node_modules/dep/lib/x.js', 'dep', '1.0.0', 'dep/lib/x.js'],
    ['/app/node_modules/@acme/tool/x.js', '@acme/tool', '', '@acme/tool/x.js'],
    ['/app/node_modules/dep/node_modules/deep/x.js', 'deep', '', 'deep/x.js'],
    ['/repo/shared/src/i.js', '@acme/shared', '0.3.0', '@acme/shared/src/i.js'],
    ['file:///app/node_modules/dep/x.js?v=1', 'dep', '1.0.0', 'dep/x.js?v=1'],
    ['node:fs', 'node', process.versions.node, 'node:fs'],
    ['data:text/javascript,secret()', '', '', 'data:'],
  ] as const;
  for (const [key, name, version, shortName] of cases) {
    it(`is "${name}" for ${key}`, () => {
      const found = packages.of(key);
      assert.deepEqual([found.name, found.version, packages.shortName(key)], [name, version, shortName]);
    });
  }
});

describe('rollup by package', () => {
  const entry = node('/app/src/index.mjs', null, 1, 2);
  const dep = node('/app/node_modules/dep/i.js', entry, 10, 1);
  dep.specifier = 'dep';
  const deep = node('/app/node_modules/deep/i.js', dep, 5);
  const back = node('/app/node_modules/dep/other.js', deep, 3);
  const nodes = [entry, dep, deep, back];
  const source = `import a from './a.mjs';\nimport {\n  b,\n} from 'dep';\n`;

  it('adds up times, and names the line of the user that asked', () => {
    const costs = rollUp(nodes, packages, (key) => (key === '/app/src/index.mjs' ? source : undefined));
    assert.deepEqual(
      costs.map(({ name, selfMs, totalMs, resolveMs, modules, bytes }) => [
        name,
        selfMs,
        totalMs,
        resolveMs,
        modules,
        bytes,
      ]),
      [
        ['dep', 13, 19, 1, 2, 200],
        ['deep', 5, 8, 0, 1, 100],
        ['', 1, 22, 2, 1, 100],
      ],
    );
    assert.deepEqual(costs[0]?.importedBy, [{ file: 'src/index.mjs', line: 4, specifier: 'dep' }]);
    assert.deepEqual(costs[1]?.importedBy, [{ file: 'src/index.mjs', line: 4, specifier: 'dep' }]);
  });
  it('finds the line of each kind of import', () => {
    for (const line of [`require("x")`, `import('x')`, `import 'x'`, 'export * from "x"', 'require( `x` )']) {
      assert.equal(lineOfImport(`// y\n\n${line}\n`, 'x'), 3, line);
    }
    assert.equal(lineOfImport(`const x = 'x';`, 'x'), null);
    assert.equal(lineOfImport(`require('a+b')`, 'a+b'), 1);
  });
  it('lists what could be imported later: packages of which nothing ran', () => {
    const used = node('/app/node_modules/used/i.js', entry, 4);
    used.used = true;
    const tree = [entry, dep, deep, back, used];
    dep.used = false;
    back.used = null;
    deep.used = true;
    assert.deepEqual(
      lazyCandidates(tree, packages).map(({ name }) => name),
      ['dep'],
    );
  });
});

describe('circles', () => {
  it('are found whatever tree the modules came in', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const nodes = new Map(names.map((name) => [name, makeNode(name, null, null, 0)]));
    const imports = { a: ['b', 'c'], b: ['d'], c: ['d'], d: ['c', 'nowhere'], e: ['e'] };
    for (const [from, to] of Object.entries(imports)) for (const key of to) nodes.get(from)?.imports.add(key);
    markCircular(nodes);
    assert.deepEqual(
      [...nodes.values()].filter(({ circular }) => circular).map(({ key }) => key),
      ['c', 'd', 'e'],
    );
  });
  it('do not overflow the stack in a long chain', () => {
    const nodes = new Map(
      Array.from({ length: 20_000 }, (_, at) => [`${at}`, makeNode(`${at}`, null, null, 0)] as const),
    );
    for (const [key, each] of nodes) each.imports.add(`${(Number(key) + 1) % 20_000}`);
    markCircular(nodes);
    assert.ok([...nodes.values()].every(({ circular }) => circular));
  });
});

describe('marks', () => {
  const lines = (text: string): string[] => text.split('\n');
  it('move no line, and no column behind whole imports, comments and the interpreter', () => {
    for (const first of [`import a from 'a';`, '// comment', '#!/usr/bin/env node', '']) {
      const marked = withMarks(`${first}\nthrow new Error();`, 3, true);
      assert.equal(lines(marked)[1]?.replace('__coldlensModule(3);', ''), 'throw new Error();');
      assert.match(marked, /__coldlensModule\(3\);/);
      assert.ok(lines(marked)[0]?.startsWith(first) || first.startsWith('//'));
      assert.equal(lines(marked).at(-1), ';__coldlensModule(-3);');
    }
  });
  it('leave a bundle on one line where it is', () => {
    const bundle = `const a=1;${'a;'.repeat(400)}`;
    assert.ok(withMarks(bundle, 1, false).startsWith(`${bundle}\n`));
    assert.match(withMarks(bundle, 1, false), /import"data:text\/javascript,__coldlensModule\(1\)";$/);
    assert.ok(withMarks('const a = 1;\n', 1, true).startsWith('const a = 1;\n'));
  });
  it('leave a file alone that holds only an interpreter', () => {
    assert.equal(withMarks('#!/usr/bin/env node', 1, false), '#!/usr/bin/env node');
  });
});

describe('the process to watch', () => {
  const here = { pid: 7, argv: ['node', '/app/index.js'], env: {}, isFunctionThread: true };
  const cases = [
    ['the platform’s own', here, true],
    ['the same, asked twice', { ...here, env: { [watchedProcess]: '7' } }, true],
    ['a child that inherits the environment', { ...here, env: { [watchedProcess]: '6' } }, false],
    ['a forked child with another environment', { ...here, send: () => true }, false],
    ['a worker thread', { ...here, isFunctionThread: false }, false],
    ['npm, which starts the real one', { ...here, argv: ['node', '/usr/lib/npm/bin/npm-cli.js', 'start'] }, false],
  ] as const;
  for (const [what, process, expected] of cases) {
    it(`${expected ? 'is' : 'is not'} ${what}`, () => assert.equal(isOurs(process), expected));
  }
});

describe('beginning of the user’s code', () => {
  const request = { specifier: './x', parentKey: '/y.js', key: null, isMain: false };
  const lambdaEnv = { AWS_LAMBDA_RUNTIME_API: 'x', LAMBDA_TASK_ROOT: '/var/task', _HANDLER: 'index.handler' };
  it('is the main script, or code without a file', () => {
    const isUserCode = userCodeOf({}, '/app/index.js');
    assert.equal(isUserCode({ ...request, isMain: true }), true);
    assert.equal(isUserCode({ ...request, parentKey: '/app/[eval1]' }), true);
    assert.equal(isUserCode(request), false);
  });
  it('is the first file of the task root on Lambda', () => {
    const isUserCode = userCodeOf(lambdaEnv, '/var/runtime/index.mjs');
    assert.equal(isUserCode({ ...request, specifier: '/var/runtime/index.mjs', isMain: true }), false);
    assert.equal(isUserCode({ ...request, specifier: 'node:fs' }), false);
    assert.equal(isUserCode({ ...request, specifier: '/var/task/index.mjs' }), true);
    assert.equal(isUserCode({ ...request, key: '/var/task/index.mjs' }), true);
  });
  it('is not the runtime client that an image holds beside the function', () => {
    const client = '/var/task/node_modules/aws-lambda-ric';
    const isUserCode = userCodeOf(lambdaEnv, `${client}/index.mjs`);
    assert.equal(isUserCode({ ...request, specifier: `${client}/rapid-client.node` }), false);
    assert.equal(isUserCode({ ...request, specifier: '/var/task/index.mjs' }), true);
  });
  it('is the main script where that speaks to the Runtime API itself', () => {
    assert.equal(userCodeOf(lambdaEnv, '/var/task/server.mjs')({ ...request, isMain: true }), true);
  });
});

describe('spans of the tree', () => {
  const treeOf = (nodes: ModuleNode[]): ReturnType<typeof treeSpans> =>
    treeSpans({ nodes, packages, beginMs: 0, endMs: 1e6, initSpanId: 'init', readSource: () => undefined });
  const sum = (spans: ReturnType<typeof treeSpans>): number =>
    spans.reduce((all, { attributes }) => all + Number(attributes['coldlens.module.self_ms']), 0);

  it('are at most 300 and some packages, and their self times add up', () => {
    const root = node('/app/index.js', null, 1);
    const many = Array.from({ length: 2_000 }, (_, at) => node(`/app/node_modules/p${at % 500}/f${at}.js`, root, 2));
    const spans = treeOf([root, ...many]);
    assert.equal(spans.length, 300 + 100 + 1);
    assert.equal(Math.round(sum(spans)), 4_001);
    assert.ok(spans.every(({ parentSpanId }) => parentSpanId === 'init' || parentSpanId === spans[0]?.spanId));
    assert.equal(spans.at(-1)?.name, 'other packages');
  });
  it('hang small modules where their time is: below the nearest one that has a span', () => {
    const root = node('/app/index.js', null, 1);
    const dep = node('/app/node_modules/dep/index.js', root, 2);
    const own = [node('/app/node_modules/dep/a.js', dep, 0.2), node('/app/node_modules/dep/b.js', dep, 0.3)];
    const deep = node('/app/node_modules/deep/index.js', own[0] ?? null, 0.4);
    const elsewhere = node('/app/node_modules/deep/other.js', root, 0.5);
    const spans = treeOf([root, dep, ...own, deep, elsewhere]);
    const byId = new Map(spans.map((span) => [span.spanId, span.name]));
    const total = ({ attributes }: (typeof spans)[number]): number => Number(attributes['coldlens.module.total_ms']);
    assert.deepEqual(
      spans.map((span) => [span.name, byId.get(span.parentSpanId ?? ''), total(span)]),
      [
        ['index.js', undefined, 4.4],
        ['dep/index.js', 'index.js', 2.9],
        ['dep', 'dep/index.js', 0.5],
        ['deep', 'index.js', 0.5],
        ['deep', 'dep/index.js', 0.4],
      ],
    );
  });
  it('keep the parents of the dearest', () => {
    const root = node('/app/index.js', null, 0);
    const middle = node('/app/middle.js', root, 0);
    const leaf = node('/app/leaf.js', middle, 50);
    assert.deepEqual(
      treeOf([root, middle, leaf]).map(({ name }) => name),
      ['index.js', 'middle.js', 'leaf.js'],
    );
  });
});

describe('COLDLENS_PROFILE', () => {
  it('is 1 or a share', () => {
    assert.equal(wantsProfile('1'), true);
    assert.equal(wantsProfile('0'), false);
    assert.equal(wantsProfile(undefined), false);
    const share = Array.from({ length: 2_000 }, () => wantsProfile('0.5')).filter(Boolean).length / 2_000;
    assert.ok(share > 0.4 && share < 0.6);
  });
});
