/**
 * The durable buffer between a request and ClickHouse: what it has taken is on the disk, is in ClickHouse some time later, and
 * is there once. collector/BUFFER.md tells how.
 *
 *   Its files are our own. Measured beside LMDB (benchmarks/buffer-choice), which is as fast: 1,402 durable records of 256 kB a
 *   second and 1.0 bytes written a byte, LMDB 1,312 and 1.6. But of 40 files that were cut off near their end, 38 ended
 *   LMDB's process by a signal at every start, and SQLite opened none; here 40 of 40 were read but for the record that was cut.
 */

import { resolve } from 'node:path';
import type { Batch, Rows } from '../store/batch.ts';
import { Trouble } from '../trouble.ts';
import { type BatchFile, BatchFiles } from './batch-files.ts';
import { keysOf } from './content.ts';
import { defaultBufferBytes } from './default-size.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { GroupCommit } from './group-commit.ts';
import { Inserter } from './inserter.ts';
import { KeyJournal } from './key-journal.ts';
import { lockDirectory } from './lock.ts';
import { NotTaken } from './not-taken.ts';
import { RecentKeys } from './recent.ts';
import { stretchesOf } from './record.ts';
import type { BufferStats, BufferWatch, RefusalReason } from './stats.ts';
import { reasonOf } from './tries.ts';

export interface BufferOptions {
  /** Made when missing; one process has it. */
  directory: string;
  /** Of everything in the directory. */
  limitBytes?: number;
  /** One try to store a batch. */
  insert(batch: Batch): Promise<void>;
  watch?: BufferWatch;
  /** How long a batch that nobody waits for gathers requests. */
  lingerMs?: number;
  /** Whether those who send wait for the processor: then storing waits, unless somebody waits for that. Default: never. */
  givesWay?: () => boolean;
  /** The longest that storing waits so before it has caught up; only while the buffer is less than half full, and its disk works. */
  mostGivingWayMs?: number;
  maxBatchRows?: number;
  maxBatchBytes?: number;
  firstRetryMs?: number;
  mostRetryMs?: number;
  /** Tries before rows that ClickHouse calls wrong are set aside. */
  dataTries?: number;
  /** What the files lie on. */
  disk?: Disk;
}

/**
 * One insert a second at most where nobody waits: small ones cost as much as large ones (10-span requests at 40,000 spans a second
 * took ClickHouse 17 us a span so, and 22 with five a second). 100,000 rows are what an insert is cheapest with. Half a minute
 * of giving way is a burst. Two seconds are how much longer than ClickHouse the buffer stays away.
 */
const defaults = {
  limitBytes: defaultBufferBytes,
  lingerMs: 1_000,
  givesWay: () => false,
  mostGivingWayMs: 30_000,
  maxBatchRows: 100_000,
  maxBatchBytes: 32 * 1024 * 1024,
  firstRetryMs: 100,
  mostRetryMs: 2_000,
  dataTries: 3,
} as const;

/** Of the newest batches that are found at a start, for the keys of their requests: half a second of reading. */
const mostReadAtStartBytes = 256 * 1024 * 1024;

export class DurableBuffer {
  readonly #limitBytes: number;
  readonly #watch: BufferWatch;
  readonly #files: BatchFiles;
  readonly #commit: GroupCommit;
  readonly #inserter: Inserter;
  readonly #journal: KeyJournal;
  readonly #recent = new RecentKeys();
  /** Requests on their way to the disk. */
  readonly #pending = new Map<string, Promise<unknown>>();
  readonly #release: () => void;
  readonly #refused: Record<RefusalReason, number> = { full: 0, busy: 0, disk: 0, closing: 0 };
  #committed = 0;
  #deduplicated = 0;
  #lastFailure: BufferStats['lastFailure'] = null;
  /** What the last request that was not taken was told, so that it is said once. */
  #trouble: RefusalReason | null = null;
  #closing: Promise<void> | undefined;

  private constructor(options: Required<Omit<BufferOptions, 'watch'>>, watch: BufferWatch, release: () => void) {
    const { directory, disk, insert } = options;
    this.#limitBytes = options.limitBytes;
    this.#watch = watch;
    this.#release = release;
    this.#files = new BatchFiles(disk, directory, options);
    this.#journal = new KeyJournal(disk, directory, (bytes) => this.#files.countOther(bytes));
    this.#commit = new GroupCommit({
      append: async (record, size) => {
        await this.#files.append(record, size);
        this.#inserter.notice();
      },
      watch,
    });
    this.#inserter = new Inserter({
      ...options,
      files: this.#files,
      insert,
      // Nor where the disk takes nothing: what is stored makes room.
      givesWay: () => this.#trouble === null && this.#files.bytes < options.limitBytes / 2 && options.givesWay(),
      remember: (keys) => this.#journal.add(keys),
      watch,
    });
  }

  /**
   * Takes the directory, and begins to insert what an earlier process has left there.
   * @throws {@link Trouble} when the directory is taken or cannot be used
   */
  static async open({ watch = {}, ...given }: BufferOptions): Promise<DurableBuffer> {
    const options = { ...defaults, disk: nodeDisk, ...given, directory: resolve(given.directory) };
    const { directory, disk } = options;
    const unusable = (error: unknown): Trouble =>
      new Trouble(
        `The buffer directory ${directory} cannot be used (${reasonOf(error)}).`,
        'Name a directory that you may write to with --buffer.',
        undefined,
        { cause: error },
      );
    await disk.makeDirectory(directory).catch((error: unknown) => {
      throw unusable(error);
    });
    const release = lockDirectory(directory);
    try {
      const buffer = new DurableBuffer(options, watch, release);
      await buffer.#findLeftOvers();
      buffer.#inserter.start();
      return buffer;
    } catch (error) {
      release();
      throw unusable(error);
    }
  }

  /**
   * Keeps a request, unless one with the same key was taken within the last 15 minutes or is on its way to the disk.
   * @param key 16 bytes or more that are the same only for the same content
   * @param keep hands its rows to {@link add} and resolves when they are on the disk
   * @returns what `keep` gave, also to one that came while it ran; undefined = it was kept before
   * @throws what `keep` throws, to both of them
   */
  async once<Kept>(key: Buffer, keep: () => Promise<Kept>): Promise<Kept | undefined> {
    const name = key.toString('base64');
    const before = this.#pending.get(name) as Promise<Kept> | undefined;
    if (before !== undefined) {
      try {
        const kept = await before;
        this.#deduplicated += 1;
        return kept;
      } catch (error) {
        if (error instanceof NotTaken) this.#refused[error.reason] += 1;
        throw error;
      }
    }
    if (this.#recent.has(key)) {
      this.#deduplicated += 1;
      return undefined;
    }
    const kept = keep();
    this.#pending.set(name, kept);
    try {
      return await kept;
    } finally {
      this.#pending.delete(name);
    }
  }

  /**
   * Resolves when the rows are on the disk.
   * @param keys of the requests that they are of
   * @throws {@link NotTaken} when nothing of them was kept
   */
  async add(rows: Rows, keys: readonly Buffer[]): Promise<void> {
    try {
      // Cheaper than to find out after compressing it.
      if (this.#files.isFull) {
        throw new NotTaken('full', `The buffer holds ${this.#files.bytes} of ${this.#limitBytes} bytes.`);
      }
      await this.#commit.add({ keys, rows });
    } catch (error) {
      this.#failed(error, keys.length);
      throw error;
    }
    for (const key of keys) this.#recent.add(key);
    this.#committed += keys.length;
    this.#recovered();
  }

  /**
   * Waits until all that was taken before is in ClickHouse.
   * @returns false when that took too long, or ClickHouse is away
   */
  drained(withinMs: number): Promise<boolean> {
    return this.#inserter.drained(withinMs);
  }

  stats(): BufferStats {
    const { lastFailure, ...figures } = this.#inserter.figures;
    const { refused, damaged } = this.#files.aside;
    const { oldest } = this.#files;
    return {
      batches: this.#files.count,
      bytes: this.#files.bytes,
      limitBytes: this.#limitBytes,
      oldestMs: oldest === undefined ? null : Math.max(0, Date.now() - oldest.begunMs),
      queuedBytes: this.#commit.queuedBytes,
      committedRequests: this.#committed,
      commits: this.#commit.commits,
      ...figures,
      deduplicatedRequests: this.#deduplicated,
      refusedRequests: { ...this.#refused },
      refusedBatches: refused,
      damagedBatches: damaged,
      lastFailure: later(lastFailure, this.#lastFailure),
    };
  }

  /**
   * Takes no more, makes durable what was taken, and lets the insert that runs end if it does so soon; the rest stays for
   * the next process. Safe to call twice.
   */
  close(withinMs = 2_000): Promise<void> {
    this.#closing ??= (async () => {
      try {
        await this.#commit.close();
        await this.#inserter.close(withinMs);
        await this.#files.close();
        await this.#journal.close();
      } finally {
        this.#release();
      }
    })();
    return this.#closing;
  }

  #failed(error: unknown, requests: number): void {
    const reason = error instanceof NotTaken ? error.reason : 'disk';
    this.#refused[reason] += requests;
    const message = reasonOf(error);
    this.#lastFailure = { message, at: new Date().toISOString() };
    if (reason === this.#trouble || reason === 'closing' || reason === 'busy') return;
    this.#trouble = reason;
    const name = reason === 'full' ? 'full' : 'disk-failing';
    this.#watch.event?.({ name, message: `Requests are answered with 503: ${message}` });
  }

  #recovered(): void {
    if (this.#trouble === null) return;
    this.#trouble = null;
    this.#watch.event?.({ name: 'recovered', message: 'The buffer takes requests again.' });
  }

  async #findLeftOvers(): Promise<void> {
    await this.#files.find();
    const { keys, damaged } = await this.#journal.find();
    for (const key of keys) this.#recent.add(key);
    if (damaged > 0) {
      const message = `${damaged} stretches of the buffer's notes of recent requests do not fit their checksums: those requests are not recognised when they are sent again.`;
      this.#watch.event?.({ name: 'damaged', message });
    }
    let read = 0;
    for (const batch of this.#files.closed.toReversed()) {
      read += batch.bytes;
      if (read > mostReadAtStartBytes) return;
      // What cannot be read there is told of when the batch is inserted: it must not stop a collector from starting.
      await this.#addKeysOf(batch).catch(() => undefined);
    }
  }

  async #addKeysOf(batch: BatchFile): Promise<void> {
    for (const stretch of stretchesOf(await this.#files.read(batch))) {
      if ('record' in stretch) for (const key of keysOf(stretch.record)) this.#recent.add(key);
    }
  }
}

const later = (a: BufferStats['lastFailure'], b: BufferStats['lastFailure']): BufferStats['lastFailure'] =>
  a === null || (b !== null && b.at > a.at) ? b : a;
