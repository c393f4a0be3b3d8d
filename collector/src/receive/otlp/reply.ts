/**
 * The three answers of an OTLP receiver, in the request's encoding: success, partial success, and `google.rpc.Status`
 * for everything that failed.
 */

import type { IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';
import { retryAfter } from '../retry-after.ts';

export type Encoding = 'protobuf' | 'json';

export const contentType: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

const mediaTypes: ReadonlyMap<string, Encoding> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/json', 'json'],
]);

/** The request's encoding by its Content-Type; null when it is neither of OTLP's two. */
export function encodingOf(request: IncomingMessage): Encoding | null {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0] ?? '';
  return mediaTypes.get(mediaType.trim().toLowerCase()) ?? null;
}

/** `ExportTraceServiceResponse`: everything was stored. */
export function successBody(encoding: Encoding): Buffer {
  return Buffer.from(encoding === 'json' ? '{}' : '');
}

/** `ExportTraceServiceResponse` with `partial_success`: the client must not send the rejected spans again. */
export function partialSuccessBody(encoding: Encoding, rejectedSpans: number, errorMessage: string): Buffer {
  if (encoding === 'json') {
    // int64 is a string in OTLP's JSON.
    return Buffer.from(JSON.stringify({ partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } }));
  }
  const partial = Buffer.concat([varintField(1, rejectedSpans), bytesField(2, Buffer.from(errorMessage))]);
  return bytesField(1, partial);
}

/** Codes of google.rpc.Code that fit each HTTP status we answer with. */
const rpcCode: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 5, // NOT_FOUND
  405: 12, // UNIMPLEMENTED
  413: 8, // RESOURCE_EXHAUSTED
  415: 3,
  503: 14, // UNAVAILABLE
};

/** `google.rpc.Status` for an HTTP status. */
function statusBody(encoding: Encoding, httpStatus: number, message: string): Buffer {
  const code = rpcCode[httpStatus] ?? 13; // INTERNAL
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([varintField(1, code), bytesField(2, Buffer.from(message))]);
}

/** `google.rpc.Status` as an answer, in the request's encoding (JSON when that is unknown). */
export function statusAnswer(request: IncomingMessage, status: number, message: string): Answer {
  const encoding = encodingOf(request) ?? 'json';
  return {
    status,
    contentType: contentType[encoding],
    body: statusBody(encoding, status, message),
    ...(status === 503 && { headers: retryAfter() }),
  };
}

function varintField(field: number, value: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}
