/**
 * The logs of Cloud Run functions (2nd gen) and services: what the platform tells of each request when it is over, and of
 * instances when they begin and when they are ready.
 */
import type { InstanceStart } from '../../model/invocation/instance-start.ts';
import type { PartialInvocation } from '../../model/invocation/partial.ts';
import { at, nameAt } from '../fields.ts';
import { durationOf } from './entry.ts';
import { ofCode } from './first-generation.ts';

type Facts = Partial<PartialInvocation>;

/** On entries of requests that bring an event: the `id` of the CloudEvent, which the function gets too. */
const eventIdLabel = 'run.googleapis.com/cloud_event_id';

/** `projects/<project>/traces/<trace>`, as the trace's header has it. */
const traceId = (entry: unknown): string | undefined =>
  /(?:^|\/)([0-9a-f]{32})$/i.exec(nameAt(entry, 'trace') ?? '')?.[1]?.toLowerCase();

/**
 * What the function itself can know its call by: the event's id, or trace and span as `X-Cloud-Trace-Context` tells them, whose
 * span is the entry's in decimal. Both are what our agent tells (agent/src/platforms/google.ts). Without either the entry's
 * own id, which nobody else knows.
 */
export const requestId = (entry: unknown): string | undefined => {
  const event = nameAt(entry, 'labels', eventIdLabel);
  if (event !== undefined) return event;
  const trace = traceId(entry);
  const span = nameAt(entry, 'spanId');
  return trace !== undefined && span !== undefined && /^[0-9a-f]{16}$/i.test(span)
    ? `${trace}/${BigInt(`0x${span}`)}`
    : nameAt(entry, 'insertId');
};

const timedOut = /reached the maximum request timeout/;

const statusOf = (entry: unknown): Facts => {
  const status = at(entry, 'httpRequest', 'status');
  if (typeof status !== 'number' || !(status >= 100 && status <= 599)) return {};
  return status >= 500 && timedOut.test(nameAt(entry, 'textPayload') ?? '')
    ? { platformStatus: 'timeout', platformErrorType: String(status) }
    : ofCode(Math.trunc(status));
};

/**
 * @param atNs time of the entry, which is when the request came: it is written when the request is over, and what is written
 *   then bears the later time in `insertId` and `receiveTimestamp`
 */
export const requestFacts = (entry: unknown, atNs: bigint): Facts => ({
  platformStartedNs: atNs,
  platformDurationNs: durationOf(at(entry, 'httpRequest', 'latency')),
  ...statusOf(entry),
});

type Moment = Pick<InstanceStart, 'moment' | 'isAhead'>;

/** The one reason of those that Google names which has a caller: https://cloud.google.com/run/docs/logging */
const forRequests = 'AUTOSCALING';
const begun = /^Starting new instance\. Reason: ([A-Z_]{1,60})\b/;
/** `Default STARTUP TCP probe succeeded after 1 attempt for container "worker" on port 8080.` */
const ready = /\bSTARTUP [A-Z]{2,8} probe succeeded\b/i;

/** What a line of the system says of its instance; `null` where it is about something else. */
export const momentOf = (line: string): Moment | null => {
  const reason = begun.exec(line)?.[1];
  if (reason !== undefined) return { moment: 'begun', isAhead: reason !== forRequests };
  return ready.test(line) ? { moment: 'ready', isAhead: false } : null;
};
