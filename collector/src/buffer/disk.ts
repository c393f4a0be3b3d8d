/**
 * What the buffer does to the disk, and nothing else does: so that a test can stand between the two and fail, or end the
 * process, at any step.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that grows at its end. */
export interface AppendFile {
  /** May leave a part of it behind when it fails. */
  write(chunks: readonly Uint8Array[], position: number): Promise<void>;
  /** Resolves when all that was written lies on the disk itself (fdatasync). */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface FoundFile {
  name: string;
  bytes: number;
  modifiedMs: number;
}

export interface Disk {
  makeDirectory(directory: string): Promise<void>;
  /** Files only, by name; empty when there is no such directory. */
  list(directory: string): Promise<FoundFile[]>;
  /** A new file whose name is on the disk too. @throws when there is one of that name */
  create(path: string): Promise<AppendFile>;
  read(path: string): Promise<Buffer>;
  remove(path: string): Promise<void>;
  /** Within one file system. */
  move(from: string, to: string): Promise<void>;
}

/** A new name lies in its directory, which is synced apart from the file. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const create = async (path: string): Promise<AppendFile> => {
  const handle = await open(path, 'wx', 0o600);
  try {
    await syncDirectory(dirname(path));
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    write: async (chunks, position) => {
      let at = position;
      for (const chunk of chunks) {
        for (let from = 0; from < chunk.length; ) {
          // A disk that is nearly full takes a part, and says so only by the number.
          const { bytesWritten } = await handle.write(chunk, from, chunk.length - from, at);
          from += bytesWritten;
          at += bytesWritten;
        }
      }
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
};

export const nodeDisk: Disk = {
  makeDirectory: async (directory) => {
    const first = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    // A directory is lost with its name: each that was made lies in one that is synced.
    for (let made = directory; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
  },
  list: async (directory) => {
    const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    return Promise.all(
      names.sort().map(async (name) => {
        const { size, mtimeMs } = await stat(join(directory, name));
        return { name, bytes: size, modifiedMs: mtimeMs };
      }),
    );
  },
  create,
  read: (path) => readFile(path),
  remove: (path) => rm(path),
  move: async (from, to) => {
    await rename(from, to);
    await syncDirectory(dirname(to));
  },
};

/** Writes a whole file that is on the disk when this resolves; leaves none behind when it fails. */
export const writeWhole = async (disk: Disk, path: string, chunks: readonly Uint8Array[]): Promise<void> => {
  const file = await disk.create(path);
  try {
    await file.write(chunks, 0);
    await file.sync();
  } catch (error) {
    await file.close();
    // The first failure is the one to tell.
    await disk.remove(path).catch(() => undefined);
    throw error;
  }
  await file.close();
};
