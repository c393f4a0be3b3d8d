/**
 * One sealer at a time, also where several processes share a server: who seals reads a day and puts it back, and two at once
 * would lose what one of them did. The lock is a table, which only one can make.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError } from '@clickhouse/client';
import type { Connection } from './connection.ts';

const table = 'sealing_lock';
/** A pass takes seconds; whoever holds the lock for longer has died. */
const staleS = 120;
const lookEveryMs = 100;
const tableExists = '57';

const isTaken = (error: unknown): boolean => error instanceof ClickHouseError && error.code === tableExists;

const dropIfStale = async (connection: Connection): Promise<void> => {
  const stale = await connection.select(
    `SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = '${table}'
     AND metadata_modification_time < now() - INTERVAL ${staleS} SECOND`,
  );
  if (stale.length > 0) await connection.command(`DROP TABLE IF EXISTS ${table} SYNC`);
};

/** Of a data directory that nobody else can have open: what is there was left by a process that died. */
export const dropLock = (connection: Connection): Promise<void> =>
  connection.command(`DROP TABLE IF EXISTS ${table} SYNC`);

/** @throws what the client throws, or `work` */
export const withLock = async (connection: Connection, work: () => Promise<void>): Promise<void> => {
  for (;;) {
    try {
      await connection.command(`CREATE TABLE ${table} (taken UInt8) ENGINE = Memory`);
      break;
    } catch (error) {
      if (!isTaken(error)) throw error;
      await dropIfStale(connection);
      await sleep(lookEveryMs);
    }
  }
  try {
    await work();
  } finally {
    await dropLock(connection);
  }
};
