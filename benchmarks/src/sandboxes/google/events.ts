/** Requests as Google delivers them: a client's own, a CloudEvent of Pub/Sub, or the older form of the same. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { GoogleFunction } from './function.ts';

export interface Delivery {
  /** The id that an agent can see. */
  requestId: string;
  headers: Record<string, string>;
  body: string;
}

/** The project of Google's own documentation examples. */
const topic = 'projects/my-project/topics/my-topic';

const message = (event: string, id: string): object => ({
  data: Buffer.from(event).toString('base64'),
  messageId: id,
  attributes: {},
});

interface CloudEvent {
  type: string;
  source: string;
  subject?: string;
  data: unknown;
}

/** An event that is a CloudEvent already, such as one of Cloud Storage, is delivered as such; others are a message. */
const wholeCloudEvent = (event: string): CloudEvent | undefined => {
  const value = JSON.parse(event) as (Partial<CloudEvent> & { specversion?: unknown }) | null;
  const isWhole = value?.specversion === '1.0' && typeof value.type === 'string' && typeof value.source === 'string';
  return isWhole && 'data' in value ? (value as CloudEvent) : undefined;
};

/** A request of each signature type; `event` is JSON. */
export const deliver: Readonly<Record<GoogleFunction['signature'], (event: string) => Delivery>> = {
  http: (event) => {
    const requestId = randomBytes(6).toString('hex');
    return {
      requestId,
      headers: { 'content-type': 'application/json', 'function-execution-id': requestId },
      body: event,
    };
  },
  cloudevent: (event) => {
    const whole = wholeCloudEvent(event);
    const requestId = randomUUID();
    return {
      requestId,
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': requestId,
        'ce-type': whole?.type ?? 'google.cloud.pubsub.topic.v1.messagePublished',
        'ce-source': whole?.source ?? `//pubsub.googleapis.com/${topic}`,
        ...(whole?.subject !== undefined && { 'ce-subject': whole.subject }),
        'ce-time': new Date().toISOString(),
      },
      body: JSON.stringify(
        whole?.data ?? { message: message(event, requestId), subscription: 'projects/my-project/subscriptions/s' },
      ),
    };
  },
  event: (event) => {
    const requestId = randomUUID();
    const context = {
      eventId: requestId,
      timestamp: new Date().toISOString(),
      eventType: 'google.pubsub.topic.publish',
      resource: {
        service: 'pubsub.googleapis.com',
        name: topic,
        type: 'type.googleapis.com/google.pubsub.v1.PubsubMessage',
      },
    };
    const data = { '@type': 'type.googleapis.com/google.pubsub.v1.PubsubMessage', ...message(event, requestId) };
    return { requestId, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ context, data }) };
  },
};
