import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { ask, collectorForAllTests, untilStored } from '../../support/collector.ts';
import { functionNode } from '../../support/function-node.ts';
import { extensionPort, unpackLayer } from '../../support/layer.ts';

const taskRoot = fileURLToPath(new URL('../../fixtures/layer', import.meta.url));

const port = { COLDLENS_EXTENSION_PORT: String(extensionPort) };

describe('the layer and the collector', () => {
  const running = collectorForAllTests();

  it("store the platform's span beside an invocation that stays whole", async () => {
    const opt = unpackLayer();
    const { store, collector } = running;
    const fn = { name: 'probe', taskRoot, handler: 'esm.handler', memoryMb: 512, timeoutMs: 5_000 };
    const layer = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/coldlens', COLDLENS_NODE: functionNode, ...port };
    const environment = { COLDLENS_ENDPOINT: collector.url, ...layer };
    const subject = new LambdaInstance({ ...fn, environment }, findRuntimeClient(), {
      optDirectory: opt,
      node: functionNode,
    });
    try {
      const { requestId } = await subject.start('{}');
      await subject.stop();
      await untilStored(collector.url);
      const spans = await ask<{ name: string; attributes: string }>(
        store.engine.url,
        `SELECT name, attributes FROM spans WHERE invocation_id = '${requestId}' ORDER BY name`,
      );
      assert.deepEqual(
        spans.map(({ name }) => name),
        ['execution', 'init', 'platform', 'probe', 'runtime start'],
      );
      const told = spans.find(({ name }) => name === 'platform')?.attributes ?? '';
      assert.match(told, /coldlens\.platform\.reported_init_ms/);
      const { functions } = await store.ranking({ sinceMs: 3_600_000, sort: 'cold-p50', limit: 10 });
      assert.deepEqual(
        functions.map(({ name, invocations, coldStarts }) => ({ name, invocations, coldStarts })),
        [{ name: 'probe', invocations: 1, coldStarts: 1 }],
      );
    } finally {
      await subject.stop();
      rmSync(opt, { recursive: true, force: true });
    }
  });
});
