/** Does a thing again and again until it is done, with longer and longer pauses, and knows whether that goes well. */
import { setTimeout as sleep } from 'node:timers/promises';
import { printable } from '../printable.ts';
import { type Batch, sizeOf } from '../store/batch.ts';
import { isAboutData } from './data-errors.ts';
import type { BufferStats, BufferWatch } from './stats.ts';

export interface TriesOptions {
  insert(batch: Batch): Promise<void>;
  /** Before the second try, and at most; each pause is up to a half shorter. */
  firstRetryMs: number;
  mostRetryMs: number;
  /** Tries before ClickHouse's word is taken that rows are wrong. */
  dataTries: number;
  watch: BufferWatch;
  /** No try begins after this. */
  stop: AbortSignal;
  onFailure(): void;
}

export class Tries {
  readonly #options: TriesOptions;
  #retries = 0;
  #isFailing = false;
  #lastFailure: BufferStats['lastFailure'] = null;

  constructor(options: TriesOptions) {
    this.#options = options;
  }

  get figures(): Pick<BufferStats, 'retries' | 'isFailing' | 'lastFailure'> {
    return { retries: this.#retries, isFailing: this.#isFailing, lastFailure: this.#lastFailure };
  }

  /** @returns what ClickHouse has against the rows, where it said so as often as it was asked to */
  async insert(batch: Batch): Promise<'stored' | 'stopped' | Error> {
    const { rows } = sizeOf(batch.rows);
    if (rows === 0) return 'stored';
    const { insert, dataTries, stop, watch } = this.#options;
    let refusals = 0;
    for (let attempt = 0; !stop.aborted; attempt += 1) {
      const began = performance.now();
      try {
        await insert(attempt === 0 ? batch : { ...batch, mayBeThere: true });
        watch.inserted?.(performance.now() - began, rows);
        this.#recovered();
        return 'stored';
      } catch (error) {
        if (isAboutData(error)) refusals += 1;
        if (refusals >= dataTries) return error as Error;
        await this.#failed(error, attempt, 'Inserting into ClickHouse fails');
      }
    }
    return 'stopped';
  }

  /** What concerns the disk. @returns undefined when this was stopped */
  async untilDone<T>(task: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; !this.#options.stop.aborted; attempt += 1) {
      try {
        const done = await task();
        this.#recovered();
        return done;
      } catch (error) {
        await this.#failed(error, attempt, 'The buffer cannot be read or tidied up');
      }
    }
    return undefined;
  }

  async #failed(error: unknown, attempt: number, what: string): Promise<void> {
    const { firstRetryMs, mostRetryMs, stop, watch, onFailure } = this.#options;
    this.#retries += 1;
    const message = reasonOf(error);
    this.#lastFailure = { message, at: new Date().toISOString() };
    if (!this.#isFailing)
      watch.event?.({ name: 'insert-failing', message: `${what} (${message}); it is tried again.` });
    this.#isFailing = true;
    onFailure();
    const ms = Math.min(mostRetryMs, firstRetryMs * 2 ** Math.min(attempt, 20));
    // Collectors that lost the same server do not all come back at the same moment.
    await sleep(ms * (0.5 + Math.random() / 2), undefined, { signal: stop }).catch(() => undefined);
  }

  #recovered(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.watch.event?.({ name: 'inserting-again', message: 'Inserting into ClickHouse works again.' });
  }
}

/** One line without control characters: the server's words may hold text from spans. */
export const reasonOf = (error: unknown): string => {
  const { code, message = String(error) } = (error ?? {}) as { code?: string; message?: string };
  const text = code === undefined || message.includes(code) ? message : `${code} ${message}`;
  return printable(text).trim();
};
