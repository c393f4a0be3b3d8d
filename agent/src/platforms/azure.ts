/** Azure Functions v4 (and v3 handlers, whose context comes first): what it tells about instance and invocation. */
import { type Start, startAfterGap } from '../phases/start.ts';
import { fromTraceparent } from '../trace/remote-parent.ts';
import { attribute, type Trigger } from '../vocabulary.ts';
import { memoryBytes, processInstanceId } from './common.ts';
import type { Environment, Platform } from './platform.ts';
import { at, header, textAt } from './shape.ts';

const contextOf = (args: readonly unknown[]): unknown => args.find((arg) => textAt(arg, 'invocationId') !== undefined);

/** Beginnings of binding types such as `httpTrigger`, in lower case. */
const triggers: readonly (readonly [begins: string, trigger: Trigger])[] = [
  ['http', 'http'],
  ['timer', 'timer'],
  ['queue', 'pubsub'],
  ['servicebus', 'pubsub'],
  ['eventhub', 'pubsub'],
  ['eventgrid', 'pubsub'],
  ['blob', 'datasource'],
  ['cosmosdb', 'datasource'],
  ['sql', 'datasource'],
  ['mysql', 'datasource'],
];

const triggerType = (args: readonly unknown[]): string | undefined =>
  textAt(contextOf(args), 'options', 'trigger', 'type')?.toLowerCase();

const triggerOf = (args: readonly unknown[]): Trigger | undefined => {
  const type = triggerType(args);
  if (type === undefined) return undefined;
  return triggers.find(([begins]) => type.startsWith(begins))?.[1] ?? 'other';
};

const requestHeader = (args: readonly unknown[], name: string): unknown => {
  for (const arg of args) {
    const value = header(at(arg, 'headers'), name);
    if (value) return value;
  }
  return undefined;
};

/** Where Service Bus and Event Hubs messages carry what their sender set; of a batch the first message speaks. */
const messageProperties: readonly (readonly (string | number)[])[] = [
  ['applicationProperties'],
  ['applicationPropertiesArray', 0],
  ['properties'],
  ['propertiesArray', 0],
];
/** `Diagnostic-Id` holds a traceparent too: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-end-to-end-tracing */
const messageProperty = ['traceparent', 'Diagnostic-Id', 'diagnostic-Id'];

/** Traces of the sender first, and last the host's own span, which is known only if the host exports it. */
const traceparents = function* (args: readonly unknown[]): Generator<unknown> {
  yield requestHeader(args, 'traceparent');
  const context = contextOf(args);
  for (const path of messageProperties) {
    for (const name of messageProperty) yield at(context, 'triggerMetadata', ...path, name);
  }
  // Event Grid's CloudEvents, and queue messages that are JSON.
  for (const arg of args) yield at(arg, 'traceparent');
  yield at(context, 'traceContext', 'traceParent') ?? at(context, 'traceContext', 'traceparent');
};

const isSet = (value: string | undefined): boolean => value !== undefined && /^(1|true)$/i.test(value);

/** The variables of https://learn.microsoft.com/azure/app-service/reference-app-settings; which ones are set depends on the plan. */
const instanceIdOf = (env: Environment): string =>
  env.WEBSITE_INSTANCE_ID || env.CONTAINER_NAME || env.WEBSITE_POD_NAME || processInstanceId();

/** `<subscription>+<resource group>-<region>webspace` */
const subscriptionOf = (env: Environment): string | undefined => env.WEBSITE_OWNER_NAME?.split('+')[0] || undefined;

/** A slot is an app of its own; the host tells them apart in the same way. */
const appOf = ({ WEBSITE_SITE_NAME: site, WEBSITE_SLOT_NAME: slot }: Environment): string | undefined =>
  site && slot && !/^production$/i.test(slot) ? `${site}-${slot}` : site;

const resourceIdOf = (env: Environment): string | undefined => {
  const { WEBSITE_RESOURCE_GROUP: group, WEBSITE_SITE_NAME: site } = env;
  const subscription = subscriptionOf(env);
  return subscription && group && site
    ? `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Web/sites/${site}`
    : undefined;
};

const prewarmed = (idleMs: number, certainty: Start['certainty']): Start => ({ kind: 'prewarmed', certainty, idleMs });

export const azure: Platform = {
  name: 'azure',
  // The worker loads the app when the host tells it to, at any time after its start: the agent's entry is all there is.
  importBegins: Number.POSITIVE_INFINITY,
  matches: (env) => env.FUNCTIONS_WORKER_RUNTIME !== undefined || env.FUNCTIONS_EXTENSION_VERSION !== undefined,
  startedAsPlaceholder: (env) => isSet(env.INITIALIZED_FROM_PLACEHOLDER) || env.WEBSITE_PLACEHOLDER_MODE !== undefined,
  remainingMs: () => null,
  call: (args) => {
    let parent = null;
    for (const traceparent of traceparents(args)) parent ??= fromTraceparent(traceparent);
    return { invocationId: textAt(contextOf(args), 'invocationId') ?? null, parent };
  },
  firstStart: (env, gapMs, args) => {
    // The host says so, of HTTP only: the caller waited, however long the hand-over took.
    if (requestHeader(args, 'x-ms-coldstart')) return { kind: 'cold', certainty: 'certain', idleMs: null };
    if (isSet(env.FUNCTIONS_ALWAYSREADY_INSTANCE)) return prewarmed(gapMs, 'certain');
    // A warm-up call comes before any caller.
    if (isSet(env.WEBSITE_PLACEHOLDER_MODE) || triggerType(args)?.startsWith('warmup')) {
      return prewarmed(gapMs, 'inferred');
    }
    return startAfterGap(gapMs, 'inferred');
  },
  functionOf: (args) => textAt(contextOf(args), 'functionName'),
  packageRoot: (env) => env.AzureWebJobsScriptRoot || (env.HOME && `${env.HOME}/site/wwwroot`),
  attributes: (args) => ({ [attribute.trigger]: triggerOf(args) }),
  resource: (env) => ({
    [attribute.cloudProvider]: 'azure',
    [attribute.cloudPlatform]: 'azure.functions',
    [attribute.cloudRegion]: env.REGION_NAME,
    [attribute.cloudAccountId]: subscriptionOf(env),
    [attribute.resourceId]: resourceIdOf(env),
    [attribute.functionName]: appOf(env),
    [attribute.instanceId]: instanceIdOf(env),
    [attribute.maxMemoryBytes]: memoryBytes(env.WEBSITE_MEMORY_LIMIT_MB),
    [attribute.platformRuntime]: env.FUNCTIONS_WORKER_RUNTIME,
    [attribute.codeSource]: env.WEBSITE_RUN_FROM_PACKAGE ? 'zip' : undefined,
    [attribute.sku]: env.WEBSITE_SKU,
  }),
};
