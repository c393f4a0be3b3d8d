/** The snippets of agent/README.md, each in the runtime that it is for. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AzureInstance } from '#benchmarks/src/sandboxes/azure/instance.js';
import { GoogleInstance } from '#benchmarks/src/sandboxes/google/instance.js';
import type { Instance } from '#benchmarks/src/sandboxes/instance.js';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { WorkersInstance } from '#benchmarks/src/sandboxes/workers/instance.js';
import { bundleWorker } from '../../support/bundle-worker.ts';
import { functionNode as node } from '../../support/function-node.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const root = fileURLToPath(new URL('../../fixtures/snippets', import.meta.url));
const timeoutMs = 5_000;
type Environment = Record<string, string>;

const lambda =
  (handler: string) =>
  async (environment: Environment): Promise<Instance> =>
    new LambdaInstance(
      { name: 'greet', taskRoot: root, handler, memoryMb: 512, timeoutMs, environment },
      findRuntimeClient(),
      { node },
    );

const azure =
  (main: string) =>
  async (environment: Environment): Promise<Instance> =>
    new AzureInstance({ name: 'app/greet', root, main, sku: 'FlexConsumption', timeoutMs, environment }, { node });

const google =
  (file: string, signature: 'http' | 'cloudevent') =>
  async (environment: Environment): Promise<Instance> =>
    new GoogleInstance(
      {
        name: 'greet',
        source: `${root}/${file}`,
        target: 'greet',
        signature,
        generation: 2,
        timeoutMs,
        environment,
      },
      { node },
    );

let worker: string | undefined;
const workers = async (environment: Environment): Promise<Instance> => {
  worker = await bundleWorker('snippets/worker.mjs');
  return new WorkersInstance({ name: 'greet', script: worker, timeoutMs, environment });
};

const snippets: Record<string, { make(environment: Environment): Promise<Instance>; name: string; says: RegExp }> = {
  'lambda-esm.mjs': { make: lambda('lambda-esm.handler'), name: 'greet', says: /Hello, Ada/ },
  'lambda-cjs.cjs': { make: lambda('lambda-cjs.handler'), name: 'greet', says: /Hello, Ada/ },
  'azure-handler.mjs': { make: azure('azure-handler.mjs'), name: 'app/greet', says: /Hello, Ada/ },
  'azure-hooks.mjs': { make: azure('azure-hooks.mjs'), name: 'app/greet', says: /Hello, Ada/ },
  'google-http.mjs': { make: google('google-http.mjs', 'http'), name: 'greet', says: /Hello, Ada/ },
  'google-cloudevent.mjs': { make: google('google-cloudevent.mjs', 'cloudevent'), name: 'greet', says: /^$/ },
  'worker.mjs': { make: workers, name: 'greet', says: /Hello, Ada/ },
};

describe('snippets', () => {
  const { receiver, endsWithTest } = stageForEachTest();
  after(async () => {
    if (worker) await rm(worker, { force: true });
  });

  for (const [file, { make, name, says }] of Object.entries(snippets)) {
    it(`${file} answers, and is measured`, async () => {
      const instance = endsWithTest(await make({ COLDLENS_ENDPOINT: receiver.url }));
      // What is sent again because a busy machine answered late is the same span.
      const roots = () => [...new Map(receiver.named(name).map((span) => [span.spanId, span])).values()];
      const arrived = (): Promise<void> => until('both invocations arrived', () => roots().length === 2, 15_000);
      try {
        const { answer } = await instance.start('{"name":"Ada"}');
        assert.equal(answer.state, 'succeeded', JSON.stringify(answer));
        assert.match((answer as { body: string }).body, says);
        await instance.invoke('{"name":"Ada"}');
        // Lambda freezes what has answered, so there the rest leaves at the end; nothing else is as strict.
        if (!(instance instanceof LambdaInstance)) await arrived();
      } finally {
        await instance.stop();
      }
      await arrived();
      assert.deepEqual(
        roots().map((span) => span.attributes['coldlens.start.kind']),
        ['cold', 'warm'],
      );
    });
  }

  it('plain.mjs answers, and is measured', async () => {
    const env = { PATH: process.env.PATH, COLDLENS_ENDPOINT: receiver.url, COLDLENS_EXPORT: 'sync' };
    const { stdout } = await promisify(execFile)(node, [`${root}/plain.mjs`], { env, timeout: 10_000 });
    assert.equal(stdout, 'Hello, Ada\n');
    assert.equal(receiver.named('function').length, 1);
  });
});
