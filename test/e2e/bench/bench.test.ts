import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Result } from '#benchmarks/src/results/result.js';
import { makeProject, type Project } from '../../support/project.ts';
import { heavyRounds, runBench, work } from './coldlens-bench.ts';

const handler = (imports = ''): string =>
  `${imports}${work(heavyRounds / 10)}exports.handler = async () => ({ statusCode: 200, sum });\n`;

const files = {
  'package.json': '{"name":"shop","version":"1.0.0"}',
  'coldlens.config.json': '{"functions":[{"name":"orders","handler":"src/orders.js","expect":"200"}]}',
  'node_modules/heavy/package.json': '{"name":"heavy","version":"3.2.1","main":"index.js"}',
  'node_modules/heavy/index.js': `${work(heavyRounds)}exports.order = () => sum;\n`,
  'src/orders.js': handler(),
};

/** How often the gate is wrong about noise is for its own suite: here two sides may differ by what this machine does meanwhile. */
const steady = ['--pairs', '20', '--gate', 'surePercent=50'];

describe('coldlens bench', function () {
  this.timeout(120_000);
  let project: Project;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: project.directory,
      encoding: 'utf8',
    });

  beforeEach(() => {
    project = makeProject(files);
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '--all', '--force');
    git('commit', '--quiet', '--message', 'base');
  });
  afterEach(() => project.remove());

  it('fails the change that made it slower, and names the culprit and its line', async () => {
    project.write({ 'src/orders.js': handler("const { order } = require('heavy');\n") });
    const reports = [
      '--json-file',
      'r.json',
      '--markdown',
      'r.md',
      '--junit',
      'r.xml',
      '--badge',
      'r.svg',
      '--html',
      'r.html',
    ];
    const run = await runBench(['bench', '--base', 'main', '--pairs', '20', ...reports], project.directory);
    assert.equal(run.code, 1, run.stderr + run.stdout);
    const result = JSON.parse(readFileSync(project.path('r.json'), 'utf8')) as Result;
    const [fn] = result.functions;
    assert.equal(result.exitCode, 1);
    assert.equal(result.base?.commit, git('rev-parse', 'main').trim());
    assert.deepEqual([fn?.name, fn?.state, fn?.verdict], ['orders', 'compared', 'regressed']);
    const cpu = fn?.metrics.find(({ gates }) => gates);
    assert.equal(cpu?.name, 'coldCpuMs');
    assert.ok((cpu?.change?.ratio.ciLow ?? 0) > 0.02);
    assert.deepEqual([fn?.samples.base.length, fn?.samples.head.length], [20, 20]);
    const [culprit] = fn?.culprits ?? [];
    assert.deepEqual([culprit?.change, culprit?.package], ['added', 'heavy']);
    assert.deepEqual(culprit?.importedBy, [{ file: 'src/orders.js', line: 1 }]);
    for (const text of [
      run.stdout,
      ...['r.md', 'r.xml', 'r.html'].map((file) => readFileSync(project.path(file), 'utf8')),
    ]) {
      assert.match(text, /heavy/);
    }
    assert.match(readFileSync(project.path('r.svg'), 'utf8'), /^<svg/);
    assert.deepEqual(git('worktree', 'list').trim().split('\n').length, 1);
  });

  it('passes what did not change', async () => {
    const run = await runBench(['bench', '--base', 'main', ...steady, '--json'], project.directory);
    const result = JSON.parse(run.stdout) as Result;
    const [fn] = result.functions;
    assert.ok(fn?.verdict === 'unchanged' || fn?.verdict === 'inconclusive', run.stdout.slice(0, 2_000));
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(fn?.culprits, []);
  });

  it('measures a function that the base does not have, and compares the others', async () => {
    project.write({ 'src/new.js': 'exports.handler = async () => 1;\n' });
    const words = ['src/orders.js', 'src/new.js'];
    const run = await runBench(['bench', '--base', 'main', ...steady, '--json', ...words], project.directory);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /src-new is new: it is measured, and compared with nothing/);
    const { functions } = JSON.parse(run.stdout) as Result;
    assert.deepEqual(
      functions.map(({ file, state, verdict }) => [file, state, verdict === null]),
      [
        ['src/orders.js', 'compared', false],
        ['src/new.js', 'measured', true],
      ],
    );
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
  });

  it('does not pass when nothing could be compared', async () => {
    project.write({ 'src/new.js': 'exports.handler = async () => 1;\n' });
    const run = await runBench(['bench', '--base', 'main', 'src/new.js'], project.directory);
    assert.equal(run.code, 3, run.stdout);
    assert.match(run.stderr, /main has none of these functions/);
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
  });

  it('compares the same files on both sides, however many are called alike', async () => {
    project.write({ 'src/handler.js': 'exports.handler = async () => 1;\n' });
    git('add', 'src/handler.js');
    git('commit', '--quiet', '--message', 'one');
    git('branch', '--force', 'base');
    project.write({ 'src/index.js': 'exports.handler = async () => 1;\n' });
    const words = ['src/index.js', 'src/handler.js'];
    const run = await runBench(['bench', '--base', 'base', '--pairs', '20', '--json', ...words], project.directory);
    const { functions } = JSON.parse(run.stdout) as Result;
    assert.deepEqual(
      functions.map(({ file, state }) => [file, state]),
      [
        ['src/index.js', 'measured'],
        ['src/handler.js', 'compared'],
      ],
    );
  });

  it('measures alone without a base, and holds functions to their budgets', async () => {
    const run = await runBench(
      ['bench', '--pairs', '20', '--budget', 'coldP50Ms=1,modules=500', '--json'],
      project.directory,
    );
    assert.equal(run.code, 1, run.stderr);
    const [fn] = (JSON.parse(run.stdout) as Result).functions;
    assert.deepEqual([fn?.state, fn?.verdict], ['measured', null]);
    assert.deepEqual(
      fn?.budgets.map(({ name, isOver }) => [name, isOver]),
      [
        ['coldP50Ms', true],
        ['modules', false],
      ],
    );
    for (const runs of [1, 2]) {
      const kept = await runBench(['bench', '--pairs', '20', '--history', 'runs'], project.directory);
      assert.equal(kept.code, 0, kept.stderr);
      assert.equal(readdirSync(project.path('runs')).length, runs);
      assert.equal(/orders, Node [\d.]+: \d+ -> \d+ ms/.test(kept.stdout), runs === 2, kept.stdout);
    }
  });

  it('tries changes out', async () => {
    project.write({
      'src/orders.js': handler("const heavy = require('heavy');\nexports.order = () => heavy.order();\n"),
    });
    const run = await runBench(['bench', '--pairs', '20', '--try', 'lazy=heavy', '--json'], project.directory);
    assert.equal(run.code, 0, run.stderr);
    const [fn] = (JSON.parse(run.stdout) as Result).functions;
    const [lazy] = fn?.whatIfs ?? [];
    assert.equal(lazy?.change, 'lazy=heavy');
    assert.ok(lazy?.isSure && (lazy.savedMs?.p50 ?? 0) > 5, JSON.stringify(lazy));
  });

  it('never calls a failure fast', async () => {
    project.write({ 'src/orders.js': 'exports.handler = async () => ({ statusCode: 500 });\n' });
    const run = await runBench(['bench', '--base', 'main', '--pairs', '20'], project.directory);
    assert.equal(run.code, 3, run.stdout);
    assert.match(run.stdout, /answered wrongly/);
  });

  it('says what is wrong with a base, in one sentence, and leaves nothing behind', async () => {
    const unknown = await runBench(['bench', '--base', 'no-such-branch'], project.directory);
    assert.equal(unknown.code === 2 || unknown.code === 3, true, unknown.stderr);
    assert.match(unknown.stderr, /no-such-branch/);
    const failing = await runBench(['bench', '--base', 'main', '--build', 'exit 9'], project.directory);
    assert.equal(failing.code, 3, failing.stderr);
    assert.match(failing.stderr, /The build of main/);
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
    assert.ok(!existsSync(project.path('.coldlens')));
    assert.deepEqual(
      readdirSync(project.directory).filter((name) => name.startsWith('.coldlens')),
      [],
    );
  });

  for (const [options, sentence] of [
    [['--try', 'faster'], /faster.*is no change that can be tried/],
    [['--html', 'no-such/page.html'], /page\.html cannot be written \(ENOENT\)/],
    [['--json-file', 'src'], /src cannot be written \(EISDIR\)/],
    [['--history', 'package.json/runs'], /Runs cannot be kept in .*package\.json\/runs \(ENOTDIR\)/],
    [['--store', 'http://127.0.0.1:9'], /cannot be reached/],
    [['--gate', 'slower=1'], /unknown limit "slower"/],
  ] as const) {
    it(`refuses ${options.join(' ')} before it starts anything`, async () => {
      project.write({ 'src/orders.js': "throw new Error('was started');\n" });
      const run = await runBench(['bench', ...options], project.directory);
      assert.ok(run.code === 2 || run.code === 3, String(run.code));
      assert.match(run.stderr, sentence);
      assert.doesNotMatch(run.stdout + run.stderr, /was started/);
    });
  }

  it('holds a change to its own limits, and both sides to the event of the head', async () => {
    project.write({
      'coldlens.config.json': JSON.stringify({
        functions: [{ name: 'orders', handler: 'src/orders.js', event: 'event.json' }],
        gate: { packagesAdded: 0, surePercent: 1_000 },
      }),
      'event.json': '{"order":1}',
      'node_modules/tiny/package.json': '{"name":"tiny","version":"1.0.0","main":"index.js"}',
      'node_modules/tiny/index.js': '',
      'src/orders.js':
        "exports.handler = async ({ order }) => { if (!order) throw new Error('no order'); return order; };\n",
    });
    git('add', '--all', '--force');
    git('commit', '--quiet', '--message', 'with an event');
    project.write({
      'event.json': '{"id":2}',
      'src/orders.js': "require('tiny');\nexports.handler = async () => 2;\n",
    });
    const failing = await runBench(['bench', '--base', 'main', '--pairs', '20', '--json'], project.directory);
    assert.equal(failing.code, 3, 'the base is called with the event of the head, and does not know it');
    assert.match(failing.stdout, /no order/);
    project.write({ 'event.json': '{"order":2}' });
    const run = await runBench(['bench', '--base', 'main', '--pairs', '20', '--json'], project.directory);
    assert.equal(run.code, 1, run.stderr);
    const result = JSON.parse(run.stdout) as Result;
    assert.deepEqual([result.settings.gate?.packagesAdded, result.settings.gate?.surePercent], [0, 1_000]);
    const [fn] = result.functions;
    assert.ok(fn?.verdict === 'unchanged' || fn?.verdict === 'inconclusive', fn?.verdict ?? 'no verdict');
    assert.deepEqual(
      fn?.counts.filter(({ isOver }) => isOver).map(({ name, limit, head }) => [name, limit, head]),
      [['packages', 0, 1]],
    );
    assert.equal(fn?.culprits[0]?.package, 'tiny');
  });
});
