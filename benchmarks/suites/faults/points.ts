/**
 * Named points of a request's way through the buffer, for the process that is to end there: it is given a disk that ends it, and
 * a store. The product itself knows nothing of this.
 */
import { type AppendFile, type Disk, nodeDisk, type Store } from '@coldlens/collector';

export const points = [
  'before a batch is begun',
  'when a batch is begun',
  'in the middle of a write',
  'between write and sync',
  'between sync and answer',
  'before an insert',
  'between insert and its note',
  'while the note is written',
  'between note and removal',
  'after the removal',
] as const;
export type Point = (typeof points)[number];

/** Told of each point that is reached; does not return where the process is to end. */
export type Reach = (point: Point) => void;

const isBatch = (path: string): boolean => path.endsWith('.batch');

const appendFileWith = (file: AppendFile, path: string, reach: Reach): AppendFile => ({
  ...file,
  write: async (chunks, position) => {
    if (isBatch(path)) {
      const whole = Buffer.concat(chunks);
      const half = whole.length >> 1;
      await file.write([whole.subarray(0, half)], position);
      reach('in the middle of a write');
      await file.write([whole.subarray(half)], position + half);
      reach('between write and sync');
    } else {
      reach('between insert and its note');
      await file.write(chunks, position);
      reach('while the note is written');
    }
  },
  sync: async () => {
    await file.sync();
    reach(isBatch(path) ? 'between sync and answer' : 'between note and removal');
  },
});

export const diskWith = (reach: Reach): Disk => ({
  ...nodeDisk,
  create: async (path) => {
    if (isBatch(path)) reach('before a batch is begun');
    const file = await nodeDisk.create(path);
    if (isBatch(path)) reach('when a batch is begun');
    return appendFileWith(file, path, reach);
  },
  remove: async (path) => {
    await nodeDisk.remove(path);
    if (isBatch(path)) reach('after the removal');
  },
});

export const storeWith = (store: Store, reach: Reach): Store =>
  new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'insert') return value.bind(target);
      return async (...batch: Parameters<Store['insert']>) => {
        reach('before an insert');
        await target.insert(...batch);
      };
    },
  });
