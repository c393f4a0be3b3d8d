/** What an AWS event says of where it comes from: `faas.trigger` and the trace that caused it. */
import { fromTraceparent, fromXRay, type RemoteParent } from '../trace/remote-parent.ts';
import type { Trigger } from '../vocabulary.ts';
import { at, header, textAt } from './shape.ts';

interface EventShape {
  trigger: Trigger;
  matches(event: unknown): boolean;
}

const firstRecord = (event: unknown): unknown => at(event, 'Records', 0);
const schedulers = ['aws.events', 'aws.scheduler'];

/** Tested in this order; the first match decides. */
const shapes: readonly EventShape[] = [
  // Function URL, API Gateway v2 and v1, WebSocket, load balancer.
  {
    trigger: 'http',
    matches: (event) => textAt(event, 'requestContext', 'domainName')?.includes('lambda-url') === true,
  },
  { trigger: 'http', matches: (event) => at(event, 'version') === '2.0' && at(event, 'rawQueryString') !== undefined },
  {
    trigger: 'http',
    matches: (event) =>
      at(event, 'requestContext', 'stage') !== undefined &&
      at(event, 'httpMethod') !== undefined &&
      at(event, 'resource') !== undefined,
  },
  { trigger: 'http', matches: (event) => at(event, 'requestContext', 'messageDirection') !== undefined },
  { trigger: 'http', matches: (event) => at(event, 'requestContext', 'elb', 'targetGroupArn') !== undefined },
  { trigger: 'datasource', matches: (event) => at(firstRecord(event), 's3') !== undefined },
  { trigger: 'datasource', matches: (event) => at(firstRecord(event), 'dynamodb') !== undefined },
  { trigger: 'pubsub', matches: (event) => at(firstRecord(event), 'Sns') !== undefined },
  { trigger: 'pubsub', matches: (event) => at(firstRecord(event), 'kinesis') !== undefined },
  { trigger: 'pubsub', matches: (event) => at(firstRecord(event), 'eventSource') === 'aws:sqs' },
  {
    // Kafka: records by topic and partition.
    trigger: 'pubsub',
    matches: (event) => {
      const records = at(event, 'records');
      return records !== null && typeof records === 'object' && at(Object.values(records)[0], 0, 'topic') !== undefined;
    },
  },
  {
    trigger: 'timer',
    matches: (event) =>
      at(event, 'detail-type') === 'Scheduled Event' && schedulers.includes(textAt(event, 'source') ?? ''),
  },
  { trigger: 'pubsub', matches: (event) => at(event, 'detail-type') !== undefined },
  { trigger: 'other', matches: (event) => at(event, 'awslogs', 'data') !== undefined },
];

/** `undefined` where the event is of no known source, as in a direct invocation. */
export const triggerOf = (event: unknown): string | undefined => shapes.find((shape) => shape.matches(event))?.trigger;

/** Where events carry their producer's trace. Of a batch the first message speaks, as the one that waited longest. */
const carriers: readonly ((event: unknown) => RemoteParent | null)[] = [
  (event) => fromTraceparent(header(at(event, 'headers'), 'traceparent')),
  (event) => fromTraceparent(at(firstRecord(event), 'messageAttributes', 'traceparent', 'stringValue')),
  (event) => fromTraceparent(at(firstRecord(event), 'Sns', 'MessageAttributes', 'traceparent', 'Value')),
  (event) => fromXRay(at(firstRecord(event), 'attributes', 'AWSTraceHeader')),
  (event) => fromTraceparent(at(event, 'detail', 'traceparent')),
  (event) => fromTraceparent(at(event, 'traceparent')),
];

/** The span that sent this event, if it says. */
export const parentOf = (event: unknown): RemoteParent | null => {
  if (event === null || typeof event !== 'object') return null;
  for (const carrier of carriers) {
    const parent = carrier(event);
    if (parent) return parent;
  }
  return null;
};
