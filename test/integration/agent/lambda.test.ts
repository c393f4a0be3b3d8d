import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { functionNode, functionNodeMajor } from '../../support/function-node.ts';
import { OtlpReceiver } from '../../support/otlp-receiver.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const taskRoot = fileURLToPath(new URL('../../fixtures/lambda', import.meta.url));

for (const clientName of ['aws-lambda-ric', 'coldlens-loader'] as const) {
  describe(`the agent in ${clientName}`, () => {
    const client = findRuntimeClient(clientName);
    const { receiver, endsWithTest } = stageForEachTest();

    const instance = (handler: string, environment: Record<string, string> = {}): LambdaInstance => {
      const fn = { name: 'probe', taskRoot, handler, memoryMb: 512, timeoutMs: 5_000 };
      const withEnvironment = { ...fn, environment: { COLDLENS_ENDPOINT: receiver.url, ...environment } };
      return endsWithTest(new LambdaInstance(withEnvironment, client, { node: functionNode }));
    };

    before(function () {
      // Said in the report, never silently: on a machine without cmake the loader below is what runs.
      if (client.name !== clientName) this.skip();
    });

    it('gives a cold start as one trace whose phases add up to the wait', async () => {
      const subject = instance('slow-init.handler');
      const cold = await subject.start('{}');
      await subject.stop();
      const [root] = receiver.named('probe');
      const phases = ['runtime start', 'init', 'execution'].map((name) => receiver.named(name)[0]);
      assert.ok(root && phases.every((phase) => phase?.parentSpanId === root.spanId && phase.traceId === root.traceId));
      assert.equal(root.kind, 2);
      assert.equal(root.attributes['faas.invocation.id'], cold.requestId);
      assert.equal(root.attributes['faas.coldstart'], true);
      assert.equal(root.attributes['coldlens.start.kind'], 'cold');
      assert.equal(root.attributes['coldlens.start.certainty'], 'certain');
      const durations = phases.map((phase) => (phase?.endMs ?? 0) - (phase?.startMs ?? 0));
      const total = durations.reduce((sum, ms) => sum + ms, 0);
      const agentMs = Number(root.attributes['coldlens.agent_ms']);
      assert.ok(agentMs > 0 && agentMs < 20, `the agent itself took ${agentMs} ms`);
      assert.ok(
        Math.abs(total + agentMs - (root.endMs - root.startMs)) < 0.1,
        `${durations} against ${root.endMs - root.startMs}`,
      );
      assert.ok((durations[1] ?? 0) >= 300, `init must hold the module's 300 ms, was ${durations[1]}`);
      assert.ok((durations[2] ?? 0) >= 49, `execution must hold the handler's 50 ms, was ${durations[2]}`);
      assert.ok(total <= cold.latencyMs, 'the inside cannot be longer than the outside');
    });

    it('describes the function as its platform does', async () => {
      const subject = instance('async.handler');
      await subject.start('{}');
      await subject.stop();
      const resource = receiver.spans[0]?.resource ?? {};
      assert.equal(resource['faas.name'], 'probe');
      assert.equal(resource['cloud.provider'], 'aws');
      assert.equal(resource['cloud.region'], 'us-east-1');
      assert.equal(resource['cloud.account.id'], '123456789012');
      assert.equal(resource['faas.max_memory'], String(512 * 1_048_576));
      assert.equal(resource['coldlens.runtime'], `nodejs${functionNodeMajor}.x`);
    });

    it('marks only the first invocation of an instance as cold', async () => {
      const subject = instance('async.handler');
      await subject.start('{}');
      await subject.invoke('{}');
      await subject.invoke('{}');
      await subject.stop();
      assert.deepEqual(
        receiver.named('probe').map((span) => span.attributes['coldlens.start.kind']),
        ['cold', 'warm', 'warm'],
      );
      assert.equal(receiver.named('init').length, 1);
    });

    it('passes event, context and result through and keeps the declared length below three', async () => {
      const subject = instance('async.handler');
      const { answer, requestId } = await subject.start('{"a":[1,2]}');
      assert.equal(answer.state, 'succeeded');
      assert.deepEqual(JSON.parse((answer as { body: string }).body), {
        event: { a: [1, 2] },
        requestId,
        declaredLength: 0,
      });
    });

    it('runs a callback handler and sees both its ends', async () => {
      const subject = instance('callback.handler');
      const good = await subject.start('{}');
      const bad = await subject.invoke('{"fail":true}');
      await subject.stop();
      assert.deepEqual(good.answer, { state: 'succeeded', body: '{"via":"callback"}' });
      assert.equal(bad.answer.state, 'failed');
      assert.deepEqual(
        receiver.named('probe').map((span) => span.attributes['error.type']),
        [undefined, 'TypeError'],
      );
    });

    for (const failing of ['rejects', 'throws']) {
      it(`lets a handler that ${failing} fail as it does without us, and records the type without the message`, async () => {
        const subject = instance(`failing.${failing}`);
        const { answer } = await subject.start('{}');
        await subject.stop();
        assert.equal(answer.state, 'failed');
        assert.match((answer as { body: string }).body, /secret-in-the-message/);
        const [root] = receiver.named('probe');
        assert.equal(root?.status, 2);
        assert.equal(root?.attributes['error.type'], 'QuotaExceeded');
        assert.doesNotMatch(JSON.stringify(receiver.spans), /secret-in-the-message/);
      });
    }

    it('survives the freeze: what it interrupts arrives once, even when the freeze outlasts the time limit', async () => {
      const subject = instance('async.handler');
      const accept = receiver.answer;
      let answerHeld: (() => void) | null = null;
      receiver.answer = (request, response, body) => {
        answerHeld = () => accept(request, response, body);
      };
      const cold = await subject.start('{}');
      // Every further invocation thaws the instance for a moment, until its request is out.
      for (let call = 0; call < 20 && !answerHeld; call += 1) await subject.invoke('{}');
      assert.ok(answerHeld, 'the export never left the instance');
      await new Promise((resolve) => setTimeout(resolve, 3_200));
      receiver.answer = accept;
      (answerHeld as () => void)();
      await subject.invoke('{}');
      await subject.stop();
      const ids = receiver.named('probe').map((span) => span.attributes['faas.invocation.id']);
      assert.equal(ids.filter((id) => id === cold.requestId).length, 1);
      assert.equal(new Set(ids).size, ids.length, 'nothing was sent twice');
    });

    it('keeps spans while the collector says "later" and delivers them when it is back', async () => {
      const subject = instance('async.handler');
      const accept = receiver.answer;
      receiver.answer = (_request, response) => response.writeHead(503).end();
      await subject.start('{}');
      await subject.invoke('{}');
      await until('it was refused', async () => {
        await subject.invoke('{}');
        return receiver.requests > 0;
      });
      receiver.answer = accept;
      await subject.invoke('{}');
      await subject.stop();
      const roots = receiver.named('probe');
      assert.equal(roots.filter((span) => span.attributes['coldlens.start.kind'] === 'cold').length, 1);
      assert.equal(new Set(roots.map((span) => span.spanId)).size, roots.length);
      assert.ok(roots.length >= 4);
    });

    const troubles = {
      'nobody listens': { COLDLENS_ENDPOINT: 'http://127.0.0.1:9' },
      'the endpoint is no URL': { COLDLENS_ENDPOINT: 'not a url' },
      'export is switched off': { OTEL_SDK_DISABLED: 'true' },
    };
    for (const [what, environment] of Object.entries(troubles)) {
      it(`does not disturb the function when ${what}`, async () => {
        const subject = instance('async.handler', environment);
        const cold = await subject.start('{}');
        const warm = await subject.invoke('{}');
        await subject.stop();
        assert.equal(cold.answer.state, 'succeeded');
        assert.equal(warm.answer.state, 'succeeded');
        assert.equal(receiver.requests, 0);
      });
    }

    it('waits at the end for a slow collector, where nobody else waits', async () => {
      const accept = receiver.answer;
      receiver.answer = (...request) => setTimeout(() => accept(...request), 1_000);
      const subject = instance('async.handler');
      await subject.start('{}');
      await subject.invoke('{}');
      await subject.stop();
      assert.equal(new Set(receiver.named('probe').map((span) => span.spanId)).size, 2);
    });

    it('does not wait for a collector whose answer never ends', async () => {
      receiver.answer = (_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
        response.on('close', () => clearInterval(timer));
      };
      const subject = instance('async.handler');
      await subject.start('{}');
      for (let call = 0; call < 5; call += 1) assert.equal((await subject.invoke('{}')).answer.state, 'succeeded');
      const beginMs = performance.now();
      await subject.stop();
      assert.ok(performance.now() - beginMs < 1_900, 'the instance must leave before it is killed');
    });

    it('leaves what is no function to the runtime, which says what is wrong', async () => {
      await assert.rejects(
        instance('not-a-function.handler').start('{}'),
        /not-a-function\.handler.*(not a function|not exported)/s,
      );
    });
    it('reports a handler that throws at load in one sentence', async () => {
      await assert.rejects(instance('throws-at-load.handler').start('{}'), (error: Error) => {
        assert.equal(error.name, 'Trouble');
        assert.match(error.message, /throws-at-load\.handler.*failed in its init.*RangeError/s);
        return true;
      });
    });
    it('reports a handler that does not exist', async () => {
      await assert.rejects(instance('nowhere.handler').start('{}'), /nowhere\.handler.*failed in its init/s);
    });
  });
}

describe('response streaming in aws-lambda-ric', () => {
  it('stays streaming when wrapped', async function () {
    const client = findRuntimeClient();
    if (client.name !== 'aws-lambda-ric') return this.skip();
    const receiver = await OtlpReceiver.start();
    const fn = { name: 'probe', taskRoot, handler: 'streaming.handler', memoryMb: 512, timeoutMs: 5_000 };
    const subject = new LambdaInstance({ ...fn, environment: { COLDLENS_ENDPOINT: receiver.url } }, client, {
      node: functionNode,
    });
    try {
      const { answer, requestId } = await subject.start('{"word":"words"}');
      assert.deepEqual(answer, { state: 'succeeded', body: 'streamed words' });
      await subject.stop();
      assert.equal(receiver.named('probe')[0]?.attributes['faas.invocation.id'], requestId);
    } finally {
      await subject.stop();
      receiver.close();
    }
  });
});

describe('the agent in a plain process', () => {
  it('never holds the process open', async () => {
    const receiver = await OtlpReceiver.start();
    receiver.answer = () => undefined;
    try {
      const script = fileURLToPath(new URL('../../fixtures/plain.mjs', import.meta.url));
      const env = { PATH: process.env.PATH, COLDLENS_ENDPOINT: receiver.url };
      const { status, stdout, stderr } = spawnSync(functionNode, [script], {
        env,
        timeout: 2_500,
        encoding: 'utf8',
      });
      assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'result\n', stderr: '' });
    } finally {
      receiver.close();
    }
  });
});
