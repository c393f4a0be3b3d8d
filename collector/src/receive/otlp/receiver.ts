/**
 * `POST /v1/traces`: checks, decodes, has the rows made durable, and only then answers 200. What cannot be kept now is
 * answered with 503, the one status that every exporter repeats; what can never be stored with 4xx, which none does.
 */
import type { IncomingMessage } from 'node:http';
import { NotTaken } from '../../buffer/not-taken.ts';
import type { RefusalReason } from '../../buffer/stats.ts';
import type { Rows } from '../../store/batch.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { anyone, type Caller } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import type { Decoder } from '../workers/decode-pool.ts';
import { bodyKey } from './body-key.ts';
import type { DecodedOutcome, RawBody } from './decode.ts';
import { contentType, encodingOf, partialSuccessBody, statusAnswer, successBody } from './reply.ts';

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

/** Where rows are kept: the durable buffer. */
export interface Commit {
  /** Keeps a request that was not kept yet. @returns what `keep` gave; undefined = it was kept before */
  once<Kept>(key: Buffer, keep: () => Promise<Kept>): Promise<Kept | undefined>;
  /**
   * Resolves when the rows are durable.
   * @param keys of the requests that they are of
   * @throws {@link NotTaken} when nothing of them was kept
   */
  add(rows: Rows, keys: readonly Buffer[]): Promise<void>;
}

const refusals: Readonly<Record<RefusalReason, string>> = {
  full: 'The buffer of the collector is full, because ClickHouse does not take what is in it; send this again.',
  busy: 'The collector is busy; send this again in a second.',
  disk: 'The collector cannot write to its buffer at the moment; send this again.',
  closing: 'The collector is stopping; send this again.',
};

export class TraceReceiver {
  readonly #commit: Commit;
  readonly #budget: ByteBudget;
  readonly #decoder: Decoder;
  readonly #stats: CollectorStats = {
    requests: 0,
    receivedSpans: 0,
    acknowledgedSpans: 0,
    rejectedSpans: 0,
    failedRequests: 0,
  };

  constructor(commit: Commit, budget: ByteBudget, decoder: Decoder) {
    this.#commit = commit;
    this.#budget = budget;
    this.#decoder = decoder;
  }

  stats(): CollectorStats {
    return { ...this.#stats };
  }

  async receive(request: IncomingMessage, caller: Caller = anyone): Promise<Answer> {
    this.#stats.requests += 1;
    // Held until the answer: a body waits for a thread, and its rows for the disk.
    const lease = this.#budget.lease();
    try {
      const encoding = encodingOf(request);
      if (encoding === null) {
        throw new HttpError(415, 'Send OTLP traces as application/x-protobuf or application/json.');
      }
      const { bytes, isGzip } = await readBody(request, lease);
      return await this.#take({ bytes, isGzip, encoding, isKept: false, sender: caller.id });
    } catch (error) {
      this.#stats.failedRequests += 1;
      const { status, message } = refusalOf(error);
      return statusAnswer(request, status, message);
    } finally {
      lease.release();
    }
  }

  async #take(body: RawBody): Promise<Answer> {
    const key = bodyKey(body);
    const kept = await this.#commit.once(key, () => this.#keep(body, key));
    // What was kept before is read once more, for its sender is to be told the same as at first.
    const { spans, rejected } = kept ?? (await this.#keep({ ...body, isKept: true }, key));
    this.#stats.receivedSpans += spans;
    this.#stats.acknowledgedSpans += spans - rejected;
    this.#stats.rejectedSpans += rejected;
    const { encoding } = body;
    const answer =
      rejected === 0
        ? successBody(encoding)
        : partialSuccessBody(encoding, rejected, `${rejected} of ${spans} spans have no valid trace or span id.`);
    return { status: 200, contentType: contentType[encoding], body: answer };
  }

  async #keep(body: RawBody, key: Buffer): Promise<DecodedOutcome> {
    const { outcome, rows } = await this.#decoder.decode(body, key);
    if (outcome.state === 'refused') throw new HttpError(outcome.status, outcome.message);
    try {
      await rows?.store((all, keys) => this.#commit.add(all, keys));
    } catch (error) {
      throw error instanceof NotTaken ? new HttpError(503, refusals[error.reason]) : error;
    }
    return outcome;
  }
}

function refusalOf(error: unknown): { status: number; message: string } {
  if (error instanceof HttpError) return error;
  // The sender broke off: nobody reads this answer.
  if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return { status: 400, message: 'The body was cut off.' };
  throw error;
}
