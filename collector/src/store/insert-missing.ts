/**
 * Rows that may have been inserted before, by a try that got no answer. Their token makes the next try harmless, but it is no
 * proof that they are there: a ClickHouse without a Keeper writes down a token before it puts the new part in its place, so
 * one that is killed in between knows the token, takes the next try for a repetition, and has nothing of it (26.7; once in
 * 50 kills under load). So after such a try the rows themselves are looked for, and those that are missing are added.
 *
 *   They are looked for by what tells rows apart: two that are the same in that are one row after the next merge.
 */
import { randomUUID } from 'node:crypto';
import type { ClickHouseSettings } from '@clickhouse/client';
import type { EncodedRows, ReceivedTable, RowsForm } from './batch.ts';
import { type Connection, mostPartitions } from './connection.ts';
import { functionIdentity, identityColumns } from './schema/005-sealed-periods.ts';

/** By table: what it is partitioned by, and what tells its rows apart. Parts of one invocation arrive at different times. */
export const rowKeys: Readonly<Record<ReceivedTable, { partition: string; key: readonly string[] }>> = {
  spans: { partition: 'day', key: ['function_name', 'started_at', 'trace_id', 'span_id'] },
  invocation_parts: { partition: 'slot', key: [...identityColumns, 'arrived_at'] },
  instance_starts: { partition: 'day', key: ['function_name', 'started_at', 'region', 'instance_id'] },
  package_costs: { partition: 'day', key: [...functionIdentity, 'package_name', 'invocation_key'] },
};

/**
 * @param table one that is in the tables of this connection's database
 * @throws what the client throws; then it may be tried again
 */
export const insertMissing = async (
  connection: Connection,
  table: ReceivedTable,
  columns: readonly string[],
  rows: EncodedRows,
  form?: Pick<RowsForm, 'format' | 'compression'>,
): Promise<void> => {
  if (rows.rows === 0) return;
  const { partition, key: all } = rowKeys[table];
  // Rows that an older coldlens has left do not tell when they arrived.
  const key = all.filter((column) => columns.includes(column)).join(', ');
  const names = columns.join(', ');
  const session = randomUUID();
  const command = (query: string, settings: ClickHouseSettings = {}): Promise<void> =>
    connection.command(query, { session, settings });
  await command(`CREATE TEMPORARY TABLE again ENGINE = Memory AS SELECT ${names} FROM ${table} LIMIT 0`);
  try {
    await connection.insert('again', columns, rows, session, form, session);
    // GLOBAL: the servers of a cluster do not have this one's temporary tables.
    await command(
      `INSERT INTO ${table} (${names})
       SELECT ${names} FROM again WHERE (${key}) GLOBAL NOT IN (
         SELECT ${key} FROM ${table}
         WHERE ${partition} GLOBAL IN (SELECT ${partition} FROM again) AND (${key}) GLOBAL IN (SELECT ${key} FROM again))`,
      {
        ...{ insert_deduplicate: 0, transform_null_in: 1 },
        ...{ distributed_foreground_insert: 1, max_partitions_per_insert_block: mostPartitions },
      },
    );
  } finally {
    // The session's end would do it too, a minute later.
    await command('DROP TEMPORARY TABLE IF EXISTS again').catch(() => undefined);
  }
};
