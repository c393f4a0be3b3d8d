/** Cloudflare Workers: what an event and the bindings tell. Nothing here needs Node. */
import type { Attributes, AttributeValue } from '../invocation.ts';
import { completeResource } from '../resource-attributes.ts';
import { fromTraceparent } from '../trace/remote-parent.ts';
import { attribute, type Trigger } from '../vocabulary.ts';
import type { Call, Environment } from './platform.ts';
import { at, header, textAt } from './shape.ts';

/** Handlers of an `export default` that are called for an event, and what triggers them. */
const triggers = {
  fetch: 'http',
  scheduled: 'timer',
  queue: 'pubsub',
  email: 'other',
  tail: 'other',
  tailStream: 'other',
  trace: 'other',
  test: 'other',
} as const satisfies Record<string, Trigger>;

export type EventName = keyof typeof triggers;
export const eventNames = Object.keys(triggers) as EventName[];

/** As the collector names it from Cloudflare's own telemetry, which has no id of it either. */
const scheduledId = (controller: unknown): string | null => {
  const [cron, dueMs] = [textAt(controller, 'cron'), Number(at(controller, 'scheduledTime'))];
  return cron !== undefined && Number.isFinite(dueMs) ? `${cron} ${Math.trunc(dueMs)}` : null;
};

/** Cloudflare gives requests an id, which its logs carry too; a cron trigger is known by its schedule, other events by nothing. */
export const callOf = (event: EventName, [first]: readonly unknown[]): Call => {
  if (event === 'fetch') {
    const headers = at(first, 'headers');
    const ray = header(headers, 'cf-ray');
    return {
      invocationId: typeof ray === 'string' && ray !== '' ? ray : null,
      parent: fromTraceparent(header(headers, 'traceparent')),
    };
  }
  if (event === 'scheduled') return { invocationId: scheduledId(first), parent: null };
  // A queue's messages have no headers; where their body is an object, its sender may have put the trace there.
  return { invocationId: null, parent: fromTraceparent(at(first, 'messages', 0, 'body', 'traceparent')) };
};

export const attributesOf = (event: EventName): Attributes => ({ [attribute.trigger]: triggers[event] });

/** An id for the isolate: Cloudflare shows none. Made in a handler, since module scope may not use randomness. */
let isolateId: string | undefined;

export const resourceOf = (env: Environment, name: string | undefined): Record<string, AttributeValue> => {
  isolateId ??= crypto.randomUUID();
  return completeResource(
    {
      [attribute.cloudProvider]: 'cloudflare',
      [attribute.cloudPlatform]: 'cloudflare.workers',
      'telemetry.sdk.language': 'webjs',
      [attribute.functionName]: name ?? env.OTEL_SERVICE_NAME ?? 'worker',
      // The version metadata binding: https://developers.cloudflare.com/workers/runtime-apis/bindings/version-metadata/
      [attribute.functionVersion]: textAt(env, 'CF_VERSION_METADATA', 'id'),
      [attribute.instanceId]: isolateId,
      [attribute.runtimeName]: 'workerd',
    },
    env,
  );
};
