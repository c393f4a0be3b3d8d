/**
 * Between a decoded request and the disk: requests that arrive together share one write and one sync, and each is
 * acknowledged only when that has succeeded (group commit). Nobody waits for company: what arrives while one group is
 * written makes the next one. While a group is on its way to the disk, the next is put together.
 */
import { sizeOf } from '../store/batch.ts';
import { groupRecord, type KeptRequest } from './content.ts';
import { NotTaken } from './not-taken.ts';
import { lengthOf } from './record.ts';
import type { BufferWatch } from './stats.ts';

export interface GroupCommitOptions {
  /** Resolves when the record is durable. */
  append(record: readonly Uint8Array[], size: { rows: number; bytes: number }): Promise<void>;
  /** A group is closed at this many bytes of rows, so that one write never is felt. */
  maxGroupBytes?: number;
  /** Most bytes of rows that are on their way to the disk. */
  maxQueuedBytes?: number;
  watch?: Pick<BufferWatch, 'committed'> | undefined;
}

interface Waiting {
  request: KeptRequest;
  rows: number;
  bytes: number;
  /** When it was handed over. */
  since: number;
  resolve(): void;
  reject(error: unknown): void;
}

const defaults = { maxGroupBytes: 8 * 1024 * 1024, maxQueuedBytes: 256 * 1024 * 1024 } as const;

export class GroupCommit {
  readonly #options: GroupCommitOptions & Required<Pick<GroupCommitOptions, keyof typeof defaults>>;
  #queue: Waiting[] = [];
  /** Of all rows that are not yet durable or refused. */
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #commits = 0;

  constructor(options: GroupCommitOptions) {
    this.#options = { ...defaults, ...options };
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Groups that became durable. */
  get commits(): number {
    return this.#commits;
  }

  /**
   * Resolves when the request is durable.
   * @throws {@link NotTaken}
   */
  async add(request: KeptRequest): Promise<void> {
    if (this.#isClosed) throw new NotTaken('closing', 'The collector is stopping.');
    const { rows, bytes } = sizeOf(request.rows);
    const { maxQueuedBytes } = this.#options;
    // One request that is larger than the whole queue is let in alone, or it never would be.
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > maxQueuedBytes) {
      throw new NotTaken('busy', `${this.#queuedBytes} of ${maxQueuedBytes} bytes are on their way to the disk.`);
    }
    this.#queuedBytes += bytes;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ request, rows, bytes, since: performance.now(), resolve, reject });
        this.#running ??= this.#run();
      });
    } finally {
      this.#queuedBytes -= bytes;
    }
  }

  /** Takes no more; resolves when all that was taken is durable or refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Requests of the same turn of the event loop belong together.
    await new Promise((resolve) => setImmediate(resolve));
    let writing = Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      const record = groupRecord(group.map(({ request }) => request));
      await writing;
      writing = this.#write(group, record);
      // Whoever waits for this write sends the next request; unless there are others, so does the loop.
      if (this.#queue.length === 0) await writing;
    }
    // In the same breath as the look at the queue: whoever comes next starts it anew.
    this.#running = undefined;
  }

  async #write(group: readonly Waiting[], record: readonly Uint8Array[]): Promise<void> {
    try {
      await this.#options.append(record, {
        rows: group.reduce((sum, { rows }) => sum + rows, 0),
        bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
      });
      this.#commits += 1;
      const since = group[0]?.since ?? 0;
      this.#options.watch?.committed?.(performance.now() - since, group.length, lengthOf(record));
      for (const waiting of group) waiting.resolve();
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  }

  /** From the front of the queue, at least one request, up to the limit of a group. */
  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      bytes += waiting.bytes;
      if (count > 0 && bytes > this.#options.maxGroupBytes) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }
}
