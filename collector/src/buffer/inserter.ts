/**
 * Takes batches from the disk, the oldest first, one at a time, and inserts each again and again until ClickHouse has it; then,
 * and only then, the batch goes.
 *
 *   A try that failed may have stored some of the tables, or all of them, with only the answer lost. So every try sends the
 *   same bytes under the same tokens, and ClickHouse adds nothing twice. Between two tries of a batch no other is inserted from
 *   here, so a token is not pushed out of the 10,000 that each table remembers.
 *   A batch may go as soon as its inserts are answered, because the tables sync every inserted part before that
 *   (`fsync_after_insert`, which the store sets: 4 to 5 ms an insert, measured on 20,000 rows of 40 columns; without
 *   it, a power cut could take parts that were written half a minute before).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { concatenated, type RowsForm, sizeOf } from '../store/batch.ts';
import type { BatchFile, BatchFiles } from './batch-files.ts';
import { formRecord, groupRecord } from './content.ts';
import { type LoadedBatch, loadBatch } from './loaded-batch.ts';
import { insertApart, type Refused } from './refused-rows.ts';
import type { BufferStats } from './stats.ts';
import { reasonOf, Tries, type TriesOptions } from './tries.ts';

export interface InserterOptions extends Omit<TriesOptions, 'stop' | 'onFailure'> {
  files: BatchFiles;
  /** Told of the requests of a batch before it goes. */
  remember(keys: readonly Buffer[]): Promise<void>;
  /** A batch that still grows is taken once it is so old. */
  lingerMs: number;
  /** Whether those who send wait for the processor, which storing would take from them. */
  givesWay(): boolean;
  /** From when something is put off until all of it is stored. */
  mostGivingWayMs: number;
}

/** Between two looks whether storing still has to give way. */
const lookAgainMs = 50;

interface Waiter {
  upTo: number;
  resolve(isInserted: boolean): void;
}

export class Inserter {
  readonly #options: InserterOptions;
  readonly #stop = new AbortController();
  readonly #tries: Tries;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  /** Somebody waits: the batch that grows is taken at once. */
  #isUrgent = false;
  #gaveWaySinceMs: number | undefined;
  /** What an earlier process was at, if it was at one: they are taken one after the other. */
  #mayBeThere: number | undefined;
  #insertedBatches = 0;
  #insertedRows = 0;
  readonly #waiting = new Set<Waiter>();

  constructor(options: InserterOptions) {
    this.#options = options;
    const onFailure = (): void => {
      for (const waiter of this.#waiting) waiter.resolve(false);
    };
    this.#tries = new Tries({ ...options, stop: this.#stop.signal, onFailure });
  }

  get figures(): Pick<BufferStats, 'insertedBatches' | 'insertedRows' | 'retries' | 'isFailing' | 'lastFailure'> {
    return { insertedBatches: this.#insertedBatches, insertedRows: this.#insertedRows, ...this.#tries.figures };
  }

  start(): void {
    this.#mayBeThere = this.#options.files.oldest?.sequence;
    this.#running ??= this.#run();
  }

  /** There is something new to insert. */
  notice(): void {
    this.#wake?.();
  }

  /**
   * Waits until all that is on the disk now is in ClickHouse.
   * @returns false when that took too long, or ClickHouse is away
   */
  async drained(withinMs: number): Promise<boolean> {
    const upTo = this.#options.files.newest?.sequence;
    if (upTo === undefined) return true;
    if (this.#tries.figures.isFailing || this.#stop.signal.aborted) return false;
    const late = new AbortController();
    let waiter: Waiter | undefined;
    const inserted = new Promise<boolean>((resolve) => {
      waiter = { upTo, resolve };
      this.#waiting.add(waiter);
    });
    this.#isUrgent = true;
    this.#wake?.();
    try {
      return await Promise.race([inserted, sleep(withinMs, false, { signal: late.signal }).catch(() => false)]);
    } finally {
      late.abort();
      if (waiter) this.#waiting.delete(waiter);
    }
  }

  /** Begins no other try; resolves when the running one has ended, at most so much later. What is left stays on the disk. */
  async close(withinMs: number): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    const late = new AbortController();
    const tooLate = sleep(withinMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([this.#running, tooLate]);
    late.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const batch = await this.#next();
      if (batch !== undefined) await this.#deliver(batch);
      this.#tellWaiting();
    }
  }

  /** @returns undefined when it is time to look again */
  async #next(): Promise<BatchFile | undefined> {
    const { files, lingerMs } = this.#options;
    if (files.oldest === undefined) {
      await this.#rest();
      return undefined;
    }
    const waitMs = lingerMs - (files.openForMs ?? lingerMs);
    if (files.closed.length === 0 && waitMs > 0 && !this.#isUrgent) {
      await this.#rest(waitMs);
      return undefined;
    }
    if (this.#mustGiveWay()) {
      await sleep(lookAgainMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      return undefined;
    }
    return await files.take();
  }

  /**
   * Who sends is served first, for a burst may be gone before it is stored. Not where somebody waits for what is stored, and
   * not for ever: what never lets up is stored as it comes. A stretch is over once what was put off is stored; were it over
   * as soon as nobody waits, a load that pauses for a moment now and then would have one batch stored in each pause.
   */
  #mustGiveWay(): boolean {
    const isAsked = !this.#isUrgent && this.#options.givesWay();
    if (!isAsked) {
      if (this.#options.files.closed.length === 0) this.#gaveWaySinceMs = undefined;
      return false;
    }
    this.#gaveWaySinceMs ??= performance.now();
    return performance.now() - this.#gaveWaySinceMs < this.#options.mostGivingWayMs;
  }

  /** Until there is something new, at most so long. */
  async #rest(ms?: number): Promise<void> {
    const enough = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const late = ms === undefined ? [] : [sleep(ms, undefined, { signal: enough.signal }).catch(() => undefined)];
    await Promise.race([woken, ...late]);
    enough.abort();
  }

  #tellWaiting(): void {
    const oldest = this.#options.files.oldest?.sequence ?? Number.POSITIVE_INFINITY;
    this.#isUrgent = false;
    for (const waiter of this.#waiting) {
      if (waiter.upTo < oldest) waiter.resolve(true);
      else this.#isUrgent = true;
    }
  }

  async #deliver(batch: BatchFile): Promise<void> {
    const loaded = await this.#tries.untilDone(() => this.#load(batch));
    if (!loaded) return;
    const inserted = await this.#insert(batch, loaded);
    if (inserted === undefined) return;
    const isGone = await this.#tries.untilDone(() => this.#putAway(batch, loaded));
    if (!isGone) return;
    this.#insertedBatches += 1;
    this.#insertedRows += inserted;
  }

  /** @returns `null` when the disk cannot read it */
  async #load(batch: BatchFile): Promise<LoadedBatch | null> {
    const { files, watch } = this.#options;
    const loaded = await loadBatch(files, batch);
    if (loaded !== null) return loaded;
    const path = await files.moveAside(batch);
    watch.event?.({ name: 'damaged', message: `The disk cannot read a batch of the buffer; it was moved to ${path}.` });
    return null;
  }

  /** @returns the rows that ClickHouse has now; undefined when this was stopped */
  async #insert(batch: BatchFile, { form, requests }: LoadedBatch): Promise<number | undefined> {
    const rows = concatenated(requests.map((request) => request.rows));
    const total = sizeOf(rows).rows;
    const mayBeThere = batch.sequence === this.#mayBeThere;
    const outcome = await this.#tries.insert({ token: batch.token, form, rows, mayBeThere });
    if (outcome === 'stopped') return undefined;
    if (outcome === 'stored') return total;
    const refused = await insertApart(this.#tries, { token: batch.token, form, requests });
    if (refused === undefined) return undefined;
    const isKept = refused.length === 0 || (await this.#tries.untilDone(() => this.#keepRefused(batch, form, refused)));
    if (!isKept) return undefined;
    return total - refused.reduce((sum, { request }) => sum + sizeOf(request.rows).rows, 0);
  }

  async #keepRefused(batch: BatchFile, form: RowsForm, refused: readonly Refused[]): Promise<true> {
    const record = groupRecord(refused.map(({ request }) => request));
    const path = await this.#options.files.keepRefused(batch, [...formRecord(form), ...record]);
    const message = `ClickHouse refused rows of ${refused.length} requests for good (${reasonOf(refused[0]?.error)}); they were kept in ${path}.`;
    this.#options.watch.event?.({ name: 'refused', message });
    return true;
  }

  /** The batch goes, or, where a part of it could not be read, is kept for a person to look at. */
  async #putAway(batch: BatchFile, loaded: LoadedBatch): Promise<true> {
    const { files, watch } = this.#options;
    let isRemembered = await this.#remember(loaded).catch(() => false);
    if (loaded.damagedBytes === 0) {
      await files.remove(batch);
    } else {
      const path = await files.moveAside(batch);
      const message = `${loaded.damagedBytes} bytes of a batch of the buffer do not fit their checksum; the rest of it was inserted, and it was moved to ${path}.`;
      watch.event?.({ name: 'damaged', message });
    }
    // A full disk has room for the keys once the batch has gone.
    isRemembered ||= await this.#remember(loaded).catch(() => false);
    if (!isRemembered) {
      const message =
        'The buffer could not note which requests it has inserted: those that are sent again after a restart are not recognised.';
      watch.event?.({ name: 'disk-failing', message });
    }
    return true;
  }

  async #remember({ requests }: LoadedBatch): Promise<true> {
    await this.#options.remember(requests.flatMap(({ keys }) => keys));
    return true;
  }
}
