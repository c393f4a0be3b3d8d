/**
 * `POST /v1/traces`: checks, decodes, has the rows stored, and only then answers 200. What cannot be stored now is
 * answered with 503, the one status that every exporter repeats; what can never be stored with 4xx, which none does.
 */
import type { IncomingMessage } from 'node:http';
import { type GroupCommit, QueueFull } from '../../buffer/group-commit.ts';
import { type DecodedSpan, hasValidIds } from '../../model/span.ts';
import { rowsOf } from '../../store/rows.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { ByteBudget } from '../byte-budget.ts';
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
  /** Spans stored and answered with 200. */
  acknowledgedSpans: number;
  /** Spans refused one by one (bad ids) in requests that were otherwise stored. */
  rejectedSpans: number;
  /** Requests answered with an error, or broken off by their sender. */
  failedRequests: number;
  /** The latest reason why rows could not be stored; null when that never happened. */
  lastStoreFailure: string | null;
}

const readers: Readonly<Record<Encoding, (body: Uint8Array) => DecodedSpan[]>> = {
  protobuf: readProtobuf,
  json: readJson,
};

export class TraceReceiver {
  readonly #commit: GroupCommit;
  readonly #budget: ByteBudget;
  readonly #stats: CollectorStats = {
    requests: 0,
    receivedSpans: 0,
    acknowledgedSpans: 0,
    rejectedSpans: 0,
    failedRequests: 0,
    lastStoreFailure: null,
  };

  constructor(commit: GroupCommit, budget: ByteBudget) {
    this.#commit = commit;
    this.#budget = budget;
  }

  stats(): CollectorStats {
    return { ...this.#stats };
  }

  async receive(request: IncomingMessage): Promise<Answer> {
    this.#stats.requests += 1;
    // Held until the answer: what is decoded and queued is as large as the body.
    const lease = this.#budget.lease();
    try {
      const encoding = encodingOf(request);
      if (encoding === null) {
        throw new HttpError(415, 'Send OTLP traces as application/x-protobuf or application/json.');
      }
      const body = await readBody(request, lease);
      return await this.#store(decode(body, encoding), encoding);
    } catch (error) {
      this.#stats.failedRequests += 1;
      const { status, message } = refusalOf(error);
      return statusAnswer(request, status, message);
    } finally {
      lease.release();
    }
  }

  async #store(spans: readonly DecodedSpan[], encoding: Encoding): Promise<Answer> {
    this.#stats.receivedSpans += spans.length;
    const valid = spans.filter(hasValidIds);
    const rejected = spans.length - valid.length;
    if (valid.length > 0) await this.#commitSpans(valid);
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

  async #commitSpans(spans: readonly DecodedSpan[]): Promise<void> {
    const rows = rowsOf(spans, Date.now());
    try {
      await this.#commit.add(rows);
    } catch (error) {
      this.#stats.lastStoreFailure = error instanceof Error ? error.message : String(error);
      if (error instanceof QueueFull) throw new HttpError(503, 'The collector is busy; send this again in a second.');
      throw new HttpError(503, 'The collector cannot store spans at the moment; send this again.');
    }
  }
}

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
