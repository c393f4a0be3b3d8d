/** What Azure tells of functions, in each shape in which it comes. */
import assert from 'node:assert/strict';
import { NotOfFormat } from '#collector/platforms/format.js';
import { azureFormat, fixture, readBody, readLines, reasons, tellingAt, told } from './azure-support.ts';

const hello = { functionName: 'test-function/hello' };

describe("Azure's FunctionAppLogs", () => {
  it('are read from one record, with identity as our agent has it', () => {
    const telling = readBody(fixture('function-app-logs.json'), '2023-05-24');
    assert.deepEqual(told(telling), [
      {
        ...{ ...hello, invocationId: 'd878e365-b3d6-4796-9292-7500acd0c677', trigger: 'http' },
        process: 'bb84c437-4c26-4d0b-a06d-7fc2f16976e3/67',
        startedAt: new Date('2023-05-23T20:11:59Z'),
      },
    ]);
    const { provider, account, region, instanceId, cloudPlatform } = telling.reports[0]?.of.told ?? {};
    assert.deepEqual(
      [provider, account, region, instanceId, cloudPlatform],
      ['azure', '12cabcb4-86e8-404f-a3d2-1dc9982f45ca', 'eastus', '54108609-638204200593759681', 'azure.functions'],
    );
  });

  const app = 'forwarderintegrationtesting';
  const process = '2800f488-b537-439f-9f79-88293ea88f48/60';
  for (const name of ['event-hub-message.txt', 'PT1H.txt']) {
    it(`are read with apostrophes for quotes, as in ${name}`, () => {
      const telling = readBody(fixture(name), '2024-10-29');
      assert.deepEqual(told(telling), [
        {
          ...{
            functionName: `${app}/orders`,
            invocationId: '0f9c1a53-8c1c-4a43-8a3b-5d0f2a6d9b11',
            trigger: 'timer',
            process,
          },
          startedAt: new Date('2024-10-28T16:00:05Z'),
        },
        {
          ...{ functionName: `${app}/orders`, invocationId: '0f9c1a53-8c1c-4a43-8a3b-5d0f2a6d9b11', status: 'success' },
          ...{ durationMs: 137, process, startedAt: new Date('2024-10-28T16:00:04.863Z') },
        },
        {
          ...{ functionName: `${app}/orders`, invocationId: '1f9c1a53-8c1c-4a43-8a3b-5d0f2a6d9b12', status: 'failure' },
          ...{ durationMs: 45, process, errorType: 'Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException' },
          startedAt: new Date('2024-10-28T16:00:04.955Z'),
        },
      ]);
      assert.deepEqual(
        telling.starts.map(({ functionName, instanceId, moment, startedNs, initNs }) => [
          ...[
            functionName,
            instanceId,
            moment,
            new Date(Number(startedNs / 1_000_000n)).toISOString(),
            Number(initNs) / 1e6,
          ],
        ]),
        [
          [app, process, 'ready', '2024-10-28T16:00:05.000Z', 812],
          [app, process, 'init', '2024-10-28T16:00:03.479Z', 1_500.25],
        ],
      );
      assert.equal(telling.records, 7);
      assert.deepEqual(reasons(telling), { 'not of the platform': 2 });
    });
  }

  it('are read from a table of Log Analytics, slots apart', () => {
    const telling = readBody(fixture('log-analytics-query.json'), '2026-11-21');
    assert.deepEqual(told(telling), [
      {
        ...{
          functionName: 'pay-shop-staging/pay',
          invocationId: '8d3b6a1e-1f0a-4c1e-9b0e-000000000003',
          status: 'success',
        },
        ...{ durationMs: 12, process: 'h-1/31', startedAt: new Date('2026-11-20T09:00:04.238Z') },
      },
    ]);
  });

  it('name the app where nothing but Place does, or the function', () => {
    const lines = fixture('host.log').split('\n').slice(0, 2);
    const names = (functionName?: string) =>
      readLines(
        lines,
        '2020-09-24',
        functionName === undefined ? {} : { functionName, account: 'SUB', region: 'East US 2' },
      );
    assert.deepEqual(reasons(names()), { 'not of the platform': 1, 'no function': 1 });
    assert.equal(names('Shop').reports[0]?.functionName, 'shop/HttpTrigger1');
    assert.equal(names('shop/Other').reports[0]?.functionName, 'shop/Other');
    const { account, region } = names('Shop').reports[0]?.of.told ?? {};
    assert.deepEqual([account, region], ['sub', 'eastus2']);
  });

  it("are read from the host's own lines, between others", () => {
    const lines = fixture('host.log').split('\n');
    assert.deepEqual(lines.filter(azureFormat.isLine).length, 7);
    const found = lines.flatMap((line) =>
      told(readLines([line], line.match(/\d{4}-\d\d-\d\d/)?.[0] ?? '2020-01-01', { functionName: 'a' })),
    );
    assert.deepEqual(
      found.map(({ functionName, status, trigger, durationMs }) => [functionName, status ?? trigger, durationMs]),
      [
        ['a/HttpTrigger1', 'success', 4_347],
        ['a/ServiceBusQueueTrigger1', 'failure', 210],
        ['a/Supplier1Quote', undefined, undefined],
        ['a/Supplier1Quote', 'success', 0],
        ['a/MyHttpTrigger1', 'http', undefined],
        ['a/MyHttpTrigger1', 'success', 230],
        ['a/RetryFailedPayments', 'success', 10_862],
      ],
    );
  });

  it('tell of timeouts', () => {
    const line =
      "2026-11-20T09:05:00.000 [Error] Timeout value of 00:05:00 exceeded by function 'Functions.pay' (Id: 'abc-1'). Initiating cancellation.";
    const [report] = told(readLines([line], '2026-11-21', { functionName: 'shop' }));
    assert.deepEqual([report?.functionName, report?.invocationId, report?.status], ['shop/pay', 'abc-1', 'timeout']);
  });
});

describe("Application Insights' requests", () => {
  it('are read from diagnostic settings', () => {
    const telling = readBody(fixture('app-requests.json'), '2021-04-30', { region: 'westus2' });
    assert.deepEqual(
      told(telling),
      [
        {
          ...{ ...hello, invocationId: 'invocationIdValue', status: 'success', trigger: 'http', durationMs: 4.7239 },
          ...{ process: 'hostinstanceidvalue/8912', startedAt: new Date('2021-04-29T22:41:14.123Z') },
        },
      ].map((row) => ({ ...row, startedAt: told(telling)[0]?.startedAt as Date })),
    );
    assert.equal(telling.reports[0]?.seenNs, 1_619_736_074_123_838_100n);
    const { account, region } = telling.reports[0]?.of.told ?? {};
    assert.deepEqual([account, region], ['12cabcb4-86e8-404f-a3d2-1dc9982f45ca', 'westus2']);
  });

  it('are read from a query, durations in either form, and sampled ones weigh more', () => {
    const telling = readBody(fixture('app-insights-query.json'), '2026-11-21');
    assert.deepEqual(
      told(telling).map(({ functionName, status, trigger, durationMs, weight }) => [
        functionName,
        status,
        trigger,
        durationMs,
        weight,
      ]),
      [
        ['pay-shop/pay', 'success', 'pubsub', 100.9871, undefined],
        ['pay-shop/pay', 'failure', 'pubsub', 1_499.5, 4],
      ],
    );
  });

  it('are read from a continuous export', () => {
    const telling = readBody(fixture('continuous-export.blob'), '2018-04-01');
    assert.deepEqual(told(telling), [
      {
        ...{ functionName: 'azure-service-nodejs/empty', invocationId: '1fcbe98c-c276-45b0-aa76-828fed73fd86' },
        ...{
          status: 'success',
          trigger: 'timer',
          durationMs: 12.5,
          process: '5f60a1b2-0000-4000-8000-000000000001/4412',
        },
        startedAt: new Date('2018-03-31T15:00:00.005Z'),
      },
    ]);
  });

  const duration = (duration: unknown, more: object = {}): unknown =>
    told(
      readBody(
        JSON.stringify({
          ...{ itemType: 'request', timestamp: '2026-11-20T09:00:00Z', name: 'f', cloud_RoleName: 'a', duration },
          customDimensions: { InvocationId: 'i' },
          ...more,
        }),
        '2026-11-21',
      ),
    )[0]?.durationMs;
  for (const [given, expected] of [
    [12.25, 12.25],
    ['12.25', 12.25],
    ['00:00:01.5000000', 1_500],
    ['1.00:00:00', 86_400_000],
    ['00:00:00.0000001', 0.0001],
    [-1, undefined],
    [1e308, undefined],
    ['Infinity', undefined],
    ['1:2:3', undefined],
    [null, undefined],
    [{}, undefined],
  ] as const) {
    it(`take ${JSON.stringify(given)} for a duration of ${expected} ms`, () => assert.equal(duration(given), expected));
  }
  it("leave out an HTTP request's own duration, which holds the wait for the host", () => {
    assert.equal(duration(900, { url: 'https://a/api' }), undefined);
  });
});

describe('bodies of Event Hubs', () => {
  const record = JSON.parse(fixture('function-app-logs.json')) as object;
  const texts = (body: string): [string, string][] => [
    ['a record', body],
    ['an array of messages', `[{"records":[${body}]},{"records":[${body}]}]`],
    ['messages as texts', JSON.stringify([`{"records":[${body}]}`])],
    ['a base64 body', JSON.stringify([{ Body: Buffer.from(`{"records":[${body}]}`).toString('base64') }])],
    ["a Logic App's event", JSON.stringify([{ ContentData: Buffer.from(body).toString('base64'), Properties: {} }])],
    ['a CloudEvent', JSON.stringify([{ specversion: '1.0', data: { records: [JSON.parse(body)] } }])],
    ['a record a line', `${body}\r\n${body}\n`],
  ];
  for (const [what, body] of texts(JSON.stringify(record))) {
    it(`are read from ${what}`, () => {
      const telling = readBody(body, '2023-05-24');
      assert.deepEqual(new Set(told(telling).map(({ functionName }) => functionName)), new Set([hello.functionName]));
      assert.deepEqual(reasons(telling), {});
      assert.equal(azureFormat.isRecord(JSON.parse(body.split('\n')[0] ?? '')), true);
    });
  }
  it('may have properties as a JSON text, or one with apostrophes', () => {
    const { properties } = record as { properties: object };
    for (const text of [JSON.stringify(properties), JSON.stringify(properties).replaceAll('"', "'")]) {
      const telling = readBody(JSON.stringify({ ...record, properties: text }), '2023-05-24');
      assert.equal(told(telling)[0]?.functionName, hello.functionName);
    }
  });
  it('are refused as a whole where they are no JSON at all', () => {
    for (const body of ['records=1', '<html>', '{"records":[{', '"text"']) {
      assert.throws(() => readBody(body, '2023-05-24'), NotOfFormat, body);
    }
    assert.equal(readBody('  ', '2023-05-24').records, 0);
  });
  it("take Event Grid's question for an address as what it is", () => {
    const event = { eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: 'x' } };
    assert.deepEqual(reasons(readBody(JSON.stringify([event]), '2023-05-24')), { 'control message': 1 });
  });
  it('are not taken for what other platforms have', () => {
    for (const value of [
      { messageType: 'DATA_MESSAGE', logEvents: [] },
      { resource: { type: 'cloud_run_revision' }, httpRequest: {} },
      { message: { data: 'e30=' }, subscription: 's' },
      { ScriptName: 'x', Outcome: 'ok' },
      { resourceSpans: [] },
      { time: 'x', type: 'platform.report', record: {} },
      null,
      7,
      'text',
      [],
      {},
    ]) {
      assert.equal(azureFormat.isRecord(value), false, JSON.stringify(value));
    }
  });
});

describe('what Azure may hold that is hostile', () => {
  const log = (message: unknown, more: object = {}): string =>
    JSON.stringify({
      ...{
        time: '2026-11-20T09:00:00Z',
        category: 'FunctionAppLogs',
        resourceId: '/subscriptions/s/providers/microsoft.web/sites/a',
      },
      properties: { message, hostInstanceId: 'h', processId: 1 },
      ...more,
    });
  const executed = "Executed 'Functions.f' (Succeeded, Id=i, Duration=5ms)";
  for (const [what, body, reason] of [
    ['no message', log(undefined), 'unknown shape'],
    ['a message that is none', log({ toString: 1 }), 'unknown shape'],
    ['no time', log(executed, { time: undefined }), 'wrong time'],
    ['a wild time', log(executed, { time: '0001-01-01T00:00:00Z' }), 'wrong time'],
    ['a time that is none', log(executed, { time: '2026-99-99' }), 'wrong time'],
    ['no app', log(executed, { resourceId: 7 }), 'no function'],
    ['half a message', log("Executed 'Functions.f' (Succeeded, Id=i-1"), 'cut off'],
    [
      'a start without a process',
      log('Host started (5ms)', { properties: { message: 'Host started (5ms)' } }),
      'no invocation id',
    ],
  ] as const) {
    it(`counts ${what}`, () => {
      const telling = readBody(body, '2026-11-21');
      assert.deepEqual([telling.reports.length, reasons(telling)], [0, { [reason]: 1 }]);
    });
  }
  it('cuts names, and takes no part of a prototype for one', () => {
    const long = readBody(log(`Executed 'Functions.${'f'.repeat(1e6)}' (Succeeded, Id=i, Duration=5ms)`), '2026-11-21');
    assert.equal(long.reports.length, 0);
    const odd = readBody(
      log("Executed 'Functions.__proto__' (Succeeded, Id=constructor, Duration=999999999999ms)"),
      '2026-11-21',
    );
    assert.deepEqual(
      told(odd).map(({ functionName, durationMs }) => [functionName, durationMs]),
      [['a/__proto__', undefined]],
    );
    const host = log(executed).replace('"h"', JSON.stringify('h'.repeat(1e5)));
    assert.ok((told(readBody(host, '2026-11-21'))[0]?.process?.length ?? 0) <= 512);
  });
  it('reads on behind lines that are cut, mixed or no text', () => {
    const good = log(executed);
    const lines = [
      good.slice(0, 60),
      '',
      good,
      '{"a":}',
      'END RequestId: 1',
      `${good}\ufffd`,
      good.replace('{"message"', "{'message'"),
      '[1,2',
    ];
    const telling = readLines(lines, '2026-11-21');
    assert.equal(telling.reports.length, 1);
    assert.equal(telling.records, lines.length - 1);
    assert.deepEqual(reasons(telling), { 'cut off': 1, 'not JSON': 2, 'not UTF-8': 1, 'not of the platform': 2 });
  });
  it('does not follow what is nested without end', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const value: unknown = JSON.parse(nested);
    const telling = tellingAt('2026-11-21');
    azureFormat.reader({}, telling).record(value);
    assert.equal(azureFormat.isRecord(value), false);
    assert.deepEqual(reasons(telling), { 'unknown shape': 1 });
    const quotes = `{"a":${"{'".repeat(50_000)}`;
    const started = performance.now();
    assert.throws(() => readBody(quotes, '2026-11-21'), NotOfFormat);
    assert.ok(performance.now() - started < 1_000);
  });
});
