import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { functionNode, itWithEsmTree } from '../../support/function-node.ts';
import { buildLayer, extensionPort, readZip, unpackLayer } from '../../support/layer.ts';
import type { ReceivedSpan } from '../../support/otlp-receiver.ts';
import { stageForEachTest } from '../../support/stage.ts';

const taskRoot = fileURLToPath(new URL('../../fixtures/layer', import.meta.url));

const idOf = (span: ReceivedSpan): unknown => span.attributes['faas.invocation.id'];
const phaseOf = (span: ReceivedSpan): unknown => span.attributes['coldlens.phase'];

const port = { COLDLENS_EXTENSION_PORT: String(extensionPort) };

describe("the layer's archive", () => {
  it('is small, always the same, and has its executables marked', () => {
    const archive = buildLayer();
    assert.ok(archive.length <= 200 * 1_024, `${archive.length} bytes`);
    assert.ok(archive.equals(buildLayer()), 'the same input gives the same bytes');
    const modes = Object.fromEntries(readZip(archive).map(({ path, mode }) => [path, mode]));
    assert.equal(modes.coldlens, 0o755);
    assert.equal(modes['extensions/coldlens'], 0o755);
    assert.equal(modes['nodejs/node_modules/@coldlens/agent/package.json'], 0o644);
    assert.ok('nodejs/node_modules/@coldlens/agent/dist/index.cjs' in modes);
    assert.ok('coldlens-extension/main.cjs' in modes);
  });
});

for (const clientName of ['aws-lambda-ric', 'coldlens-loader'] as const) {
  describe(`the layer in ${clientName}`, () => {
    const client = findRuntimeClient(clientName);
    const { receiver, endsWithTest } = stageForEachTest();
    let opt: string;
    let log: string[];

    const instance = (handler: string, environment: Record<string, string> = {}, timeoutMs = 5_000): LambdaInstance => {
      const layer = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/coldlens', COLDLENS_NODE: functionNode, ...port };
      return endsWithTest(
        new LambdaInstance(
          {
            name: 'probe',
            taskRoot,
            handler,
            memoryMb: 512,
            timeoutMs,
            environment: { COLDLENS_ENDPOINT: receiver.url, ...layer, ...environment },
          },
          client,
          {
            optDirectory: opt,
            node: functionNode,
            onTelemetry: ({ type, record }) => type === 'extension' && log.push(String(record)),
          },
        ),
      );
    };
    const bodyOf = ({ answer }: { answer: object }): unknown => JSON.parse((answer as { body: string }).body);

    before(function () {
      if (client.name !== clientName) return this.skip();
      opt = unpackLayer();
    });
    after(() => opt && rmSync(opt, { recursive: true, force: true }));
    beforeEach(() => {
      log = [];
    });

    const forms = {
      'an ES module': 'esm.handler',
      'a default export': 'esm.inDefault',
      'a CommonJS callback': 'callback.handler',
      'a nested export': 'callback.deep.er.handler',
      ...(clientName === 'aws-lambda-ric' && { 'a response stream': 'streaming.handler' }),
    };
    for (const [form, handler] of Object.entries(forms)) {
      it(`sees a handler that is ${form}, without a change of its code`, async () => {
        const subject = instance(handler);
        const cold = await subject.start('{"word":"words"}');
        const warm = await subject.invoke('{"word":"words"}');
        await subject.stop();
        assert.equal(cold.answer.state, 'succeeded', JSON.stringify(cold.answer));
        const roots = receiver.named('probe');
        assert.deepEqual(
          roots.map((span) => [idOf(span), span.attributes['coldlens.start.kind']]),
          [
            [cold.requestId, 'cold'],
            [warm.requestId, 'warm'],
          ],
        );
        assert.equal(roots[0]?.resource['coldlens.handler'], handler);
        assert.equal(receiver.named('init')[0]?.attributes['coldlens.phase.certainty'], 'certain');
        assert.deepEqual(log, []);
      });
    }

    it("shows the user's code the environment that the user made", async () => {
      const subject = instance('esm.handler', { NODE_OPTIONS: `--require ${join(taskRoot, 'preload.cjs')}` });
      const body = bodyOf(await subject.start('{}')) as Record<string, unknown>;
      const expected = { _HANDLER: 'esm.handler', NODE_OPTIONS: `--require ${join(taskRoot, 'preload.cjs')}` };
      assert.deepEqual(body.atLoad, expected);
      assert.deepEqual(body.atCall, expected);
      assert.equal(body.seenByPreload, 'esm.handler', 'other agents see what they are to instrument');
    });

    itWithEsmTree("gives the module tree where the layer's register is preloaded", async () => {
      const register = join(opt, 'nodejs/node_modules/@coldlens/agent/dist/register.cjs');
      const subject = instance('wraps-itself.handler', { NODE_OPTIONS: `--require ${register}` });
      await subject.start('{}');
      await subject.stop();
      const [init] = receiver.named('init');
      assert.equal(init?.attributes['coldlens.modules'], 'complete');
      assert.ok(receiver.spans.some((span) => span.parentSpanId === init?.spanId));
    });

    it("starts another agent's exec wrapper after itself", async () => {
      const subject = instance('esm.handler', { COLDLENS_NEXT_WRAPPER: join(taskRoot, 'other-wrapper.sh') });
      const cold = await subject.start('{}');
      await subject.stop();
      assert.equal(cold.answer.state, 'succeeded');
      assert.equal(receiver.named('probe').length, 1);
    });

    it('does not wrap what wraps itself', async () => {
      const subject = instance('wraps-itself.handler');
      await subject.start('{}');
      await subject.stop();
      assert.equal(receiver.named('probe').length, 1);
    });

    const broken = {
      'throws at load': ['broken.handler', /failed in its init.*configuration is missing/s],
      'does not exist': ['nowhere.handler', /failed in its init.*Cannot find module/s],
      'is not exported': ['callback.missing', /failed in its init.*callback\.missing is undefined or not exported/s],
    } as const;
    for (const [what, [handler, message]] of Object.entries(broken)) {
      it(`leaves a handler that ${what} to the runtime`, async () => {
        await assert.rejects(instance(handler).start('{}'), message);
      });
    }

    it("brings the platform's own figures beside the agent's", async () => {
      const subject = instance('esm.handler');
      const cold = await subject.start('{}');
      await subject.invoke('{}');
      await subject.stop();
      const platform = receiver.spans.filter((span) => phaseOf(span) === 'platform');
      assert.equal(platform.length, 2);
      const [first, second] = platform;
      const root = receiver.named('probe').find((span) => idOf(span) === cold.requestId);
      assert.ok(first && second && root);
      assert.equal(idOf(first), cold.requestId);
      assert.equal(first.resource['faas.name'], 'probe');
      assert.equal(first.resource['cloud.account.id'], '123456789012');
      const value = (span: ReceivedSpan, name: string): number => Number(span.attributes[`coldlens.platform.${name}`]);
      const [initMs, durationMs] = [value(first, 'reported_init_ms'), value(first, 'duration_ms')];
      assert.ok(initMs > 20 && initMs < 5_000, `${initMs}`);
      assert.equal(value(first, 'billed_ms'), Math.ceil(Math.round((initMs + durationMs) * 100) / 100));
      assert.ok(value(first, 'memory_used_mb') > 40);
      assert.equal(first.attributes['coldlens.platform.status'], 'success');
      assert.equal(first.attributes['coldlens.platform.init_type'], 'on-demand');
      assert.equal(second.attributes['coldlens.platform.reported_init_ms'], undefined);
      assert.equal(second.parentSpanId, receiver.named('probe')[1]?.spanId);
    });

    it('sends with token and gzip', async () => {
      const seen: Record<string, unknown>[] = [];
      const accept = receiver.answer;
      receiver.answer = (request, response, body) => {
        seen.push(request.headers);
        accept(request, response, body);
      };
      const subject = instance('esm.handler', { COLDLENS_TOKEN: 'a-token' });
      await subject.start('{}');
      await subject.stop();
      assert.equal(seen[0]?.authorization, 'Bearer a-token');
      assert.equal(seen[0]?.['content-encoding'], 'gzip');
    });

    it("picks the agent's lines out of the function's log", async () => {
      const subject = instance('esm.handler', { COLDLENS_EXPORT: 'stdout' });
      const cold = await subject.start('{}');
      await subject.stop();
      assert.deepEqual(receiver.named('probe').map(idOf), [cold.requestId]);
    });

    it('leaves the spans of an invocation that is cut off at its deadline', async () => {
      const subject = instance('esm.slow', {}, 1_000);
      const { answer, requestId } = await subject.start('{}');
      assert.equal(answer.state, 'timed out');
      await subject.stop();
      assert.deepEqual(receiver.named('probe').map(idOf), [requestId]);
      const [platform] = receiver.spans.filter((span) => phaseOf(span) === 'platform');
      assert.equal(platform?.attributes['coldlens.platform.status'], 'timeout');
    });

    it('keeps what a collector does not take, and delivers it once when it does', async () => {
      const accept = receiver.answer;
      receiver.answer = (_request, response) => response.writeHead(503).end();
      const subject = instance('esm.handler');
      await subject.start('{}');
      await subject.invoke('{}');
      await subject.invoke('{}');
      receiver.answer = accept;
      await subject.stop();
      const ids = receiver.named('probe').map(idOf);
      assert.equal(ids.length, 3);
      assert.equal(new Set(ids).size, 3);
    });

    const absent: Record<string, () => Record<string, string>> = {
      'nobody listens': () => ({ COLDLENS_ENDPOINT: 'http://127.0.0.1:9' }),
      'no endpoint is set': () => ({ COLDLENS_ENDPOINT: '' }),
      'it never answers': () => {
        receiver.answer = () => undefined;
        return {};
      },
    };
    for (const [what, environment] of Object.entries(absent)) {
      it(`costs the function neither an error nor its time when ${what}`, async () => {
        const subject = instance('esm.handler', environment());
        const observed = [await subject.start('{}')];
        for (let call = 0; call < 3; call += 1) observed.push(await subject.invoke('{}'));
        const beginMs = performance.now();
        await subject.stop();
        const stopMs = performance.now() - beginMs;
        assert.ok(observed.every(({ answer }) => answer.state === 'succeeded'));
        assert.ok(
          observed.slice(1).every(({ latencyMs }) => latencyMs < 500),
          `${observed.map(({ latencyMs }) => latencyMs)}`,
        );
        assert.ok(stopMs < 2_000, `the extension must leave before it is killed, took ${stopMs}`);
      });
    }

    it('registers from the shell, where that is bash as on Lambda', async function () {
      if (!existsSync('/bin/bash')) return this.skip();
      const shim = join(opt, 'extensions/coldlens');
      const script = readFileSync(shim, 'utf8');
      writeFileSync(shim, script.replace('#!/bin/sh', '#!/bin/bash'));
      try {
        const subject = instance('esm.handler');
        const cold = await subject.start('{}');
        await subject.stop();
        assert.deepEqual(receiver.named('probe').map(idOf), [cold.requestId]);
        assert.equal(receiver.spans.filter((span) => phaseOf(span) === 'platform').length, 1);
        assert.deepEqual(log, []);
      } finally {
        writeFileSync(shim, script);
      }
    });

    it('lets the function live when its port is taken', async () => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(extensionPort, '0.0.0.0', resolve));
      try {
        const subject = instance('esm.handler');
        const cold = await subject.start('{}');
        await subject.stop();
        assert.equal(cold.answer.state, 'succeeded');
        assert.match(log.join('\n'), /the extension hears nothing.*EADDRINUSE/);
      } finally {
        taken.close();
      }
    });
  });
}
