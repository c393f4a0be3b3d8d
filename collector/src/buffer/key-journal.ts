/**
 * Keys of requests whose batches are gone: what is sent again after a restart of the collector is recognised too. Written once
 * a batch, before the batch is removed; while a batch is there, its own records tell.
 */
import { join } from 'node:path';
import type { AppendFile, Disk } from './disk.ts';
import { recentForMs } from './recent.ts';
import { lengthOf, recordChunks, stretchesOf } from './record.ts';

const keyBytes = 16;
/** A file is ended after so long, so that it can go soon after its last key has. */
const turnMs = 5 * 60_000;
const shape = /^recent-\d{13}-\d+\.keys$/;

interface Journal {
  readonly path: string;
  bytes: number;
  /** By the clock that nobody sets. */
  lastAt: number;
}

export interface FoundKeys {
  keys: Buffer[];
  /** Milliseconds since they came; a clock that was set back makes it 0. */
  agoMs: number;
}

export class KeyJournal {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #countBytes: (bytes: number) => void;
  #journals: Journal[] = [];
  #open: (Journal & { file: AppendFile; begunAt: number }) | undefined;
  #made = 0;

  /** @param countBytes told of bytes that came to the directory, or left it (negative) */
  constructor(disk: Disk, directory: string, countBytes: (bytes: number) => void) {
    this.#disk = disk;
    this.#directory = directory;
    this.#countBytes = countBytes;
  }

  /** What earlier processes wrote. @returns also how many stretches could not be read */
  async find(): Promise<{ found: FoundKeys[]; damaged: number }> {
    const found: FoundKeys[] = [];
    let damaged = 0;
    for (const { name, bytes } of await this.#disk.list(this.#directory)) {
      if (!shape.test(name)) continue;
      const path = join(this.#directory, name);
      let youngestMs = recentForMs;
      try {
        for (const stretch of stretchesOf(await this.#disk.read(path))) {
          if ('damaged' in stretch) {
            damaged += 1;
            continue;
          }
          const { meta, data } = stretch.record;
          const agoMs = Math.max(0, Date.now() - (JSON.parse(meta.toString()) as { at: number }).at);
          youngestMs = Math.min(youngestMs, agoMs);
          found.push({ agoMs, keys: keysIn(data) });
        }
      } catch {
        // Keys are a convenience of those who send again; a file of them must not stop a collector from starting.
        damaged += 1;
      }
      this.#countBytes(bytes);
      this.#journals.push({ path, bytes, lastAt: performance.now() - youngestMs });
    }
    await this.#removeOld();
    return { found, damaged };
  }

  /** Resolves when they are on the disk. @param at when they came, milliseconds since 1970 @throws what the disk does */
  async add(keys: readonly Buffer[], at: number): Promise<void> {
    if (Date.now() - at >= recentForMs || keys.length === 0) return;
    const now = performance.now();
    if (this.#open && now - this.#open.begunAt > turnMs) await this.close();
    this.#open ??= await this.#begin(now);
    const open = this.#open;
    const chunks = recordChunks(Buffer.from(JSON.stringify({ at })), Buffer.concat(keys));
    try {
      await open.file.write(chunks, open.bytes);
      await open.file.sync();
    } catch (error) {
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
    this.#made += 1;
    const path = join(this.#directory, `recent-${String(Date.now()).padStart(13, '0')}-${this.#made}.keys`);
    return { path, bytes: 0, lastAt: now, begunAt: now, file: await this.#disk.create(path) };
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
