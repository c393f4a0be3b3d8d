/** Module trees of real functions in their real runtimes, and who is guilty of their difference. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { examples } from '#benchmarks/src/examples.js';
import { makeLazy } from '#benchmarks/src/lazy/make-lazy.js';
import { resolveTargets } from '#benchmarks/src/targets/resolve.js';
import type { LambdaTarget, Target } from '#benchmarks/src/targets/target.js';
import { culpritsBetween } from '#benchmarks/src/tree/culprits.js';
import { summarize } from '#benchmarks/src/tree/summarize.js';
import { takeTree } from '#benchmarks/src/tree/take-tree.js';
import type { Tree } from '#benchmarks/src/tree/tree.js';
import { until } from '../../support/until.ts';
import { makeProject, nodeTarget, overlayFile, removeProject } from './support.ts';

const condition = { name: 'as it is' };

const lambdaTarget = (root: string, handler: string, change: Partial<LambdaTarget> = {}): LambdaTarget => ({
  platform: 'lambda',
  name: 'orders',
  file: join(root, handler),
  root,
  event: '{}',
  taskRoot: root,
  handler,
  memoryMb: 1_769,
  timeoutMs: 20_000,
  ...change,
});

const packageOf = (tree: Tree, name: string) => tree.packages.find((each) => each.name === name);

const accountedMs = ({ nodes }: Tree): number =>
  nodes.reduce((sum, { selfMs, resolveMs }) => sum + selfMs + resolveMs, 0);

describe('takeTree', function () {
  this.timeout(120_000);
  const projects: string[] = [];
  const project = (files: Readonly<Record<string, string>>): string => {
    const root = makeProject(files);
    projects.push(root);
    return root;
  };
  after(() => projects.forEach(removeProject));

  it('tells init from what the first invocation loads, in the runtime client of Lambda', async () => {
    const root = project({
      'src/db.cjs': "exports.s3 = () => require('@aws-sdk/client-s3');\nrequire('date-fns');\n",
      'handler.cjs': "const db = require('./src/db.cjs');\nexports.handler = async () => typeof db.s3().S3Client;\n",
    });
    const tree = await takeTree(lambdaTarget(root, 'handler.handler'), condition);
    assert.deepEqual([tree.seen, tree.hint], ['complete', null]);
    assert.equal(tree.entryKey, join(root, 'handler.cjs'));
    const dates = packageOf(tree, 'date-fns');
    assert.ok(dates && dates.modules > 250, `${dates?.modules} modules`);
    assert.deepEqual(dates.importedBy, [{ file: 'src/db.cjs', line: 2, specifier: 'date-fns' }]);
    assert.ok(!packageOf(tree, '@aws-sdk/client-s3'));
    assert.ok(tree.late.some(({ key }) => key.includes('client-s3')));
    assert.ok(!tree.nodes.some(({ key }) => key.includes('aws-lambda-ric')), 'the runtime is not the function');
    const share = accountedMs(tree) / tree.initMs;
    assert.ok(share > 0.8 && share < 1.05, `${Math.round(share * 100)} % of the init is accounted for`);
    assert.deepEqual(
      summarize(tree).unused.map(({ name }) => name),
      ['date-fns'],
    );
  });

  for (const example of examples.filter(({ platform }) => platform === 'google' || platform === 'azure')) {
    it(`leaves the runtime's own modules out (${example.platform})`, async () => {
      const file = 'source' in example ? example.source : join('root' in example ? example.root : '', 'app.cjs');
      const root = dirname(file);
      const target = {
        ...example,
        file,
        root,
        event: '{"id":1}',
        ...('main' in example && { appRoot: root }),
      } as Target;
      const tree = await takeTree(target, condition);
      assert.equal(tree.seen, 'complete');
      assert.equal(tree.entryKey, file);
      assert.ok(!tree.nodes.some(({ key }) => /functions-framework|express|worker\.js/.test(key)));
      assert.ok(tree.initMs > 0 && tree.runtimeStartMs > 10 && tree.executionMs > 0);
      if (example.platform === 'azure') assert.equal(packageOf(tree, '@azure/functions')?.importedBy[0]?.line, 2);
    });
  }

  it('says of Workers that nothing is to be seen', async () => {
    const example = examples.find(({ platform }) => platform === 'workers');
    assert.ok(example?.platform === 'workers');
    const { script } = example;
    const tree = await takeTree(
      { ...example, file: script, root: dirname(script), event: '{"id":1}', handler: 'fetch' },
      condition,
    );
    assert.deepEqual([tree.seen, tree.nodes.length], ['not observed', 0]);
    assert.match(tree.hint ?? '', /workerd shows nobody/);
    assert.ok(tree.runtimeStartMs > 0);
  });

  it('ends the init of a script with its first file', async () => {
    const root = project({
      'run.mjs':
        "import { format } from 'date-fns';\nsetTimeout(() => { format(0, 'y'); import('node:zlib'); }, 200);\n",
    });
    const tree = await takeTree(nodeTarget(root, 'run.mjs'), condition);
    assert.ok(tree.executionMs > 190, `${tree.executionMs} ms`);
    assert.ok(tree.late.some(({ key }) => key === 'node:zlib'));
    assert.ok((packageOf(tree, 'date-fns')?.modules ?? 0) > 250);
  });

  it('shows the lines that a person wrote, through source maps', async () => {
    const source =
      "interface Order {\n  id: number;\n}\n\nimport { format } from 'date-fns';\nexport const handler = async (_: Order) => format(0, 'y');\n";
    const root = project({ 'src/handler.ts': source });
    await build({
      entryPoints: [join(root, 'src/handler.ts')],
      outdir: join(root, 'dist'),
      outbase: root,
      sourcemap: true,
      format: 'cjs',
      logLevel: 'silent',
    });
    const tree = await takeTree(lambdaTarget(root, 'dist/src/handler.handler'), condition);
    assert.deepEqual(packageOf(tree, 'date-fns')?.importedBy, [
      { file: 'src/handler.ts', line: 5, specifier: 'date-fns' },
    ]);
  });

  it('looks inside a bundle with a source map', async () => {
    const root = project({
      'src/handler.ts':
        "import { busy } from './busy.ts';\nimport { S3Client } from '@aws-sdk/client-s3';\nexport const handler = async () => [busy, typeof S3Client];\n",
      'src/busy.ts': 'let n = 0;\nfor (let i = 0; i < 1e8; i += 1) n += i % 7;\nexport const busy = n;\n',
    });
    await build({
      entryPoints: [join(root, 'src/handler.ts')],
      outfile: join(root, 'dist/handler.cjs'),
      bundle: true,
      platform: 'node',
      sourcemap: true,
      logLevel: 'silent',
    });
    const tree = await takeTree(lambdaTarget(root, 'dist/handler.handler'), condition);
    assert.deepEqual([tree.seen, tree.hint], ['bundled', null]);
    const busy = tree.nodes.find(({ key }) => key.endsWith('src/busy.ts'));
    const dearest = tree.nodes.filter(({ source }) => source === 'profile').sort((a, b) => b.selfMs - a.selfMs)[0];
    assert.ok(busy && busy.selfMs > 20, `${busy?.selfMs} ms`);
    assert.equal(dearest, busy);
    const sdk = packageOf(tree, '@aws-sdk/client-s3');
    assert.ok(sdk && sdk.version !== '');
    assert.deepEqual(sdk.importedBy, [{ file: 'src/handler.ts', line: 2, specifier: '@aws-sdk/client-s3' }]);
  });

  for (const type of ['commonjs', 'module']) {
    it(`shows TypeScript of one file as it was written, compiled to a ${type}`, async () => {
      const root = project({
        'package.json': JSON.stringify({ name: 'shop', type }),
        'src/handler.ts':
          "import { format } from 'date-fns';\nexport const handler = async (_: object) => format(0, 'y');\n",
      });
      const resolved = await resolveTargets(['src/handler.ts'], {
        cwd: root,
        configured: { functions: [], budgets: {} },
      });
      try {
        const [target] = resolved.targets;
        assert.ok(target);
        const tree = await takeTree(target, condition);
        assert.deepEqual([tree.seen, tree.hint], ['complete', null]);
        assert.deepEqual(packageOf(tree, 'date-fns')?.importedBy, [
          { file: 'src/handler.ts', line: 1, specifier: 'date-fns' },
        ]);
        const own = summarize(tree).modules.filter((row) => row.package === '');
        assert.deepEqual(
          own.map(({ name }) => name),
          ['src/handler.ts'],
        );
        assert.deepEqual(culpritsBetween(tree, tree, { base: root, head: root }), []);
        assert.match(JSON.stringify(summarize(tree).flame), /"name":"src\/handler\.ts"/);
      } finally {
        await resolved.remove();
      }
    });
  }

  it('says what would show more of a bundle', async () => {
    const root = project({
      'src/handler.js': "const { format } = require('date-fns');\nexports.handler = async () => format(0, 'y');\n",
    });
    await build({
      entryPoints: [join(root, 'src/handler.js')],
      outfile: join(root, 'handler.cjs'),
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
    });
    const tree = await takeTree(lambdaTarget(root, 'handler.handler'), condition);
    assert.equal(tree.seen, 'bundle without a map');
    assert.match(tree.hint ?? '', /source map/);
  });

  it('says that a process which was killed could not be watched', async () => {
    const root = project({ 'run.cjs': 'process.reallyExit(0);\n' });
    const tree = await takeTree(nodeTarget(root, 'run.cjs'), condition);
    assert.equal(tree.seen, 'not observed');
    assert.match(tree.hint ?? '', /without a word to the probe/);
  });

  it('fails where the function fails', async () => {
    const root = project({ 'handler.mjs': "export const handler = async () => { throw new TypeError('no'); };\n" });
    await assert.rejects(
      takeTree(lambdaTarget(root, 'handler.handler'), condition),
      /Function orders failed: TypeError/,
    );
  });

  it('ends at once when told to, with nothing left', async () => {
    const root = project({
      'handler.cjs':
        "require('node:fs').writeFileSync(__dirname + '/pid', String(process.pid));\nprocess.on('SIGTERM', () => {});\nfor (;;);\n",
    });
    const pid = (): number => (existsSync(join(root, 'pid')) ? Number(readFileSync(join(root, 'pid'), 'utf8')) : 0);
    const stop = new AbortController();
    const tree = takeTree(lambdaTarget(root, 'handler.handler'), condition, { signal: stop.signal });
    tree.catch(() => undefined);
    await until('the handler loads', () => pid() > 0);
    const reason = new Error('interrupted');
    stop.abort(reason);
    await assert.rejects(tree, reason);
    assert.throws(() => process.kill(pid(), 0), { code: 'ESRCH' });
  });

  it('measures a lazy import through an overlay, with the tree untouched', async () => {
    const source =
      "import { S3Client } from '@aws-sdk/client-s3';\nexport const handler = async ({ bucket }) => (bucket ? new S3Client({}) : 'nothing');\n";
    const root = project({ 'handler.mjs': source });
    const file = join(root, 'handler.mjs');
    const made = await makeLazy(source, { file, module: '@aws-sdk/client-s3', format: 'module' });
    assert.equal(made.state, 'edited');
    const overlay = join(root, 'overlay.json');
    writeFileSync(overlay, JSON.stringify({ [file]: made.state === 'edited' ? made.source : '' }));
    const environment = { NODE_OPTIONS: `--require ${overlayFile}`, COLDLENS_OVERLAY: overlay };
    const target = lambdaTarget(root, 'handler.handler');
    const [asIs, lazy] = [await takeTree(target, condition), await takeTree(target, { name: 'lazy', environment })];
    assert.ok(packageOf(asIs, '@aws-sdk/client-s3'));
    assert.ok(!packageOf(lazy, '@aws-sdk/client-s3'));
    assert.ok(lazy.late.some(({ key }) => key.includes('client-s3')));
    assert.ok(lazy.initMs < asIs.initMs / 2, `${lazy.initMs} < ${asIs.initMs} / 2`);
    assert.equal(readFileSync(file, 'utf8'), source);
    const [culprit] = culpritsBetween(lazy, asIs, { base: root, head: root });
    assert.match(
      culprit?.sentence ?? '',
      /^`@aws-sdk\/client-s3` \(\+\d+ ms, \d+ modules\) newly imported by `handler\.mjs:1`, loaded at its first use before$/,
    );
  });

  it('names the import that was added between two checkouts', async () => {
    const files = {
      'handler.mjs': "import { read } from './src/db.mjs';\nexport const handler = async () => read();\n",
      'src/db.mjs': '// The database.\n\nexport const read = () => 1;\n',
    };
    const base = project(files);
    const head = project({
      ...files,
      'src/db.mjs':
        "// The database.\n\nimport { S3Client } from '@aws-sdk/client-s3';\nexport const read = () => typeof S3Client;\n",
    });
    const [before, now] = [
      await takeTree(lambdaTarget(base, 'handler.handler'), condition),
      await takeTree(lambdaTarget(head, 'handler.handler'), condition),
    ];
    const culprits = culpritsBetween(before, now, { base, head });
    assert.match(
      culprits[0]?.sentence ?? '',
      /^`@aws-sdk\/client-s3` \(\+\d+ ms, \d+ modules\) newly imported by `src\/db\.mjs:3`$/,
    );
    const sum = culprits.reduce((all, { deltaMs }) => all + deltaMs, 0);
    const changeMs = accountedMs(now) - accountedMs(before);
    assert.ok(Math.abs(sum - changeMs) < 0.1 * changeMs + 3, `${sum} of ${changeMs} ms`);
  });
});
