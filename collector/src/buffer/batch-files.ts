/**
 * The batches of a buffer directory, each a file that grows until somebody takes it: a batch is what was appended to one file,
 * and never changes after that. Its name holds its place in the order, when it was begun, and its token, so nothing that can
 * be damaged inside of it makes it another batch.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { formRecord, todaysForm } from './content.ts';
import { type AppendFile, type Disk, writeWhole } from './disk.ts';
import { NotTaken } from './not-taken.ts';
import { lengthOf } from './record.ts';

export interface BatchFile {
  readonly name: string;
  readonly sequence: number;
  /** Of all that is inserted from it. */
  readonly token: string;
  /** By the clock on the wall. */
  readonly begunMs: number;
  /** Of what was acknowledged; the file itself is longer where a write failed and could not be taken back. */
  readonly bytes: number;
}

interface OpenFile extends BatchFile {
  readonly file: AppendFile;
  bytes: number;
  rows: number;
  rowBytes: number;
  readonly begunAt: number;
}

/** Of rows before they are compressed. */
export interface RowsSize {
  rows: number;
  bytes: number;
}

export interface BatchLimits {
  /** Of all files together. */
  limitBytes: number;
  /** A batch is closed when it would hold more rows than this, or more bytes of rows before they are compressed. */
  maxBatchRows: number;
  maxBatchBytes: number;
}

const shape = /^(\d{12})-(\d{13})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.batch$/;
const nameOf = (sequence: number, begunMs: number, token: string): string =>
  `${String(sequence).padStart(12, '0')}-${String(begunMs).padStart(13, '0')}-${token}.batch`;

/** Folders beside the batches, for what cannot be inserted. */
export const asideFolders = { refused: 'set-aside', damaged: 'damaged' } as const;
export type Aside = keyof typeof asideFolders;

export class BatchFiles {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #limits: BatchLimits;
  #open: OpenFile | undefined;
  readonly #closed: BatchFile[] = [];
  #next = 1;
  /** Of the batches; and of everything else in the directory. */
  #bytes = 0;
  #otherBytes = 0;
  readonly #aside: Record<Aside, number> = { refused: 0, damaged: 0 };
  /** One change of the open file at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk, directory: string, limits: BatchLimits) {
    this.#disk = disk;
    this.#directory = directory;
    this.#limits = limits;
  }

  /** Finds what an earlier process has left. */
  async find(): Promise<void> {
    for (const { name, bytes } of await this.#disk.list(this.#directory)) {
      const [, sequence, begunMs, token] = shape.exec(name) ?? [];
      if (token === undefined) continue;
      // Made, and never written to.
      if (bytes === 0) {
        await this.#disk.remove(join(this.#directory, name));
        continue;
      }
      this.#closed.push({ name, bytes, token, sequence: Number(sequence), begunMs: Number(begunMs) });
      this.#bytes += bytes;
    }
    this.#next = 1 + (this.#closed.at(-1)?.sequence ?? 0);
    for (const [aside, folder] of Object.entries(asideFolders) as [Aside, string][]) {
      const files = await this.#disk.list(join(this.#directory, folder));
      this.#aside[aside] = files.length;
      this.#otherBytes += files.reduce((sum, { bytes }) => sum + bytes, 0);
    }
  }

  get count(): number {
    return this.#closed.length + (this.#open === undefined ? 0 : 1);
  }

  get bytes(): number {
    return this.#bytes + this.#otherBytes;
  }

  get isFull(): boolean {
    return this.bytes >= this.#limits.limitBytes;
  }

  /** Files that were set aside, by why. */
  get aside(): Readonly<Record<Aside, number>> {
    return this.#aside;
  }

  /** All that are closed, the oldest first. */
  get closed(): readonly BatchFile[] {
    return this.#closed;
  }

  get oldest(): BatchFile | undefined {
    return this.#closed[0] ?? this.#open;
  }

  get newest(): BatchFile | undefined {
    return this.#open ?? this.#closed.at(-1);
  }

  /** Milliseconds since the one that still grows was begun; undefined when there is none. */
  get openForMs(): number | undefined {
    return this.#open && performance.now() - this.#open.begunAt;
  }

  /** Bytes that others keep in the directory. */
  countOther(bytes: number): void {
    this.#otherBytes += bytes;
  }

  /**
   * Resolves when a record is on the disk.
   * @throws {@link NotTaken} when it does not fit or cannot be written; then none of it is there
   */
  append(record: readonly Uint8Array[], size: RowsSize): Promise<void> {
    return this.#inTurn(() => this.#append(record, size));
  }

  /** The oldest batch that no longer grows; the one that does is closed where there is no other. */
  take(): Promise<BatchFile | undefined> {
    return this.#inTurn(async () => {
      if (this.#closed.length === 0) await this.#close();
      return this.#closed[0];
    });
  }

  async read({ name, bytes }: BatchFile): Promise<Buffer> {
    return (await this.#disk.read(join(this.#directory, name))).subarray(0, bytes);
  }

  /** Its rows are elsewhere now. */
  async remove(batch: BatchFile): Promise<void> {
    await this.#disk.remove(join(this.#directory, batch.name));
    this.#forget(batch);
  }

  /**
   * Keeps what ClickHouse refused of a batch, under the batch's own name: nothing of it is stored, so it can be put back among
   * the batches once the reason is gone.
   * @returns where
   */
  async keepRefused(batch: BatchFile, chunks: readonly Uint8Array[]): Promise<string> {
    const folder = join(this.#directory, asideFolders.refused);
    await this.#disk.makeDirectory(folder);
    const path = join(folder, batch.name);
    // Written by a process that ended before it could remove the batch.
    if ((await this.#disk.list(folder)).some(({ name }) => name === batch.name)) return path;
    await writeWhole(this.#disk, path, chunks);
    this.#aside.refused += 1;
    this.#otherBytes += lengthOf(chunks);
    return path;
  }

  /** Sets a file aside that cannot be read, or not all of it. @returns where */
  async moveAside(batch: BatchFile): Promise<string> {
    const folder = join(this.#directory, asideFolders.damaged);
    await this.#disk.makeDirectory(folder);
    const path = join(folder, batch.name);
    await this.#disk.move(join(this.#directory, batch.name), path);
    this.#forget(batch);
    this.#otherBytes += batch.bytes;
    this.#aside.damaged += 1;
    return path;
  }

  /** Closes what is open; what is there stays for the next process. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#close());
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #append(record: readonly Uint8Array[], { rows, bytes }: RowsSize): Promise<void> {
    const length = lengthOf(record);
    const { limitBytes, maxBatchRows, maxBatchBytes } = this.#limits;
    if (this.bytes + length > limitBytes) {
      throw new NotTaken('full', `The buffer holds ${this.bytes} of ${limitBytes} bytes.`);
    }
    if (this.#open && (this.#open.rows + rows > maxBatchRows || this.#open.rowBytes + bytes > maxBatchBytes)) {
      await this.#close();
    }
    try {
      this.#open ??= await this.#begin();
    } catch (error) {
      throw diskTrouble(error);
    }
    const open = this.#open;
    try {
      // A batch says first what its rows are like.
      const chunks = open.bytes === 0 ? [...formRecord(todaysForm), ...record] : record;
      await open.file.write(chunks, open.bytes);
      await open.file.sync();
      open.bytes += lengthOf(chunks);
      open.rows += rows;
      open.rowBytes += bytes;
      this.#bytes += lengthOf(chunks);
    } catch (error) {
      await this.#giveUp(open);
      throw diskTrouble(error);
    }
  }

  async #begin(): Promise<OpenFile> {
    const begunMs = Date.now();
    const token = randomUUID();
    const sequence = this.#next++;
    const name = nameOf(sequence, begunMs, token);
    const file = await this.#disk.create(join(this.#directory, name));
    return { name, sequence, token, begunMs, file, bytes: 0, rows: 0, rowBytes: 0, begunAt: performance.now() };
  }

  /**
   * After a failure nobody knows what of the file is on the disk, and a second sync may say "fine" of pages that the first one
   * lost. So nothing more is appended to it; what was acknowledged before is, and stays.
   */
  async #giveUp(open: OpenFile): Promise<void> {
    // Should this fail too, what was not acknowledged is not read: the length that counts is known here.
    await open.file.truncate(open.bytes).catch(() => undefined);
    await this.#close();
  }

  async #close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    const { file, rows: _rows, rowBytes: _rowBytes, begunAt: _begunAt, ...batch } = open;
    // At once, or whoever asks meanwhile what is there would not be told of this one.
    this.#open = undefined;
    if (batch.bytes > 0) this.#closed.push(batch);
    // All that counts is synced; a failure to close loses nothing.
    await file.close().catch(() => undefined);
    if (batch.bytes === 0) await this.#disk.remove(join(this.#directory, batch.name)).catch(() => undefined);
  }

  #forget(batch: BatchFile): void {
    const index = this.#closed.findIndex(({ name }) => name === batch.name);
    if (index < 0) return;
    this.#closed.splice(index, 1);
    this.#bytes -= batch.bytes;
  }
}

const diskTrouble = (cause: unknown): NotTaken => {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new NotTaken('disk', `The buffer cannot be written to (${code ?? message}).`, { cause });
};
