/** `server.json` beside the data: where the process that owns the directory serves it. Its owner writes it. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Owner {
  /** HTTP port on 127.0.0.1. */
  port: number;
  /** Of the engine's child process. */
  pid: number;
}

const fileName = 'server.json';

/** Null when there is no such file, or it says nothing useful. */
export async function readOwner(dataDirectory: string): Promise<Owner | null> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(join(dataDirectory, fileName), 'utf8'));
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { port, pid } = parsed as Record<string, unknown>;
  return isPort(port) && Number.isInteger(pid) ? { port, pid: pid as number } : null;
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;
}

/** Atomic: a reader sees the old file or the new one. */
export async function writeOwner(dataDirectory: string, owner: Owner): Promise<void> {
  const temporary = join(dataDirectory, `${fileName}.${owner.pid}`);
  await writeFile(temporary, `${JSON.stringify(owner)}\n`);
  await rename(temporary, join(dataDirectory, fileName));
}

/** Removes the file if it still names this engine. */
export async function removeOwner(dataDirectory: string, pid: number): Promise<void> {
  const owner = await readOwner(dataDirectory);
  if (owner?.pid === pid) await rm(join(dataDirectory, fileName), { force: true });
}
