/**
 * From the bodies of requests to rows: gunzip, read by their format, leave out what tells nothing, assemble, encode. Bodies that
 * come together share their rows, because a block of a few rows costs ClickHouse as much as one of some hundred; what is wrong
 * with one of them is its own sender's business.
 */
import { Admission, type KnownFunctions } from '../model/known-functions.ts';
import { hasValidIds } from '../model/span.ts';
import { Telling } from '../model/telling.ts';
import type { UnknownCount } from '../model/unknown-records.ts';
import { readJson } from '../otlp/json.ts';
import { readProtobuf } from '../otlp/protobuf.ts';
import { NotOfFormat, type Place, type ReadBody } from '../platforms/format.ts';
import { type PlatformBody, platformBodies } from '../platforms/index.ts';
import { gunzipped } from '../reading/gunzip.ts';
import { MalformedBody, OversizedBody } from '../reading/limits.ts';
import type { Rows } from '../store/batch.ts';
import { rowsOf } from '../store/rows.ts';
import { HttpError } from './http-error.ts';
import type { Encoding } from './otlp/reply.ts';

export type BodyFormat = Encoding | PlatformBody;

/** A request's body as it came. */
export interface RawBody {
  bytes: Uint8Array;
  format: BodyFormat;
  isGzip: boolean;
  /** Who sends it, without a secret: new functions go on this one's count. */
  sender: string;
  /** What the request says of where its records are from, for those that do not. */
  place?: Place;
  /** Its rows were kept before: all that is wanted of it is its outcome. */
  isKept: boolean;
}

export interface DecodedOutcome {
  readonly state: 'decoded';
  /** Spans, lines, events or entries. */
  readonly records: number;
  /** Of these, what has no valid ids or tells nothing; the others are in the rows. */
  readonly rejected: number;
  /** Why, of platforms' records. */
  readonly unknown: readonly UnknownCount[];
  /** It tells anything at all. */
  readonly hasRows: boolean;
}

/** What became of one body. */
export type Outcome = DecodedOutcome | { readonly state: 'refused'; readonly status: number; readonly message: string };

export interface Decoded {
  /** In the order of the bodies. */
  outcomes: Outcome[];
  /** Of all of them; `null` where there are none. */
  rows: Rows | null;
}

type Read = (body: Uint8Array, about: RawBody, into: Telling) => void;

const otlp =
  (encoding: Encoding, read: typeof readProtobuf): Read =>
  (body, _about, into) => {
    try {
      for (const span of read(body)) {
        into.records += 1;
        if (hasValidIds(span)) into.spans.push(span);
        else into.invalid += 1;
      }
    } catch (error) {
      if (!(error instanceof MalformedBody)) throw error;
      throw new MalformedBody(
        `The body is no OTLP trace request in ${encoding}: ${error.message}${hint(body, encoding)}`,
      );
    }
  };

const otlpReaders: Readonly<Record<Encoding, Read>> = {
  protobuf: otlp('protobuf', readProtobuf),
  json: otlp('json', readJson),
};

const readerOf = (format: BodyFormat): Read => {
  if (format === 'protobuf' || format === 'json') return otlpReaders[format];
  const read: ReadBody = platformBodies[format];
  return (body, { place = {} }, into) => read(body, place, into);
};

export function decodeBodies(bodies: readonly RawBody[], receivedMs: number, known: KnownFunctions): Decoded {
  const all = new Telling(receivedMs);
  const outcomes = bodies.map((body): Outcome => {
    try {
      const told = new Telling(receivedMs);
      readerOf(body.format)(body.isGzip ? gunzipped(body.bytes) : body.bytes, body, told);
      if (!body.isKept) all.addAll(told, new Admission(known, body.sender));
      const unknown = told.unknown.list();
      const rejected = told.invalid + told.unknown.count;
      return { state: 'decoded', records: told.records, rejected, unknown, hasRows: !told.isEmpty };
    } catch (error) {
      return { state: 'refused', ...refusalOf(error) };
    }
  });
  return { outcomes, rows: all.isEmpty ? null : rowsOf(all, receivedMs) };
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
  if (error instanceof MalformedBody || error instanceof NotOfFormat) return { status: 400, message: error.message };
  if (error instanceof OversizedBody) return { status: 413, message: error.message };
  throw error;
}
