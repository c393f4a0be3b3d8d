/**
 * One process has a buffer directory. The lock is one of the operating system's on the file `lock`, which goes with the
 * process however that ends; SQLite, which Node brings along, is what takes it, because Node itself cannot. Nothing is
 * ever written to that file.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Trouble } from '../trouble.ts';

/** SQLITE_BUSY: somebody else has it. */
const busyCode = 5;

/** @returns what lets go of it @throws {@link Trouble} when another process, or another part of this one, has it */
export const lockDirectory = (directory: string): (() => void) => {
  const path = join(directory, 'lock');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const { errcode, message } = error as Error & { errcode?: number };
    const options = { cause: error };
    if (errcode === busyCode) {
      throw new Trouble(
        `The buffer directory ${directory} is in use by another collector.`,
        'End that collector, or name another directory with --buffer.',
        undefined,
        options,
      );
    }
    throw new Trouble(
      `The buffer directory ${directory} cannot be locked (${message}).`,
      'Name a directory on a local disk that you may write to with --buffer.',
      undefined,
      options,
    );
  }
  const held = database;
  return () => held.close();
};
