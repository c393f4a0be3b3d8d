/** The layer beside another agent's exec wrapper that preloads a file of its own, as OpenTelemetry's does. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { functionNode } from '../../support/function-node.ts';
import { extensionPort, unpackLayer } from '../../support/layer.ts';
import { stageForEachTest } from '../../support/stage.ts';

const taskRoot = fileURLToPath(new URL('../../fixtures/layer', import.meta.url));

const port = { COLDLENS_EXTENSION_PORT: String(extensionPort) };

describe("the layer beside another agent's", () => {
  const { receiver, endsWithTest } = stageForEachTest();
  let opt: string;

  before(() => {
    opt = unpackLayer();
  });
  after(() => rmSync(opt, { recursive: true, force: true }));

  for (const NODE_OPTIONS of [undefined, `--require ${join(taskRoot, 'preload.cjs')}`]) {
    it(`lets both see the function${NODE_OPTIONS ? ', with a preload of its own too' : ''}`, async () => {
      const environment = {
        COLDLENS_ENDPOINT: receiver.url,
        AWS_LAMBDA_EXEC_WRAPPER: '/opt/coldlens',
        COLDLENS_NEXT_WRAPPER: join(taskRoot, 'otel-handler'),
        COLDLENS_NODE: functionNode,
        ...port,
        ...(NODE_OPTIONS && { NODE_OPTIONS }),
      };
      const fn = { name: 'probe', taskRoot, handler: 'esm.handler', memoryMb: 512, timeoutMs: 5_000, environment };
      const subject = endsWithTest(
        new LambdaInstance(fn, findRuntimeClient(), { optDirectory: opt, node: functionNode }),
      );
      const { answer } = await subject.start('{}');
      await subject.stop();
      assert.equal(answer.state, 'succeeded');
      const body = JSON.parse((answer as { body: string }).body);
      assert.equal(body.seenByPreload, 'esm.handler', 'the other sees what it is to instrument');
      assert.equal(body.atCall._HANDLER, 'esm.handler');
      const [root, ...more] = receiver.named('probe');
      assert.ok(root && more.length === 0);
      assert.equal(root.resource['coldlens.handler'], 'esm.handler');
      assert.equal(root.attributes['coldlens.other_agents'], 'otel');
    });
  }
});
