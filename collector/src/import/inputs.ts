/** What is to be imported: files, those of directories, and what is piped in. */
import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCode, Trouble } from '../trouble.ts';

export interface Input {
  /** As a person knows it. */
  name: string;
  /** `null` = not known: it comes through a pipe. */
  size: number | null;
  /** The same for the same file, another one once it has changed; `null` for what comes through a pipe. */
  identity(): Promise<string | null>;
  bytes(): AsyncIterable<Uint8Array>;
}

const pieceBytes = 1024 * 1024;
const identityBytes = 64 * 1024;

/** Something that was found in a directory, and cannot be read: the rest of it can. */
export class Unreadable extends Error {}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

const cannot = (path: string, what: string): Trouble =>
  new Trouble(`${path} ${what}.`, 'Name a file, a directory, or - for what is piped in.', exitCode.usage);

/**
 * Files, and those of directories by their names; each once, however often it is named.
 * @throws Trouble (wrong usage) for a path that is not there, cannot be opened, or has no files
 */
export const fileInputs = async (paths: readonly string[]): Promise<Input[]> => {
  const known = new Set<string>();
  const isNew = ({ dev, ino }: Stats): boolean => !known.has(`${dev} ${ino}`) && known.add(`${dev} ${ino}`) !== null;
  const found: Input[] = [];
  for (const path of paths) {
    const about = await stat(path).catch((error: unknown) => {
      const code = codeOf(error);
      throw cannot(path, code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`);
    });
    if (about.isDirectory()) {
      const inside = await directoryInputs(path, isNew).catch((error: unknown) => {
        throw cannot(path, `cannot be read (${codeOf(error)})`);
      });
      if (inside.length === 0) throw cannot(path, 'has no files, or none that were not named before');
      found.push(...inside);
    } else if (!about.isFile()) found.push(fileInput(path, null));
    else if (isNew(about)) found.push(fileInput(path, about));
  }
  return found;
};

/** Links lead to files, and to no directories, which could lead back. @throws where the directory itself cannot be read */
const directoryInputs = async (path: string, isNew: (about: Stats) => boolean): Promise<Input[]> => {
  const found: Input[] = [];
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = join(path, entry.name);
    try {
      if (entry.isDirectory()) found.push(...(await directoryInputs(name, isNew)));
      else if (entry.isFile() || entry.isSymbolicLink()) {
        const about = await stat(name);
        if (about.isFile() && isNew(about)) found.push(foundInput(fileInput(name, about)));
      }
    } catch (error) {
      found.push(unreadableInput(name, codeOf(error)));
    }
  }
  return found;
};

/** Nobody named it: where it cannot be read, the others can. */
const foundInput = (input: Input): Input => ({
  ...input,
  identity: () =>
    input.identity().catch((error: unknown) => {
      throw new Unreadable(`cannot be read (${codeOf(error instanceof Trouble ? error.cause : error)})`);
    }),
});

const unreadableInput = (name: string, code: string): Input => {
  const refused = async (): Promise<never> => {
    throw new Unreadable(`cannot be read (${code})`);
  };
  return { name, size: 0, identity: refused, bytes: () => ({ [Symbol.asyncIterator]: () => ({ next: refused }) }) };
};

/** @param about `null` for a pipe */
const fileInput = (path: string, about: { size: number; mtimeMs: number } | null): Input => ({
  name: path,
  size: about?.size ?? null,
  identity: async () => {
    if (about === null) return null;
    const file = await opened(path);
    try {
      const [begin, end] = [Buffer.alloc(identityBytes), Buffer.alloc(identityBytes)];
      await file.read(begin, 0, identityBytes, 0);
      await file.read(end, 0, identityBytes, Math.max(0, about.size - identityBytes));
      return hash('sha256', Buffer.concat([Buffer.from(`${about.size} ${about.mtimeMs} `), begin, end]), 'hex');
    } finally {
      await file.close();
    }
  },
  bytes: async function* () {
    const file = await opened(path);
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(pieceBytes), 0, pieceBytes, null);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  },
});

const opened = (path: string): Promise<FileHandle> =>
  open(path).catch((error: NodeJS.ErrnoException) => {
    throw new Trouble(
      `${path} cannot be read (${error.code ?? 'unknown'}).`,
      'See to it that you may read it.',
      exitCode.usage,
      { cause: error },
    );
  });

export const streamInput = (name: string, stream: AsyncIterable<Uint8Array>): Input => ({
  name,
  size: null,
  identity: async () => null,
  bytes: () => stream,
});
