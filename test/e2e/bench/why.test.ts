import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Result } from '#benchmarks/src/results/result.js';
import { makeProject, type Project } from '../../support/project.ts';
import { heavyRounds, runBench, work } from './coldlens-bench.ts';

/** A function that loads a package at every cold start, and needs it for orders alone. */
const files = {
  'package.json': '{"name":"shop","version":"1.0.0"}',
  'node_modules/heavy/package.json': '{"name":"heavy","version":"3.2.1","main":"index.js"}',
  'node_modules/heavy/index.js': `${work(heavyRounds)}exports.order = (id) => ({ ordered: id, sum });\n`,
  'node_modules/light/package.json': '{"name":"light","version":"1.0.0","main":"index.js"}',
  'node_modules/light/index.js': "exports.greet = (name) => 'Hello, ' + name;\n",
  'src/handler.js': [
    "const { greet } = require('light');",
    "const heavy = require('heavy');",
    '',
    'exports.handler = async (event) => {',
    '  if (event.order) return heavy.order(event.order);',
    "  return { body: greet(event.name ?? 'Ada') };",
    '};',
    '',
  ].join('\n'),
};

describe('coldlens why', () => {
  let project: Project;
  beforeEach(() => {
    project = makeProject(files);
  });
  afterEach(() => project.remove());

  it('names the guilty import, and what changing it would save, on a function it knows nothing of', async () => {
    const { code, stdout, stderr } = await runBench(
      ['why', 'src/handler.js', '--json', '--cold-per-month', '1000000', '--html', 'why.html'],
      project.directory,
    );
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout) as Result;
    const [fn] = result.functions;
    assert.equal(result.kind, 'why');
    assert.equal(fn?.file, 'src/handler.js');
    const cold = fn?.metrics.find(({ name }) => name === 'coldMs');
    assert.ok(cold && cold.head.samples >= 3 && cold.head.min <= cold.head.p50 && cold.head.p50 <= cold.head.max);
    const phases = fn?.head?.phases;
    assert.ok(phases && phases.initMs > 0 && phases.runtimeStartMs > 0 && phases.executionMs > 0);
    const heavy = fn?.head?.packages.find(({ name }) => name === 'heavy');
    assert.deepEqual([heavy?.version, heavy?.modules], ['3.2.1', 1]);
    assert.deepEqual(heavy?.importedBy, [{ file: 'src/handler.js', line: 2 }]);
    assert.ok((heavy?.totalMs ?? 0) > phases.initMs / 2);
    assert.deepEqual(
      fn?.head?.unused.map(({ name }) => name),
      ['heavy'],
    );
    const lazy = fn?.whatIfs.find(({ change }) => change === 'lazy=heavy');
    assert.ok(lazy?.savedMs, JSON.stringify(fn?.whatIfs));
    // On a machine with other work it says so: one pair of six that met it is enough.
    assert.equal(lazy.isSure, lazy.savedMs.ciLow > 0 || lazy.savedMs.ciHigh < 0, JSON.stringify(lazy));
    assert.ok(lazy.savedMs.p50 > (heavy?.totalMs ?? 0) / 2 && lazy.savedMs.p50 < (heavy?.totalMs ?? 0) * 2);
    // 1,024 MB x 1 million: 16.67 dollars a second.
    assert.ok(Math.abs(Number(lazy.savedUsdPerMonth) / (lazy.savedMs.p50 * 0.0166667) - 1) < 0.5);
    assert.match(readFileSync(project.path('why.html'), 'utf8'), /heavy/);
    assert.deepEqual(readdirSync(project.directory).sort(), ['node_modules', 'package.json', 'src', 'why.html']);
  });

  it('tells a person in one screen, writes the lazy import when told to, and the function does what it did', async () => {
    const { code, stdout, stderr } = await runBench(['why', 'src/handler.js', '--apply'], project.directory, {
      environment: { NO_COLOR: '1' },
    });
    assert.equal(code, 0, stderr);
    const screen = stdout.slice(0, stdout.indexOf('--- '));
    assert.match(screen, /cold start \d+ ms p50 of \d+/);
    assert.match(screen, /heavy takes \d+ of \d+ ms of init \(1 module\), imported by src\/handler\.js:2/);
    assert.match(screen, /saves \d+ of \d+ ms/);
    assert.ok(screen.split('\n').length < 45, screen);
    assert.ok(screen.split('\n').every((line) => line.length <= 100));
    assert.match(stdout, /^-const heavy = require\('heavy'\);$/m);
    assert.match(stdout, /Wrote src\/handler\.js/);
    const source = readFileSync(project.path('src/handler.js'), 'utf8');
    assert.doesNotMatch(source, /^const heavy = require\('heavy'\);$/m);
    const { handler } = await import(project.path('src/handler.js'));
    assert.deepEqual(await handler({ name: 'Bob' }), { body: 'Hello, Bob' });
    assert.equal((await handler({ order: 7 })).ordered, 7);
  });

  it('writes into the TypeScript that a person wrote, not into what was compiled of it', async () => {
    project.write({
      'src/orders.ts': [
        "import { greet } from 'light';",
        "import { order } from 'heavy';",
        '',
        'interface Order { id?: number }',
        '',
        'export const handler = async ({ id }: Order) => {',
        '  if (id !== undefined) return order(id);',
        "  return { body: greet('Ada') };",
        '};',
        '',
      ].join('\n'),
      'package.json': '{"name":"shop","version":"1.0.0","type":"module"}',
      'event.json': '{}',
    });
    const args = ['why', 'src/orders.ts', '--event', 'event.json', '--apply'];
    const { code, stdout, stderr } = await runBench(args, project.directory);
    assert.equal(code, 0, stderr);
    const source = readFileSync(project.path('src/orders.ts'), 'utf8');
    assert.match(source, /await import\(['"]heavy['"]\)/, stdout);
    assert.match(source, /interface Order \{ id\?: number \}/);
    assert.deepEqual(
      readdirSync(project.directory).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('bears a handler that prints megabytes, and changes nothing when there is nothing to gain', async () => {
    const loud = "for (let i = 0; i < 60; i += 1) console.log('x'.repeat(50_000));\nexports.handler = async () => 1;\n";
    project.write({ 'src/handler.js': loud });
    const { code, stdout, stderr } = await runBench(['why', 'src/handler.js', '--apply'], project.directory);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Nothing was changed/);
    assert.ok(stdout.length < 20_000);
    assert.equal(readFileSync(project.path('src/handler.js'), 'utf8'), loud);
  });

  const bad: [string, string, number, RegExp][] = [
    ['no such file', 'src/none.js', 2, /none\.js/],
    ['no handler in it', 'src/empty.js', 2, /handler|export/i],
    ['a syntax error', 'src/syntax.js', 2, /syntax\.js/],
    ['a missing dependency', 'src/missing.js', 3, /not-installed/],
    ['a handler that throws', 'src/throws.js', 3, /out of stock/],
    ['a module that exits', 'src/exits.js', 3, /exits|ended|exit/],
  ];
  for (const [what, handler, expected, sentence] of bad) {
    it(`says in one sentence what is wrong with ${what}`, async () => {
      project.write({
        'src/empty.js': 'exports.other = 1;\n',
        'src/syntax.js': 'exports.handler = async () => {{{;\n',
        'src/missing.js': "require('not-installed'); exports.handler = async () => 1;\n",
        'src/throws.js': "exports.handler = async () => { throw new Error('out of stock'); };\n",
        'src/exits.js': 'exports.handler = async () => 1; process.exit(7);\n',
      });
      const { code, stdout, stderr } = await runBench(['why', handler], project.directory);
      assert.equal(code, expected, stderr);
      assert.equal(stdout, '');
      const said = stderr.split('\n').filter((line) => /^coldlens-bench: /.test(line));
      assert.equal(said.length, 1, stderr);
      assert.match(stderr, sentence);
      assert.match(stderr, /^ {2}next: \S/m);
      assert.doesNotMatch(stderr, /^ +at .*dist\/src/m);
    });
  }

  it('ends a handler that hangs, and leaves nothing running', async () => {
    project.write({
      'src/hangs.js': [
        "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3); // forked-and-left'], { detached: true, stdio: 'ignore' }).unref();",
        'exports.handler = () => new Promise(() => setInterval(() => {}, 1e3));',
        '',
      ].join('\n'),
      'coldlens.config.json': '{"functions":[{"name":"hangs","handler":"src/hangs.js","timeoutMs":1500}]}',
    });
    const { code, stderr } = await runBench(['why', 'hangs'], project.directory);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /did not answer/);
    const left = readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('forked-and-left');
      } catch {
        return false;
      }
    });
    assert.deepEqual(left, []);
  });
});
