import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { freePort } from '#collector/free-port.js';
import { functionNode, functionNodeMajor } from '../../support/function-node.ts';
import { unpackLayer } from '../../support/layer.ts';
import type { ReceivedSpan } from '../../support/otlp-receiver.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const fixtures = join(repository, 'test/fixtures');

const idOf = (span: ReceivedSpan): unknown => span.attributes['faas.invocation.id'];
const kindOf = (span: ReceivedSpan): unknown => span.attributes['coldlens.start.kind'];

interface Wishes {
  environment?: Record<string, string>;
  timeoutMs?: number;
  opt?: string;
  root?: string;
}

/** AWS's client runs the function in worker threads there; our own loader makes none. */
describe('the agent on Managed Instances', () => {
  const client = findRuntimeClient();
  const { receiver, endsWithTest } = stageForEachTest();

  const instance = (handler: string, { environment, timeoutMs = 5_000, opt, root }: Wishes = {}): LambdaInstance => {
    const taskRoot = join(fixtures, root ?? 'lambda');
    const own = { COLDLENS_ENDPOINT: receiver.url, AWS_LAMBDA_NODEJS_WORKER_COUNT: '2', ...environment };
    const fn = { name: 'probe', taskRoot, handler, memoryMb: 2_048, timeoutMs, environment: own };
    return endsWithTest(
      new LambdaInstance(fn, client, {
        initializationType: 'lambda-managed-instances',
        maxConcurrency: 16,
        node: functionNode,
        ...(opt && { optDirectory: opt }),
      }),
    );
  };
  /** Events go to whichever worker asks first, so it may take some until each has had one. */
  const reachFirstWorker = async (subject: LambdaInstance): Promise<void> => {
    await until('the first worker has told the start', async () => {
      await Promise.all([1, 2, 3, 4].map(() => subject.invoke('{"waitMs":20}')));
      return receiver.named('init').length > 0;
    });
  };

  before(function () {
    if (client.name !== 'aws-lambda-ric' || functionNodeMajor < 22) this.skip();
  });

  it('gives each of many invocations at once its own spans', async () => {
    const subject = instance('concurrent.handler');
    await subject.init();
    const waits = Array.from({ length: 12 }, (_, index) => 20 + 25 * (index % 5));
    const observed = await Promise.all(waits.map((waitMs) => subject.invoke(JSON.stringify({ waitMs }))));
    await until('all have arrived', () => receiver.named('probe').length === waits.length);
    const roots = receiver.named('probe');
    assert.deepEqual(roots.map(idOf).sort(), observed.map(({ requestId }) => requestId).sort());
    assert.equal(
      new Set(roots.map((root) => root.traceId)).size,
      waits.length,
      'each has the trace of its own request',
    );
    for (const [index, { requestId, latencyMs }] of observed.entries()) {
      const execution = receiver.named('execution').find((span) => idOf(span) === requestId);
      const tookMs = (execution?.endMs ?? 0) - (execution?.startMs ?? 0);
      const waitMs = waits[index] ?? 0;
      assert.ok(tookMs >= waitMs - 1 && tookMs <= latencyMs, `${tookMs} ms of ${waitMs} to ${latencyMs}`);
      const root = roots.find((span) => idOf(span) === requestId);
      assert.deepEqual([execution?.traceId, execution?.parentSpanId], [root?.traceId, root?.spanId]);
    }
  });

  it('is one instance with one start, whatever the number of workers', async () => {
    const subject = instance('slow-init.handler');
    const beforeUnixMs = Date.now();
    await subject.init();
    await reachFirstWorker(subject);
    await subject.stop();
    const roots = receiver.named('probe');
    const starts = roots.filter((root) => kindOf(root) !== 'warm');
    assert.deepEqual(
      starts.map((root) => [
        kindOf(root),
        root.attributes['coldlens.start.certainty'],
        root.attributes['faas.coldstart'],
      ]),
      [['prewarmed', 'certain', false]],
    );
    assert.equal(new Set(receiver.spans.map((span) => span.resource['faas.instance'])).size, 1);
    const [runtimeStart, init] = ['runtime start', 'init'].map((name) => receiver.named(name));
    assert.equal(runtimeStart?.length, 1);
    assert.equal(init?.length, 1);
    const initMs = (init?.[0]?.endMs ?? 0) - (init?.[0]?.startMs ?? 0);
    assert.ok(initMs >= 300, `the module's 300 ms are in the init, which took ${initMs}`);
    // From the process's start, which the worker's clock counts from: main thread, client and worker come before.
    const processStartMs = runtimeStart?.[0]?.startMs ?? 0;
    assert.ok(processStartMs >= beforeUnixMs - 10 && processStartMs < beforeUnixMs + 1_000);
    assert.ok((runtimeStart?.[0]?.endMs ?? 0) <= (init?.[0]?.startMs ?? 0));
    assert.ok((init?.[0]?.endMs ?? 0) <= (starts[0]?.startMs ?? 0), 'nobody waited for it');
    assert.equal(init?.[0]?.attributes['coldlens.phase.certainty'], 'inferred');
  });

  it("gives the first worker's module tree where register is preloaded", async () => {
    const register = join(repository, 'agent/dist/register.cjs');
    const subject = instance('slow-init.handler', { environment: { NODE_OPTIONS: `--import ${register}` } });
    await subject.init();
    await reachFirstWorker(subject);
    await subject.stop();
    const [init, second] = receiver.named('init');
    assert.equal(second, undefined);
    assert.equal(init?.attributes['coldlens.modules'], 'complete');
    assert.equal(
      init?.attributes['coldlens.phase.certainty'],
      'certain',
      'the first import of the user’s code was seen',
    );
    const modules = receiver.spans.filter((span) => span.parentSpanId === init?.spanId).map((span) => span.name);
    assert.ok(
      modules.some((name) => name.includes('slow-init')),
      modules.join(),
    );
  });

  it('sees what does not come back by its deadline, and goes on', async () => {
    const subject = instance('concurrent.handler', { timeoutMs: 500 });
    await subject.init();
    const [late, inTime] = await Promise.all([subject.invoke('{"waitMs":700}'), subject.invoke('{"waitMs":50}')]);
    assert.deepEqual([late?.answer.state, inTime?.answer.state], ['timed out', 'succeeded']);
    await until('both are told', () => receiver.named('probe').length === 2);
    const errorOf = (id: string | undefined): unknown =>
      receiver.named('probe').find((root) => idOf(root) === id)?.attributes['error.type'];
    assert.equal(errorOf(late?.requestId), 'timeout');
    assert.equal(errorOf(inTime?.requestId), undefined);
    assert.equal((await subject.invoke('{}')).answer.state, 'succeeded');
  });

  it('works in the layer, in two instances at once on one machine', async () => {
    const opt = unpackLayer();
    try {
      const layer = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/coldlens', COLDLENS_NODE: functionNode };
      const subjects = await Promise.all(
        [1, 2].map(async () => {
          const environment = { ...layer, COLDLENS_EXTENSION_PORT: String(await freePort()) };
          return instance('esm.handler', { environment, opt, root: 'layer' });
        }),
      );
      const observed = await Promise.all(subjects.map((subject) => subject.start('{}')));
      await until('the clock has sent the spans', () => receiver.named('probe').length === 2);
      await Promise.all(subjects.map((subject) => subject.stop()));
      assert.deepEqual(
        observed.map(({ answer }) => answer.state),
        ['succeeded', 'succeeded'],
      );
      const expected = observed.map(({ requestId }) => requestId).sort();
      assert.deepEqual(receiver.named('probe').map(idOf).sort(), expected);
      const platform = receiver.named('platform');
      assert.deepEqual(platform.map(idOf).sort(), expected, 'the platform’s own figures come too');
      assert.ok(platform.every((span) => span.attributes['coldlens.platform.billed_ms'] === undefined));
    } finally {
      rmSync(opt, { recursive: true, force: true });
    }
  });
});
