/** Brings a database to today's schema when a store is opened. Two processes may do so at once. */
import { Trouble } from '../trouble.ts';
import type { Connection } from './connection.ts';
import { createDatabases, createDistributed, createTable, distributedEngine, statementTexts } from './ddl.ts';
import type { Layout } from './layout.ts';
import { migrations } from './schema/index.ts';
import type { Table } from './schema/table.ts';

/** CoalescingMergeTree came with this version. */
const oldestVersion = [25, 6] as const;

/** @returns the server's version @throws Trouble when it is too old */
export async function checkVersion(connection: Connection): Promise<string> {
  const [row] = await connection.select<{ version: string }>('SELECT version() AS version');
  const version = row?.version ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    throw new Trouble(
      `ClickHouse at ${connection.target.origin} has version ${version}, which is too old.`,
      `Use ClickHouse ${oldestVersion.join('.')} or newer.`,
    );
  }
  return version;
}

/** Through a connection to the `default` database. */
export async function makeDatabases(connection: Connection, layout: Layout): Promise<void> {
  const wanted = [...new Set([layout.database, layout.rowsIn])];
  const existing = await connection.select('SELECT 1 FROM system.databases WHERE name IN {wanted:Array(String)}', {
    wanted,
  });
  // Asked first, so that a user who may only read can open a store that is already there.
  if (existing.length === wanted.length) return;
  for (const statement of createDatabases(layout)) await connection.command(statement);
}

export const schemaMigrations: Table = {
  name: 'schema_migrations',
  columns: `
    version    UInt32,
    name       String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)`,
  engine: 'ReplacingMergeTree',
  orderBy: 'version',
  isInternal: true,
};

/**
 * Applies what is missing, in order. A step can run twice: every statement of it says so.
 * @param connection to the database that holds rows
 */
export async function migrate(connection: Connection, layout: Layout, steps = migrations): Promise<void> {
  const applied = await appliedVersion(connection);
  const newest = steps.at(-1)?.version ?? 0;
  if (applied > newest) {
    throw new Trouble(
      `The database ${layout.rowsIn} at ${connection.target.origin} was made by a newer coldlens (schema ${applied}; this one knows ${newest}).`,
      'Update coldlens, or use another database or data directory.',
    );
  }
  if (applied === newest) return;
  await connection.command(createTable(schemaMigrations, layout));
  for (const { version, name, statements } of steps) {
    if (version <= applied) continue;
    for (const text of statementTexts(statements, layout)) await connection.command(text);
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

/** What inserts and questions go through on a cluster; views are asked like tables. */
export const distributedTables: readonly string[] = [
  ...new Set(
    migrations.flatMap(({ statements }) =>
      statements.flatMap((statement) => {
        if ('view' in statement) return [statement.view.name];
        return 'table' in statement && !statement.table.isInternal ? [statement.table.name] : [];
      }),
    ),
  ),
];

/** Of both databases by table: the engine where questions go, and whether the columns are the same where the rows lie. */
const comparison = `
SELECT name, any(engine_full) AS engine, groupUniqArrayIf(columns, in_rows) = groupUniqArrayIf(columns, NOT in_rows) AS is_alike
FROM (
  SELECT database = {rows_in:String} AS in_rows, table, arraySort(groupArray((position, name, type))) AS columns
  FROM system.columns WHERE database IN ({database:String}, {rows_in:String})
  GROUP BY in_rows, table) AS known
INNER JOIN (SELECT name, engine_full FROM system.tables WHERE database = {database:String}) AS shown ON known.table = shown.name
GROUP BY name`;

/** Makes those anew that are missing, or that were made before the last migration, or for another cluster. */
export async function makeDistributed(connection: Connection, layout: Layout): Promise<void> {
  if (layout.cluster === null) return;
  const rows = await connection.select<{ name: string; engine: string; is_alike: 0 | 1 }>(comparison, {
    database: layout.database,
    rows_in: layout.rowsIn,
  });
  const found = new Map(rows.map((row) => [row.name, row]));
  for (const name of distributedTables) {
    const { engine, is_alike: isAlike } = found.get(name) ?? { engine: '', is_alike: 0 };
    if (isAlike === 1 && engine === distributedEngine(layout, name)) continue;
    await connection.command(createDistributed(name, layout));
  }
}
