/** What was resolved does start, in each platform's own runtime. */
import assert from 'node:assert/strict';
import { instanceFor } from '#benchmarks/src/measure/instance-for.js';
import { type Resolved, resolveTargets } from '#benchmarks/src/targets/resolve.js';
import { makeProject, type Project } from '../../support/project.ts';

describe('a resolved handler', function () {
  this.timeout(60_000);
  let project: Project;
  let resolved: Resolved | undefined;
  beforeEach(() => {
    project = makeProject({ '.git/HEAD': '' });
  });
  afterEach(async () => {
    await resolved?.remove();
    resolved = undefined;
    project.remove();
  });

  /** The answer of its first invocation. */
  const answer = async (...words: string[]): Promise<string> => {
    resolved = await resolveTargets(words, { cwd: project.directory, configured: { functions: [], budgets: {} } });
    const [target] = resolved.targets;
    assert.ok(target);
    const instance = instanceFor(target, { name: '' });
    try {
      const { answer: got } = await instance.start(target.event);
      assert.equal(got.state, 'succeeded', JSON.stringify(got));
      return got.state === 'succeeded' ? got.body : '';
    } finally {
      await instance.stop();
    }
  };

  it('of TypeScript starts on Lambda, with its packages', async () => {
    project.write({
      'package.json': '{"type": "module"}',
      'node_modules/dep/package.json': '{"exports": "./index.js"}',
      'node_modules/dep/index.js': 'module.exports = 7;',
      'src/db.ts': 'import dep from "dep"; export const table: number = dep;',
      'src/app.ts':
        'import { table } from "./db"; export const run = async (event: { Records: unknown[] }) => table + event.Records.length;',
      'template.yaml': `Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { Handler: src/app.run, Runtime: nodejs24.x, Events: { Q: { Type: SQS } } }
`,
    });
    assert.equal(await answer(), '8');
  });

  it('that is a CommonJS module itself starts on Lambda', async () => {
    project.write({ 'fn.js': 'module.exports = async () => process.env._HANDLER;' });
    assert.equal(await answer('fn.js'), '"fn.default"');
  });

  it('starts as a Worker, bundled', async () => {
    project.write({
      'wrangler.toml': 'name = "w"\nmain = "src/index.ts"\n[vars]\nA = "from vars"\n',
      'src/index.ts':
        'import { of } from "./a"; export default { fetch: async (_: Request, env: { A: string }) => new Response(of(env)) };',
      'src/a.ts': 'export const of = (env: { A: string }): string => env.A;',
    });
    assert.equal(await answer(), 'from vars');
  });

  it('starts as a Worker with the behaviour that it asks for', async () => {
    project.write({
      'wrangler.toml':
        'name = "w"\nmain = "w.mjs"\ncompatibility_date = "2025-06-01"\ncompatibility_flags = ["nodejs_compat"]\n',
      'w.mjs': `import { Buffer } from 'node:buffer';
        export default { fetch: async () => new Response(Buffer.from('hi').toString('base64')) };`,
    });
    assert.equal(await answer(), 'aGk=');
  });

  it("starts in Google's framework", async () => {
    project.write({
      'package.json': '{"name": "hi", "main": "fn.js", "dependencies": {"@google-cloud/functions-framework": "5"}}',
      'fn.js': 'exports.hello = (request, response) => response.send("hi " + request.body.id);',
    });
    assert.equal(await answer(), 'hi 42');
  });

  for (const [kind, ending, head] of [
    ['CommonJS', 'cjs', 'const { app } = require("@azure/functions");'],
    ['ES module', 'mjs', 'import { app } from "@azure/functions";'],
  ] as const) {
    it(`starts as an Azure app of several ${kind} files`, async () => {
      const azure = new URL('../../../node_modules/@azure', import.meta.url).pathname;
      const register = (name: string): string =>
        `${head} app.http('${name}', { handler: async (request) => ({ body: '${name} ' + (await request.json()).id }) });`;
      project.write({
        'host.json': '{"version": "2.0"}',
        'package.json': `{"name": "shop", "main": "src/*.${ending}"}`,
        [`src/a.${ending}`]: register('a'),
        [`src/b.${ending}`]: register('b'),
        'node_modules/.keep': '',
      });
      project.link(azure, 'node_modules/@azure');
      assert.equal(await answer('host.json#b'), 'b 42');
    });
  }

  it('that is a program runs and ends', async () => {
    project.write({ 'task.ts': 'const a: number = 1; console.log("done", a);' });
    assert.match(await answer('task.ts'), /done 1|^$/);
  });
});
