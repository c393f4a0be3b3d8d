/**
 * `server.json` beside the data: where the process that owns the directory serves it, and how to log in there. Its owner
 * writes it, for nobody but its own user.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Login, Logins } from './logins.ts';

export interface Owner {
  /** HTTP port on 127.0.0.1. */
  port: number;
  /** Of the engine's child process. */
  pid: number;
  logins: Logins;
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
  const { port, pid, collector, reader } = parsed as Record<string, unknown>;
  if (!isPort(port) || !Number.isInteger(pid) || !isLogin(collector) || !isLogin(reader)) return null;
  return { port, pid: pid as number, logins: { collector, reader } };
}

function isLogin(value: unknown): value is Login {
  const { username, password } = (value ?? {}) as Record<string, unknown>;
  return typeof username === 'string' && typeof password === 'string';
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;
}

/** Atomic: a reader sees the old file or the new one. */
export async function writeOwner(dataDirectory: string, { port, pid, logins }: Owner): Promise<void> {
  const temporary = join(dataDirectory, `${fileName}.${pid}`);
  // One that was left there would keep its mode.
  await rm(temporary, { force: true });
  await writeFile(temporary, `${JSON.stringify({ port, pid, ...logins })}\n`, { mode: 0o600, flag: 'wx' });
  await rename(temporary, join(dataDirectory, fileName));
}

/** Removes the file if it still names this engine. */
export async function removeOwner(dataDirectory: string, pid: number): Promise<void> {
  const owner = await readOwner(dataDirectory);
  if (owner?.pid === pid) await rm(join(dataDirectory, fileName), { force: true });
}
