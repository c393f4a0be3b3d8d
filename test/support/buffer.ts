/** Requests for the buffer without HTTP, and a disk that fails when it is told to. */
import { createHash } from 'node:crypto';
import { type AppendFile, type Disk, nodeDisk } from '#collector/buffer/disk.js';
import type { Rows } from '#collector/store/batch.js';

const none = { rows: 0, bytes: 0, chunks: [] };

/** Rows of spans that are no more than a text. */
export const rowsOf = (text: string, rows = 1): Rows => ({
  spans: { rows, bytes: Buffer.byteLength(text), chunks: [Buffer.from(text)] },
  invocation_parts: none,
  instance_starts: none,
  package_costs: none,
  hours: new Set([1]),
});

export const textOf = (rows: Rows): string => Buffer.concat(rows.spans.chunks as Uint8Array[]).toString();

export const keyOf = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, 16);

export type Step = 'create' | 'write' | 'sync' | 'truncate' | 'read' | 'remove' | 'move';

/** @param before may throw: then the step fails, a write after half of it is written */
export const steppedDisk = (before: (step: Step, path: string) => void | Promise<void>, disk = nodeDisk): Disk => ({
  ...disk,
  create: async (path) => {
    await before('create', path);
    const file = await disk.create(path);
    const stepped: AppendFile = {
      write: async (chunks, position) => {
        try {
          await before('write', path);
        } catch (error) {
          const whole = Buffer.concat(chunks);
          await file.write([whole.subarray(0, whole.length >> 1)], position);
          throw error;
        }
        await file.write(chunks, position);
      },
      sync: async () => {
        await before('sync', path);
        await file.sync();
      },
      truncate: async (length) => {
        await before('truncate', path);
        await file.truncate(length);
      },
      close: () => file.close(),
    };
    return stepped;
  },
  read: async (path) => {
    await before('read', path);
    return disk.read(path);
  },
  remove: async (path) => {
    await before('remove', path);
    await disk.remove(path);
  },
  move: async (from, to) => {
    await before('move', from);
    await disk.move(from, to);
  },
});

export const diskFull = (): Error => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
