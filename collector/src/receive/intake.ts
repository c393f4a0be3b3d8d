/**
 * The way that everything takes which comes in over HTTP: read, decoded on another thread, made durable, and only then told to
 * whoever answers. What can never be stored is an error with 4xx, which no sender repeats; what cannot be kept now one with
 * 503, which every one does.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NotTaken } from '../buffer/not-taken.ts';
import type { RefusalReason } from '../buffer/stats.ts';
import type { Rows } from '../store/batch.ts';
import { readBody } from './body.ts';
import { bodyKey } from './body-key.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { DecodedOutcome, RawBody } from './decode.ts';
import { HttpError } from './http-error.ts';
import type { Decoder } from './workers/decode-pool.ts';

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

export interface Taking extends Pick<RawBody, 'format' | 'sender' | 'place'> {
  /** By which its sender knows a request that it sends again; absent = its content. */
  requestId?: string;
}

export class Intake {
  readonly #commit: Commit;
  readonly #budget: ByteBudget;
  readonly #decoder: Decoder;

  constructor(commit: Commit, budget: ByteBudget, decoder: Decoder) {
    this.#commit = commit;
    this.#budget = budget;
    this.#decoder = decoder;
  }

  /**
   * Resolves when all that the body tells is durable.
   * @throws {@link HttpError}
   */
  async take(request: IncomingMessage, { requestId, ...about }: Taking): Promise<DecodedOutcome> {
    // Held until the answer: a body waits for a thread, and its rows for the disk.
    const lease = this.#budget.lease();
    try {
      const body: RawBody = { ...(await readBody(request, lease)), ...about, isKept: false };
      const key = requestId === undefined ? bodyKey(body) : keyOf(body.format, body.sender, requestId);
      const kept = await this.#commit.once(key, () => this.#keep(body, key));
      // What was kept before is read once more, for its sender is to be told the same as at first.
      return kept ?? (await this.#keep({ ...body, isKept: true }, key));
    } catch (error) {
      // The sender broke off: nobody reads this answer.
      if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') throw new HttpError(400, 'The body was cut off.');
      throw error;
    } finally {
      lease.release();
    }
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

/** One sender's ids are never another's. */
const keyOf = (...parts: readonly string[]): Buffer =>
  createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
