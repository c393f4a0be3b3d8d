/** Google's logs, from the push of Pub/Sub to what is asked: which request waited for which start, and for how long. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RankedFunction } from '#collector/index.js';
import { randomOf } from '../../fuzz/random.ts';
import { collectorForAllTests, untilStored } from '../../support/collector.ts';
import { invocationSpans, store200, within } from '../../support/spans.ts';

const hourMs = 3_600_000;
const unknown = { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null };
const place = { project_id: 'shop-4711', location: 'europe-west1' };

const timeOf = (ms: number): string => new Date(ms).toISOString();
const logName = (id: string): string => `projects/shop-4711/logs/${encodeURIComponent(id)}`;
let made = 0;
const traceOf = (index: number): string => index.toString(16).padStart(32, 'a');
const spanOf = (index: number): string => index.toString(16).padStart(16, 'b');

interface RequestInput {
  name: string;
  instance?: string;
  atMs: number;
  latencyMs: number;
  status?: number;
  index?: number;
  eventId?: string;
  more?: object;
}

const cloudRun = (name: string) => ({
  type: 'cloud_run_revision',
  labels: { ...place, service_name: name, revision_name: `${name}-00001-abc`, configuration_name: name },
});

const request = ({
  name,
  instance = 'i-1',
  atMs,
  latencyMs,
  status = 200,
  index = ++made,
  eventId,
  more,
}: RequestInput) => ({
  insertId: `r${index}`,
  httpRequest: { requestMethod: 'GET', status, latency: `${(latencyMs / 1_000).toFixed(9)}s` },
  resource: cloudRun(name),
  timestamp: timeOf(atMs),
  labels: {
    instanceId: instance,
    'goog-managed-by': 'cloudfunctions',
    ...(eventId !== undefined && { 'run.googleapis.com/cloud_event_id': eventId }),
    ...more,
  },
  logName: logName('run.googleapis.com/requests'),
  trace: `projects/shop-4711/traces/${traceOf(index)}`,
  spanId: spanOf(index),
});

const system = (name: string, text: string, atMs: number, instance = 'i-1') => ({
  insertId: `s${++made}`,
  textPayload: text,
  resource: cloudRun(name),
  timestamp: timeOf(atMs),
  labels: { instanceId: instance },
  logName: logName('run.googleapis.com/varlog/system'),
});
const begun = (name: string, atMs: number, instance?: string, reason = 'AUTOSCALING') =>
  system(name, `Starting new instance. Reason: ${reason} - Instance started.`, atMs, instance);
const ready = (name: string, atMs: number, instance?: string) =>
  system(
    name,
    'Default STARTUP TCP probe succeeded after 1 attempt for container "worker" on port 8080.',
    atMs,
    instance,
  );

const execution = (name: string, id: string, text: string, atMs: number) => ({
  insertId: `e${++made}`,
  textPayload: text,
  resource: {
    type: 'cloud_function',
    labels: { project_id: 'shop-4711', region: 'europe-west1', function_name: name },
  },
  timestamp: timeOf(atMs),
  labels: { execution_id: id },
  logName: logName('cloudfunctions.googleapis.com/cloud-functions'),
});

const pushed = (entry: object) => ({
  message: {
    data: Buffer.from(JSON.stringify(entry)).toString('base64'),
    messageId: String(++made),
    publishTime: timeOf(0),
  },
  subscription: 'projects/shop-4711/subscriptions/coldlens',
});

describe("Google's own logs", () => {
  const running = collectorForAllTests();
  const startMs = Math.floor(Date.now() / hourMs) * hourMs - 2 * hourMs + 600_000;

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${running.collector.url}/v1/google`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const send = async (body: unknown): Promise<void> => {
    const response = await post(body);
    assert.equal(response.status, 200, await response.text());
    await untilStored(running.collector.url);
  };
  const rankedAll = async (name: string): Promise<readonly RankedFunction[]> =>
    (await running.store.ranking({ sinceMs: 26 * hourMs, sort: 'cost', limit: 10, filter: name })).functions;
  const ranked = async (name: string): Promise<RankedFunction> => {
    const functions = await rankedAll(name);
    assert.equal(functions.length, 1, `${functions.length} functions match ${name}`);
    return functions[0] as RankedFunction;
  };
  const sealed = async (name: string): Promise<RankedFunction> => {
    await running.store.seal();
    return ranked(name);
  };
  const pageOf = async (name: string, invocationId: string, atMs = startMs) =>
    running.store.invocationPage({
      ...{ provider: 'gcp', account: 'shop-4711', region: 'europe-west1', name, invocationId, atMs },
    });
  const idOf = (index: number): string => `${traceOf(index)}/${BigInt(`0x${spanOf(index)}`)}`;
  const kindOf = async (name: string, index: number, atMs = startMs) =>
    (await pageOf(name, idOf(index), atMs))?.startKind;

  it('counts executions of the 1st generation, whose starts nobody tells', async () => {
    const lines = [
      execution('first', 'x1', 'Function execution started', startMs),
      execution('first', 'x1', 'Function execution took 16 ms, finished with status code: 200', startMs + 16),
      execution('first', 'x2', "Function execution took 60001 ms, finished with status: 'timeout'", startMs + 70_000),
      execution('first', 'x3', 'my own line', startMs),
    ];
    for (const line of [...lines, ...lines]) await post(pushed(line));
    await untilStored(running.collector.url);
    const row = await sealed('first');
    assert.deepEqual([row.provider, row.account, row.region], ['gcp', 'shop-4711', 'europe-west1']);
    assert.deepEqual([row.invocations, row.coldStarts, row.coldRatio, row.errors], [2, null, null, 1]);
    assert.deepEqual(row.cold, unknown);
    assert.equal(row.cost.totalUsd, null);
  });

  const cold = (name: string) => [
    begun(name, startMs + 20),
    ready(name, startMs + 1_520),
    request({ name, atMs: startMs, latencyMs: 1_700, index: 1 }),
    request({ name, atMs: startMs + 5_000, latencyMs: 12, index: 2 }),
  ];
  for (const [order, pick] of [
    ['in their order', (all: object[]) => all],
    ['in reverse', (all: object[]) => all.toReversed()],
    ['twice', (all: object[]) => [...all, ...all.toReversed()]],
  ] as const) {
    it(`pairs a start with the request that waited for it, told ${order}`, async () => {
      const name = `paired-${order.replaceAll(' ', '-')}`;
      for (const entry of pick(cold(name))) await send(pushed(entry));
      const row = await sealed(name);
      assert.deepEqual([row.invocations, row.coldStarts], [2, 1]);
      // What the caller waited, all in all; 180 ms of it were the handler's.
      assert.equal(row.cold.p50Ms, 1_700);
      assert.deepEqual([row.phases.executionMs, row.phases.reportedInitMs], [180, 1_500]);
      within(row.warm, { p50Ms: 12, p90Ms: 12, p99Ms: 12, maxMs: 12 });
      const page = await pageOf(name, idOf(1));
      assert.deepEqual([page?.startKind, page?.startCertainty], ['cold', 'inferred']);
    });
  }

  it('takes one of several that waited for the cold one, and marks the others', async () => {
    const name = 'waiters';
    await send([
      begun(name, startMs + 10),
      ready(name, startMs + 1_000),
      request({ name, atMs: startMs + 300, latencyMs: 760, index: 12 }),
      request({ name, atMs: startMs + 200, latencyMs: 850, index: 11 }),
    ]);
    assert.deepEqual([await sealed(name).then((row) => row.cold.p50Ms), await kindOf(name, 12)], [850, 'warm']);
    assert.equal((await ranked(name)).coldAffected, 1);
    // It came first, and took so long that it was logged last.
    await send(request({ name, atMs: startMs, latencyMs: 9_000, index: 10 }));
    const row = await sealed(name);
    assert.deepEqual([row.coldStarts, row.cold.p50Ms, row.coldAffected], [1, 9_000, 2]);
    assert.deepEqual(await Promise.all([10, 11, 12].map((index) => kindOf(name, index))), ['cold', 'warm', 'warm']);
  });

  it('knows no execution where the line that says ready comes later than the answer', async () => {
    const name = 'late-line';
    // As published: request 46.49 for 3.947 s, start 46.51, probe 50.67.
    await send([
      request({ name, atMs: startMs, latencyMs: 3_947, status: 403, index: 20 }),
      begun(name, startMs + 20),
      ready(name, startMs + 4_180),
      request({ name, atMs: startMs + 4_520, latencyMs: 10, index: 21 }),
    ]);
    const row = await sealed(name);
    assert.deepEqual([row.coldStarts, row.cold.p50Ms, row.phases.executionMs], [1, 3_947, null]);
    assert.equal(await kindOf(name, 21), 'warm');
  });

  for (const reason of ['MANUAL_OR_CUSTOMER_MIN_INSTANCE', 'DEPLOYMENT_ROLLOUT', 'AUTOSCALING']) {
    it(`calls the first request prewarmed that found an instance started for ${reason}`, async () => {
      const name = `ahead-${reason.toLowerCase().replaceAll('_', '-')}`;
      const laterMs = reason === 'AUTOSCALING' ? 60_000 : hourMs + 60_000;
      await send([
        begun(name, startMs, 'i-1', reason),
        ready(name, startMs + 900),
        request({ name, atMs: startMs + laterMs, latencyMs: 15, index: 31 }),
        request({ name, atMs: startMs + laterMs + 100, latencyMs: 16, index: 32 }),
      ]);
      assert.equal((await sealed(name)).coldStarts, 0);
      assert.deepEqual(await Promise.all([31, 32].map((index) => kindOf(name, index, startMs + laterMs))), [
        'prewarmed',
        'warm',
      ]);
    });
  }

  it('calls the request cold that was there before an instance of a rollout was ready', async () => {
    const name = 'rollout-waited';
    await send([
      begun(name, startMs, 'i-1', 'DEPLOYMENT_ROLLOUT'),
      ready(name, startMs + 900),
      request({ name, atMs: startMs + 500, latencyMs: 600, index: 41 }),
    ]);
    const row = await sealed(name);
    assert.deepEqual([row.coldStarts, row.cold.p50Ms, row.phases.executionMs], [1, 600, 200]);
  });

  it('pairs across the end of an hour, and knows a later hour is not the first', async () => {
    const name = 'two-hours';
    const endMs = Math.floor(startMs / hourMs) * hourMs + hourMs;
    await send([
      request({ name, atMs: endMs - 300, latencyMs: 2_000, index: 51 }),
      begun(name, endMs - 280),
      ready(name, endMs + 1_400),
      request({ name, atMs: endMs + 5_000, latencyMs: 20, index: 52 }),
    ]);
    const row = await sealed(name);
    assert.deepEqual([row.invocations, row.coldStarts, row.cold.p50Ms, row.phases.executionMs], [2, 1, 2_000, 300]);
    assert.deepEqual([await kindOf(name, 51, endMs), await kindOf(name, 52, endMs)], ['cold', 'warm']);
  });

  it('tells nothing of kinds where no start is told, nor of instances that began before', async () => {
    const name = 'no-system-log';
    await send([request({ name, atMs: startMs, latencyMs: 1_700, index: 61 })]);
    await send([begun('other', startMs, 'i-9'), ready('other', startMs + 10, 'i-9')]);
    const row = await sealed(name);
    assert.deepEqual([row.invocations, row.coldStarts], [1, null]);
    assert.equal(await kindOf(name, 61), null);
  });

  it('counts a start without its probe, and learns how long it was when that is told', async () => {
    const name = 'no-probe';
    await send([
      begun(name, startMs + 15),
      request({ name, atMs: startMs, latencyMs: 1_700, index: 71 }),
      request({ name, atMs: startMs + 900, latencyMs: 1_000, index: 72 }),
    ]);
    const row = await sealed(name);
    assert.deepEqual([row.coldStarts, row.cold.p50Ms, row.phases.executionMs], [1, 1_700, null]);
    await send(ready(name, startMs + 1_515));
    const later = await sealed(name);
    assert.deepEqual([later.coldStarts, later.cold.p50Ms, later.phases.executionMs], [1, 1_700, 185]);
  });

  it('lets what the agent saw overrule the rule, and counts one call once', async () => {
    const name = 'with-agent';
    const resource = {
      ...{ 'cloud.provider': 'gcp', 'cloud.platform': 'gcp_cloud_run', 'cloud.account.id': 'shop-4711' },
      ...{
        'cloud.region': 'europe-west1',
        'faas.name': name,
        'faas.instance': 'i-1',
        'faas.max_memory': 512 * 1_048_576,
      },
    };
    await send(cold(name));
    await running.store.seal();
    const agent = invocationSpans({
      ...{ id: idOf(1), startMs: startMs + 700, kind: 'cold', runtimeStartMs: 100, initMs: 600, executionMs: 150 },
    });
    const second = invocationSpans({ id: idOf(2), startMs: startMs + 5_002, kind: 'warm', executionMs: 9 });
    await store200(running.collector.url, [...agent, ...second], resource);
    const row = await sealed(name);
    assert.deepEqual([row.invocations, row.coldStarts], [2, 1]);
    // The wait that the platform saw is longer than what the process could see of it.
    assert.deepEqual([row.cold.p50Ms, row.phases.initMs, row.phases.executionMs], [1_700, 600, 150]);
    const page = await pageOf(name, idOf(1));
    assert.deepEqual([page?.startKind, page?.startCertainty], ['cold', 'certain']);
    assert.ok((row.cost.totalUsd ?? 0) > 0);
  });

  it('knows an event by its id, and a call that shares no id by its instance and time', async () => {
    const name = 'echoes';
    const resource = {
      ...{ 'cloud.provider': 'gcp', 'cloud.platform': 'gcp_cloud_run', 'cloud.account.id': 'shop-4711' },
      ...{ 'cloud.region': 'europe-west1', 'faas.name': name, 'faas.instance': 'i-1' },
    };
    const spans = [
      ...invocationSpans({ id: 'event-1', startMs: startMs + 10, kind: 'warm', executionMs: 20 }),
      ...invocationSpans({ id: 'made-up', startMs: startMs + 60_005, kind: 'warm', executionMs: 20 }),
    ];
    await store200(running.collector.url, spans, resource);
    await send([
      request({ name, atMs: startMs, latencyMs: 40, eventId: 'event-1' }),
      request({ name, atMs: startMs + 60_000, latencyMs: 40, index: 81 }),
      // The agent did not live to tell this one.
      request({ name, atMs: startMs + 120_000, latencyMs: 900, status: 503, index: 82 }),
    ]);
    const row = await sealed(name);
    assert.deepEqual([row.invocations, row.errors], [3, 1]);
    // What it told later by that very id counts.
    await store200(
      running.collector.url,
      invocationSpans({ id: idOf(81), startMs: startMs + 60_001, kind: 'warm', executionMs: 20 }),
      resource,
    );
    assert.equal((await sealed(name)).invocations, 4);
  });

  it('costs what the size in the labels of the service makes it cost', async () => {
    const name = 'sized';
    const size = { 'coldlens-memory-mb': '512', 'coldlens-milli-vcpu': '1000' };
    await send(request({ name, atMs: startMs, latencyMs: 90, index: 91, more: size }));
    // 100 ms of 1 vCPU and 0.5 GiB, and one request.
    assert.equal(
      (await sealed(name)).cost.totalUsd?.toFixed(12),
      (0.1 * (0.000024 + 0.5 * 0.0000025) + 0.4e-6).toFixed(12),
    );
  });

  it('takes a wait that the platform counted into its time but once into the bill', async () => {
    const name = 'billed-once';
    const size = { 'coldlens-memory-mb': '1024', 'coldlens-milli-vcpu': '1000' };
    await send([
      begun(name, startMs + 20),
      ready(name, startMs + 1_520),
      request({ name, atMs: startMs, latencyMs: 1_700, index: 95, more: size }),
    ]);
    assert.equal((await sealed(name)).cost.totalUsd?.toFixed(12), (1.7 * (0.000024 + 0.0000025) + 0.4e-6).toFixed(12));
  });

  it('calls cold what was published as cold, whatever order its lines came in', async () => {
    const published = JSON.parse(
      readFileSync(new URL('../../fixtures/platforms/google/cold-starts.json', import.meta.url), 'utf8'),
    ) as { what: string; at: string; latency: string; status: number; begun: string; ready: string }[];
    for (const { what, at, latency, status, ...lines } of published) {
      const name = what.replaceAll(' ', '-');
      const offset = startMs - Date.parse(at);
      const latencyMs = Number(latency.slice(0, -1)) * 1_000;
      await send([
        begun(name, Date.parse(lines.begun) + offset),
        request({ name, atMs: startMs, latencyMs, status }),
        ready(name, Date.parse(lines.ready) + offset),
      ]);
      const row = await sealed(name);
      assert.deepEqual([row.coldStarts, row.cold.p50Ms], [1, latencyMs], what);
      const readyMs = Date.parse(lines.ready) - Date.parse(lines.begun);
      assert.equal(row.phases.reportedInitMs, readyMs);
      assert.equal(row.phases.executionMs === null, Date.parse(lines.ready) >= Date.parse(at) + latencyMs, what);
    }
  });

  it('tells the same of a log that came in any order, in pieces, and twice', async function () {
    this.timeout(60_000);
    const random = randomOf(4_711);
    const shapes = Array.from({ length: 4 }, (_, instance) => ({
      instance: `i-${instance}`,
      reason: instance % 3 === 0 ? 'DEPLOYMENT_ROLLOUT' : 'AUTOSCALING',
      hasProbe: instance !== 2,
      requests: Array.from({ length: 3 }, (_, index) => ({
        atMs: startMs + instance * 60_000 + (instance % 3 === 0 ? 5_000 : 0) + index * 400,
        latencyMs: index < 2 ? 1_500 + random.whole(500) : 30 + random.whole(20),
        index: 100 + instance * 10 + index,
      })),
    }));
    const log = (name: string): object[] =>
      shapes.flatMap(({ instance, reason, hasProbe, requests }) => [
        begun(name, (requests[0]?.atMs ?? 0) + 20, instance, reason),
        ...(hasProbe ? [ready(name, (requests[0]?.atMs ?? 0) + 1_200, instance)] : []),
        ...requests.map((one) => request({ name, instance, ...one })),
      ]);
    const rows: unknown[] = [];
    for (const name of ['order-0', 'order-1', 'order-2']) {
      const left = log(name);
      if (name !== 'order-0') left.push(...left.filter(() => random.chance(0.3)));
      while (left.length > 0) {
        const some = Array.from({ length: Math.min(left.length, 8) }, () =>
          name === 'order-0' ? left.shift() : left.splice(random.whole(left.length), 1)[0],
        );
        await send(some);
        if (name === 'order-2') await running.store.seal();
      }
      const row = await sealed(name);
      const kinds = await Promise.all(
        shapes.flatMap(({ requests }) => requests.map(({ index, atMs }) => kindOf(name, index, atMs))),
      );
      rows.push({ ...row, name: 'any', version: 'any', kinds });
    }
    assert.deepEqual((rows[0] as RankedFunction).coldStarts, 4);
    assert.deepEqual(rows[1], rows[0]);
    assert.deepEqual(rows[2], rows[0]);
  });

  it('answers what it can never read with 200, and counts it', async () => {
    const bad: [string, string][] = [
      ['{"message":{"data":"%%%"},"subscription":"s"}', 'unknown shape'],
      ['{"message":{"data":"eyJhIjo="},"subscription":"s"}', 'not JSON'],
      ['{"message":{"data":"/w=="},"subscription":"s"}', 'not UTF-8'],
      ['half a li', 'not of the platform'],
      ['{"logName":"projects/p/lo', 'not JSON'],
      ['[1,null]', 'unknown shape'],
    ];
    for (const [body, reason] of bad) {
      const response = await post(body);
      assert.equal(response.status, 200);
      const told = (await response.json()) as { unknown: { reason: string }[] };
      assert.deepEqual(
        told.unknown.map((one) => one.reason),
        [reason],
        body,
      );
    }
    const encoded = await post('not gzip', { 'Content-Encoding': 'gzip' });
    assert.deepEqual([encoded.status, 'refused' in ((await encoded.json()) as object)], [200, true]);
  });
});
