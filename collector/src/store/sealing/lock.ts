/**
 * One sealer at a time, also where several processes share a server: who seals reads a day and puts it back, and two at once
 * would lose what one of them did. The lock is a table, which only one can make; its comment says who has it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError } from '@clickhouse/client';
import { Trouble } from '../../trouble.ts';
import type { Connection } from '../connection.ts';
import { createLock } from '../ddl.ts';
import type { Layout } from '../layout.ts';
import { hasDied, ownHolder } from './holder.ts';

const table = 'sealing_lock';
/** Who has not said for so long that it still has the lock has died, or its machine has. */
const staleS = 60;
const sayEveryMs = 10_000;
const lookEveryMs = 100;
/** The table exists, or its replica on another server. */
const takenCodes: readonly string[] = ['57', '253'];

const isTaken = (error: unknown): boolean => error instanceof ClickHouseError && takenCodes.includes(error.code);

/** A lock of another replica cannot be seen from here, nor dropped: the collector beside that one does so when it starts. */
const patienceMs = 4 * staleS * 1_000;
const stuck = ({ target }: Connection): Trouble =>
  new Trouble(
    `Another collector has held the sealing lock of ${target.database} at ${target.origin} for ${patienceMs / 1_000} s.`,
    'Start the collector beside the other replica of this shard again: it drops a lock that was left behind.',
  );

interface Lock {
  comment: string;
  stale: 0 | 1;
}

const found = async (connection: Connection): Promise<Lock | undefined> => {
  const [lock] = await connection.select<Lock>(
    `SELECT comment, metadata_modification_time < now() - INTERVAL ${staleS} SECOND AS stale
     FROM system.tables WHERE database = currentDatabase() AND name = '${table}'`,
  );
  return lock;
};

/** Whether it is ours; one that nobody can have any more is dropped. */
const isOurs = async (connection: Connection): Promise<boolean> => {
  const lock = await found(connection);
  if (lock !== undefined && (lock.stale === 1 || hasDied(lock.comment))) await dropLock(connection);
  return lock?.comment === ownHolder;
};

const dropLock = (connection: Connection): Promise<void> => connection.command(`DROP TABLE IF EXISTS ${table} SYNC`);

/**
 * Of a data directory: a lock that is older than the engine was left by a process whose engine has died with it. A younger one is
 * of another process that is sealing now.
 */
export const dropLeftLock = async (connection: Connection): Promise<void> => {
  const left = await connection.select(
    `SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = '${table}'
       AND metadata_modification_time < now() - toIntervalSecond(uptime())`,
  );
  if (left.length > 0) await dropLock(connection);
};

/** @throws Trouble when nobody lets go of it; what the client throws, or `work` */
export const withLock = async (connection: Connection, layout: Layout, work: () => Promise<void>): Promise<void> => {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    try {
      await connection.command(createLock(table, ownHolder, layout));
      break;
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (await isOurs(connection)) break;
      if (performance.now() > endMs) throw stuck(connection);
      await sleep(lookEveryMs);
    }
  }
  // Said by anything that changes the table; a failure shows in the work itself.
  const say = (): Promise<void> => connection.command(`ALTER TABLE ${table} MODIFY COMMENT '${ownHolder}'`);
  const saying = setInterval(() => void say().catch(() => undefined), sayEveryMs);
  try {
    await work();
  } finally {
    clearInterval(saying);
    // A process that stood still for too long has lost it to another.
    if ((await found(connection))?.comment === ownHolder) await dropLock(connection);
  }
};
