/** The agent in the real functions framework. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { GoogleFunction } from '#benchmarks/src/sandboxes/google/function.js';
import { GoogleInstance } from '#benchmarks/src/sandboxes/google/instance.js';
import { functionNode } from '../../support/function-node.ts';
import type { ReceivedSpan } from '../../support/otlp-receiver.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const fixture = (file: string): string => fileURLToPath(new URL(`../../fixtures/google/${file}`, import.meta.url));
const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = `00-${remote.traceId}-${remote.spanId}-01`;
const durationMs = (span: ReceivedSpan | undefined): number => (span ? span.endMs - span.startMs : Number.NaN);

describe("the agent in Google's functions framework", () => {
  const { receiver, endsWithTest } = stageForEachTest();

  const instance = (target: string, more: Partial<GoogleFunction> = {}): GoogleInstance => {
    const environment = { COLDLENS_ENDPOINT: receiver.url, ...more.environment };
    const fn = { name: 'probe', source: fixture('functions.cjs'), target, signature: 'http', generation: 2 } as const;
    return endsWithTest(new GoogleInstance({ ...fn, timeoutMs: 5_000, ...more, environment }, { node: functionNode }));
  };

  it('gives a cold start as one trace whose phases add up to the wait', async () => {
    const subject = instance('answers');
    const cold = await subject.start('{"a":1}');
    await subject.stop();
    assert.deepEqual(cold.answer, { state: 'succeeded', body: '{"event":{"a":1},"via":"POST"}' });
    const [root] = receiver.named('probe');
    const phases = ['runtime start', 'init', 'execution'].map((name) => receiver.named(name)[0]);
    assert.ok(root && phases.every((phase) => phase?.parentSpanId === root.spanId && phase.traceId === root.traceId));
    assert.equal(root.attributes['faas.invocation.id'], cold.requestId);
    assert.equal(root.attributes['coldlens.start.kind'], 'cold');
    assert.equal(root.attributes['coldlens.start.certainty'], 'inferred');
    assert.equal(root.attributes['faas.trigger'], 'http');
    const total = phases.reduce((sum, phase) => sum + durationMs(phase), Number(root.attributes['coldlens.agent_ms']));
    assert.ok(Math.abs(total - durationMs(root)) < 0.1);
    assert.ok(durationMs(phases[0]) > 50, "the framework's own modules are runtime start, not init");
    assert.ok(durationMs(phases[2]) >= 19, 'execution ends with the response');
    assert.ok(total <= cold.latencyMs, 'the inside cannot be longer than the outside');
  });

  it('tells an ES module init from the framework, and says that it is inferred', async () => {
    const subject = instance('handler', { source: fixture('esm.mjs') });
    await subject.start('{}');
    await subject.stop();
    const [init] = receiver.named('init');
    assert.equal(init?.attributes['coldlens.phase.certainty'], 'inferred');
    assert.ok(durationMs(init) >= 100, `init must hold the module's 100 ms, was ${durationMs(init)}`);
  });

  for (const [generation, platform] of [
    [1, 'gcp_cloud_functions'],
    [2, 'gcp_cloud_run'],
  ] as const) {
    it(`describes a function of generation ${generation} as ${platform}`, async () => {
      const subject = instance('answers', { generation });
      await subject.start('{}');
      await subject.stop();
      const resource = receiver.spans[0]?.resource ?? {};
      assert.equal(resource['cloud.provider'], 'gcp');
      assert.equal(resource['cloud.platform'], platform);
      assert.equal(resource['cloud.region'], 'us-central1');
      assert.equal(resource['cloud.account.id'], 'my-project');
      assert.match(String(resource['faas.instance']), /^[0-9a-f]{128}$/);
      assert.equal(resource['faas.name'], 'probe');
      assert.equal(resource['faas.version'], 'probe-00001-tor');
    });
  }

  it('ends with the response and not with the return of the handler', async () => {
    const subject = instance('returnsEarly');
    const { answer } = await subject.start('{}');
    await subject.stop();
    assert.deepEqual(answer, { state: 'succeeded', body: 'later' });
    assert.ok(durationMs(receiver.named('execution')[0]) >= 59);
  });

  it('leaves a piped response as it is', async () => {
    const subject = instance('streams');
    const { answer } = await subject.start('{}');
    await subject.stop();
    assert.deepEqual(answer, { state: 'succeeded', body: 'line 0\nline 1\nline 2\n' });
    assert.ok(durationMs(receiver.named('execution')[0]) >= 39);
  });

  const failures = { rejects: 'QuotaExceeded', throws: 'QuotaExceeded', crashesLater: 'Error' };
  for (const [target, errorType] of Object.entries(failures)) {
    it(`lets a handler that ${target} fail as it does without us`, async () => {
      const subject = instance(target);
      const { answer } = await subject.start('{}');
      await subject.stop();
      assert.equal(answer.state, 'failed');
      assert.match((answer as { body: string }).body, /secret-in-the-message/);
      const [root] = receiver.named('probe');
      assert.equal(root?.status, 2);
      assert.equal(root?.attributes['error.type'], errorType);
      assert.doesNotMatch(JSON.stringify(receiver.spans), /secret-in-the-message/);
    });
  }

  it('sends the spans of a request that is about to be cut off', async () => {
    const subject = instance('never', { timeoutMs: 1_000 });
    assert.deepEqual((await subject.start('{}')).answer, { state: 'timed out' });
    await until('its spans arrived', () => receiver.named('probe').length === 1);
    assert.equal(receiver.named('probe')[0]?.attributes['error.type'], 'timeout');
  });

  const events = [
    { target: 'event', signature: 'cloudevent', errorType: undefined },
    { target: 'eventCallback', signature: 'cloudevent', errorType: undefined },
    { target: 'background', signature: 'event', errorType: undefined },
    { target: 'backgroundCallback', signature: 'event', errorType: 'QuotaExceeded' },
  ] as const;
  for (const { target, signature, errorType } of events) {
    it(`measures a ${signature} function in the form "${target}"`, async () => {
      const subject = instance(target, { signature });
      const { answer, requestId } = await subject.start('{"x":1}');
      await subject.stop();
      assert.equal(answer.state, errorType ? 'failed' : 'succeeded', JSON.stringify(answer));
      const [root] = receiver.named('probe');
      assert.equal(root?.attributes['faas.invocation.id'], requestId);
      assert.equal(root?.attributes['faas.trigger'], 'pubsub');
      assert.equal(root?.attributes['error.type'], errorType);
      assert.ok(durationMs(receiver.named('execution')[0]) >= 19);
    });
  }

  it('takes the trace of the caller, and of whoever sent the event', async () => {
    const http = instance('answers');
    await http.start('{}', { traceparent });
    const event = instance('event', { signature: 'cloudevent', name: 'consumer' });
    await event.start('{}', { traceparent });
    await Promise.all([http.stop(), event.stop()]);
    for (const name of ['probe', 'consumer']) {
      const [root] = receiver.named(name);
      assert.deepEqual({ traceId: root?.traceId, spanId: root?.parentSpanId }, remote, name);
    }
  });

  it('gives concurrent requests a record each, and calls only the first cold', async () => {
    const subject = instance('answers');
    await subject.start('{}');
    const observed = await Promise.all(Array.from({ length: 8 }, (_, n) => subject.invoke(`{"n":${n}}`)));
    await subject.stop();
    observed.forEach(({ answer }, n) => {
      assert.deepEqual(answer, { state: 'succeeded', body: `{"event":{"n":${n}},"via":"POST"}` });
    });
    const roots = receiver.named('probe');
    assert.equal(new Set(roots.map((span) => span.attributes['faas.invocation.id'])).size, 9);
    const kinds = roots.map((span) => span.attributes['coldlens.start.kind']).sort();
    assert.deepEqual(kinds, ['cold', ...Array.from({ length: 8 }, () => 'warm')]);
    assert.equal(receiver.named('init').length, 1);
  });

  it('delivers what is left when SIGTERM comes, although the framework exits at once', async () => {
    const subject = instance('answers');
    const accept = receiver.answer;
    receiver.answer = (_request, response) => response.writeHead(503).end();
    await subject.start('{}');
    await until('the first try was refused', () => receiver.requests > 0);
    receiver.answer = (request, response, body) => setTimeout(() => accept(request, response, body), 100);
    await subject.stop();
    assert.equal(receiver.named('probe').length, 1);
  });

  it('tries again by itself what the collector did not take: nobody may call for long', async () => {
    const subject = instance('answers');
    const accept = receiver.answer;
    receiver.answer = (_request, response) => response.writeHead(503).end();
    await subject.start('{}');
    await until('two tries were refused', () => receiver.requests >= 2);
    receiver.answer = accept;
    await until('the spans arrived', () => receiver.named('probe').length === 1, 15_000);
    await subject.stop();
    assert.equal(receiver.named('probe').length, 1);
  });

  for (const host of ['127.0.0.1:9', 'no host at all']) {
    it(`does without the metadata server when it is ${host}`, async () => {
      const subject = instance('answers', { environment: { GCE_METADATA_HOST: host } });
      await subject.start('{}');
      await subject.stop();
      assert.equal(receiver.named('probe')[0]?.resource['cloud.region'], undefined);
    });
  }

  for (const endpoint of ['http://127.0.0.1:9', 'not a url']) {
    it(`does not disturb the function when the endpoint is ${endpoint}`, async () => {
      const subject = instance('answers', { environment: { COLDLENS_ENDPOINT: endpoint } });
      assert.equal((await subject.start('{}')).answer.state, 'succeeded');
      assert.equal((await subject.invoke('{}')).answer.state, 'succeeded');
      const beginMs = performance.now();
      await subject.stop();
      assert.ok(performance.now() - beginMs < 3_000);
    });
  }

  it('reports a function that throws at load, and one that is not there, in one sentence', async () => {
    await assert.rejects(instance('x', { source: fixture('throws-at-load.mjs') }).start('{}'), (error: Error) => {
      assert.equal(error.name, 'Trouble');
      assert.match(error.message, /throws-at-load\.mjs.*RangeError: broken at load/s);
      return true;
    });
    await assert.rejects(instance('nowhere').start('{}'), /nowhere.*is not defined/s);
  });
});
