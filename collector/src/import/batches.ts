/**
 * Puts what was read into the store: the rows of many chunks in one insert, in the order of the chunks, and notes then how far
 * each file has come. A batch is known by what it is made of, so one that was stored by an import that was killed right
 * then adds nothing when it comes again.
 */
import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, concatenated, type Rows, sizeOf } from '../store/batch.ts';
import type { Entry, Journal } from './journal.ts';

/**
 * About 12 MB here, twice. ClickHouse takes two thirds of the time that it takes for half as many, whose parts have as many files to
 * sync and are merged at once; twice as many are hardly faster.
 */
const usualRows = 200_000;
/** Chunks of other lines than a platform's have few rows; what they have is stored all the same. */
const mostChunks = 1_024;
const tries = 4;
const firstWaitMs = 500;

export interface BatchesOptions {
  insert(batch: Batch): Promise<void>;
  journal: Journal;
  /** What makes the tokens of this import differ from those of the one before, where it is wanted again. */
  salt: string;
  rows?: number;
}

export class Batches {
  readonly #options: BatchesOptions;
  #waiting: Rows[] = [];
  #rows = 0;
  #chunks = 0;
  /** By the keys of files. */
  #entries = new Map<string, Entry>();
  #parts: string[] = [];
  #inserting: Promise<void> = Promise.resolve();
  #failure: unknown;
  /** An import that was killed may have been at this very batch. */
  #isFirst = true;
  #storedRows = 0;

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  /** Of all tables. */
  get storedRows(): number {
    return this.#storedRows;
  }

  /** The next chunk. @param entry how far its file has come with it @throws what inserting threw */
  async add(entry: Entry, rows: Rows | null): Promise<void> {
    this.#entries.set(entry.key, entry);
    if (rows !== null) {
      this.#waiting.push(rows);
      this.#rows += sizeOf(rows).rows;
      this.#parts.push(`${entry.key} ${entry.chunks}`);
    }
    this.#chunks += 1;
    if (this.#rows >= (this.#options.rows ?? usualRows) || this.#chunks >= mostChunks) await this.#send();
  }

  /** Resolves when all that was added is stored. @throws what inserting threw */
  async flush(): Promise<void> {
    await this.#send();
    await this.#settled();
  }

  /** One is on its way while the next is put together. */
  async #send(): Promise<void> {
    await this.#settled();
    const [rows, entries] = [this.#waiting, [...this.#entries.values()]];
    const token = `import-${hash('sha256', [this.#options.salt, ...this.#parts].join('\n'), 'hex').slice(0, 32)}`;
    this.#waiting = [];
    this.#rows = 0;
    this.#chunks = 0;
    this.#entries = new Map();
    this.#parts = [];
    this.#inserting = this.#store(rows, token)
      .then(() => this.#options.journal.note(entries))
      .catch((error: unknown) => {
        this.#failure = error;
      });
  }

  async #settled(): Promise<void> {
    await this.#inserting;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #store(parts: readonly Rows[], token: string): Promise<void> {
    if (parts.length === 0) return;
    const rows = concatenated(parts);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    for (let tried = 1; ; tried += 1) {
      try {
        await this.#options.insert({ token, rows, mayBeThere: isFirst || tried > 1 });
        this.#storedRows += sizeOf(rows).rows;
        return;
      } catch (error) {
        if (tried === tries) throw error;
        await sleep(firstWaitMs * 2 ** tried);
      }
    }
  }
}
