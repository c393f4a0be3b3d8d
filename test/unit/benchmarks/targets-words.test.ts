/** What a person names on the command line or in the configuration, and what is started then. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type Resolved, type ResolveOptions, resolveTargets } from '#benchmarks/src/targets/resolve.js';
import type { Target } from '#benchmarks/src/targets/target.js';
import { Trouble } from '#collector/trouble.js';
import { makeProject, type Project } from '../../support/project.ts';

const handler = 'export const handler = async () => 1;\n';

describe('a handler', () => {
  let project: Project;
  let resolved: Resolved | undefined;
  beforeEach(() => {
    project = makeProject({ 'package.json': '{"type": "module"}' });
  });
  afterEach(async () => {
    await resolved?.remove();
    resolved = undefined;
    project.remove();
  });

  const resolve = async (words: readonly string[], options: Partial<ResolveOptions> = {}): Promise<Target[]> => {
    await resolved?.remove();
    const configured = { functions: [], budgets: {} };
    resolved = await resolveTargets(words, { cwd: project.directory, configured, ...options });
    return resolved.targets;
  };
  const one = async (word: string, options?: Partial<ResolveOptions>): Promise<Target> => {
    const [target, ...more] = await resolve([word], options);
    assert.ok(target);
    assert.equal(more.length, 0);
    return target;
  };
  const refused = async (word: string, message: RegExp, options?: Partial<ResolveOptions>): Promise<void> => {
    await assert.rejects(resolve([word], options), (error) => {
      assert.ok(error instanceof Trouble, String(error));
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      assert.match(error.message, /^[^\n]+\.$/);
      assert.notEqual(error.next, '');
      return true;
    });
  };

  it('is a file', async () => {
    project.write({ 'src/handler.js': handler });
    const target = await one('./src/handler.js');
    assert.ok(target.platform === 'lambda');
    assert.deepEqual(
      { ...target, environment: undefined },
      {
        platform: 'lambda',
        name: 'src',
        file: project.path('src/handler.js'),
        root: project.directory,
        event: '{}',
        taskRoot: project.directory,
        handler: 'src/handler.handler',
        memoryMb: 1024,
        timeoutMs: 30_000,
        environment: undefined,
      },
    );
  });

  for (const [word, expected] of [
    ['src/orders.js#place', 'src/orders.place'],
    ['src/orders.place', 'src/orders.place'],
    ['src/orders#place', 'src/orders.place'],
    ['./src/orders.cancel', 'src/orders.cancel'],
  ] as const) {
    it(`is ${word}`, async () => {
      project.write({ 'src/orders.js': 'export const place = () => 1; export const cancel = () => 2;' });
      const target = await one(word);
      assert.ok(target.platform === 'lambda');
      assert.equal(target.handler, expected);
      assert.equal(target.name, expected.replace(/[/.]/g, '-'));
    });
  }

  it('is the usual export, else the only function', async () => {
    project.write({
      'a.js': 'export const other = () => 1; export const handler = () => 2;',
      'b.js': 'export const table = 1; export default () => 2; export const other = () => 1;',
      'c.js': 'export const table = 1; export const only = () => 2; export class Row {}',
    });
    const targets = await resolve(['a.js', 'b.js', 'c.js']);
    const handlers = targets.map((target) => target.platform === 'lambda' && target.handler);
    assert.deepEqual(handlers, ['a.handler', 'b.default', 'c.only']);
  });

  it('is refused when there is none, or several', async () => {
    project.write({ 'a.js': 'export const x = () => 1; export const y = () => 2;', 'b.js': 'export const z = 1;' });
    await refused('a.js', /several functions: x, y/);
    await refused('a.js#z', /a\.js has no export z/);
    await refused('b.js', /exports no function, but z/);
    await refused('nowhere.js', /There is no file "nowhere.js"/);
    await refused('package.json#x', /package\.json does not depend on|has no function "x"/);
    await refused('\u001b[31m', /There is no file "\\u001b\[31m"/);
  });

  it('is started as a program when it exports nothing', async () => {
    project.write({ 'task.js': 'console.log(1);' });
    const target = await one('task.js');
    assert.ok(target.platform === 'node');
    assert.equal(target.script, project.path('task.js'));
  });

  it('is refused where Lambda would load something else', async () => {
    project.write({ 'a.js': handler, 'a.mjs': handler, 'b.min.js': handler });
    await refused('a.mjs', /a\.js is there too, and Lambda would load it instead of a\.mjs/);
    await refused('b.min.js', /has a dot in its name/);
  });

  it('is of TypeScript, compiled beside the packages it uses, and gone afterwards', async () => {
    project.write({
      'node_modules/dep/package.json': '{"main": "index.js"}',
      'node_modules/dep/index.js': 'module.exports = 7;',
      'src/db.ts': 'import dep from "dep"; export const table: number = dep;',
      'src/app.ts':
        'import { table } from "./db"; enum A { b }; export const handler = async (): Promise<number> => table + A.b;',
    });
    const target = await one('src/app.ts');
    assert.ok(target.platform === 'lambda');
    assert.equal(target.file, project.path('src/app.ts'));
    assert.match(target.taskRoot, /\.coldlens-build-/);
    const loaded = (await import(`${target.taskRoot}/app.mjs`)) as { handler(): Promise<number> };
    assert.equal(await loaded.handler(), 7);
    const { sources } = JSON.parse(readFileSync(`${target.taskRoot}/app.mjs.map`, 'utf8')) as { sources: string[] };
    assert.deepEqual(sources, ['../src/db.ts', '../src/app.ts']);
    await resolved?.remove();
    assert.equal(existsSync(target.taskRoot), false);
    assert.deepEqual(readdirSync(project.directory).toSorted(), ['node_modules', 'package.json', 'src']);
  });

  it('leaves nothing behind when another one is refused', async () => {
    project.write({
      'a.ts': 'export const handler = () => 1;',
      'b.ts': 'import "./missing"; export const handler = () => 1;',
    });
    await assert.rejects(resolve(['a.ts', 'b.ts']), /b\.ts:1 cannot be compiled: Could not resolve "\.\/missing"/);
    assert.deepEqual(readdirSync(project.directory).toSorted(), ['a.ts', 'b.ts', 'package.json']);
  });

  it('belongs to the platform that the nearest project file tells', async () => {
    project.write({
      'google/package.json':
        '{"dependencies": {"@google-cloud/functions-framework": "5"}, "scripts": {"start": "functions-framework --target=hello --signature-type=cloudevent"}}',
      'google/index.js': 'exports.hello = () => 1; exports.other = () => 2;',
      'google/registered.js': 'require("@google-cloud/functions-framework").http("named", () => 1);',
      'azure/host.json': '{"version": "2.0"}',
      'azure/package.json': '{"name": "@me/shop", "dependencies": {"@azure/functions": "4"}}',
      'azure/src/orders.js':
        'const { app } = require("@azure/functions"); app.timer("tick", {}); app.http("orders", {});',
      'worker/wrangler.toml': 'name = "w"',
      'worker/src/index.ts': 'export default { async fetch(): Promise<Response> { return new Response("1"); } };',
    });
    const [google, worker, azure] = await resolve(['google/index.js', 'worker/src/index.ts', 'azure/src/orders.js']);
    assert.ok(google?.platform === 'google' && worker?.platform === 'workers' && azure?.platform === 'azure');
    assert.deepEqual(
      [google.target, google.signature, google.source],
      ['hello', 'cloudevent', project.path('google/index.js')],
    );
    assert.deepEqual([worker.handler, worker.name], ['fetch', 'worker-src']);
    assert.match(readFileSync(worker.script, 'utf8'), /export \{/);
    assert.deepEqual(
      [azure.name, azure.main, azure.appRoot],
      ['me-shop/orders', 'src/orders.js', project.path('azure')],
    );
    assert.deepEqual(resolved?.notices, ['azure/src/orders.js has the functions tick, orders; orders is called.']);
    const registered = await one('google/registered.js#named');
    assert.ok(registered.platform === 'google');
    assert.deepEqual([registered.target, registered.signature], ['named', 'http']);
  });

  it('is one of the configuration', async () => {
    project.write({ 'a.js': handler, 'event.json': '{"id": 1}' });
    const functions = [
      {
        name: 'first',
        handler: 'a.js',
        platform: 'lambda' as const,
        memoryMb: 256,
        timeoutMs: 5_000,
        environment: { A: 'b' },
        event: { own: true },
        expect: 'ok',
        budgets: { coldP50Ms: 200 },
      },
      { name: 'second', handler: 'a.handler', event: 'sqs' },
      { handler: 'a.js', event: 'event.json' },
    ];
    const configured = { functions, budgets: { coldP50Ms: 300, modules: 9 } };
    const [first, second, third] = await resolve([], { configured, budgets: { modules: 5 } });
    assert.ok(first?.platform === 'lambda' && second && third);
    assert.deepEqual([first.name, second.name, third.name], ['first', 'second', 'a']);
    assert.deepEqual(
      [first.memoryMb, first.timeoutMs, first.environment, first.expect],
      [256, 5_000, { A: 'b' }, 'ok'],
    );
    assert.equal(first.event, '{"own":true}');
    assert.match(second.event, /aws:sqs/);
    assert.equal(third.event, '{"id":1}');
    assert.deepEqual(resolved?.budgets.get('first'), { coldP50Ms: 200, modules: 5 });
    assert.deepEqual(resolved?.budgets.get('a'), { coldP50Ms: 300, modules: 5 });
    assert.equal((await one('second', { configured })).name, 'second');
  });

  it('is called with the event that was asked for', async () => {
    project.write({ 'a.js': handler, 'event.json': '{"id": 1}', 'broken.json': '{' });
    assert.equal((await one('a.js', { event: 'event.json' })).event, '{"id":1}');
    assert.match((await one('a.js', { event: 's3' })).event, /aws:s3/);
    await refused('a.js', /--event is "nope".*neither a file nor a sample/, { event: 'nope' });
    await refused('a.js', /broken\.json, which is no JSON/, { event: 'broken.json' });
    await refused('a.js', /The sample pubsub is for google, and a\.js runs on lambda/, { event: 'pubsub' });
  });

  it('has a name of its own', async () => {
    project.write({ 'a/handler.js': handler, 'b/handler.js': handler, 'handler.js': handler });
    const targets = await resolve(['a/handler.js', 'b/handler.js', 'handler.js', './handler.js', 'handler.js']);
    assert.deepEqual(
      targets.map(({ name }) => name),
      ['a', 'b', 'handler', 'handler-2'],
    );
  });

  it('is refused within bounds only', async () => {
    project.write({ 'a.js': handler });
    const configured = { functions: [{ handler: 'a.js', memoryMb: 64 }], budgets: {} };
    await assert.rejects(resolve([], { configured }), /The memory size of a\.js is 64/);
  });
});
