/**
 * `POST /v1/traces`: checks, decodes, has the rows stored, and only then answers 200. What cannot be stored now is
 * answered with 503, the one status that every exporter repeats; what can never be stored with 4xx, which none does.
 */
import type { IncomingMessage } from 'node:http';
import { type GroupCommit, QueueFull } from '../../buffer/group-commit.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { HttpError } from '../http-error.ts';
import type { Decoder, SharedRows } from '../workers/decode-pool.ts';
import type { RawBody } from './decode.ts';
import { contentType, encodingOf, partialSuccessBody, statusAnswer, successBody } from './reply.ts';

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

export class TraceReceiver {
  readonly #commit: GroupCommit;
  readonly #budget: ByteBudget;
  readonly #decoder: Decoder;
  readonly #stats: CollectorStats = {
    requests: 0,
    receivedSpans: 0,
    acknowledgedSpans: 0,
    rejectedSpans: 0,
    failedRequests: 0,
    lastStoreFailure: null,
  };

  constructor(commit: GroupCommit, budget: ByteBudget, decoder: Decoder) {
    this.#commit = commit;
    this.#budget = budget;
    this.#decoder = decoder;
  }

  stats(): CollectorStats {
    return { ...this.#stats };
  }

  async receive(request: IncomingMessage): Promise<Answer> {
    this.#stats.requests += 1;
    // Held until the answer: a body waits for a thread, and its rows for the disk.
    const lease = this.#budget.lease();
    try {
      const encoding = encodingOf(request);
      if (encoding === null) {
        throw new HttpError(415, 'Send OTLP traces as application/x-protobuf or application/json.');
      }
      const body = await readBody(request, lease);
      return await this.#store({ ...body, encoding });
    } catch (error) {
      this.#stats.failedRequests += 1;
      const { status, message } = refusalOf(error);
      return statusAnswer(request, status, message);
    } finally {
      lease.release();
    }
  }

  async #store(body: RawBody): Promise<Answer> {
    const { outcome, rows } = await this.#decoder.decode(body);
    if (outcome.state === 'refused') throw new HttpError(outcome.status, outcome.message);
    const { spans, rejected } = outcome;
    this.#stats.receivedSpans += spans;
    if (rows !== null) await this.#commitRows(rows);
    this.#stats.acknowledgedSpans += spans - rejected;
    this.#stats.rejectedSpans += rejected;
    const { encoding } = body;
    const answer =
      rejected === 0
        ? successBody(encoding)
        : partialSuccessBody(encoding, rejected, `${rejected} of ${spans} spans have no valid trace or span id.`);
    return { status: 200, contentType: contentType[encoding], body: answer };
  }

  async #commitRows(shared: SharedRows): Promise<void> {
    try {
      await shared.store((rows) => this.#commit.add(rows));
    } catch (error) {
      this.#stats.lastStoreFailure = error instanceof Error ? error.message : String(error);
      if (error instanceof QueueFull) throw new HttpError(503, 'The collector is busy; send this again in a second.');
      throw new HttpError(503, 'The collector cannot store spans at the moment; send this again.');
    }
  }
}

function refusalOf(error: unknown): { status: number; message: string } {
  if (error instanceof HttpError) return error;
  // The sender broke off: nobody reads this answer.
  if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return { status: 400, message: 'The body was cut off.' };
  throw error;
}
