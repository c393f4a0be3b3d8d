/** What AWS wraps log events into, and what of it is not taken. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { assembleInvocations } from '#collector/model/invocation/assemble.js';
import { received } from '#collector/model/invocation/facts.js';
import { mergeAll } from '#collector/model/invocation/partial.js';
import { Telling } from '#collector/model/telling.js';
import { awsBodies, awsFormats } from '#collector/platforms/aws/index.js';
import { NotOfFormat, type Place } from '#collector/platforms/format.js';
import { fixture, invocationsOf, iso, nowMs, readFile, readLines, reasonsOf } from './aws-support.ts';

const id = '0d1e2f3a-0000-4000-8000-000000000001';
const report = (of = id) =>
  `REPORT RequestId: ${of}\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\t\n`;
const atMs = nowMs - 60_000;
const stream = '2026/11/22/[$LATEST]5ab0c1d2e3f405162738495a6b7c8d9e';
const message = (messages: string[] = [report()], more = {}) => ({
  ...{ messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup: '/aws/lambda/shop', logStream: stream },
  subscriptionFilters: ['coldlens'],
  logEvents: messages.map((text, index) => ({ id: String(index), timestamp: atMs, message: text })),
  ...more,
});
const control = {
  ...{ messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs', logGroup: '', logStream: '', subscriptionFilters: [] },
  logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
};
const packed = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64');
const firehose = (...data: string[]) =>
  JSON.stringify({ requestId: 'r', timestamp: atMs, records: data.map((one) => ({ data: one })) });

const read = (
  format: keyof typeof awsBodies,
  body: string | Uint8Array,
  place: Place = { region: 'eu-central-1' },
): Telling => {
  const told = new Telling(nowMs);
  awsBodies[format](typeof body === 'string' ? Buffer.from(body) : body, place, told);
  return told;
};

describe('what AWS delivers', () => {
  const carried: [string, keyof typeof awsBodies, string | Uint8Array][] = [
    ['Firehose', 'firehose', firehose(packed(message()))],
    ['Firehose that has unpacked it', 'firehose', firehose(Buffer.from(JSON.stringify(message())).toString('base64'))],
    [
      'several messages in one record',
      'firehose',
      firehose(Buffer.from(`${JSON.stringify(message([]))}\n${JSON.stringify(message())}\n`).toString('base64')),
    ],
    ["a forwarding function's event", 'cloudwatch', JSON.stringify({ awslogs: { data: packed(message()) } })],
    ['Kinesis', 'cloudwatch', JSON.stringify({ Records: [{ kinesis: { data: packed(message()) } }] })],
    [
      'what Firehose could not deliver',
      'cloudwatch',
      JSON.stringify({ attemptsMade: 1, errorCode: 'HttpEndpoint.RequestTimeout', rawData: packed(message()) }),
    ],
    ['a message', 'cloudwatch', JSON.stringify(message())],
    ['a packed message', 'cloudwatch', gzipSync(JSON.stringify(message()))],
    ['several', 'cloudwatch', JSON.stringify([message([]), message()])],
  ];
  for (const [what, format, body] of carried) {
    it(`reads ${what}`, () => {
      const told = read(format, body);
      const one = invocationsOf(told).get(id);
      assert.deepEqual(
        [one?.provider, one?.account, one?.region, one?.functionName, one?.instanceId, one?.platformBilledMs],
        ['aws', '111122223333', 'eu-central-1', 'shop', stream, 3n],
      );
      assert.deepEqual(reasonsOf(told), {});
    });
  }

  it('counts control messages, and what is broken, beside what is well', () => {
    const body = firehose(
      packed(control),
      packed(message()).slice(0, 40),
      '',
      'bm90aGluZw==',
      packed(message()),
      packed(7),
    );
    const told = read('firehose', body);
    assert.equal(invocationsOf(told).size, 1);
    assert.equal(reasonsOf(told)['control message'], 1);
    assert.equal(reasonsOf(told)['cut off'], 1);
    assert.equal(told.unknown.count, 4);
  });

  it('keeps accounts apart', () => {
    const told = read('firehose', firehose(packed(message()), packed(message([report()], { owner: '999900001111' }))));
    assert.deepEqual(
      mergeAll(told.reports).map(({ account }) => account),
      ['111122223333', '999900001111'],
    );
  });

  it('names the function of a group of somebody by the place', () => {
    const body = JSON.stringify(message([report()], { logGroup: 'my-group', logStream: 'x' }));
    assert.deepEqual(reasonsOf(read('cloudwatch', body)), { 'no function': 1 });
    assert.equal(invocationsOf(read('cloudwatch', body, { functionName: 'cart' })).get(id)?.functionName, 'cart');
  });

  it('never unpacks more than a body may be, whatever is packed in it', () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024)).toString('base64');
    assert.throws(() => read('firehose', firehose(bomb, bomb)), /longer than/);
    const nested = packed({
      awslogs: { data: packed({ awslogs: { data: packed({ awslogs: { data: packed(message()) } }) } }) },
    });
    assert.deepEqual(reasonsOf(read('firehose', firehose(nested))), { 'unknown shape': 1 });
  });

  it('takes what is nested so deep that nobody can write it again', () => {
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    assert.deepEqual(reasonsOf(read('lambda-telemetry', deep)), { 'unknown shape': 1 });
    assert.deepEqual(reasonsOf(read('lambda-telemetry', `[{"coldlens":1,"a":${deep}}]`)), { 'cut off': 1 });
  });

  const foreign: [string, keyof typeof awsBodies, string][] = [
    ['no JSON', 'firehose', 'hello'],
    ['no records', 'firehose', '{}'],
    ['records that are no list', 'firehose', '{"records":{}}'],
    ['no JSON', 'cloudwatch', 'hello'],
    ['a trace request', 'cloudwatch', '{"resourceSpans":[]}'],
    ['no array', 'lambda-telemetry', '{"time":1}'],
    ['nothing', 'lambda-telemetry', ''],
  ];
  for (const [what, format, body] of foreign) {
    it(`refuses ${what} as ${format}`, () => assert.throws(() => read(format, body), NotOfFormat));
  }

  it('reads events of the Telemetry API of every kind', () => {
    const event = (type: string, record: unknown, ms = atMs) => ({ time: iso(ms), type, record });
    const events = [
      event('platform.initStart', {
        ...{ functionName: 'shop', functionVersion: '3', initializationType: 'provisioned-concurrency', phase: 'init' },
        ...{ instanceId: stream, runtimeVersion: 'python:3.12.v43', instanceMaxMemory: 1_073_741_824 },
      }),
      event('platform.initRuntimeDone', {
        initializationType: 'provisioned-concurrency',
        phase: 'init',
        status: 'success',
      }),
      event('platform.extension', { name: 'x', state: 'Ready', events: ['INVOKE'] }),
      event('platform.telemetrySubscription', { name: 'x', state: 'Subscribed', types: ['platform'] }),
      event('platform.initReport', {
        initializationType: 'provisioned-concurrency',
        phase: 'init',
        metrics: { durationMs: 300 },
      }),
      event('platform.start', { requestId: 'a', version: '3' }, atMs + 5_000),
      event('function', 'hello\n'),
      event('extension', { timestamp: iso(atMs), level: 'INFO', message: 'x' }),
      event('platform.runtimeDone', {
        requestId: 'a',
        status: 'error',
        errorType: 'Runtime.Unknown',
        metrics: { durationMs: 4 },
      }),
      event(
        'platform.report',
        {
          ...{ requestId: 'a', status: 'error', errorType: 'Runtime.Unknown' },
          metrics: {
            durationMs: 4.5,
            billedDurationMs: 5,
            memorySizeMB: 1024,
            maxMemoryUsedMB: 90,
            initDurationMs: 300,
          },
        },
        atMs + 5_005,
      ),
      event('platform.logsDropped', { droppedBytes: 1, droppedRecords: 2, reason: 'slow' }),
    ];
    const told = read('lambda-telemetry', JSON.stringify(events), { account: '1', region: 'eu-central-1' });
    const one = invocationsOf(told).get('a');
    assert.deepEqual(
      [one?.functionName, one?.instanceId, one?.runtime, one?.sku, one?.functionVersion, one?.platformStatus],
      ['shop', stream, 'python3.12', 'provisioned-concurrency', '3', 'error'],
    );
    assert.deepEqual([one?.platformStartKind, one?.platformIsCertain, one?.platformBilledMs], ['prewarmed', 1, 5n]);
    assert.deepEqual(
      told.starts.map(({ instanceId, isAhead }) => [instanceId, isAhead]),
      [[stream, true]],
    );
    assert.deepEqual(reasonsOf(told), { 'not of the platform': 2, 'dropped by the platform': 2 });
    // Two are gone, of which one event tells.
    assert.equal(told.records, events.length + 1);
  });

  it('reads what Managed Instances report, which is only how long it took', () => {
    const start = {
      initializationType: 'lambda-managed-instances',
      phase: 'init',
      functionName: 'shop',
      functionVersion: '1',
    };
    const events = [
      { time: iso(atMs), type: 'platform.initStart', record: start },
      {
        time: iso(atMs + 9),
        type: 'platform.report',
        record: { requestId: 'm', status: 'success', metrics: { durationMs: 7.5 } },
      },
    ];
    const one = invocationsOf(read('lambda-telemetry', JSON.stringify(events))).get('m');
    assert.deepEqual(
      [one?.sku, one?.platformDurationNs, one?.platformBilledMs],
      ['lambda-managed-instances', 7_500_000n, null],
    );
  });

  it('reads a report of a schema of 2022', () => {
    const told = new Telling(Date.parse('2022-10-22'));
    awsBodies['lambda-telemetry'](Buffer.from(fixture('telemetry-report.json')), { functionName: 'shop' }, told);
    assert.equal([...invocationsOf(told).values()][0]?.platformBilledMs, 2_600n);
  });

  const answers: [string, unknown][] = [
    [
      'filter-log-events',
      { events: [{ logStreamName: stream, timestamp: atMs, message: report(), eventId: '1' }], searchedLogStreams: [] },
    ],
    ['get-log-events', { events: [{ timestamp: atMs, message: report(), ingestionTime: atMs }] }],
    ['one event', { timestamp: atMs, message: report(), logStreamName: stream }],
    [
      'Insights',
      {
        status: 'Complete',
        results: [
          [
            { field: '@timestamp', value: iso(atMs).replace('T', ' ').replace('Z', '') },
            { field: '@message', value: report() },
            { field: '@log', value: '111122223333:/aws/lambda/shop' },
          ],
        ],
      },
    ],
    [
      "Insights' export",
      [{ '@timestamp': iso(atMs).replace('T', ' ').replace('Z', ''), '@message': report(), '@logStream': stream }],
    ],
  ];
  for (const [what, value] of answers) {
    it(`reads ${what}`, () => {
      const format = awsFormats.find(({ isRecord }) => isRecord(value));
      const told = new Telling(nowMs);
      format?.reader({ functionName: 'shop' }, told).record(value);
      assert.deepEqual([...invocationsOf(told).keys()], [id]);
      assert.equal(invocationsOf(told).get(id)?.seenNs, BigInt(atMs) * 1_000_000n - 2_460_000n);
    });
  }

  it('reads CSV, in which messages have ends of lines', () => {
    for (const head of ['@timestamp,@message,@logStream,@log', '"@timestamp","@message","@logStream","@log"']) {
      const text = `${head}\n2026-11-22 11:59:00.000,"${report()}",${stream},111122223333:/aws/lambda/shop\n2026-11-22 11:59:01.000,"say ""hi"", and\n more",x,1:g`;
      const format = awsFormats.find(({ isLine }) => isLine(head));
      assert.equal(format?.name, 'cloudwatch-csv');
      const told = new Telling(nowMs);
      const reader = format?.reader({}, told);
      for (const line of text.split('\n')) reader?.line(line);
      const one = invocationsOf(told).get(id);
      assert.deepEqual([one?.account, one?.functionName, one?.instanceId], ['111122223333', 'shop', stream]);
      assert.deepEqual(reasonsOf(told), { 'not of the platform': 1 });
    }
    const told = new Telling(nowMs);
    const reader = awsFormats[0]?.reader({ functionName: 'shop' }, told);
    for (const line of `timestamp,message\n${atMs},"${report()}"`.split('\n')) reader?.line(line);
    assert.equal(invocationsOf(told).size, 1);
  });

  it('refuses a request of too many packed records, or of too many that are broken', () => {
    const broken = Buffer.from(packed(message()), 'base64').fill(0xff, 20, 40).toString('base64');
    const some = Array.from({ length: 999 }, () => broken);
    const told = new Telling(nowMs);
    awsBodies.firehose(Buffer.from(firehose(...some, packed(message()))), {}, told);
    assert.deepEqual([told.reports.length, reasonsOf(told)], [1, { 'cut off': 999 }]);
    const refusals: [string[], RegExp][] = [
      [[...some, broken, broken], /^The request holds 1000 packed records that are broken\.$/],
      [Array.from({ length: 250_001 }, () => 'e30='), /^The request holds more than 250000 packed records\.$/],
    ];
    for (const [records, message] of refusals) {
      const body = Buffer.from(JSON.stringify({ requestId: 'r', records: records.map((data) => ({ data })) }));
      assert.throws(() => awsBodies.firehose(body, {}, new Telling(nowMs)), { name: 'OversizedBody', message });
    }
  });

  const csvHead = '@timestamp,@message,@logStream,@log';
  const csvRow = (last: string, text = report()): string => `2026-11-22 11:59:00.000,"${text}",${last}`;
  const ends: readonly [what: string, text: string, ids: string[], reasons: Record<string, number>][] = [
    ['with its last cell in quotes', `${csvHead}\n${csvRow(`${stream},"1:/aws/lambda/shop"`)}`, [id], {}],
    ['with half of its last cell', `${csvHead}\n${csvRow(`${stream},1:/aws/lambda/sh`)}`, [], { 'cut off': 1 }],
    ['with a last cell missing', `${csvHead}\n${csvRow(stream)}`, [], { 'cut off': 1 }],
    [
      'with the last cell of the row before',
      `${csvHead}\n${csvRow(`${stream},1:/aws/lambda/shop`, 'INIT_START Runtime Version: x')}\n${csvRow(`${stream},1:/aws/lambda/shop`)}`,
      [id],
      {},
    ],
    ['with the whole name of a stream', `@timestamp,@message,@logStream\n${csvRow(stream)}`, [id], {}],
    [
      'with half the name of a stream',
      `@timestamp,@message,@logStream\n${csvRow(stream.slice(0, -4))}`,
      [],
      { 'cut off': 1 },
    ],
    ['with half a message', `timestamp,message\n${atMs},${report().slice(0, 99)}`, [], { 'cut off': 1 }],
    [
      'with a whole message, for all that is known',
      `timestamp,message\n${atMs},${report().trimEnd()}`,
      [],
      { 'cut off': 1 },
    ],
    [
      'in the middle of a quoted message',
      `timestamp,message\n${atMs},"${report().slice(0, 99)}\nX`,
      [],
      { 'cut off': 1 },
    ],
  ];
  for (const [what, text, ids, reasons] of ends) {
    it(`takes the last row of CSV without its end where it is whole: ${what}`, () => {
      const told = readFile(text);
      assert.deepEqual([...invocationsOf(told).keys()], ids);
      assert.deepEqual(reasonsOf(told), reasons);
    });
  }

  it('loses one row of CSV to a quote that nobody closes', () => {
    const rows = [`${atMs},"not closed`, `${atMs},${report()}`.trimEnd(), 'what is no row', `${atMs},hello`];
    const told = readLines(`timestamp,message\n${rows.join('\n')}`);
    assert.deepEqual([...invocationsOf(told).keys()], [id]);
    assert.deepEqual(reasonsOf(told), { 'cut off': 1, 'not of the platform': 1 });
    const long = Array.from({ length: 60_000 }, (_, index) => `${atMs + index},a line of the function`);
    const behind = readLines(`timestamp,message\n${atMs},"not closed\n${long.join('\n')}\n${atMs},"${report()}"`);
    assert.deepEqual([...invocationsOf(behind).keys()], [id]);
    assert.deepEqual(reasonsOf(behind), { 'too long': 1, 'not of the platform': long.length });
  });

  it("puts back what the agent's lines leave out", () => {
    const resource = {
      'telemetry.sdk.name': 'coldlens',
      'telemetry.sdk.language': 'nodejs',
      'cloud.provider': 'aws',
      'cloud.region': 'eu-central-1',
      'cloud.account.id': '111122223333',
      'cloud.resource_id': 'arn:aws:lambda:eu-central-1:111122223333:function:shop',
      'faas.name': 'shop',
      'service.name': 'shop',
      'coldlens.runtime': 'nodejs24.x',
      'process.runtime.name': 'nodejs',
    };
    const line = agentLine(resource);
    for (const text of [
      line,
      JSON.stringify({ timestamp: iso(atMs), level: 'INFO', message: line }),
      `${iso(atMs)} ${line}`,
    ]) {
      const told = readLines(text);
      assert.equal(told.spans.length, 1, text);
      const [span] = told.spans;
      assert.deepEqual(
        Object.fromEntries([...(span?.resource ?? [])].sort()),
        Object.fromEntries(Object.entries(resource).sort()),
      );
      assert.equal(span?.attributes.get('faas.coldstart'), false);
      assert.equal(span?.attributes.get('aws.lambda.invoked_arn'), resource['cloud.resource_id']);
      const [one] = assembleInvocations(told.spans.map((each) => received(each, nowMs)));
      assert.deepEqual([one?.functionName, one?.invocationId, one?.startKind], ['shop', id, 'warm']);
    }
    assert.deepEqual(reasonsOf(readLines(line.slice(0, -9))), { 'cut off': 1 });
  });
});

/** A line as the agent writes it of a warm invocation: see agent/src/export/lines.ts. */
const agentLine = (resource: Record<string, string>): string => {
  const follows = [
    'telemetry.sdk.name',
    'telemetry.sdk.language',
    'process.runtime.name',
    'service.name',
    'cloud.resource_id',
  ];
  const attributes = (values: Record<string, string>) =>
    Object.entries(values)
      .filter(([name]) => !follows.includes(name))
      .map(([key, value]) => ({ key, value: { stringValue: value } }));
  const told = { 'coldlens.phase': 'invocation', 'coldlens.start.kind': 'warm', 'faas.invocation.id': id };
  const span = {
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'shop', kind: 2, attributes: attributes(told) },
    ...{ startTimeUnixNano: `${atMs}000000`, endTimeUnixNano: `${atMs + 5}000000` },
  };
  const scopeSpans = [{ scope: { name: 'coldlens' }, spans: [span] }];
  return JSON.stringify({
    coldlens: 1,
    resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans }],
  });
};
