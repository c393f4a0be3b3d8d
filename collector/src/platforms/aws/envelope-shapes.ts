/** The shapes that log events come in: CloudWatch's subscriptions and answers of its API, and whatever carries those. A table. */
import { arrayAt, at, isObject, numberAt, textAt } from '../fields.ts';
import { isAgentLine } from './agent-lines.ts';
import type { Envelopes } from './envelopes.ts';
import { isInsightsRow, readInsightsRow } from './insights.ts';
import type { LambdaLog } from './lambda-log.ts';
import { timestampMs } from './timestamps.ts';

export interface Shape {
  is(value: unknown): boolean;
  read(value: unknown, reader: Envelopes): void;
}

const control: Shape = {
  is: (value) => textAt(value, 'messageType') === 'CONTROL_MESSAGE',
  read: (value, { into }) => {
    into.records += 1;
    into.notKnown('control message', textAt(value, 'logEvents', 0, 'message') ?? '');
  },
};

/** Of a subscription filter. `owner` is the account that the log is in. */
const subscription: Shape = {
  is: (value) => Array.isArray(at(value, 'logEvents')),
  read: (value, reader) => {
    const log = reader.logOf(textAt(value, 'owner') ?? '');
    const functionName = reader.functionOf(textAt(value, 'logGroup') ?? '');
    readEvents(log, arrayAt(value, 'logEvents'), functionName, textAt(value, 'logStream'));
  },
};

/** `aws logs filter-log-events`, which says of each event its stream, and `get-log-events`, which does not. */
const answer: Shape = {
  is: (value) => arrayAt(value, 'events').some((event) => textAt(event, 'message') !== undefined),
  read: (value, reader) => readEvents(reader.logOf(''), arrayAt(value, 'events'), '', undefined),
};

const single: Shape = {
  is: (value) => textAt(value, 'message') !== undefined && numberAt(value, 'timestamp') !== undefined,
  read: (value, reader) => readEvents(reader.logOf(''), [value], '', undefined),
};

/** A Lambda function's event, of a subscription, and of a Kinesis stream; Firehose's request, and what it could not deliver. */
const carriers: readonly ((value: unknown) => readonly unknown[])[] = [
  (value) => [at(value, 'awslogs', 'data')],
  (value) => arrayAt(value, 'Records').map((record) => at(record, 'kinesis', 'data')),
  (value) => arrayAt(value, 'records').map((record) => at(record, 'data')),
  (value) => [at(value, 'rawData')],
];

const carriedBy = (value: unknown): string[] =>
  carriers
    .map((carrier) => carrier(value).filter((data) => typeof data === 'string'))
    .find(({ length }) => length > 0) ?? [];

const carrier: Shape = {
  is: (value) => carriedBy(value).length > 0,
  read: (value, reader) => {
    for (const data of carriedBy(value)) reader.packed(data);
  },
};

const insights: Shape = {
  is: (value) => isInsightsRow(value) || arrayAt(value, 'results').some(isInsightsRow),
  read: (value, reader) => {
    for (const row of isInsightsRow(value) ? [value] : arrayAt(value, 'results')) readInsightsRow(row, reader);
  },
};

/** The Telemetry API's, and lines of a log in JSON, of which a function's own have a level. */
const event: Shape = {
  is: (value) =>
    textAt(value, 'type')?.startsWith('platform.') === true ||
    (textAt(value, 'type') !== undefined && at(value, 'record') !== undefined) ||
    (textAt(value, 'level') !== undefined && at(value, 'requestId') !== undefined) ||
    at(value, 'coldlens') !== undefined ||
    isAgentLine(textAt(value, 'message') ?? ''),
  read: (value, reader) => {
    reader.into.records += 1;
    reader.logOf('').value(value, { message: reader.text, atMs: Number.NaN, functionName: '', stream: undefined });
  },
};

const shapes: readonly Shape[] = [control, subscription, event, answer, carrier, insights, single];

const readEvents = (
  log: LambdaLog,
  events: readonly unknown[],
  functionName: string,
  stream: string | undefined,
): void => {
  for (const one of events) {
    log.event({
      message: textAt(one, 'message') ?? '',
      atMs: timestampMs(at(one, 'timestamp')),
      functionName,
      stream: textAt(one, 'logStreamName') ?? stream,
    });
  }
};

/** A value is first asked whether it is known here, and then read. */
const nothing: { value: unknown; shape: Shape | undefined } = { value: undefined, shape: undefined };
let latest = nothing;

const shapeOf = (value: unknown): Shape | undefined => {
  if (latest.value !== value || value === undefined)
    latest = { value, shape: shapes.find((candidate) => candidate.is(value)) };
  return latest.shape;
};

/** To read it, which is asked once: nothing of it is kept. */
export const shapeToRead = (value: unknown): Shape | undefined => {
  const shape = shapeOf(value);
  latest = nothing;
  return shape;
};

/** Whether it is anything that is known here. */
export const isEnvelope = (value: unknown): boolean =>
  Array.isArray(value) && !isInsightsRow(value)
    ? value.some((one) => isObject(one) && shapeOf(one) !== undefined)
    : shapeOf(value) !== undefined;
