/** The agent in the real workerd, bundled as Cloudflare's tool bundles. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { WorkersFunction } from '#benchmarks/src/sandboxes/workers/function.js';
import { WorkersInstance } from '#benchmarks/src/sandboxes/workers/instance.js';
import { bundleWorker } from '../../support/bundle-worker.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = `00-${remote.traceId}-${remote.spanId}-01`;

describe('the agent in workerd', () => {
  let script: string;
  // Each stop leaves the Worker a second for what it promised to `waitUntil`.
  const { receiver, endsWithTest } = stageForEachTest('afterwards');

  const instance = (more: Partial<WorkersFunction> = {}): WorkersInstance => {
    const environment = { COLDLENS_ENDPOINT: receiver.url, GREETING: 'a "quoted"\nline', ...more.environment };
    return endsWithTest(new WorkersInstance({ name: 'probe', script, timeoutMs: 5_000, ...more, environment }));
  };
  const arrived = (count: number): Promise<void> =>
    until(`${count} invocations arrived`, () => receiver.named('probe').length >= count);

  before(async () => {
    script = await bundleWorker('workers/worker.mjs');
  });
  after(() => rm(script, { force: true }));
  it('calls the first invocation of an isolate cold, and leaves out what nobody can see', async () => {
    const subject = instance();
    const cold = await subject.start('{"a":1}');
    await subject.invoke('{"a":2}');
    await arrived(2);
    assert.deepEqual(cold.answer, { state: 'succeeded', body: '{"event":{"a":1}}' });
    const [first, second] = receiver.named('probe');
    assert.equal(first?.attributes['faas.invocation.id'], cold.requestId);
    assert.equal(first?.attributes['coldlens.start.kind'], 'cold');
    assert.equal(first?.attributes['coldlens.start.certainty'], 'inferred');
    assert.equal(second?.attributes['coldlens.start.kind'], 'warm');
    assert.deepEqual([receiver.named('runtime start'), receiver.named('init')], [[], []]);
    assert.equal(first?.attributes['coldlens.agent_ms'], undefined);
    const [execution] = receiver.named('execution');
    assert.equal(execution?.attributes['coldlens.phase.certainty'], 'inferred');
    assert.ok(
      execution && execution.endMs - execution.startMs >= 19 && Math.abs(Date.now() - execution.endMs) < 60_000,
    );
  });

  it('has no execution where the clock did not move', async () => {
    const subject = instance();
    await subject.start('{}', {}, '/at-once');
    for (let call = 0; call < 4; call += 1) await subject.invoke('{}', {}, '/at-once');
    await arrived(5);
    for (const execution of receiver.named('execution')) assert.ok(execution.endMs > execution.startMs, 'a fake 0');
    assert.ok(receiver.named('execution').length < 5, 'a whole millisecond each time is not to be believed');
  });

  it('describes the Worker', async () => {
    await instance({ environment: { COLDLENS_TOKEN: 'not in the spans' } }).start('{}');
    await arrived(1);
    const resource = receiver.spans[0]?.resource ?? {};
    assert.equal(resource['cloud.provider'], 'cloudflare');
    assert.equal(resource['cloud.platform'], 'cloudflare.workers');
    assert.equal(resource['faas.name'], 'probe');
    assert.doesNotMatch(JSON.stringify(receiver.spans), /not in the spans/);
  });

  it('never asks for a Node option, which a Worker has not', async () => {
    const subject = instance();
    await subject.start('{}');
    await subject.invoke('{}');
    await arrived(2);
    assert.doesNotMatch(JSON.stringify(receiver.spans), /NODE_OPTIONS|coldlens\.modules/);
  });

  it('leaves responses as they are, streams included', async () => {
    const subject = instance();
    const { answer } = await subject.start('{}', {}, '/streams');
    assert.deepEqual(answer, { state: 'succeeded', body: 'line 0\nline 1\nline 2\n' });
  });

  it("keeps the handlers' own object, bindings and context", async () => {
    const { answer } = await instance().start('{}', {}, '/this');
    assert.deepEqual(answer, { state: 'succeeded', body: 'private own a "quoted"\nline function' });
  });

  it('lets a handler that rejects fail as it does without us', async () => {
    const { answer } = await instance().start('{}', {}, '/fails');
    assert.equal(answer.state, 'failed');
    await arrived(1);
    const [root] = receiver.named('probe');
    assert.equal(root?.status, 2);
    assert.equal(root?.attributes['error.type'], 'QuotaExceeded');
    assert.doesNotMatch(JSON.stringify(receiver.spans), /secret-in-the-message/);
  });

  for (const [event, trigger] of [
    ['fetch', 'http'],
    ['scheduled', 'timer'],
    ['queue', 'pubsub'],
  ] as const) {
    it(`calls the trigger of ${event} ${trigger}`, async () => {
      const { answer } = await instance({ event }).start('{"a":1}');
      assert.equal(answer.state, 'succeeded');
      await arrived(1);
      assert.equal(receiver.named('probe')[0]?.attributes['faas.trigger'], trigger);
    });
  }

  it("takes the trace of a request's caller and of a message's sender", async () => {
    await instance().start('{}', { traceparent });
    await instance({ event: 'queue' }).start(JSON.stringify({ traceparent }));
    await arrived(2);
    for (const root of receiver.named('probe')) {
      assert.deepEqual({ traceId: root.traceId, spanId: root.parentSpanId }, remote);
    }
  });

  it('gives concurrent requests a record each', async () => {
    const subject = instance();
    await subject.start('{}');
    await Promise.all(Array.from({ length: 8 }, (_, n) => subject.invoke(`{"n":${n}}`)));
    await arrived(9);
    const roots = receiver.named('probe');
    assert.equal(new Set(roots.map((span) => span.attributes['faas.invocation.id'])).size, 9);
    assert.equal(roots.filter((span) => span.attributes['coldlens.start.kind'] === 'cold').length, 1);
  });

  it('keeps spans while the collector says "later" and delivers them with the next invocation', async () => {
    const subject = instance();
    const accept = receiver.answer;
    receiver.answer = (_request, response) => response.writeHead(503).end();
    await subject.start('{}');
    await until('it was refused', () => receiver.requests > 0);
    receiver.answer = accept;
    await subject.invoke('{}');
    await arrived(2);
    assert.deepEqual(
      receiver.named('probe').map((span) => span.attributes['coldlens.start.kind']),
      ['cold', 'warm'],
    );
  });

  for (const endpoint of ['http://127.0.0.1:9', 'not a url']) {
    it(`does not disturb the Worker when the endpoint is ${endpoint}`, async () => {
      const subject = instance({ environment: { COLDLENS_ENDPOINT: endpoint } });
      assert.equal((await subject.start('{}')).answer.state, 'succeeded');
      assert.equal((await subject.invoke('{}')).answer.state, 'succeeded');
      assert.equal(receiver.requests, 0);
    });
  }

  it('does not wait for a collector whose answer never ends', async () => {
    receiver.answer = (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(timer));
    };
    const subject = instance();
    await subject.start('{}');
    const { latencyMs } = await subject.invoke('{}');
    assert.ok(latencyMs < 1_000);
  });

  it('reports a script that cannot be loaded in one sentence', async () => {
    await assert.rejects(instance({ script: '/nowhere.mjs' }).start('{}'), { name: 'Trouble' });
  });
});
