/**
 * `POST /v1/traces`: checks, decodes, has the rows made durable, and only then answers 200. What cannot be kept now is
 * answered with 503, the one status that every exporter repeats; what can never be stored with 4xx, which none does.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Outcome } from '../../buffer/buffer.ts';
import { NotTaken } from '../../buffer/not-taken.ts';
import type { RefusalReason } from '../../buffer/stats.ts';
import { KnownFunctions, markOverflow } from '../../model/known-functions.ts';
import { type DecodedSpan, hasValidIds } from '../../model/span.ts';
import type { Rows } from '../../store/batch.ts';
import { rowsOf } from '../../store/rows.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { anyone, type Caller } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import { readJson } from './json.ts';
import { MalformedBody, OversizedBody } from './limits.ts';
import { readProtobuf } from './protobuf.ts';
import { contentType, type Encoding, encodingOf, partialSuccessBody, statusAnswer, successBody } from './reply.ts';

export interface CollectorStats {
  /** OTLP requests, whatever became of them. */
  requests: number;
  /** Spans that could be decoded. */
  receivedSpans: number;
  /** Spans that are durable and were answered with 200; also those of a request that had come before. */
  acknowledgedSpans: number;
  /** Spans refused one by one (bad ids) in requests that were otherwise stored. */
  rejectedSpans: number;
  /** Requests answered with an error, or broken off by their sender. */
  failedRequests: number;
}

const readers: Readonly<Record<Encoding, (body: Uint8Array) => DecodedSpan[]>> = {
  protobuf: readProtobuf,
  json: readJson,
};

/** Where rows are kept. */
export interface Commit {
  /**
   * Resolves when they are durable.
   * @param key of the request's content, by which it is recognised when it comes again
   * @throws {@link NotTaken} when nothing of them was kept
   */
  add(rows: Rows, key: Buffer): Promise<Outcome>;
}

const refusals: Readonly<Record<RefusalReason, string>> = {
  full: 'The buffer of the collector is full, because ClickHouse does not take what is in it; send this again.',
  busy: 'The collector is busy; send this again in a second.',
  disk: 'The collector cannot write to its buffer at the moment; send this again.',
  closing: 'The collector is stopping; send this again.',
};

/** Of a hash: enough that no two contents ever have the same. */
const keyBytes = 16;

export class TraceReceiver {
  readonly #commit: Commit;
  readonly #budget: ByteBudget;
  readonly #known: KnownFunctions;
  readonly #stats: CollectorStats = {
    requests: 0,
    receivedSpans: 0,
    acknowledgedSpans: 0,
    rejectedSpans: 0,
    failedRequests: 0,
  };

  constructor(commit: Commit, budget: ByteBudget, known = new KnownFunctions()) {
    this.#commit = commit;
    this.#budget = budget;
    this.#known = known;
  }

  stats(): CollectorStats {
    return { ...this.#stats };
  }

  async receive(request: IncomingMessage, caller: Caller = anyone): Promise<Answer> {
    this.#stats.requests += 1;
    // Held until the answer: what is decoded and queued is as large as the body.
    const lease = this.#budget.lease();
    try {
      const encoding = encodingOf(request);
      if (encoding === null) {
        throw new HttpError(415, 'Send OTLP traces as application/x-protobuf or application/json.');
      }
      const body = await readBody(request, lease);
      return await this.#store(decode(body, encoding), encoding, keyOf(body), caller);
    } catch (error) {
      this.#stats.failedRequests += 1;
      const { status, message } = refusalOf(error);
      return statusAnswer(request, status, message);
    } finally {
      lease.release();
    }
  }

  async #store(spans: readonly DecodedSpan[], encoding: Encoding, key: Buffer, caller: Caller): Promise<Answer> {
    this.#stats.receivedSpans += spans.length;
    const valid = spans.filter(hasValidIds);
    const rejected = spans.length - valid.length;
    markOverflow(valid, this.#known, caller.id);
    if (valid.length > 0) await this.#commitSpans(valid, key);
    this.#stats.acknowledgedSpans += valid.length;
    this.#stats.rejectedSpans += rejected;
    const body =
      rejected === 0
        ? successBody(encoding)
        : partialSuccessBody(
            encoding,
            rejected,
            `${rejected} of ${spans.length} spans have no valid trace or span id.`,
          );
    return { status: 200, contentType: contentType[encoding], body };
  }

  async #commitSpans(spans: readonly DecodedSpan[], key: Buffer): Promise<void> {
    const rows = rowsOf(spans, Date.now());
    try {
      await this.#commit.add(rows, key);
    } catch (error) {
      throw error instanceof NotTaken ? new HttpError(503, refusals[error.reason]) : error;
    }
  }
}

/** Of the content after gunzip, which may come out differently each time that it is packed. */
const keyOf = (body: Uint8Array): Buffer => hash('sha256', body, 'buffer').subarray(0, keyBytes);

function decode(body: Uint8Array, encoding: Encoding): DecodedSpan[] {
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
  if (error instanceof HttpError) return error;
  if (error instanceof MalformedBody) return { status: 400, message: error.message };
  if (error instanceof OversizedBody) return { status: 413, message: error.message };
  // The sender broke off: nobody reads this answer.
  if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return { status: 400, message: 'The body was cut off.' };
  throw error;
}
