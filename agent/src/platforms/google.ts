/** Google Cloud Functions (1st gen) and Cloud Run functions (2nd gen): what they tell about instance and invocation. */
import { startAfterGap } from '../phases/start.ts';
import { fromCloudTrace, fromTraceparent } from '../trace/remote-parent.ts';
import { attribute, type Trigger } from '../vocabulary.ts';
import { memoryBytes, processInstanceId } from './common.ts';
import { askMetadataServer } from './google-metadata.ts';
import type { Environment, Platform } from './platform.ts';
import { at, header, textAt } from './shape.ts';

const isCloudEvent = (event: unknown): boolean => at(event, 'specversion') !== undefined;

/** The type of an event: a CloudEvent's own, or the one in a background function's context; requests have none. */
const eventType = ([event, context]: readonly unknown[]): string | undefined =>
  (isCloudEvent(event) ? textAt(event, 'type') : undefined) ?? textAt(context, 'eventType');

/**
 * Parts of event types, CloudEvents' (`google.cloud.pubsub.topic.v1.messagePublished`) as well as the older ones
 * (`google.storage.object.finalize`, `providers/cloud.firestore/eventTypes/document.write`).
 */
const triggers: readonly (readonly [part: RegExp, trigger: Trigger])[] = [
  [/\bpubsub\b/, 'pubsub'],
  [/\b(storage|firestore|database)\b/, 'datasource'],
];

const triggerOf = (args: readonly unknown[]): Trigger | undefined => {
  const type = eventType(args);
  if (type !== undefined) return triggers.find(([part]) => part.test(type))?.[1] ?? 'other';
  return at(args[0], 'headers') === undefined ? undefined : 'http';
};

/** Pub/Sub's client libraries prefix theirs: https://cloud.google.com/pubsub/docs/open-telemetry-tracing */
const messageAttributes = ['traceparent', 'googclient_traceparent'];

/** The sender of the message first, then whoever delivered it. */
const traceparents = function* ([event]: readonly unknown[]): Generator<unknown> {
  for (const name of messageAttributes) {
    yield at(event, 'data', 'message', 'attributes', name);
    // A background function gets the message itself.
    yield at(event, 'attributes', name);
  }
  yield at(event, 'traceparent');
  yield header(at(event, 'headers'), 'traceparent');
};

const isFirstGeneration = (env: Environment): boolean =>
  env.FUNCTION_TARGET !== undefined && env.K_CONFIGURATION === undefined;

const timeoutMsOf = (env: Environment): number | null => {
  const seconds = Number(env.CLOUD_RUN_TIMEOUT_SECONDS || env.FUNCTION_TIMEOUT_SEC);
  return seconds > 0 ? seconds * 1_000 : null;
};

export const google: Platform = {
  name: 'google',
  // 5.0 is the median of 25 starts in functions-framework 5.0.5 on Node 24; the middle half lies between 4.6 and 5.3.
  importBegins: 5,
  matches: (env) => env.FUNCTION_TARGET !== undefined || env.K_SERVICE !== undefined,
  remainingMs: (_args, env) => timeoutMsOf(env),
  call: (args) => {
    let parent = null;
    for (const traceparent of traceparents(args)) parent ??= fromTraceparent(traceparent);
    const [event, context] = args;
    const cloudTrace = textAt(event, 'headers', 'x-cloud-trace-context');
    return {
      invocationId:
        textAt(event, 'headers', 'function-execution-id') ??
        // Cloud Run has no id for a request, but logs its span; the framework's own id nobody else knows.
        cloudTrace?.match(/^[0-9a-f]{32}\/\d+/)?.[0] ??
        textAt(event, 'executionId') ??
        (isCloudEvent(event) ? textAt(event, 'id') : undefined) ??
        textAt(context, 'eventId') ??
        null,
      parent: parent ?? fromCloudTrace(cloudTrace),
    };
  },
  firstStart: (_env, gapMs) => startAfterGap(gapMs, 'inferred'),
  attributes: (args) => ({ [attribute.trigger]: triggerOf(args) }),
  lookUp: askMetadataServer,
  // Both generations start the framework in the source's folder.
  packageRoot: (env) => (env.FUNCTION_TARGET ? process.cwd() : undefined),
  deployment: (env) => ({ [attribute.timeoutMs]: timeoutMsOf(env) ?? undefined }),
  resource: (env) => ({
    [attribute.cloudProvider]: 'gcp',
    [attribute.cloudPlatform]: isFirstGeneration(env) ? 'gcp_cloud_functions' : 'gcp_cloud_run',
    [attribute.cloudRegion]: env.FUNCTION_REGION || env.X_GOOGLE_FUNCTION_REGION || env.GOOGLE_CLOUD_REGION,
    [attribute.cloudAccountId]: env.GOOGLE_CLOUD_PROJECT || env.GCP_PROJECT || env.GCLOUD_PROJECT,
    [attribute.functionName]: env.K_SERVICE || env.FUNCTION_NAME,
    [attribute.functionVersion]: env.K_REVISION,
    [attribute.instanceId]: processInstanceId(),
    [attribute.maxMemoryBytes]: memoryBytes(env.FUNCTION_MEMORY_MB),
    // Buildpacks name the runtime after Node's major version.
    [attribute.platformRuntime]: env.FUNCTION_TARGET && `nodejs${process.versions.node.split('.')[0]}`,
    [attribute.handler]: env.FUNCTION_TARGET,
  }),
};
