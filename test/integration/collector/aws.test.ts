/** From what AWS delivers to rankings: functions of every language, by their platform's log alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { untilStored } from '../../support/collector.ts';
import { functionNode } from '../../support/function-node.ts';
import { invocationSpans, lambdaResource, request } from '../../support/spans.ts';
import { deliver, guardedCollector, type LoggedEvent, subscriptionMessage, token } from './aws-support.ts';

/** One cold and one warm invocation of a function in another language, as its log has them. */
const languages = [
  {
    name: 'py',
    version: 'python:3.12.v43',
    runtime: 'python3.12',
    initMs: 413.61,
    durationMs: 2.46,
    billedMs: 417,
    memoryMb: 1024,
  },
  {
    name: 'jv',
    version: 'java:21.v38',
    runtime: 'java21',
    initMs: 1494.57,
    durationMs: 544.92,
    billedMs: 2040,
    memoryMb: 2048,
  },
  {
    name: 'go',
    version: 'provided:al2023.v99',
    runtime: 'provided.al2023',
    initMs: 62.18,
    durationMs: 1.07,
    billedMs: 64,
    memoryMb: 128,
  },
  {
    name: 'net',
    version: 'dotnet:10.v20',
    runtime: 'dotnet10',
    initMs: 525.4,
    durationMs: 2531.99,
    billedMs: 3058,
    memoryMb: 512,
  },
  {
    name: 'rb',
    version: 'ruby:3.4.v12',
    runtime: 'ruby3.4',
    initMs: 1065.12,
    durationMs: 4895.04,
    billedMs: 5961,
    memoryMb: 512,
  },
] as const;

type Language = {
  readonly [Name in keyof (typeof languages)[number]]: (typeof languages)[number][Name] extends number
    ? number
    : string;
};

const calls = fileURLToPath(new URL('../../fixtures/calls.mjs', import.meta.url));

const stream = (id: string): string => `2026/11/22/[$LATEST]${id.padStart(32, '0')}`;

const logOf = ({ version, initMs, durationMs, billedMs, memoryMb }: Language, startMs: number): LoggedEvent[] => {
  const [cold, warm] = [randomUUID(), randomUUID()];
  const begunMs = Math.round(startMs - initMs);
  const endMs = Math.round(startMs + durationMs);
  const memory = `Memory Size: ${memoryMb} MB\tMax Memory Used: 95 MB\t`;
  return [
    {
      atMs: begunMs,
      message: `INIT_START Runtime Version: ${version}\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:5eac\n`,
    },
    { atMs: startMs, message: `START RequestId: ${cold} Version: $LATEST\n` },
    { atMs: startMs + 1, message: 'hello from the function\n' },
    { atMs: endMs, message: `END RequestId: ${cold}\n` },
    {
      atMs: endMs,
      message: `REPORT RequestId: ${cold}\tDuration: ${durationMs} ms\tBilled Duration: ${billedMs} ms\t${memory}Init Duration: ${initMs} ms\t\n`,
    },
    { atMs: endMs + 500, message: `START RequestId: ${warm} Version: $LATEST\n` },
    { atMs: endMs + 503, message: `END RequestId: ${warm}\n` },
    {
      atMs: endMs + 503,
      message: `REPORT RequestId: ${warm}\tDuration: 3.00 ms\tBilled Duration: 3 ms\t${memory}\n`,
    },
  ];
};

const controlMessage = {
  ...{ messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs', logGroup: '', logStream: '', subscriptionFilters: [] },
  logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
};

describe('what AWS delivers', function () {
  this.timeout(60_000);
  const running = guardedCollector();
  const startMs = Date.now() - 120_000;

  for (const language of languages) {
    it(`ranks a function of ${language.runtime} by what Firehose brings of its log`, async () => {
      const message = subscriptionMessage(language.name, stream(language.name), logOf(language, startMs));
      const requestId = randomUUID();
      for (const isGzip of [false, true]) {
        const response = await deliver(running.collector.url, {
          messages: [controlMessage, message],
          requestId,
          isGzip,
        });
        assert.equal(response.status, 200);
        assert.equal(response.headers.get('content-type'), 'application/json');
        assert.equal(response.headers.get('content-encoding'), null);
        const answer = (await response.json()) as { requestId: string; timestamp: number };
        assert.deepEqual(Object.keys(answer), ['requestId', 'timestamp']);
        assert.equal(answer.requestId, requestId);
        assert.ok(Math.abs(answer.timestamp - Date.now()) < 60_000);
      }
      const row = await running.ranked(language.name);
      const { initMs, durationMs, billedMs, memoryMb } = language;
      assert.deepEqual(
        [row?.provider, row?.account, row?.region, row?.version, row?.runtime, row?.memoryMb],
        ['aws', '123456789012', 'eu-central-1', '$LATEST', language.runtime, memoryMb],
      );
      assert.deepEqual([row?.invocations, row?.coldStarts, row?.errors], [2, 1, 0]);
      assert.ok(Math.abs((row?.cold.p50Ms ?? 0) - initMs - durationMs) < 0.001);
      assert.deepEqual(
        [row?.phases.reportedInitMs, row?.phases.initMs, row?.phases.runtimeStartMs],
        [initMs, null, null],
      );
      const gbS = ((billedMs + 3) / 1_000) * (memoryMb / 1_024);
      // No line tells the architecture: the price is that of x86_64, and says so.
      assert.match(row?.cost.reason ?? '', /x86_64/);
      assert.ok(Math.abs((row?.cost.totalUsd ?? 0) - (2 * 0.2e-6 + gbS * 0.0000166667)) < 1e-9);
    });
  }

  it('takes a request once, by its id, whatever comes back in it', async () => {
    const [language] = languages;
    const again = { ...language, name: 'once' };
    const messages = [subscriptionMessage('once', stream('a'), logOf(again, startMs))];
    const requestId = randomUUID();
    for (const isGzip of [false, true, false]) {
      assert.equal((await deliver(running.collector.url, { messages, requestId, isGzip })).status, 200);
    }
    assert.equal((await running.ranked('once'))?.invocations, 2);
  });

  const refusals: [string, Parameters<typeof deliver>[1], number, RegExp][] = [
    ['another access key', { messages: [], accessKey: 'wrong-0123456789abcdef' }, 401, /token/],
    ['no access key', { messages: [], accessKey: '' }, 401, /token/],
    ['no records', { messages: null as never }, 400, /Firehose/],
    ['an encoding that is not known', { messages: [], headers: { 'Content-Encoding': 'br' } }, 400, /br/],
  ];
  for (const [what, delivery, status, message] of refusals) {
    it(`refuses ${what} as Firehose wants to hear it`, async () => {
      const requestId = randomUUID();
      const response =
        delivery.messages === null
          ? await fetch(`${running.collector.url}/v1/firehose`, {
              method: 'POST',
              headers: { 'X-Amz-Firehose-Request-Id': requestId, 'X-Amz-Firehose-Access-Key': token },
              body: '{}',
            })
          : await deliver(running.collector.url, { ...delivery, requestId });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-type'), 'application/json');
      const answer = (await response.json()) as { requestId: string; timestamp: number; errorMessage: string };
      assert.deepEqual(Object.keys(answer), ['requestId', 'timestamp', 'errorMessage']);
      assert.equal(answer.requestId, requestId);
      assert.match(answer.errorMessage, message);
    });
  }

  it('never says 413, for which Firehose would throw the records away', async () => {
    const requestId = randomUUID();
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024)).toString('base64');
    const response = await fetch(`${running.collector.url}/v1/firehose`, {
      method: 'POST',
      headers: { 'X-Amz-Firehose-Request-Id': requestId, 'X-Amz-Firehose-Access-Key': token },
      body: JSON.stringify({ requestId, timestamp: 1, records: [{ data: bomb }] }),
    });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /longer than/);
  });

  const send = (path: string, body: unknown): Promise<Response> =>
    fetch(`${running.collector.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });

  it('tells a forwarding function how much was taken, and why the rest was not', async () => {
    const message = subscriptionMessage('forwarded', stream('f'), logOf(languages[0], startMs));
    const response = await send('/v1/cloudwatch?region=eu-central-1', message);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), {
      records: 8,
      unknown: [{ reason: 'not of the platform', count: 1, examples: ['hello from the function\n'] }],
    });
    assert.deepEqual((await running.ranked('forwarded'))?.coldStarts, 1);
    assert.equal((await send('/v1/cloudwatch', { hello: 1 })).status, 400);
  });

  it('tells what Lambda had initialised long before anybody asked, once both are there', async () => {
    const [language] = languages;
    const events = logOf(language, startMs);
    const [begun, ...rest] = events;
    const early = { message: begun?.message ?? '', atMs: startMs - 60_000 };
    // In two requests, the later one first.
    for (const [name, first] of [
      ['ahead', early],
      ['asked', begun],
    ] as const) {
      for (const part of [rest, [first as LoggedEvent]]) {
        const messages = [subscriptionMessage(name, stream(name), part)];
        assert.equal((await deliver(running.collector.url, { messages })).status, 200);
      }
    }
    await running.ranked('ahead');
    await running.store.seal();
    assert.equal((await running.ranked('ahead'))?.coldStarts, 0);
    assert.equal((await running.ranked('asked'))?.coldStarts, 1);
  });

  it('takes what an extension hears of the Telemetry API', async () => {
    const time = (ms: number): string => new Date(ms).toISOString();
    const metrics = {
      durationMs: 4.5,
      billedDurationMs: 305,
      memorySizeMB: 256,
      maxMemoryUsedMB: 90,
      initDurationMs: 300,
    };
    const events = [
      {
        time: time(startMs - 301),
        type: 'platform.initStart',
        record: {
          initializationType: 'on-demand',
          phase: 'init',
          runtimeVersion: 'python:3.13.v1',
          functionName: 'heard',
        },
      },
      { time: time(startMs), type: 'platform.start', record: { requestId: 'h1', version: '$LATEST' } },
      { time: time(startMs + 5), type: 'platform.report', record: { requestId: 'h1', status: 'timeout', metrics } },
    ];
    const response = await send('/v1/telemetry?account=123456789012&region=eu-central-1&function=heard', events);
    assert.deepEqual(await response.json(), { records: 3, unknown: [] });
    const row = await running.ranked('heard');
    assert.deepEqual([row?.runtime, row?.coldStarts, row?.errors, row?.cold.p50Ms], ['python3.13', 1, 1, 304.5]);
  });

  it("reads the agent's own lines between those of the platform", async () => {
    const environment = {
      ...{ AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1', AWS_LAMBDA_FUNCTION_NAME: 'lined', AWS_REGION: 'eu-central-1' },
      ...{ AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      ...{ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512', AWS_LAMBDA_LOG_STREAM_NAME: stream('e') },
    };
    const { stdout } = spawnSync(functionNode, [calls, JSON.stringify({ calls: 3, pauseMs: 20 })], {
      env: { PATH: process.env.PATH, ...environment },
      encoding: 'utf8',
    });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{"coldlens":'));
    assert.equal(lines.length, 3);
    const events = lines.map((message) => ({ atMs: Date.now(), message: `${message}\n` }));
    const messages = [subscriptionMessage('lined', stream('e'), events)];
    assert.equal((await deliver(running.collector.url, { messages })).status, 200);
    const row = await running.ranked('lined');
    assert.deepEqual([row?.invocations, row?.coldStarts, row?.runtime, row?.memoryMb], [3, 1, 'nodejs24.x', 512]);
    assert.ok((row?.phases.initMs ?? 0) > 0);
  });

  it('adds up with what the agent sends of the same invocations, and lets it overrule what is not certain', async () => {
    const events = logOf(languages[0], startMs);
    const id = /RequestId: (\S+)/.exec(events[1]?.message ?? '')?.[1] ?? '';
    const spans = invocationSpans({
      id,
      startMs,
      kind: 'prewarmed',
      runtimeStartMs: 40,
      initMs: 200,
      executionMs: 2.4,
    });
    const resource = { ...lambdaResource, 'faas.name': 'both', 'faas.instance': stream('both') };
    assert.equal((await send('/v1/traces', request(spans, resource))).status, 200);
    // Without its beginning, which would settle it.
    const messages = [subscriptionMessage('both', stream('both'), events.slice(1))];
    assert.equal((await deliver(running.collector.url, { messages })).status, 200);
    await untilStored(running.collector.url);
    const row = await running.ranked('both');
    assert.deepEqual([row?.invocations, row?.coldStarts], [2, 0]);
  });
});
