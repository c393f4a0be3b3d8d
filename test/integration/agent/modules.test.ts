import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { generateApp } from '#benchmarks/suites/overhead/generated-app.js';
import { canWatchEsm, functionNode, itWithEsmTree, wholeTree } from '../../support/function-node.ts';
import type { ReceivedSpan } from '../../support/otlp-receiver.ts';
import { stageForEachTest } from '../../support/stage.ts';
import {
  accountedMs,
  cjsTail,
  durationMs,
  esmTail,
  makeAppFolder,
  registerFile,
  removeAppFolder,
  runWatched,
} from '../../support/watched-app.ts';

const folders: string[] = [];
const app = (files?: Record<string, string>): string => {
  const folder = makeAppFolder(files);
  folders.push(folder);
  return folder;
};

/** Holds the thread, so that the module stands above the threshold of a span of its own. */
const busy = (ms: number): string => `{ const until = performance.now() + ${ms}; while (performance.now() < until); }`;

const moduleNamed = (modules: readonly ReceivedSpan[], name: string): Record<string, unknown> => {
  const found = modules.find(({ attributes }) => attributes['coldlens.module.name'] === name);
  assert.ok(found, `${name} is not among ${modules.map((span) => span.name)}`);
  return Object.fromEntries(
    Object.entries(found.attributes).map(([key, value]) => [key.replace('coldlens.module.', ''), value]),
  );
};

const isAbout = (value: unknown, ms: number): void =>
  assert.ok(Number(value) >= ms && Number(value) < ms + 15, `${value} should be about ${ms}`);

describe('the module tree', function () {
  // A machine that does other things meanwhile lengthens what is timed here, now and then and by chance.
  this.retries(2);
  const { receiver, endsWithTest } = stageForEachTest();
  afterEach(() => folders.splice(0).forEach(removeAppFolder));

  for (const { kind, within, itHere } of [
    { kind: 'cjs', within: 0.03, itHere: it },
    { kind: 'esm', within: 0.05, itHere: itWithEsmTree },
  ] as const) {
    for (const modules of [700, 1_400]) {
      itHere(`accounts for the init of ${modules} ${kind} modules within ${within * 100} %`, async () => {
        const folder = app();
        const entry = generateApp(folder, { kind, modules, tail: kind === 'cjs' ? cjsTail : esmTail });
        const run = await runWatched(folder, entry);
        assert.equal(run.init.attributes['coldlens.modules'], wholeTree);
        assert.equal(run.init.attributes['coldlens.modules.loaded'], String(modules + 1));
        const share = accountedMs(run.modules) / durationMs(run.init);
        assert.ok(Math.abs(share - 1) <= within, `the modules make ${share} of the init`);
        assert.ok(run.modules.length <= 401);
        const ids = new Set([...run.modules, run.init].map(({ spanId }) => spanId));
        assert.ok(
          run.modules.every(({ parentSpanId }) => ids.has(parentSpanId ?? '')),
          'parents are kept',
        );
      });
    }
  }

  it('says who required what in CommonJS, with exact times', async () => {
    const folder = app({
      'app.cjs': `require('dep');\n${busy(5)}\n${cjsTail}`,
      'node_modules/dep/package.json': '{"name":"dep","version":"1.2.3"}',
      'node_modules/dep/index.js': `require('./lib/deep'); ${busy(10)}`,
      'node_modules/dep/lib/deep.js': busy(20),
    });
    const { modules } = await runWatched(folder, 'app.cjs');
    const dep = moduleNamed(modules, 'dep/index.js');
    isAbout(dep.self_ms, 10);
    isAbout(dep.total_ms, 30);
    assert.equal(dep.package, 'dep');
    assert.equal(dep.package_version, '1.2.3');
    assert.equal(dep.format, 'commonjs');
    assert.equal(dep.parent, 'app.cjs');
    const deep = moduleNamed(modules, 'dep/lib/deep.js');
    isAbout(deep.self_ms, 20);
    assert.equal(deep.parent, 'dep/index.js');
    assert.equal(moduleNamed(modules, 'app.cjs').package, '');
  });

  itWithEsmTree('says the same of static ES modules, which Node evaluates from the leaves up', async () => {
    const folder = app({
      'app.mjs': `import 'dep';\n${busy(5)}\n${esmTail}`,
      'node_modules/dep/package.json': '{"name":"dep","version":"2.0.0","exports":"./index.mjs"}',
      'node_modules/dep/index.mjs': `#!/usr/bin/env node\nimport './deep.mjs'; ${busy(10)}`,
      'node_modules/dep/deep.mjs': `'use strict';\nexport default function named() {}\n${busy(20)} // no newline`,
    });
    const { modules } = await runWatched(folder, 'app.mjs');
    isAbout(moduleNamed(modules, 'dep/index.mjs').self_ms, 10);
    isAbout(moduleNamed(modules, 'dep/index.mjs').total_ms, 30);
    const deep = moduleNamed(modules, 'dep/deep.mjs');
    isAbout(deep.self_ms, 20);
    assert.deepEqual([deep.format, deep.parent, deep.package_version], ['module', 'dep/index.mjs', '2.0.0']);
  });

  itWithEsmTree('follows every way from one kind to another', async () => {
    const folder = app({
      'app.mjs': [
        `import './from-esm.cjs';`,
        `import data from './data.json' with { type: 'json' };`,
        `import { createRequire } from 'node:module';`,
        `createRequire(import.meta.url)('./required.cjs');`,
        `await import('./dynamic.mjs');`,
        `if (data.a !== 1) throw new Error('data');`,
        busy(2),
        esmTail,
      ].join('\n'),
      'data.json': '{"a":1}',
      'from-esm.cjs': `require('./esm-in-cjs.mjs'); require('./more.json'); ${busy(4)}`,
      'esm-in-cjs.mjs': `import './below.mjs';\nimport 'node:zlib';\n${busy(6)}\nexport const a = 1;`,
      'below.mjs': busy(8),
      'more.json': '{}',
      'required.cjs': `import('./late.mjs').then((m) => { globalThis.late = m.a; }); ${busy(10)}`,
      'late.mjs': `export const a = 2; ${busy(3)}`,
      'dynamic.mjs': `${busy(12)}\nexport {};`,
    });
    const { modules, init, stderr } = await runWatched(folder, 'app.mjs');
    const parentOf = (name: string): unknown => moduleNamed(modules, name).parent;
    assert.equal(stderr, '');
    assert.equal(parentOf('from-esm.cjs'), 'app.mjs');
    assert.equal(parentOf('esm-in-cjs.mjs'), 'from-esm.cjs');
    assert.equal(moduleNamed(modules, 'esm-in-cjs.mjs').format, 'module');
    assert.equal(parentOf('below.mjs'), 'esm-in-cjs.mjs');
    assert.equal(parentOf('required.cjs'), 'app.mjs');
    assert.equal(parentOf('late.mjs'), 'required.cjs');
    assert.equal(parentOf('dynamic.mjs'), 'app.mjs');
    for (const [name, ms] of Object.entries({ 'from-esm.cjs': 4, 'esm-in-cjs.mjs': 6, 'below.mjs': 8 })) {
      isAbout(moduleNamed(modules, name).self_ms, ms);
    }
    isAbout(moduleNamed(modules, 'required.cjs').self_ms, 10);
    isAbout(moduleNamed(modules, 'late.mjs').self_ms, 3);
    isAbout(moduleNamed(modules, 'dynamic.mjs').self_ms, 12);
    const share = accountedMs(modules) / durationMs(init);
    assert.ok(share > 0.9 && share < 1.05, `${share}`);
  });

  it('sees builtins, addons and JSON', async function () {
    const client = findRuntimeClient();
    // Its native part is the addon that this machine has for sure, if it has any.
    if (client.name !== 'aws-lambda-ric') return this.skip();
    const folder = app({
      'app.cjs': [
        `require('http2'); require('./big.json');`,
        // The addon reads its address when it is loaded.
        `process.env.AWS_LAMBDA_RUNTIME_API = '127.0.0.1:9'; require('./addon.node');`,
        `delete process.env.AWS_LAMBDA_RUNTIME_API;\n${cjsTail}`,
      ].join('\n'),
      'big.json': JSON.stringify(Array.from({ length: 200_000 }, (_, index) => ({ index }))),
    });
    cpSync(join(dirname(client.script), 'rapid-client.node'), join(folder, 'addon.node'));
    const { modules, init } = await runWatched(folder, 'app.cjs');
    const http2 = moduleNamed(modules, 'node:http2');
    assert.deepEqual([http2.format, http2.package, http2.parent], ['builtin', 'node', 'app.cjs']);
    assert.equal(moduleNamed(modules, 'big.json').format, 'json');
    // The application, a builtin, JSON, the addon and the agent.
    assert.equal(init.attributes['coldlens.modules.loaded'], '5');
  });

  itWithEsmTree('marks what waits at its top level', async () => {
    const wait = (ms: number): string => `await new Promise((done) => setTimeout(done, ${ms}));`;
    const folder = app({
      'app.mjs': `import './waits.mjs';\nimport './after.mjs';\n${esmTail}`,
      'waits.mjs': wait(40),
      'after.mjs': `${busy(5)} // await nothing`,
    });
    const { modules, init } = await runWatched(folder, 'app.mjs');
    const waits = moduleNamed(modules, 'waits.mjs');
    const after = moduleNamed(modules, 'after.mjs');
    // The one that waits nothing runs meanwhile.
    isAbout(Number(waits.self_ms) + Number(after.self_ms), 39);
    assert.ok(Number(after.self_ms) >= 5);
    assert.equal(waits.top_level_await, true);
    assert.equal(after.top_level_await, undefined);
    assert.ok(Math.abs(accountedMs(modules) / durationMs(init) - 1) < 0.15);
  });

  itWithEsmTree('closes and marks a module that throws, and goes on', async () => {
    const folder = app({
      'app.mjs': `import './cjs.cjs';\nawait import('./throws.mjs').catch(() => 0);\n${busy(5)}\n${esmTail}`,
      'cjs.cjs': `try { require('./throws.cjs'); } catch {}\n${busy(5)}`,
      'throws.cjs': `${busy(10)} throw new Error('one');`,
      'throws.mjs': `import './fine.mjs';\n${busy(10)} throw new Error('two');`,
      'fine.mjs': busy(3),
    });
    const { modules, init } = await runWatched(folder, 'app.mjs');
    for (const name of ['throws.cjs', 'throws.mjs']) {
      isAbout(moduleNamed(modules, name).self_ms, 10);
      assert.equal(moduleNamed(modules, name).failed, true);
    }
    isAbout(moduleNamed(modules, 'cjs.cjs').self_ms, 5);
    assert.equal(moduleNamed(modules, 'fine.mjs').failed, undefined);
    assert.ok(Math.abs(accountedMs(modules) / durationMs(init) - 1) < 0.15);
  });

  itWithEsmTree('marks circular imports of both kinds', async () => {
    const folder = app({
      'app.mjs': `import './a.mjs';\nimport './c.cjs';\n${esmTail}`,
      'a.mjs': `import './b.mjs';\n${busy(2)}`,
      'b.mjs': `import './a.mjs';\n${busy(2)}`,
      'c.cjs': `require('./d.cjs'); ${busy(2)}`,
      'd.cjs': `require('./c.cjs'); ${busy(2)}`,
    });
    const { modules } = await runWatched(folder, 'app.mjs');
    for (const name of ['a.mjs', 'b.mjs', 'c.cjs', 'd.cjs']) {
      assert.equal(moduleNamed(modules, name).circular, true, name);
    }
    assert.equal(moduleNamed(modules, 'app.mjs').circular, undefined);
  });

  itWithEsmTree('knows a linked workspace by its own package.json', async () => {
    const folder = app({
      'package.json': '{"name":"root","workspaces":["packages/*"]}',
      'packages/fn/package.json': '{"name":"fn"}',
      'packages/fn/app.mjs': `import '@acme/shared';\n${esmTail}`,
      'packages/shared/package.json': '{"name":"@acme/shared","version":"0.3.0","exports":"./src/index.mjs"}',
      'packages/shared/src/index.mjs': busy(3),
    });
    mkdirSync(join(folder, 'node_modules/@acme'));
    symlinkSync('../../packages/shared', join(folder, 'node_modules/@acme/shared'));
    const { modules } = await runWatched(folder, 'packages/fn/app.mjs');
    const shared = moduleNamed(modules, '@acme/shared/src/index.mjs');
    assert.deepEqual([shared.package, shared.package_version], ['@acme/shared', '0.3.0']);
    assert.equal(moduleNamed(modules, 'app.mjs').package, '');
  });

  it('keeps line numbers and source maps of errors', async () => {
    const folder = app({
      'app.mjs': `import './fails.mjs';\nimport './one-line.mjs';\n${esmTail}`,
      'fails.mjs': `import { x } from './x.mjs';\n\nexport const stack = new Error(x).stack;\nconsole.log(stack.split('\\n')[1].replace(/.*fails/, 'fails'));`,
      'x.mjs': 'export const x = 1;',
      'one-line.mjs': `const pad = ${JSON.stringify('x'.repeat(1_000))};console.log(new Error().stack.split('\\n')[1].replace(/.*one/, 'one'));`,
    });
    const plain = spawnSync(functionNode, ['app.mjs'], {
      cwd: folder,
      env: { PATH: process.env.PATH, OTEL_SDK_DISABLED: 'true' },
      encoding: 'utf8',
    });
    const { stdout } = await runWatched(folder, 'app.mjs');
    assert.equal(stdout, plain.stdout);
    assert.match(stdout, /^fails\.mjs:3:22\none-line\.mjs:1:10\d\d/);
  });

  it('ends with the first invocation', async () => {
    const folder = app({
      'app.cjs': `const h = require('@coldlens/agent').coldlens(async () => { require('./late.cjs'); });\nh();`,
      'late.cjs': busy(5),
    });
    const { modules } = await runWatched(folder, 'app.cjs');
    assert.ok(!modules.some(({ name }) => name === 'late.cjs'));
  });

  itWithEsmTree('says when there are more modules than it holds, and still accounts for their time', async () => {
    const folder = app({
      'app.mjs': `for (let at = 0; at < 20_100; at += 1) await import('data:text/javascript,' + at);\n${esmTail}`,
    });
    const { init, modules } = await runWatched(folder, 'app.mjs');
    assert.equal(init.attributes['coldlens.modules'], 'capped');
    assert.equal(init.attributes['coldlens.modules.loaded'], '20000');
    const share = accountedMs(modules) / durationMs(init);
    assert.ok(share > 0.8 && share < 1.05, `${share}`);
  });

  for (const [entry, tail, itHere] of [
    ['app.cjs', cjsTail, it],
    ['app.mjs', esmTail, itWithEsmTree],
  ] as const) {
    itHere(`works by --require too, and once when both are given: ${entry}`, async () => {
      const folder = app({ [entry]: tail });
      for (const args of [
        ['--require', registerFile],
        ['--require', registerFile, '--import', registerFile],
      ]) {
        const { init, modules } = await runWatched(folder, entry, { args });
        assert.equal(init.attributes['coldlens.modules'], wholeTree);
        assert.equal(init.attributes['coldlens.phase.certainty'], 'certain');
        moduleNamed(modules, entry);
      }
    });
  }

  it('says without register that the tree was not seen, and what would show it', async () => {
    const { init, modules } = await runWatched(app({ 'app.mjs': esmTail }), 'app.mjs', { args: [] });
    assert.equal(modules.length, 0);
    assert.equal(init.attributes['coldlens.modules'], 'not observed');
    assert.match(String(init.attributes['coldlens.modules.hint']), /--import @coldlens\/agent\/register/);
  });

  it('leaves children and workers that inherit NODE_OPTIONS in peace', async () => {
    const probe = `typeof globalThis.__coldlensModule`;
    const folder = app({
      'app.mjs': [
        `import { execFileSync, fork } from 'node:child_process';`,
        `import { Worker } from 'node:worker_threads';`,
        `console.log('app', ${probe});`,
        `console.log('child', execFileSync(process.execPath, ['-p', '${probe}'], { encoding: 'utf8' }).trim());`,
        `const said = (from) => new Promise((done) => from.once('message', done));`,
        `console.log('fork', await said(fork('./says.cjs', { env: { NODE_OPTIONS: process.env.NODE_OPTIONS } })));`,
        `console.log('worker', await said(new Worker('./says.cjs')));`,
        esmTail,
      ].join('\n'),
      'says.cjs': `const w = require('worker_threads'); const say = w.parentPort ?? process;
        (say.postMessage ?? say.send).call(say, ${probe});`,
    });
    const { stdout, spans } = await runWatched(folder, 'app.mjs', {
      args: [],
      environment: { NODE_OPTIONS: `--import ${registerFile}` },
    });
    assert.equal(stdout, 'app function\nchild undefined\nfork undefined\nworker undefined\n');
    assert.equal(spans.filter(({ name }) => name === 'init').length, 1);
  });

  it('says of CommonJS that there may be more than the tree, where ES modules cannot be watched', async () => {
    const folder = app({ 'app.cjs': `require('./a.cjs');\n${cjsTail}`, 'a.cjs': `require('zlib'); ${busy(5)}` });
    for (const flag of ['--require', '--import']) {
      const { init, modules } = await runWatched(folder, 'app.cjs', { args: [flag, registerFile] });
      assert.equal(init.attributes['coldlens.modules'], wholeTree);
      assert.equal(init.attributes['coldlens.modules.hint'], canWatchEsm ? undefined : 'Node 22.15 or later');
      isAbout(moduleNamed(modules, 'a.cjs').self_ms, 5);
      assert.equal(moduleNamed(modules, 'a.cjs').parent, 'app.cjs');
    }
  });

  it('of an ES module is there, or it says which Node would show it', async () => {
    const { init, modules } = await runWatched(app({ 'app.mjs': esmTail }), 'app.mjs');
    assert.equal(init.attributes['coldlens.modules'], canWatchEsm ? 'complete' : 'not observed');
    assert.equal(init.attributes['coldlens.modules.hint'], canWatchEsm ? undefined : 'Node 22.15 or later');
    assert.equal(modules.length > 0, canWatchEsm);
  });

  it('finds what was loaded but never used', async () => {
    const folder = app({
      'app.cjs': [
        `const used = require('used'); require('unused');`,
        `require('@coldlens/agent').coldlens(async () => used.work())();`,
      ].join('\n'),
      'node_modules/used/index.js': `${busy(3)} exports.work = () => 1;`,
      'node_modules/unused/index.js': `var __export = () => {}; __export();\n${busy(6)} exports.work = function work() {};`,
    });
    const { modules } = await runWatched(folder, 'app.cjs', { environment: { COLDLENS_UNUSED: '1' } });
    assert.equal(moduleNamed(modules, 'used/index.js').used, true);
    assert.equal(moduleNamed(modules, 'unused/index.js').used, false);
  });

  for (const clientName of ['aws-lambda-ric', 'coldlens-loader'] as const) {
    it(`begins with the ES module that the function is, not with the first CommonJS that it imports, in ${clientName}`, async function () {
      const client = findRuntimeClient();
      if (clientName === 'aws-lambda-ric' && client.name !== clientName) return this.skip();
      const folder = app({
        'index.mjs': `import './esm.mjs';\nimport './dep.cjs';\nimport { coldlens } from '@coldlens/agent';\nexport const handler = coldlens(async () => 1);\n`,
        'esm.mjs': busy(50),
        'dep.cjs': busy(20),
      });
      const environment = { COLDLENS_ENDPOINT: receiver.url, NODE_OPTIONS: `--import ${registerFile}` };
      const fn = { name: 'probe', taskRoot: folder, handler: 'index.handler', memoryMb: 512, timeoutMs: 5_000 };
      const subject = endsWithTest(
        new LambdaInstance({ ...fn, environment }, findRuntimeClient(clientName), { node: functionNode }),
      );
      await subject.start('{}');
      await subject.stop();
      const [init] = receiver.named('init');
      assert.ok(init && durationMs(init) >= 70, `${init && durationMs(init)} must hold both modules`);
      const isCertain = canWatchEsm || clientName === 'coldlens-loader';
      assert.equal(init.attributes['coldlens.phase.certainty'], isCertain ? 'certain' : 'inferred');
      assert.equal(init.attributes['coldlens.modules'], wholeTree);
    });
  }

  itWithEsmTree('shows the handler’s tree, and not the runtime client’s, in AWS’s own client', async function () {
    const client = findRuntimeClient();
    if (client.name !== 'aws-lambda-ric') return this.skip();
    const folder = app({
      'index.mjs': `import './dep.mjs';\nimport { coldlens } from '@coldlens/agent';\nexport const handler = coldlens(async () => 1);\n`,
      'dep.mjs': busy(30),
    });
    const environment = { COLDLENS_ENDPOINT: receiver.url, NODE_OPTIONS: `--import ${registerFile}` };
    const fn = { name: 'probe', taskRoot: folder, handler: 'index.handler', memoryMb: 512, timeoutMs: 5_000 };
    const subject = endsWithTest(new LambdaInstance({ ...fn, environment }, client, { node: functionNode }));
    const { answer } = await subject.start('{}');
    assert.equal(answer.state, 'succeeded');
    await subject.stop();
    const [init] = receiver.named('init');
    assert.ok(init);
    assert.equal(init.attributes['coldlens.modules'], 'complete');
    assert.equal(init.attributes['coldlens.phase.certainty'], 'certain');
    const modules = receiver.spans.filter((span) => 'coldlens.module.self_ms' in span.attributes);
    isAbout(moduleNamed(modules, 'dep.mjs').self_ms, 30);
    assert.equal(moduleNamed(modules, 'index.mjs').parent, undefined);
    assert.ok(!modules.some(({ name }) => /aws-lambda-ric|rapid-client/.test(name)));
    assert.ok(accountedMs(modules) <= durationMs(init) + 0.1);
  });
});
