/**
 * Has inserted parts synced before their insert is answered. ClickHouse leaves that to the kernel unless a table says otherwise, so
 * a power cut within half a minute could take rows that it had said it has, and that the buffer has let go of. Parts that
 * merges make need no sync: ClickHouse keeps what they were made of for eight minutes.
 */
import { receivedTables } from './batch.ts';
import type { Connection } from './connection.ts';
import { alterSettings } from './ddl.ts';
import type { Layout } from './layout.ts';

const settings = ['fsync_after_insert = 1', 'fsync_part_directory = 1'] as const;

/**
 * @param connection to the database that holds rows
 * @throws what the client throws
 */
export const makeInsertsDurable = async (connection: Connection, layout: Layout): Promise<void> => {
  // A cloud service keeps parts in an object store, which has them once it says so.
  if (layout.engines === 'cloud') return;
  const rows = await connection.select<{ name: string; engine: string }>(
    'SELECT name, engine_full AS engine FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}',
    { names: receivedTables },
  );
  for (const { name, engine } of rows) {
    if (settings.every((setting) => engine.includes(setting))) continue;
    await connection.command(alterSettings(name, settings, layout));
  }
};
