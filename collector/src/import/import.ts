/**
 * Imports files of records: reads and unpacks them here, has their chunks read on threads, and stores the rows. Memory is bounded
 * whatever the size of a file: so many chunks are on their way at most, and one batch of rows beside the one that is inserted.
 */
import { hash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { defaultMaxFunctions, KnownFunctions } from '../model/known-functions.ts';
import { troubleOf } from '../store/failure.ts';
import type { Store } from '../store/store.ts';
import { Batches } from './batches.ts';
import { chunksOf } from './chunks-of.ts';
import type { ImportOptions } from './import-options.ts';
import { type Input, Unreadable } from './inputs.ts';
import { type Entry, Journal } from './journal.ts';
import type { ChunkRead } from './messages.ts';
import { orAborted } from './or-aborted.ts';
import { placeOf } from './place.ts';
import { ReadPool } from './read-pool.ts';
import { type ImportSummary, Tally } from './tally.ts';
import { unpacked } from './unpack.ts';

/** Changes when the same file would give other rows than before: then it is worth importing again. */
const readersVersion = 3;

/** Where it is noted what was imported: beside the data, or beside a collector's buffer where the data are elsewhere. */
export const journalPath = ({ bufferDirectory, engine }: Pick<Store, 'bufferDirectory' | 'engine'>): string =>
  engine.kind === 'server' ? `${bufferDirectory}.imports.jsonl` : join(dirname(bufferDirectory), 'imports.jsonl');

/** @throws Trouble when a file cannot be read or the store cannot be reached; what is stored by then is noted */
export const importFiles = async (options: ImportOptions): Promise<ImportSummary> => {
  const known = new KnownFunctions(defaultMaxFunctions);
  known.add(await options.store.knownFunctions(known.limit).catch(() => []));
  const { format, withoutRows, threads } = options;
  const settings = {
    known: known.share(),
    ...(format !== undefined && { format }),
    ...(withoutRows !== undefined && { withoutRows }),
  };
  const pool = new ReadPool(settings, threads);
  try {
    return await new Import(options, pool, await Journal.open(journalPath(options.store))).run();
  } catch (error) {
    throw troubleOf(error, options.store.engine.url);
  } finally {
    await pool.close();
  }
};

/** A chunk that is on its way, and how far its file has come with it. */
interface Pending {
  entry: Entry;
  read: Promise<ChunkRead | null>;
  /** Its rows are stored, or it has none. */
  isPast: boolean;
}

class Import {
  readonly #options: ImportOptions;
  readonly #pool: ReadPool;
  readonly #journal: Journal;
  readonly #batches: Batches;
  readonly #pending: Pending[] = [];
  readonly #tally = new Tally();
  /** Files, those in archives each for itself. */
  #members = 0;
  readonly #beganMs = performance.now();
  /** Of files that were left alone. */
  #passedBytes = 0;
  /** `null` where something comes through a pipe. */
  readonly #bytesTotal: number | null;

  constructor(options: ImportOptions, pool: ReadPool, journal: Journal) {
    this.#options = options;
    this.#pool = pool;
    this.#journal = journal;
    const sizes = options.inputs.map(({ size }) => size);
    this.#bytesTotal = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    this.#batches = new Batches({
      insert: (batch) => options.store.insert(batch),
      journal,
      salt: options.again === true ? `again ${Date.now()}` : '',
      ...(options.batchRows !== undefined && { rows: options.batchRows }),
    });
  }

  get #isStopped(): boolean {
    return this.#options.signal?.aborted === true;
  }

  async run(): Promise<ImportSummary> {
    try {
      for (const input of this.#options.inputs) {
        if (this.#isStopped) break;
        await this.#importOne(input).catch((error: unknown) => {
          if (!(error instanceof Unreadable)) throw error;
          this.#tally.noteDamage(input.name, error.message);
        });
      }
      while (this.#pending.length > 0) await this.#takeOne();
    } finally {
      // What was read before something went wrong is stored too.
      await this.#batches.flush();
    }
    return this.#tally.summary((performance.now() - this.#beganMs) / 1_000, this.#isStopped);
  }

  async #importOne(input: Input): Promise<void> {
    const entry = await this.#begin(input);
    const from = entry.chunks;
    if (entry.isDone) {
      this.#tally.alreadyImported.push(input.name);
      this.#passedBytes += input.size ?? 0;
      this.#tellProgress(input.name);
      return;
    }
    this.#tally.files += 1;
    if (from > 0) this.#tally.continued.push(input.name);
    let chunks = 0;
    const note = (name: string, what: string): void => {
      // What was ended here ends in the middle.
      if (!this.#isStopped) this.#tally.noteDamage(name, what);
    };
    for await (const member of unpacked({ name: input.name, bytes: this.#counted(input) }, note)) {
      const place = placeOf(this.#options.place ?? {}, member.name);
      const file = ++this.#members;
      for await (const chunk of chunksOf(member.bytes, this.#options.chunkBytes)) {
        if (this.#isStopped) return;
        chunks += 1;
        const isPast = chunks <= from;
        const read = this.#pool.read({ ...chunk, file, isPast, place, receivedMs: entry.receivedMs });
        await this.#send({ entry: { ...entry, chunks }, read, isPast });
      }
    }
    if (this.#isStopped) return;
    await this.#send({ entry: { ...entry, chunks, isDone: true }, read: Promise.resolve(null), isPast: false });
  }

  /** How far it was imported before. */
  async #begin(input: Input): Promise<Entry> {
    const identity = await input.identity();
    const { place, format, again = false } = this.#options;
    // In another place its rows are others.
    const how = JSON.stringify([readersVersion, place, format]);
    const key = identity === null ? crypto.randomUUID() : hash('sha256', `${identity} ${how}`, 'hex').slice(0, 32);
    const begun = again ? undefined : this.#journal.of(key);
    return begun ?? { key, name: input.name, chunks: 0, isDone: false, receivedMs: Date.now() };
  }

  async *#counted(input: Input): AsyncGenerator<Uint8Array> {
    const pieces = input.bytes()[Symbol.asyncIterator]();
    try {
      for (;;) {
        // Nobody may ever write to a pipe again.
        const next = await orAborted(pieces.next(), this.#options.signal);
        if (next === undefined || next.done || this.#isStopped) break;
        this.#tally.bytes += next.value.length;
        this.#tellProgress(input.name);
        yield next.value;
      }
    } finally {
      const closed = pieces.return?.();
      closed?.catch(() => undefined);
      if (!this.#isStopped) await closed;
    }
  }

  #tellProgress(file: string): void {
    const bytesRead = this.#passedBytes + this.#tally.bytes;
    this.#options.progress?.({ bytesRead, bytesTotal: this.#bytesTotal, records: this.#tally.read, file });
  }

  async #send(pending: Pending): Promise<void> {
    // It is awaited in its turn.
    pending.read.catch(() => undefined);
    this.#pending.push(pending);
    while (this.#pending.length > this.#pool.places) await this.#takeOne();
  }

  /** The oldest chunk, which the store must have first. */
  async #takeOne(): Promise<void> {
    const { entry, read, isPast } = this.#pending.shift() as Pending;
    const found = await read;
    if (isPast) return;
    if (found !== null) this.#tally.count(found);
    await this.#batches.add(entry, found?.rows ?? null);
  }
}
