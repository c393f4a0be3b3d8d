/**
 * Between a decoded request and ClickHouse: requests that arrive together share one insert, and each is
 * acknowledged only when that insert succeeded (group commit).
 *
 * A batch never changes once it has a token, because ClickHouse drops rows that come under a token it has seen.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, concatenated, type Rows, sizeOf } from '../store/batch.ts';

export interface GroupCommitOptions {
  insert(batch: Batch): Promise<void>;
  /** How long the first request of a batch waits for company. */
  lingerMs?: number;
  /** A batch is closed at this many rows or bytes, whichever comes first. */
  maxBatchRows?: number;
  maxBatchBytes?: number;
  /** Most encoded bytes that wait or are being inserted. */
  maxQueuedBytes?: number;
  /** Waits before the second, third ... try of a batch. */
  retryDelaysMs?: readonly number[];
  /** No further try starts later than this after the first. */
  retryWindowMs?: number;
}

interface Waiting {
  rows: Rows;
  size: { rows: number; bytes: number };
  resolve(): void;
  reject(error: unknown): void;
}

/** The queue is full; the sender should come back in a second. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/**
 * Defaults: 25 ms is far below what an exporter notices; 20,000 rows are about half a second of inserting on two
 * cores; three tries in four seconds end well before the ten seconds after which the JavaScript exporter gives up.
 */
const defaults = {
  lingerMs: 25,
  maxBatchRows: 20_000,
  maxBatchBytes: 32 * 1024 * 1024,
  maxQueuedBytes: 256 * 1024 * 1024,
  retryDelaysMs: [300, 1500],
  retryWindowMs: 4000,
} as const;

export class GroupCommit {
  readonly #options: Required<GroupCommitOptions>;
  #queue: Waiting[] = [];
  /** Of all rows that are not yet stored or refused. */
  #queuedBytes = 0;
  /** Of the queue only. */
  #waitingRows = 0;
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #inserting: Promise<void> | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = { ...defaults, ...options };
  }

  /**
   * Resolves when these rows are stored.
   * @throws {@link QueueFull}, or what the last try of the insert threw.
   */
  async add(rows: Rows): Promise<void> {
    const size = sizeOf(rows);
    const { bytes } = size;
    // One request that is larger than the whole queue is let in alone, or it never would be.
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#options.maxQueuedBytes) throw new QueueFull();
    this.#queuedBytes += bytes;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ rows, size, resolve, reject });
        this.#waitingRows += size.rows;
        this.#waitingBytes += bytes;
        this.#schedule();
      });
    } finally {
      this.#queuedBytes -= bytes;
    }
  }

  #schedule(): void {
    if (this.#inserting !== undefined) return;
    const { maxBatchRows, maxBatchBytes, lingerMs } = this.#options;
    if (this.#waitingRows >= maxBatchRows || this.#waitingBytes >= maxBatchBytes) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), lingerMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#inserting !== undefined || this.#queue.length === 0) return;
    const group = this.#takeGroup();
    this.#inserting = this.#commit(group).finally(() => {
      this.#inserting = undefined;
      // Those who came meanwhile have waited long enough.
      this.#flush();
    });
  }

  /** From the front of the queue, at least one request, up to the limits of a batch. */
  #takeGroup(): Waiting[] {
    let rows = 0;
    let bytes = 0;
    let count = 0;
    for (const { size } of this.#queue) {
      const nextRows = rows + size.rows;
      const nextBytes = bytes + size.bytes;
      if (count > 0 && (nextRows > this.#options.maxBatchRows || nextBytes > this.#options.maxBatchBytes)) break;
      rows = nextRows;
      bytes = nextBytes;
      count += 1;
    }
    this.#waitingRows -= rows;
    this.#waitingBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const batch: Batch = { token: randomUUID(), rows: concatenated(group.map(({ rows }) => rows)) };
    try {
      await this.#insertWithRetries(batch);
      for (const waiting of group) waiting.resolve();
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  }

  async #insertWithRetries(batch: Batch): Promise<void> {
    const lastStart = performance.now() + this.#options.retryWindowMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#options.insert(batch);
      } catch (error) {
        const delayMs = this.#options.retryDelaysMs[attempt];
        if (delayMs === undefined || performance.now() + delayMs > lastStart) throw error;
        await sleep(delayMs);
      }
    }
  }
}
