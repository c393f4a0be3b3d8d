/** What entries of Cloud Logging tell, and what is counted of those that tell nothing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { google as agent } from '#agent/platforms/google.js';
import type { Report } from '#collector/model/invocation/partial.js';
import { mergeAll } from '#collector/model/invocation/partial.js';
import { Telling } from '#collector/model/telling.js';
import { readCloudLogging } from '#collector/platforms/google/body.js';
import { googleFormats } from '#collector/platforms/google/index.js';
import { randomOf } from '../../../fuzz/random.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/platforms/google/${name}`, import.meta.url), 'utf8');

const receivedMs = Date.parse('2026-11-22T12:00:00Z');
const read = (body: unknown, atMs = receivedMs): Telling => {
  const told = new Telling(atMs);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  readCloudLogging(Buffer.from(text), {}, told);
  return told;
};
const reasons = ({ unknown }: Telling): Record<string, number> =>
  Object.fromEntries(unknown.list().map(({ reason, count }) => [reason, count]));

const execution = (textPayload: string, more: object = {}) => ({
  textPayload,
  resource: { type: 'cloud_function', labels: { project_id: 'p', region: 'europe-west1', function_name: 'f' } },
  timestamp: '2026-11-22T11:00:00.123456789Z',
  labels: { execution_id: 'x1' },
  logName: 'projects/p/logs/cloudfunctions.googleapis.com%2Fcloud-functions',
  ...more,
});

const onCloudRun = (log: string, more: object = {}) => ({
  insertId: 'r1',
  resource: {
    type: 'cloud_run_revision',
    labels: { project_id: 'p', location: 'europe-west1', service_name: 'f', revision_name: 'f-1' },
  },
  timestamp: '2026-11-22T11:00:00Z',
  labels: { instanceId: 'i-1' },
  logName: `projects/p/logs/run.googleapis.com%2F${log}`,
  ...more,
});
const request = (more: object = {}) =>
  onCloudRun('requests', {
    httpRequest: { status: 200, latency: '0.004300310s' },
    trace: `projects/p/traces/${'A'.repeat(32)}`,
    spanId: '00f067aa0ba902b7',
    ...more,
  });

const only = (told: Telling): Report => {
  assert.deepEqual([told.reports.length, reasons(told)], [1, {}]);
  return told.reports[0] as Report;
};

describe("Google's entries", () => {
  const statuses: [string, object][] = [
    ['took 16 ms, finished with status code: 200', { platformStatus: 'success' }],
    ['took 16 ms, finished with status code: 404', { platformStatus: 'success' }],
    ['took 16 ms, finished with status code: 500', { platformStatus: 'error', platformErrorType: '500' }],
    ["took 16 ms, finished with status: 'ok'", { platformStatus: 'success', platformErrorType: null }],
    ["took 16 ms, finished with status: 'error'", { platformStatus: 'error', platformErrorType: null }],
    ["took 16 ms, finished with status: 'timeout'", { platformStatus: 'timeout', platformErrorType: 'timeout' }],
    ["took 16 ms, finished with status: 'crash'", { platformStatus: 'error', platformErrorType: 'crash' }],
    [
      "took 16 ms, finished with status: 'connection error'",
      { platformStatus: 'error', platformErrorType: 'connection error' },
    ],
    ["took 16 ms, finished with status: 'constructor'", { platformStatus: 'error', platformErrorType: 'constructor' }],
    [
      "took 16 ms, finished with status: 'load error'",
      { platformStatus: 'error', platformErrorType: 'load error', platformStartKind: 'cold', platformIsCertain: 0 },
    ],
    ['took 16 ms. Finished with status code: 200', { platformStatus: 'success' }],
  ];
  for (const [line, facts] of statuses) {
    it(`reads that an execution ${line}`, () => {
      const report = only(read(execution(`Function execution ${line}`)));
      assert.deepEqual(report.facts, { platformDurationNs: 16_000_000n, ...facts });
    });
  }

  it('knows an execution as the agent does', () => {
    const env = { FUNCTION_TARGET: 'f', K_SERVICE: 'f', FUNCTION_REGION: 'europe-west1', GCP_PROJECT: 'p' };
    const resource = agent.resource(env, []);
    const { invocationId } = agent.call([{ headers: { 'function-execution-id': 'x1' } }], undefined);
    const { of, ...report } = only(read(execution('Function execution started')));
    assert.deepEqual(report, {
      ...{ functionName: 'f', invocationId, seenNs: 1_795_345_200_123_456_789n },
      facts: { platformStartedNs: 1_795_345_200_123_456_789n },
    });
    const told = [of.told.provider, of.told.account, of.told.region, of.functionName, of.told.cloudPlatform];
    const names = ['cloud.provider', 'cloud.account.id', 'cloud.region', 'faas.name', 'cloud.platform'];
    assert.deepEqual(
      told,
      names.map((name) => resource[name]),
    );
  });

  it('knows a request on Cloud Run as the agent does', () => {
    const { of, ...report } = only(read(request()));
    const headers = { 'x-cloud-trace-context': `${'a'.repeat(32)}/${BigInt('0x00f067aa0ba902b7')};o=1` };
    assert.equal(report.invocationId, agent.call([{ headers, executionId: 'made up' }], undefined).invocationId);
    assert.deepEqual(report.facts, {
      platformStartedNs: 1_795_345_200_000_000_000n,
      platformDurationNs: 4_300_310n,
      platformStatus: 'success',
    });
    const { functionVersion, instanceId, cloudPlatform, memoryMb } = of.told;
    assert.deepEqual([functionVersion, instanceId, cloudPlatform, memoryMb], ['f-1', 'i-1', 'gcp_cloud_run', null]);
  });

  const ids: [string, object, string][] = [
    ["the event's id", { labels: { instanceId: 'i', 'run.googleapis.com/cloud_event_id': 'e-1' } }, 'e-1'],
    ["the entry's own id, where it has no span", { spanId: undefined }, 'r1'],
    ["the entry's own id, where its span is none", { spanId: '4085370250185497714' }, 'r1'],
    ["the entry's own id, where its trace is none", { trace: 'projects/p/traces/__proto__' }, 'r1'],
  ];
  for (const [what, more, id] of ids) {
    it(`takes for a request's id ${what}`, () => assert.equal(only(read(request(more))).invocationId, id));
  }

  it('tells a timeout from an answer that failed', () => {
    const answered = (status: number, textPayload?: string) =>
      only(read(request({ httpRequest: { status, latency: '60s' }, textPayload }))).facts.platformStatus;
    const text = 'The request has been terminated because it has reached the maximum request timeout. ...';
    assert.deepEqual(
      [answered(504, text), answered(504), answered(503), answered(403)],
      ['timeout', 'error', 'error', 'success'],
    );
  });

  const moments: [string, string, boolean][] = [
    [
      'Starting new instance. Reason: AUTOSCALING - Instance started due to configured scaling factors.',
      'begun',
      false,
    ],
    ['Starting new instance. Reason: AUTOSCALING', 'begun', false],
    ['Starting new instance. Reason: DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting.', 'begun', true],
    ['Starting new instance. Reason: MANUAL_OR_CUSTOMER_MIN_INSTANCE - Instance started because.', 'begun', true],
    ['Default STARTUP TCP probe succeeded after 1 attempt for container "worker" on port 8080.', 'ready', false],
    ['STARTUP HTTP probe succeeded after 3 attempts for container "app-1" on path "/healthz".', 'ready', false],
  ];
  for (const [text, moment, isAhead] of moments) {
    it(`reads ${text.slice(0, 60)}`, () => {
      const told = read(onCloudRun('varlog%2Fsystem', { textPayload: text }));
      assert.deepEqual(
        told.starts.map((start) => [start.moment, start.isAhead, start.instanceId, start.initNs]),
        [[moment, isAhead, 'i-1', 0n]],
      );
    });
  }

  const nothing: [string, unknown, string][] = [
    ["a function's own line", execution('hello'), 'not of the platform'],
    ['an execution without its id', execution('Function execution started', { labels: {} }), 'no invocation id'],
    ['another log', onCloudRun('stdout'), 'not of the platform'],
    ['another product', { ...execution('x'), resource: { type: 'gce_instance' } }, 'not of the platform'],
    [
      'a job of Cloud Run',
      { ...onCloudRun('varlog%2Fsystem'), resource: { type: 'cloud_run_job' } },
      'not of the platform',
    ],
    ['a request that no instance took', request({ labels: {} }), 'no invocation'],
    [
      'a probe that failed',
      onCloudRun('varlog%2Fsystem', { textPayload: 'Default STARTUP TCP probe failed 1 time' }),
      'no invocation',
    ],
    ['no name', request({ resource: { type: 'cloud_run_revision', labels: [] } }), 'no function'],
    ['no time', request({ timestamp: undefined }), 'wrong time'],
    ['no true time', request({ timestamp: '2026-13-41T11:00:00Z' }), 'wrong time'],
    ['a time of long ago', request({ timestamp: '2020-11-22T11:00:00Z' }), 'wrong time'],
    ['an array', [[[[[request()]]]]], 'unknown shape'],
    ['a text', '"text"', 'unknown shape'],
    ['half an entry', JSON.stringify(request()).slice(0, 300), 'not JSON'],
    ['a message of no base64', { message: { data: '%' } }, 'unknown shape'],
    ['a message of a message of a message', { message: { data: 7 } }, 'unknown shape'],
  ];
  for (const [what, body, reason] of nothing) {
    it(`counts ${what} as ${reason}`, () => {
      const told = read(body);
      assert.deepEqual([told.isEmpty, told.records, reasons(told)], [true, 1, { [reason]: 1 }]);
    });
  }

  it('reads one, an array, one a line, messages, and all of these in one', () => {
    const entry = request();
    const message = { message: { data: Buffer.from(JSON.stringify(entry)).toString('base64') }, subscription: 's' };
    const lines = [entry, message, [entry]].map((one) => JSON.stringify(one)).join('\r\n');
    for (const [body, count] of [
      [entry, 1],
      [[entry, entry], 2],
      [message, 1],
      [`${lines}\n\n`, 3],
    ] as const) {
      const told = read(body);
      assert.deepEqual([told.records, told.reports.length], [count, count]);
    }
  });

  it('takes names that are hostile for what they are', () => {
    const name = `${'x'.repeat(1_000)}\u0000\u001b[31m`;
    const told = read(
      request({ resource: { type: 'cloud_run_revision', labels: { service_name: name, location: 7 } } }),
    );
    assert.equal(only(told).functionName.length, 512);
    const size = { instanceId: 'i', 'coldlens-memory-mb': '1e9', 'coldlens-milli-vcpu': '-5' };
    const { memoryMb, milliVcpu } = only(read(request({ labels: size }))).of.told;
    assert.deepEqual([memoryMb, milliVcpu], [null, null]);
    for (const latency of ['NaNs', '-1s', '1e308s', 7, {}, '99999999999s']) {
      assert.equal(only(read(request({ httpRequest: { status: 1e308, latency } }))).facts.platformDurationNs, null);
    }
  });

  it("reads the agent's own lines", () => {
    const span = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'invocation',
      startTimeUnixNano: '1',
      endTimeUnixNano: '2',
    };
    const line = { coldlens: 1, resourceSpans: [{ resource: {}, scopeSpans: [{ spans: [span, {}] }] }] };
    for (const payload of [{ jsonPayload: line }, { textPayload: JSON.stringify(line) }]) {
      const told = read(onCloudRun('stdout', payload));
      assert.deepEqual([told.spans.length, told.invalid, told.records], [1, 1, 1]);
    }
    const cut = read(onCloudRun('stdout', { textPayload: JSON.stringify(line).slice(0, 80) }));
    assert.deepEqual(reasons(cut), { 'cut off': 1 });
  });

  it('reads what was published', () => {
    const [requests, event, first] = ['cloud-run-request', 'cloud-run-event', 'first-generation'].map((name) => {
      const body = fixture(`${name}.json`);
      const { timestamp } = JSON.parse(body)[0] as { timestamp: string };
      return read(body, Date.parse(timestamp) + 1_000);
    });
    assert.deepEqual(
      requests?.reports.map(({ invocationId, functionName, facts }) => [
        functionName,
        invocationId,
        facts.platformDurationNs,
      ]),
      [['updateholidays', 'a9702259332576235705ce11250a415f/4085370250185497714', 1_071_604_090n]],
    );
    assert.deepEqual([event?.reports[0]?.invocationId, event?.starts[0]?.moment], ['15474464854558691', 'ready']);
    assert.equal(event?.reports[0]?.of.told.instanceId, event?.starts[0]?.instanceId);
    assert.deepEqual(
      [first?.reports.length, reasons(first as Telling)],
      [1, { 'wrong time': 1, 'not of the platform': 1 }],
    );
    assert.deepEqual(reasons(read(fixture('pubsub-push.json'))), { 'unknown shape': 1 });
  });

  it('is recognised by its shape, and nothing else is', () => {
    const [format] = googleFormats;
    const message = JSON.parse(fixture('pubsub-push.json'));
    const data = Buffer.from(JSON.stringify(request())).toString('base64');
    for (const value of [request(), [execution('x')], { message: { data } }])
      assert.equal(format?.isRecord(value), true);
    for (const value of [message, {}, [], null, 7, 'x', { logName: 'x' }]) assert.equal(format?.isRecord(value), false);
    assert.equal(format?.isLine('Function execution started'), false);
  });
});

describe("a log of Google's, whatever becomes of it", () => {
  const at = (ms: number): string => new Date(receivedMs - 3_600_000 + ms).toISOString();
  const invocations = Array.from({ length: 12 }, (_, index) => [
    execution('Function execution started', { labels: { execution_id: `x${index}` }, timestamp: at(index) }),
    execution(`Function execution took ${index} ms, finished with status code: 200`, {
      labels: { execution_id: `x${index}` },
      timestamp: at(index * 2),
    }),
    request({
      spanId: index.toString(16).padStart(16, '1'),
      timestamp: at(index),
      labels: { instanceId: `i${index % 3}` },
    }),
    onCloudRun('varlog%2Fsystem', {
      textPayload: 'Starting new instance. Reason: AUTOSCALING',
      labels: { instanceId: `i${index}` },
    }),
    execution('a line of the function itself', { labels: { execution_id: `x${index}` } }),
  ]).flat();
  const lines = invocations.map((entry) => JSON.stringify(entry));
  const told = (body: string): object => {
    const { reports, starts } = read(body);
    const merged = mergeAll(reports).map((part) => [part.invocationId, { ...part, seenNs: 0n }] as const);
    return {
      invocations: new Map(merged.toSorted(([a], [b]) => (a < b ? -1 : 1))),
      starts: new Set(
        starts.map(({ instanceId, moment, startedNs }) => `${instanceId} ${moment} ${startedNs}`).toSorted(),
      ),
    };
  };

  for (let seed = 1; seed <= 40; seed += 1) {
    it(`tells the same invocations in whatever order and number, minus what was cut (${seed})`, () => {
      const random = randomOf(seed);
      const left = [...lines, ...lines.filter(() => random.chance(0.3))];
      const shuffled: string[] = [];
      while (left.length > 0) shuffled.push(...left.splice(random.whole(left.length), 1));
      assert.deepEqual(told(shuffled.join('\n')), told(lines.join('\n')));
      const text = shuffled.join('\n');
      const cut = text.slice(0, random.whole(text.length));
      const whole = cut.split('\n');
      assert.deepEqual(
        told(cut),
        told(
          shuffled.slice(0, whole.at(-1) === shuffled[whole.length - 1] ? whole.length : whole.length - 1).join('\n'),
        ),
      );
    });
  }
});
