/**
 * From the bodies of requests to rows: gunzip, read, refuse spans without valid ids, assemble, encode. Bodies that come together
 * share their rows, because a block of a few rows costs ClickHouse as much as one of some hundred; what is wrong with one
 * of them is its own sender's business.
 */
import { gunzipSync } from 'node:zlib';
import { type KnownFunctions, markOverflow } from '../../model/known-functions.ts';
import { type DecodedSpan, hasValidIds } from '../../model/span.ts';
import type { Rows } from '../../store/batch.ts';
import { rowsOf } from '../../store/rows.ts';
import { maxBodyBytes, tooLong } from '../body.ts';
import { HttpError } from '../http-error.ts';
import { readJson } from './json.ts';
import { MalformedBody, OversizedBody } from './limits.ts';
import { readProtobuf } from './protobuf.ts';
import type { Encoding } from './reply.ts';

/** A request's body as it came. */
export interface RawBody {
  bytes: Uint8Array;
  encoding: Encoding;
  isGzip: boolean;
  /** Who sends it, without a secret: new functions go on this one's count. */
  sender: string;
  /** Its rows were kept before: all that is wanted of it is its outcome. */
  isKept: boolean;
}

/** `rejected` of `spans` have no valid ids; the others are in the rows. */
export interface DecodedOutcome {
  readonly state: 'decoded';
  readonly spans: number;
  readonly rejected: number;
}

/** What became of one body. */
export type Outcome = DecodedOutcome | { readonly state: 'refused'; readonly status: number; readonly message: string };

export interface Decoded {
  /** In the order of the bodies. */
  outcomes: Outcome[];
  /** Of all of them; `null` where there are none. */
  rows: Rows | null;
}

const readers: Readonly<Record<Encoding, (body: Uint8Array) => DecodedSpan[]>> = {
  protobuf: readProtobuf,
  json: readJson,
};

export function decodeBodies(bodies: readonly RawBody[], receivedMs: number, known: KnownFunctions): Decoded {
  const valid: DecodedSpan[] = [];
  const outcomes = bodies.map((body): Outcome => {
    try {
      const spans = read(unpacked(body), body.encoding);
      const own = spans.filter(hasValidIds);
      if (!body.isKept) {
        markOverflow(own, known, body.sender);
        for (const span of own) valid.push(span);
      }
      return { state: 'decoded', spans: spans.length, rejected: spans.length - own.length };
    } catch (error) {
      return { state: 'refused', ...refusalOf(error) };
    }
  });
  return { outcomes, rows: valid.length === 0 ? null : rowsOf(valid, receivedMs) };
}

/** Spans are seldom packed to less than a thirtieth. */
const usualRatio = 32;
const mostAtOnce = 1024 * 1024;

/**
 * How much to unpack at once: all of it, by what gzip's end says, which may be untrue. So it is believed only within what
 * bodies usually are; whatever is longer is unpacked piece by piece.
 */
function unpackBytes(bytes: Uint8Array): number {
  const told =
    bytes.length < 18
      ? 0
      : new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
  return Math.max(1_024, Math.min(told + 1, bytes.length * usualRatio, mostAtOnce));
}

function unpacked({ bytes, isGzip }: RawBody): Uint8Array {
  // An empty body is an empty request in either encoding.
  if (!isGzip || bytes.length === 0) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBodyBytes, chunkSize: unpackBytes(bytes) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(maxBodyBytes);
    throw new HttpError(400, 'The body is not gzip, though its Content-Encoding says so, or it is cut off.');
  }
}

function read(body: Uint8Array, encoding: Encoding): DecodedSpan[] {
  try {
    return readers[encoding](body);
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    throw new MalformedBody(
      `The body is no OTLP trace request in ${encoding}: ${error.message}${hint(body, encoding)}`,
    );
  }
}

const openingBrace = 0x7b;

/** The most common mistake of a hand-made request. */
function hint(body: Uint8Array, encoding: Encoding): string {
  const looksLikeJson = body[0] === openingBrace;
  if (encoding === 'protobuf' && looksLikeJson) return ' It looks like JSON: send it as application/json.';
  return '';
}

function refusalOf(error: unknown): { status: number; message: string } {
  if (error instanceof HttpError) return { status: error.status, message: error.message };
  if (error instanceof MalformedBody) return { status: 400, message: error.message };
  if (error instanceof OversizedBody) return { status: 413, message: error.message };
  throw error;
}
