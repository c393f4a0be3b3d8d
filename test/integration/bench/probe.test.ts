/** The preload that watches the modules of any process, without a word in the function. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { functionNodeMajor, itWithEsmTree } from '../../support/function-node.ts';
import { makeProject, probeEnvironment, probeFile, readRecord, removeProject, run } from './support.ts';

const names = (file: string): string[] => readRecord(file).nodes.map(({ key }) => basename(key));

describe('probe', function () {
  this.timeout(30_000);
  let root: string;
  let record: string;
  before(() => {
    root = makeProject({
      'app.cjs': "const { used } = require('./used.cjs');\nrequire('./unused.cjs');\nused();\nconsole.log('done');\n",
      'used.cjs': 'exports.used = () => 1;\n',
      'unused.cjs': 'exports.never = () => 1;\n',
      'app.mjs':
        "import { format } from 'date-fns';\nimport './used.cjs';\nconsole.log(format(0, 'yyyy').length);\nawait import('./late.mjs');\n",
      'late.mjs': 'export const late = 1;\n',
      'waits.cjs': "require('./used.cjs');\nsetInterval(() => undefined, 1_000);\nconsole.log('ready');\n",
      'graceful.cjs':
        "process.on('SIGTERM', () => { console.log('bye', process.listenerCount('SIGTERM')); process.exit(7); });\nsetInterval(() => undefined, 1_000);\nconsole.log('ready');\n",
      'throws.cjs': "require('./used.cjs');\nthrow new Error('on purpose');\n",
      'forks.cjs':
        "const { fork, execFileSync } = require('node:child_process');\nconst { Worker } = require('node:worker_threads');\nconst env = { ...process.env };\nconsole.log(env.NODE_OPTIONS, env.COLDLENS_PROBE_FILE);\nexecFileSync(process.execPath, ['used.cjs'], { env });\nfork('app.cjs').once('exit', () => new Worker('./used.cjs').once('exit', () => console.log('all ended')));\n",
      'many.cjs':
        "const { writeFileSync, mkdirSync } = require('node:fs');\nmkdirSync('many', { recursive: true });\nfor (let i = 0; i < 1500; i += 1) { writeFileSync('many/' + i + '.cjs', 'exports.i = 1;'); require('./many/' + i + '.cjs'); }\nimport('data:text/javascript,/*' + 'x'.repeat(100_000) + '*/');\n",
    });
    record = join(root, 'record.json');
  });
  afterEach(() => removeProject(record));
  after(() => removeProject(root));

  it('tells the modules, their parents and times, and what was used', async () => {
    const beforeMs = Number(process.hrtime.bigint()) / 1e6;
    const ran = await run(['app.cjs'], root, probeEnvironment(record, 'coverage'));
    const afterMs = Number(process.hrtime.bigint()) / 1e6;
    assert.deepEqual(ran, { code: 0, signal: null, stdout: 'done\n', stderr: '' });
    const { nodes, beginMs, startedMs, writtenMs, entryKey, trouble, probeMs } = readRecord(record);
    assert.deepEqual(
      nodes.map(({ key, parent, used, specifier }) => [basename(key), parent, used, specifier && basename(specifier)]),
      [
        ['app.cjs', null, null, 'app.cjs'],
        ['used.cjs', 0, true, 'used.cjs'],
        ['unused.cjs', 0, false, 'unused.cjs'],
      ],
    );
    assert.deepEqual(nodes[0]?.imports, [1, 2]);
    assert.equal(entryKey, join(root, 'app.cjs'));
    assert.equal(trouble, null);
    // The parent's own clock holds all of it.
    const instants = [
      beforeMs,
      startedMs,
      beginMs ?? 0,
      nodes[0]?.beginMs ?? 0,
      nodes[1]?.beginMs ?? 0,
      nodes[1]?.endMs ?? 0,
      nodes[2]?.endMs ?? 0,
      writtenMs,
      afterMs,
    ];
    // The record holds microseconds.
    for (const [index, instant] of instants.entries())
      assert.ok(instant >= (instants[index - 1] ?? 0) - 0.002, `${index}: ${instants}`);
    assert.ok(probeMs > 0 && probeMs < 200);
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('record')),
      ['record.json'],
    );
  });

  it('takes what a package does to itself while it loads for no use of it', async () => {
    const own = makeProject({
      'node_modules/busy/index.js':
        'const work = () => 1;\nfor (let i = 0; i < 9; i += 1) work();\nexports.never = () => 1;\n',
      'node_modules/nameless/index.js': 'module.exports = [() => 1];\n',
      'node_modules/early/index.js': 'exports.early = () => 1;\n',
      'node_modules/later/index.mjs': 'const work = () => 1;\nwork();\nexport const later = () => 1;\n',
      'node_modules/lazy/index.mjs': 'const work = () => 1;\nwork();\nexport const lazy = () => 1;\n',
      'self.cjs':
        "require('busy');\nconst f = require('nameless');\nrequire('early').early();\nsetTimeout(() => f[0]());\nimport('later/index.mjs');\nimport('lazy/index.mjs').then(({ lazy }) => lazy());\n",
      'self.mjs':
        "import 'busy';\nimport 'later/index.mjs';\nimport { early } from 'early';\nimport { lazy } from 'lazy/index.mjs';\nearly();\nsetTimeout(() => lazy());\n",
    });
    try {
      // Before, nobody can watch a script that is an ES module.
      for (const script of functionNodeMajor >= 22 ? ['self.cjs', 'self.mjs'] : ['self.cjs']) {
        const file = join(own, `${script}.json`);
        const { stderr } = await run([script], own, probeEnvironment(file, 'coverage'));
        assert.equal(stderr, '');
        const used = Object.fromEntries(
          readRecord(file).nodes.map((node) => [basename(dirname(node.key)), node.used] as const),
        );
        const { busy, nameless, early, later, lazy } = used;
        assert.deepEqual([busy, early], [false, true], script);
        if (script === 'self.cjs') assert.equal(nameless, true);
        if (functionNodeMajor >= 22) assert.deepEqual([later, lazy], [false, true], script);
      }
    } finally {
      removeProject(own);
    }
  });

  itWithEsmTree('watches ES modules, also those that come later', async () => {
    const ran = await run(['app.mjs'], root, probeEnvironment(record));
    assert.equal(ran.stdout, '4\n');
    const found = names(record);
    assert.ok(found.length > 250, `${found.length} modules`);
    for (const name of ['app.mjs', 'used.cjs', 'late.mjs', 'format.js']) assert.ok(found.includes(name), name);
  });

  it('writes when it is told to end, and lets the signal end the process', async () => {
    const ran = await run(['waits.cjs'], root, probeEnvironment(record), (kill) => kill('SIGTERM'));
    assert.deepEqual([ran.code, ran.signal], [null, 'SIGTERM']);
    assert.ok(names(record).includes('used.cjs'));
  });

  it("comes before the function's own listener, and leaves the end to it", async () => {
    const ran = await run(['graceful.cjs'], root, probeEnvironment(record), (kill) => kill('SIGTERM'));
    assert.deepEqual([ran.code, ran.stdout], [7, 'ready\nbye 1\n']);
    assert.ok(names(record).includes('graceful.cjs'));
  });

  it('writes when the process fails', async () => {
    const ran = await run(['throws.cjs'], root, probeEnvironment(record));
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /on purpose/);
    assert.equal(readRecord(record).nodes[0]?.failed, true);
  });

  it('leaves children and threads in peace', async () => {
    const ran = await run(['forks.cjs'], root, probeEnvironment(record));
    assert.equal(ran.stdout, 'undefined undefined\ndone\nall ended\n', ran.stderr);
    assert.ok(names(record).includes('forks.cjs'));
    assert.ok(!names(record).includes('app.cjs'));
  });

  it('keeps the other options of Node', async () => {
    const environment = probeEnvironment(record);
    const options = `${environment.NODE_OPTIONS} --max-old-space-size=64`;
    const ran = await run(['-p', 'process.env.NODE_OPTIONS'], root, { ...environment, NODE_OPTIONS: options });
    assert.equal(ran.stdout, '--max-old-space-size=64\n');
  });

  it('does nothing where nobody asks', async () => {
    const ran = await run(['app.cjs'], root, { NODE_OPTIONS: `--require ${JSON.stringify(probeFile)}` });
    assert.deepEqual(ran, { code: 0, signal: null, stdout: 'done\n', stderr: '' });
    assert.ok(!existsSync(record));
  });

  it('says nothing where it cannot write', async () => {
    const ran = await run(['app.cjs'], root, probeEnvironment('/proc/not-there/record.json'));
    assert.deepEqual(ran, { code: 0, signal: null, stdout: 'done\n', stderr: '' });
  });

  it('writes a record of bounded size', async () => {
    await run(['many.cjs'], root, probeEnvironment(record));
    const { nodes } = readRecord(record);
    assert.ok(nodes.length >= 1_500);
    assert.ok(nodes.every(({ key }) => key.length < 5_000));
    if (functionNodeMajor >= 22) assert.ok(nodes.some(({ key }) => key.startsWith('data:')));
  });

  it('takes a profile on the same clock', async () => {
    await run(['app.cjs'], root, probeEnvironment(record, 'profile'));
    const { profile, startedMs, writtenMs } = readRecord(record);
    assert.ok(profile);
    assert.ok(profile.startTime / 1_000 > startedMs && profile.endTime / 1_000 < writtenMs + 1_000);
  });
});
