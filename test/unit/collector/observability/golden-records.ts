/** For each source a few records that hold all that it ever tells, as its own sender makes them. */
import { traceRequest } from '#agent/export/otlp.js';
import { PlatformSpans } from '#agent/extension/platform-spans.js';
import type { InvocationRecord } from '#agent/invocation.js';
import type { Start } from '#agent/phases/start.js';
import { azure } from '#agent/platforms/azure.js';
import { google } from '#agent/platforms/google.js';
import { lambda } from '#agent/platforms/lambda.js';
import type { Environment, Platform } from '#agent/platforms/platform.js';
import { resourceOf as workerResource } from '#agent/platforms/workers.js';
import { completeResource } from '#agent/resource-attributes.js';
import { Telling } from '#collector/model/telling.js';
import { readJson } from '#collector/otlp/json.js';
import { keyValues, request, span } from '../../../support/spans.ts';
import {
  azureAppLogs,
  azureRequests,
  cloudflareSpans,
  cloudflareTraceEvents,
  googleCloudRun,
  googleFirstGen,
  lambdaLog,
} from './golden-logs.ts';

/** Of all records, a moment ago. */
const startMs = Date.now() - 60_000;

const record = (fields: Partial<InvocationRecord>): InvocationRecord => ({
  ...{ invocationId: 'i', told: {}, resource: {}, functionName: undefined, sampleRate: 1, agentMs: 0 },
  ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203331', parentSpanId: null },
  start: { kind: 'cold', certainty: 'certain', idleMs: null },
  ...{ processStartUnixMs: startMs, init: null, calledMs: 120, settledMs: 130, execution: 'certain', errorType: null },
  ...fields,
});

const told = (...bodies: readonly string[]): Telling => {
  const telling = new Telling(Date.now());
  for (const body of bodies) telling.spans.push(...readJson(Buffer.from(body)));
  return telling;
};

/** What the agent of this platform tells: each kind of start that it knows, an error, and a timeout where it sees deadlines. */
const agentRequests = (
  platform: Platform,
  envs: readonly Environment[],
  args: readonly unknown[],
  starts: readonly Start[] = [],
): string[] => {
  const [env = {}] = envs;
  const kinds = [
    ...envs.flatMap((one) => [3, 20_000].map((gapMs) => platform.firstStart(one, gapMs, args))),
    ...starts,
  ];
  const records = kinds.map((start, index) => {
    const init = start.kind === 'restored' ? null : ({ beginMs: 40, endMs: 120, certainty: 'certain' } as const);
    return record({ invocationId: `start-${index}`, start, init });
  });
  const failed = record({ invocationId: 'failed', errorType: 'TypeError' });
  const late = platform.remainingMs(args, env) === null ? [] : [record({ invocationId: 'late', errorType: 'timeout' })];
  return [traceRequest(completeResource(platform.resource(env, args), env), [...records, failed, ...late])];
};

const lambdaEnv = {
  ...{ AWS_REGION: 'eu-central-1', AWS_LAMBDA_FUNCTION_NAME: 'shop', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512' },
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1',
};
const lambdaEnvs = ['on-demand', 'provisioned-concurrency', 'snap-start'].map((type) => ({
  ...lambdaEnv,
  AWS_LAMBDA_INITIALIZATION_TYPE: type,
}));
const lambdaContext = {
  ...{ awsRequestId: 'i', getRemainingTimeInMillis: () => 3_000 },
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:shop',
};
const onLambda = () => agentRequests(lambda, lambdaEnvs, [{}, lambdaContext]);

/** The Telemetry API's events of these invocations, as the layer's extension sends them on. */
const extensionRequest = (): string => {
  const spans: object[] = [];
  const heard = new PlatformSpans((one) => spans.push(one));
  const hear = (type: string, event: object): void =>
    heard.hear({ time: new Date(startMs + 130).toISOString(), type: `platform.${type}`, record: event });
  const figures = { durationMs: 12, billedDurationMs: 313, memorySizeMB: 512, maxMemoryUsedMB: 91 };
  hear('initReport', { initializationType: 'on-demand', phase: 'init', metrics: { durationMs: 300 } });
  hear('report', { requestId: 'start-0', status: 'success', metrics: { ...figures, initDurationMs: 300 } });
  hear('report', { requestId: 'restored', status: 'success', metrics: { ...figures, restoreDurationMs: 300 } });
  hear('report', { requestId: 'late', status: 'timeout', metrics: figures });
  heard.end();
  return JSON.stringify({
    resourceSpans: [
      {
        resource: {
          attributes: keyValues({
            ...{ 'cloud.provider': 'aws', 'cloud.region': 'eu-central-1', 'cloud.account.id': '123456789012' },
            'faas.name': 'shop',
          }),
        },
        scopeSpans: [{ spans }],
      },
    ],
  });
};

const azureContext = { invocationId: 'i', functionName: 'orders', options: { trigger: { type: 'httpTrigger' } } };
const azureEnv = { FUNCTIONS_WORKER_RUNTIME: 'node', WEBSITE_SITE_NAME: 'shop', WEBSITE_SKU: 'FlexConsumption' };

const gen1Env = { FUNCTION_TARGET: 'shop', K_SERVICE: 'shop', FUNCTION_TIMEOUT_SEC: '60' };
const cloudRunEnv = {
  FUNCTION_TARGET: 'shop',
  K_SERVICE: 'shop',
  K_CONFIGURATION: 'shop',
  CLOUD_RUN_TIMEOUT_SECONDS: '60',
};

/** As agent/src/workers.ts records: no init, and an execution only where the clock has moved. */
const workerRequest = (): string => {
  const start = { kind: 'cold', certainty: 'inferred', idleMs: null } as const;
  const records = [
    record({ invocationId: 'stood', start, settledMs: 120, execution: null, agentMs: null }),
    record({ invocationId: 'moved', start, execution: 'inferred', errorType: 'TypeError', agentMs: null }),
  ];
  return traceRequest(workerResource({}, 'shop'), records);
};

/** A server span by the semantic conventions alone. */
const otherSender = (provider: string, platform: string): string =>
  JSON.stringify(
    request(
      [true, false].map((isCold) =>
        span({
          ...{ kind: 2, startMs, durationMs: 20, failed: !isCold },
          attributes: { 'faas.invocation_id': String(isCold), 'faas.coldstart': isCold, 'error.type': 'ValueError' },
        }),
      ),
      { 'cloud.provider': provider, 'cloud.platform': platform, 'faas.name': 'shop' },
    ),
  );

/** By title of the platform and id of the source. */
export const goldenRecords: Readonly<Record<string, Readonly<Record<string, () => Telling>>>> = {
  'AWS Lambda': {
    agent: () => told(...onLambda()),
    layer: () => told(...onLambda(), extensionRequest()),
    logs: lambdaLog,
    otlp: () => told(otherSender('aws', 'aws_lambda')),
  },
  'Azure Functions': {
    agent: () =>
      told(
        ...agentRequests(azure, [azureEnv, { ...azureEnv, FUNCTIONS_ALWAYSREADY_INSTANCE: '1' }], [{}, azureContext]),
      ),
    'app logs': azureAppLogs,
    requests: azureRequests,
    otlp: () => told(otherSender('azure', 'azure.functions')),
  },
  'Google Cloud Functions (1st gen)': {
    agent: () => told(...agentRequests(google, [gen1Env], [{ headers: {} }])),
    logs: googleFirstGen,
    otlp: () => told(otherSender('gcp', 'gcp_cloud_functions')),
  },
  'Cloud Run functions': {
    agent: () => told(...agentRequests(google, [cloudRunEnv], [{ headers: {} }])),
    logs: googleCloudRun,
    otlp: () => told(otherSender('gcp', 'gcp_cloud_run')),
  },
  'Cloudflare Workers': {
    agent: () => told(workerRequest()),
    'trace events': cloudflareTraceEvents,
    'workers otlp': () => told(cloudflareSpans()),
    otlp: () => told(otherSender('cloudflare', 'cloudflare.workers')),
  },
};
