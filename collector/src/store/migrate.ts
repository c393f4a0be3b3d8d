/** Brings a database to today's schema when a store is opened. Two processes may do so at once. */
import { Trouble } from '../trouble.ts';
import type { Connection } from './connection.ts';
import { migrations } from './schema/index.ts';

/** CoalescingMergeTree came with this version. */
const oldestVersion = [25, 6] as const;

/**
 * Checks the server and makes the database, through a connection to the `default` database.
 * @returns the server's version
 */
export async function prepareDatabase(connection: Connection): Promise<string> {
  const [row] = await connection.select<{ version: string }>('SELECT version() AS version');
  const version = row?.version ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    throw new Trouble(
      `ClickHouse at ${connection.target.origin} has version ${version}, which is too old.`,
      `Use ClickHouse ${oldestVersion.join('.')} or newer.`,
    );
  }
  const { database } = connection.target;
  const existing = await connection.select('SELECT 1 FROM system.databases WHERE name = {database:String}', {
    database,
  });
  // Asked first, so that a user who may only read can open a store that is already there.
  if (existing.length === 0) await connection.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
  return version;
}

const migrationsTable = `
CREATE TABLE IF NOT EXISTS schema_migrations
(
    version    UInt32,
    name       String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY version`;

/** Applies what is missing, in order. A step can run twice: every statement of it is `IF NOT EXISTS`. */
export async function migrate(connection: Connection): Promise<void> {
  const applied = await appliedVersion(connection);
  const newest = migrations.at(-1)?.version ?? 0;
  if (applied > newest) {
    throw new Trouble(
      `The database ${connection.target.database} at ${connection.target.origin} was made by a newer coldlens (schema ${applied}; this one knows ${newest}).`,
      'Update coldlens, or use another database or data directory.',
    );
  }
  if (applied === newest) return;
  await connection.command(migrationsTable);
  for (const { version, name, statements } of migrations) {
    if (version <= applied) continue;
    for (const statement of statements) await connection.command(statement);
    await connection.command(`INSERT INTO schema_migrations (version, name) VALUES (${version}, '${name}')`);
  }
}

async function appliedVersion(connection: Connection): Promise<number> {
  const exists = await connection.select(
    "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'",
  );
  if (exists.length === 0) return 0;
  const [row] = await connection.select<{ version: number }>('SELECT max(version) AS version FROM schema_migrations');
  return row?.version ?? 0;
}
