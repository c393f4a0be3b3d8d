/** Amazon Data Firehose, a Lambda function that forwards a log, and anybody's extension of the Telemetry API. */
import type { IncomingMessage } from 'node:http';
import { nameAt, parsed } from '../../platforms/fields.ts';
import type { Place } from '../../platforms/format.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import { HttpError } from '../http-error.ts';
import { type PlatformEndpoint, placeIn } from './endpoint.ts';

const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[`x-amz-firehose-${name}`];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/**
 * Of `arn:aws:firehose:<region>:<account>:deliverystream/<name>`: a stream takes what is of its own region. Messages name the
 * account that their log is in.
 */
const placeOfArn = (arn: string | undefined): Place => {
  const [, , , region, account] = arn?.split(':') ?? [];
  return { ...(region && { region }), ...(account && { account }) };
};

/** Parameters that a person has given the stream, for whoever cannot put them into the URL. */
const placeOfAttributes = (header: string | undefined): Place => {
  const attributes = header === undefined ? undefined : parsed(header);
  const [account, region, functionName] = ['account', 'region', 'function'].map((name) =>
    nameAt(attributes, 'commonAttributes', name),
  );
  return { ...(account && { account }), ...(region && { region }), ...(functionName && { functionName }) };
};

/** https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html */
const firehoseAnswer = (request: IncomingMessage, status: number, errorMessage?: string): Answer =>
  jsonAnswer(status, {
    requestId: headerOf(request, 'request-id') ?? '',
    timestamp: Date.now(),
    ...(errorMessage !== undefined && { errorMessage }),
  });

/** Firehose drops what is answered with 413, and keeps what is refused otherwise, at last in its bucket. */
const tooLong = 413;

const firehose: PlatformEndpoint = {
  path: '/v1/firehose',
  format: 'firehose',
  tokenElsewhere: (request) => headerOf(request, 'access-key'),
  about: (request, url) => {
    const requestId = headerOf(request, 'request-id');
    if (requestId === undefined) throw new HttpError(400, 'The header X-Amz-Firehose-Request-Id is missing.');
    return {
      requestId,
      place: {
        ...placeOfArn(headerOf(request, 'source-arn')),
        ...placeOfAttributes(headerOf(request, 'common-attributes')),
        ...placeIn(url),
      },
    };
  },
  accept: (request) => firehoseAnswer(request, 200),
  refuse: (request, status, message) => firehoseAnswer(request, status === tooLong ? 400 : status, message),
};

/** `?stream=` beside what all may say: events of the Telemetry API name neither function nor instance. */
const placeWithStream = (url: URL): Place => {
  const logStream = url.searchParams.get('stream');
  return { ...placeIn(url), ...(logStream && { logStream }) };
};

export const awsEndpoints: readonly PlatformEndpoint[] = [
  firehose,
  { path: '/v1/cloudwatch', format: 'cloudwatch', about: (_request, url) => ({ place: placeIn(url) }) },
  { path: '/v1/telemetry', format: 'lambda-telemetry', about: (_request, url) => ({ place: placeWithStream(url) }) },
];
