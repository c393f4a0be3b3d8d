/** Bodies of requests that AWS's services send, or somebody's function or extension in their place. */
import type { Telling } from '../../model/telling.ts';
import { maxSpans, OversizedBody } from '../../reading/limits.ts';
import { arrayAt, at, nameAt, textAt } from '../fields.ts';
import { NotOfFormat, type ReadBody } from '../format.ts';
import { isEnvelope } from './envelope-shapes.ts';
import { Envelopes } from './envelopes.ts';
import { jsonOf, Unpacking } from './unpacking.ts';

/** Lines of an agent each hold a trace request; all that are in a body may be as much as one. */
const checkSpans = ({ spans }: Telling): void => {
  if (spans.length > maxSpans) throw new OversizedBody(`The request holds more than ${maxSpans} spans.`);
};

/** Amazon Data Firehose's request: records of base64, each a message of a subscription. */
export const readFirehose: ReadBody = (body, place, into) => {
  const request = jsonOf(body);
  if (!Array.isArray(at(request, 'records'))) {
    throw new NotOfFormat('The body is no request of Amazon Data Firehose: it has no "records".');
  }
  const envelopes = new Envelopes(place, into);
  for (const record of arrayAt(request, 'records')) {
    envelopes.packed(textAt(record, 'data') ?? '');
    checkSpans(into);
  }
};

/** What a subscription gives a Lambda function, or what is in it, packed or not. */
export const readCloudWatch: ReadBody = (body, place, into) => {
  const bytes = new Unpacking().bytes(body);
  const value = bytes && jsonOf(bytes);
  if (!isEnvelope(value)) {
    throw new NotOfFormat('The body is no message of a CloudWatch Logs subscription, as JSON or gzip of it.');
  }
  new Envelopes(place, into).read(value);
  checkSpans(into);
};

/** What Lambda's Telemetry API gives an extension. */
export const readTelemetry: ReadBody = (body, place, into) => {
  const events = jsonOf(body);
  if (!Array.isArray(events)) throw new NotOfFormat('The body is no array of events of the Lambda Telemetry API.');
  const logStream = place.logStream ?? instanceIn(events);
  new Envelopes(logStream === undefined ? place : { ...place, logStream }, into).read(events);
  checkSpans(into);
};

/** All events of a body are of one instance, which tells its own name where it starts: that of its stream of the log. */
const instanceIn = (events: readonly unknown[]): string | undefined => {
  for (const event of events) {
    const id = nameAt(event, 'record', 'instanceId');
    if (id !== undefined) return id;
  }
  return undefined;
};
