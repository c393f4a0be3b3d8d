/** What platforms write themselves, each source with a few made records that hold all that it ever tells. */
import { Telling } from '#collector/model/telling.js';
import { type PlatformBody, platformBodies } from '#collector/platforms/index.js';
import { keyValues } from '../../../support/spans.ts';

const startMs = Date.now() - 60_000;
const iso = (afterMs: number): string => new Date(startMs + afterMs).toISOString();

const read = (format: PlatformBody, body: unknown): Telling => {
  const telling = new Telling(Date.now());
  platformBodies[format](Buffer.from(JSON.stringify(body)), { account: '1', region: 'r' }, telling);
  return telling;
};

const events = (messages: readonly string[]): object[] =>
  messages.map((message, index) => ({ id: String(index), timestamp: startMs + index * 500, message }));

const platformEvent = (type: string, record: object): string =>
  JSON.stringify({ time: iso(9_000), type: `platform.${type}`, record });

const id = (digit: number): string => `6f1d3a52-9c7b-4f0e-8d21-00000000000${digit}`;
const report = (digit: number, more: string): string =>
  `REPORT RequestId: ${id(digit)}\tDuration: 12.46 ms\tBilled Duration: 417 ms\tMemory Size: 512 MB\tMax Memory Used: 95 MB\t${more}\n`;

/** Both formats of a function's log. */
export const lambdaLog = (): Telling =>
  read('cloudwatch', {
    ...{ messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup: '/aws/lambda/shop' },
    ...{ logStream: '2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef', subscriptionFilters: ['coldlens'] },
    logEvents: events([
      'INIT_START Runtime Version: python:3.12.v43\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:0\n',
      `START RequestId: ${id(1)} Version: $LATEST\n`,
      report(1, 'Init Duration: 413.61 ms\t'),
      report(2, ''),
      report(3, 'Restore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t'),
      report(4, 'Status: timeout'),
      platformEvent('report', {
        ...{ requestId: id(5), status: 'error', errorType: 'Runtime.ExitError' },
        metrics: { durationMs: 12, billedDurationMs: 13, memorySizeMB: 512, maxMemoryUsedMB: 91 },
      }),
    ]),
  });

const azureProperties = { appName: 'shop', hostInstanceId: 'h', processId: 67, functionName: 'Functions.orders' };

export const azureAppLogs = (): Telling =>
  read('azure', {
    records: [
      'Host started (1210ms)',
      '{"requestId":"r","language":"python","sku":"Dynamic","dispatchDuration":812,"functionDuration":20}',
      "Executing 'Functions.orders' (Reason='This function was programmatically called via the host APIs.', Id=i-1)",
      "Executed 'Functions.orders' (Succeeded, Id=i-1, Duration=23ms)",
      "Executed 'Functions.orders' (Failed, Id=i-2, Duration=23ms)",
      "Timeout value of 00:05:00 exceeded by function 'Functions.orders' (Id: 'i-3'). Initiating cancellation.",
    ].map((message, index) => ({
      time: iso(index * 500),
      resourceId: '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.WEB/SITES/SHOP',
      ...{ category: 'FunctionAppLogs', operationName: 'Microsoft.Web/sites/functions/log', location: 'West Europe' },
      properties: { ...azureProperties, message },
    })),
  });

export const azureRequests = (): Telling =>
  read('azure', {
    records: [true, false].map((isSuccess, index) => ({
      ...{ time: iso(index * 500), Type: 'AppRequests', AppRoleName: 'shop', OperationName: 'orders', Name: 'orders' },
      ...{
        Url: 'https://shop.example/api/orders',
        Success: isSuccess,
        ResultCode: isSuccess ? '200' : '500',
        DurationMs: 9,
      },
      Properties: {
        ...{ InvocationId: `i-${index}`, HostInstanceId: 'h', ProcessId: '67', FullName: 'Functions.orders' },
        ...{ FunctionExecutionTimeMs: '4.7', HttpMethod: 'GET' },
      },
    })),
  });

const logName = (log: string): string => `projects/p/logs/${encodeURIComponent(log)}`;

const execution = (executionId: string, textPayload: string, afterMs: number): object => ({
  ...{
    insertId: `${executionId}-${afterMs}`,
    timestamp: iso(afterMs),
    textPayload,
    labels: { execution_id: executionId },
  },
  logName: logName('cloudfunctions.googleapis.com/cloud-functions'),
  resource: { type: 'cloud_function', labels: { project_id: 'p', region: 'europe-west1', function_name: 'shop' } },
});

export const googleFirstGen = (): Telling =>
  read('cloud logging', [
    execution('a', 'Function execution started', 0),
    execution('a', 'Function execution took 16 ms, finished with status code: 200', 16),
    execution('b', 'Function execution took 16 ms, finished with status code: 500', 100),
    execution('c', "Function execution took 60000 ms, finished with status: 'timeout'", 200),
  ]);

const onCloudRun = (log: string, afterMs: number, more: object): object => ({
  ...{ insertId: `${log}-${afterMs}`, timestamp: iso(afterMs), logName: logName(`run.googleapis.com/${log}`) },
  resource: {
    type: 'cloud_run_revision',
    labels: { project_id: 'p', location: 'europe-west1', service_name: 'shop', revision_name: 'shop-1' },
  },
  labels: { instanceId: 'instance-1', 'goog-managed-by': 'cloudfunctions' },
  ...more,
});
const served = (status: number, textPayload?: string): object => ({
  httpRequest: { requestMethod: 'GET', status, latency: '0.904300310s' },
  ...(textPayload !== undefined && { textPayload }),
});

export const googleCloudRun = (): Telling =>
  read('cloud logging', [
    onCloudRun('varlog/system', 10, {
      textPayload: 'Starting new instance. Reason: AUTOSCALING - Instance started due to no existing capacity.',
    }),
    onCloudRun('varlog/system', 800, {
      textPayload: 'Default STARTUP TCP probe succeeded after 1 attempt for container "worker" on port 8080.',
    }),
    onCloudRun('requests', 0, served(200)),
    onCloudRun('requests', 2_000, served(500)),
    onCloudRun('requests', 3_000, {
      ...served(504, 'The request has been terminated because it has reached the maximum request timeout.'),
    }),
  ]);

export const cloudflareTraceEvents = (): Telling =>
  read('cloudflare', [
    ...['ok', 'exception', 'exceededCpu'].map((Outcome, index) => ({
      ...{
        ScriptName: 'shop',
        EventTimestampMs: startMs + index,
        EventType: 'fetch',
        Outcome,
        CPUTimeMs: 4,
        WallTimeMs: 26,
      },
      Event: { RayID: `a4338d04285dc51${index}` },
    })),
    // As a Tail Worker has it.
    {
      ...{ scriptName: 'shop', eventTimestamp: startMs, outcome: 'ok', cpuTime: 3, wallTime: 9 },
      event: { request: { headers: { 'cf-ray': 'b4338d04285dc510' } } },
    },
  ]);

/** Of Cloudflare's own OTLP export. */
export const cloudflareSpans = (): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: {
          attributes: keyValues({
            ...{ 'cloud.provider': 'cloudflare', 'cloud.platform': 'cloudflare.workers', 'faas.name': 'shop' },
            'telemetry.sdk.name': 'cloudflare',
          }),
        },
        scopeSpans: [
          {
            spans: ['ok', 'exception', 'exceededCpu'].map((outcome, index) => ({
              ...{
                traceId: String(index).repeat(31).padEnd(32, '7'),
                spanId: 'b7ad6b7169203331',
                name: 'fetch',
                kind: 2,
              },
              startTimeUnixNano: `${startMs + index}000000`,
              endTimeUnixNano: `${startMs + index + 20}000000`,
              attributes: keyValues({
                ...{ 'cloudflare.handler_type': 'fetch', 'cloudflare.outcome': outcome, 'faas.trigger': 'http' },
                ...{ 'cloudflare.cpu_time_ms': 4, 'cloudflare.wall_time_ms': 20, 'cloudflare.ray_id': `ray-${index}` },
              }),
            })),
          },
        ],
      },
    ],
  });
