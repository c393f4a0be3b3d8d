/**
 * From the bodies of requests to rows: gunzip, read, refuse spans without valid ids, assemble, encode. Bodies that come together
 * share their rows, because a block of a few rows costs ClickHouse as much as one of some hundred; what is wrong with one
 * of them is its own sender's business.
 */
import { type KnownFunctions, markOverflow } from '../../model/known-functions.ts';
import { type DecodedSpan, hasValidIds } from '../../model/span.ts';
import type { Rows } from '../../store/batch.ts';
import { rowsOf } from '../../store/rows.ts';
import { gunzipped } from '../gunzip.ts';
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
      const spans = read(body.isGzip ? gunzipped(body.bytes) : body.bytes, body.encoding);
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
