/** The agent with the real `@azure/functions`. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { AzureFunction } from '#benchmarks/src/sandboxes/azure/function.js';
import { AzureInstance } from '#benchmarks/src/sandboxes/azure/instance.js';
import { functionNode } from '../../support/function-node.ts';
import type { ReceivedSpan } from '../../support/otlp-receiver.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const root = fileURLToPath(new URL('../../fixtures/azure', import.meta.url));
const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceParent = `00-${remote.traceId}-${remote.spanId}-01`;
const durationMs = (span: ReceivedSpan | undefined): number => (span ? span.endMs - span.startMs : Number.NaN);

describe('the agent in Azure Functions', () => {
  const { receiver, endsWithTest } = stageForEachTest();

  const instance = (name: string, more: Partial<AzureFunction> = {}): AzureInstance => {
    const environment = { COLDLENS_ENDPOINT: receiver.url, ...more.environment };
    const fn = { name: `shop/${name}`, root, main: 'app.cjs', sku: 'FlexConsumption', timeoutMs: 5_000 } as const;
    return endsWithTest(new AzureInstance({ ...fn, ...more, environment }, { node: functionNode }));
  };
  const arrived = (name: string, count = 1): Promise<void> =>
    until(`${count} of ${name} arrived`, () => receiver.named(`shop/${name}`).length >= count);

  it('gives a cold start as one trace whose phases add up to the wait', async () => {
    const subject = instance('orders');
    const cold = await subject.start('{"a":1}');
    await arrived('orders');
    assert.deepEqual(cold.answer, {
      state: 'succeeded',
      body: JSON.stringify({ event: { a: 1 }, invocationId: cold.requestId }),
    });
    const [span] = receiver.named('shop/orders');
    const phases = ['runtime start', 'init', 'execution'].map((name) => receiver.named(name)[0]);
    assert.ok(span && phases.every((phase) => phase?.parentSpanId === span.spanId && phase.traceId === span.traceId));
    assert.ok(phases.every((phase) => phase?.attributes['faas.name'] === 'shop/orders'));
    assert.equal(span.attributes['faas.invocation.id'], cold.requestId);
    assert.equal(span.attributes['coldlens.start.kind'], 'cold');
    assert.equal(span.attributes['coldlens.start.certainty'], 'certain', 'the host has said so');
    const total = phases.reduce((sum, phase) => sum + durationMs(phase), Number(span.attributes['coldlens.agent_ms']));
    assert.ok(Math.abs(total - durationMs(span)) < 0.1);
    assert.ok(durationMs(phases[2]) >= 19);
    assert.ok(total <= cold.latencyMs, 'the inside cannot be longer than the outside');
  });

  it('describes the app', async () => {
    await instance('orders').start('{}');
    await arrived('orders');
    const resource = receiver.spans[0]?.resource ?? {};
    assert.equal(resource['cloud.provider'], 'azure');
    assert.equal(resource['cloud.platform'], 'azure.functions');
    assert.equal(resource['cloud.region'], 'West Europe');
    assert.equal(resource['cloud.account.id'], '00000000-0000-0000-0000-000000000000');
    assert.equal(resource['faas.name'], 'shop');
    assert.equal(resource['coldlens.sku'], 'FlexConsumption');
  });

  it('leaves out the start of a process that is older than its instance', async () => {
    const subject = instance('orders', { fromPlaceholder: true });
    const cold = await subject.start('{}');
    await arrived('orders');
    const [span] = receiver.named('shop/orders');
    assert.equal(receiver.named('runtime start').length, 0);
    assert.equal(receiver.named('init').length, 1);
    assert.equal(span?.attributes['coldlens.start.kind'], 'cold');
    assert.ok(durationMs(span) <= cold.latencyMs, 'the wait begins with the app, not with the placeholder');
  });

  const starts = [
    { name: 'tick', env: {}, trigger: 'timer', kind: 'cold', certainty: 'inferred' },
    { name: 'work', env: {}, trigger: 'pubsub', kind: 'cold', certainty: 'inferred' },
    { name: 'warm', env: {}, trigger: 'other', kind: 'prewarmed', certainty: 'inferred' },
    {
      name: 'tick',
      env: { FUNCTIONS_ALWAYSREADY_INSTANCE: '1' },
      trigger: 'timer',
      kind: 'prewarmed',
      certainty: 'certain',
    },
  ];
  for (const { name, env, trigger, kind, certainty } of starts) {
    it(`calls the first "${name}" ${kind} (${certainty}) and its trigger ${trigger} with ${JSON.stringify(env)}`, async () => {
      const { answer } = await instance(name, { environment: env }).start('{"job":1}');
      assert.equal(answer.state, 'succeeded');
      await arrived(name);
      const { attributes } = receiver.named(`shop/${name}`)[0] as ReceivedSpan;
      assert.equal(attributes['faas.trigger'], trigger);
      assert.equal(attributes['coldlens.start.kind'], kind);
      assert.equal(attributes['coldlens.start.certainty'], certainty);
    });
  }

  for (const [form, main] of [
    ['wrapped', 'app.cjs'],
    ['hooked', 'hooks.mjs'],
  ] as const) {
    it(`lets a ${form} function fail as it does without us`, async () => {
      const { answer } = await instance('fails', { main }).start('{}');
      const errorType = form === 'wrapped' ? 'QuotaExceeded' : 'TypeError';
      assert.deepEqual(answer, { state: 'failed', errorType, body: 'secret-in-the-message' });
      await arrived('fails');
      const [span] = receiver.named('shop/fails');
      assert.equal(span?.status, 2);
      assert.equal(span?.attributes['error.type'], errorType);
      assert.doesNotMatch(JSON.stringify(receiver.spans), /secret-in-the-message/);
    });
  }

  it("takes the caller's trace, else the host's", async () => {
    const subject = instance('orders');
    await subject.start('{}', { headers: { traceparent: traceParent } });
    await subject.invoke('{}', { traceParent });
    await subject.invoke('{}');
    await arrived('orders', 3);
    const [caller, host, own] = receiver.named('shop/orders');
    assert.deepEqual({ traceId: caller?.traceId, spanId: caller?.parentSpanId }, remote);
    assert.deepEqual({ traceId: host?.traceId, spanId: host?.parentSpanId }, remote);
    assert.equal(own?.parentSpanId, undefined);
  });

  it('gives concurrent invocations a record each, and calls only the first cold', async () => {
    const subject = instance('orders');
    await subject.start('{}');
    await Promise.all(Array.from({ length: 8 }, (_, n) => subject.invoke(`{"n":${n}}`)));
    await arrived('orders', 9);
    const roots = receiver.named('shop/orders');
    assert.equal(new Set(roots.map((span) => span.attributes['faas.invocation.id'])).size, 9);
    assert.equal(roots.filter((span) => span.attributes['coldlens.start.kind'] === 'cold').length, 1);
  });

  describe('through its hooks', () => {
    it('measures functions that know nothing of it, and results stay as they are', async () => {
      const subject = instance('orders', { main: 'hooks.mjs' });
      const cold = await subject.start('{"a":1}');
      const warm = await subject.invoke('{"a":2}');
      await subject.stop();
      assert.deepEqual(cold.answer, { state: 'succeeded', body: 'got {"a":1}' });
      assert.deepEqual(warm.answer, { state: 'succeeded', body: 'got {"a":2}' });
      const roots = receiver.named('shop/orders');
      assert.deepEqual(
        roots.map((span) => [span.attributes['faas.invocation.id'], span.attributes['coldlens.start.kind']]),
        [
          [cold.requestId, 'cold'],
          [warm.requestId, 'warm'],
        ],
      );
    });

    it('measures a handler once that is wrapped as well', async () => {
      const subject = instance('both', { main: 'hooks.mjs' });
      await subject.start('{}');
      await subject.stop();
      assert.equal(receiver.named('shop/both').length, 1);
      assert.equal(receiver.named('shop/both')[0]?.attributes['coldlens.start.kind'], 'cold');
    });

    it('delivers what is left when the app ends', async () => {
      const subject = instance('orders', { main: 'hooks.mjs' });
      const accept = receiver.answer;
      receiver.answer = (_request, response) => response.writeHead(503).end();
      await subject.start('{}');
      await until('the first try was refused', () => receiver.requests > 0);
      receiver.answer = accept;
      await subject.stop();
      assert.equal(receiver.named('shop/orders').length, 1);
    });
  });

  it('does not disturb the function when nobody listens', async () => {
    const subject = instance('orders', { environment: { COLDLENS_ENDPOINT: 'http://127.0.0.1:9' } });
    assert.equal((await subject.start('{}')).answer.state, 'succeeded');
    assert.equal((await subject.invoke('{}')).answer.state, 'succeeded');
  });

  it('reports an app that throws at load, and a function that is not there, in one sentence', async () => {
    await assert.rejects(instance('x', { main: 'throws-at-load.cjs' }).start('{}'), (error: Error) => {
      assert.equal(error.name, 'Trouble');
      assert.match(error.message, /throws-at-load\.cjs.*RangeError: broken at load/s);
      return true;
    });
    await assert.rejects(instance('nowhere').start('{}'), /has no function nowhere/);
  });
});
