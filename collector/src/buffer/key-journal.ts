/**
 * Keys of requests whose batches are gone: what is sent again after a restart of the collector is recognised too. Written once
 * a batch, before the batch is removed; while a batch is there, its own records tell.
 *
 *   No clock is asked how old a key is, because it may have been set meanwhile: what is found at a start counts as new. So a key
 *   may be known for longer than it has to be, which harms nobody: content that is the same is the same.
 */
import { join } from 'node:path';
import type { AppendFile, Disk } from './disk.ts';
import { recentForMs } from './recent.ts';
import { lengthOf, recordChunks, stretchesOf } from './record.ts';

const keyBytes = 16;
/** A file is ended after so long, so that it can go soon after its last key has. */
const turnMs = 5 * 60_000;
/** Of a collector that is started again and again, so many bytes are kept: four million keys. */
const mostFoundBytes = 64 * 1024 * 1024;
const shape = /^recent-(\d{12})\.keys$/;
const noMeta = Buffer.alloc(0);

interface Journal {
  readonly path: string;
  bytes: number;
  /** By the clock that nobody sets. */
  lastAt: number;
}

export class KeyJournal {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #countBytes: (bytes: number) => void;
  #journals: Journal[] = [];
  #open: (Journal & { file: AppendFile; begunAt: number }) | undefined;
  #next = 1;

  /** @param countBytes told of bytes that came to the directory, or left it (negative) */
  constructor(disk: Disk, directory: string, countBytes: (bytes: number) => void) {
    this.#disk = disk;
    this.#directory = directory;
    this.#countBytes = countBytes;
  }

  /** What earlier processes wrote. @returns also how many stretches could not be read */
  async find(): Promise<{ keys: Buffer[]; damaged: number }> {
    const keys: Buffer[] = [];
    let damaged = 0;
    let total = 0;
    for (const { name, bytes } of (await this.#disk.list(this.#directory)).toReversed()) {
      const sequence = Number(shape.exec(name)?.[1] ?? 0);
      if (sequence === 0) continue;
      this.#next = Math.max(this.#next, sequence + 1);
      const path = join(this.#directory, name);
      total += bytes;
      if (total > mostFoundBytes) {
        await this.#disk.remove(path);
        continue;
      }
      this.#countBytes(bytes);
      this.#journals.push({ path, bytes, lastAt: performance.now() });
      damaged += await this.#read(path, keys).catch(() => 1);
    }
    return { keys, damaged };
  }

  /** Resolves when they are on the disk. @throws what the disk does */
  async add(keys: readonly Buffer[]): Promise<void> {
    if (keys.length === 0) return;
    const now = performance.now();
    if (this.#open && now - this.#open.begunAt > turnMs) await this.close();
    this.#open ??= await this.#begin(now);
    const open = this.#open;
    const chunks = recordChunks(noMeta, Buffer.concat(keys));
    try {
      await open.file.write(chunks, open.bytes);
      await open.file.sync();
    } catch (error) {
      // Where this fails too, the next start skips what was half written.
      await open.file.truncate(open.bytes).catch(() => undefined);
      await this.close();
      throw error;
    }
    open.bytes += lengthOf(chunks);
    open.lastAt = now;
    this.#countBytes(lengthOf(chunks));
    await this.#removeOld();
  }

  async close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { file, begunAt: _begunAt, ...journal } = open;
    this.#journals.push(journal);
    await file.close();
  }

  async #begin(now: number) {
    const path = join(this.#directory, `recent-${String(this.#next++).padStart(12, '0')}.keys`);
    return { path, bytes: 0, lastAt: now, begunAt: now, file: await this.#disk.create(path) };
  }

  /** @returns how many stretches are damaged */
  async #read(path: string, keys: Buffer[]): Promise<number> {
    let damaged = 0;
    for (const stretch of stretchesOf(await this.#disk.read(path))) {
      if ('damaged' in stretch) damaged += 1;
      else for (const key of keysIn(stretch.record.data)) keys.push(key);
    }
    return damaged;
  }

  async #removeOld(): Promise<void> {
    const oldest = performance.now() - recentForMs;
    const old = this.#journals.filter(({ lastAt }) => lastAt <= oldest);
    for (const { path, bytes } of old) {
      await this.#disk.remove(path);
      this.#countBytes(-bytes);
    }
    this.#journals = this.#journals.filter(({ lastAt }) => lastAt > oldest);
  }
}

const keysIn = (data: Buffer): Buffer[] =>
  Array.from({ length: Math.floor(data.length / keyBytes) }, (_, index) =>
    data.subarray(index * keyBytes, (index + 1) * keyBytes),
  );
