/** What a server is told to make of the schema, by the layout it has. Nothing else in the store knows engines by their full names. */
import type { Layout } from './layout.ts';
import type { Statement } from './schema/migration.ts';
import type { Table } from './schema/table.ts';

/** How many inserts a table remembers by their tokens. */
const tokens = 10_000;

/** Servers of a cluster with a Keeper tell each other; on any other, each server's own collector tells it. */
const onCluster = ({ engines, cluster }: Layout): string =>
  engines === 'replicated' ? ` ON CLUSTER '${cluster}'` : '';

/** The paths are written out, not {uuid}: so a replica that was lost finds its shard's again. */
const keeperPath = ({ rowsIn }: Layout, table: string): string => `/clickhouse/tables/{shard}/${rowsIn}/${table}`;

const engineOf = ({ name, engine, latestBy }: Table, layout: Layout): string => {
  const isReplicated = layout.engines === 'replicated';
  const own = [
    ...(isReplicated ? [`'${keeperPath(layout, name)}'`, "'{replica}'"] : []),
    ...(latestBy === undefined ? [] : [latestBy]),
  ];
  return `${isReplicated ? 'Replicated' : ''}${engine}${own.length > 0 ? `(${own.join(', ')})` : ''}`;
};

const settingsOf = ({ settings = [], knowsTokens, kept }: Table, { engines }: Layout): string[] => [
  ...(knowsTokens ? [`${engines === 'plain' ? 'non_' : ''}replicated_deduplication_window = ${tokens}`] : []),
  ...(kept ? ['ttl_only_drop_parts = 1'] : []),
  ...settings,
];

const ttl = (since: string, days: number): string => `TTL ${since} + INTERVAL ${days} DAY`;

export const createTable = (table: Table, layout: Layout): string => {
  const { name, columns, partitionBy, primaryKey, orderBy, kept } = table;
  const settings = settingsOf(table, layout);
  return [
    `CREATE TABLE IF NOT EXISTS ${name}${onCluster(layout)}`,
    `(${columns}\n)`,
    `ENGINE = ${engineOf(table, layout)}`,
    ...(partitionBy === undefined ? [] : [`PARTITION BY ${partitionBy}`]),
    ...(primaryKey === undefined ? [] : [`PRIMARY KEY ${primaryKey}`]),
    `ORDER BY ${orderBy}`,
    ...(kept ? [ttl(kept.since, kept.days)] : []),
    ...(settings.length > 0 ? [`SETTINGS ${settings.join(', ')}`] : []),
  ].join('\n');
};

/** A statement of its own, or what is added to a table that is there. */
const textOf = (statement: Statement, layout: Layout): string | { addTo: string; text: string } => {
  if ('table' in statement) return createTable(statement.table, layout);
  if ('copy' in statement) return statement.copy;
  if ('view' in statement) {
    return `CREATE OR REPLACE VIEW ${statement.view.name}${onCluster(layout)} AS${statement.view.select}`;
  }
  if ('index' in statement) {
    const { table, name, expression, type } = statement.index;
    return { addTo: table, text: `ADD INDEX IF NOT EXISTS ${name} ${expression} TYPE ${type}` };
  }
  const { table, name, type } = statement.column;
  return { addTo: table, text: `ADD COLUMN IF NOT EXISTS ${name} ${type}` };
};

/** What is added to one table is one text: a server takes longer to alter a table again than to add ten columns at once. */
export const statementTexts = (statements: readonly Statement[], layout: Layout): string[] => {
  const texts: string[] = [];
  let altered: string | null = null;
  for (const statement of statements) {
    const text = textOf(statement, layout);
    if (typeof text === 'string') {
      texts.push(text);
      altered = null;
    } else {
      const before = text.addTo === altered ? `${texts.pop()},` : `ALTER TABLE ${text.addTo}${onCluster(layout)}`;
      texts.push(`${before}\n  ${text.text}`);
      altered = text.addTo;
    }
  }
  return texts;
};

/** Both databases, or the only one. */
export const createDatabases = (layout: Layout): string[] =>
  [...new Set([layout.rowsIn, layout.database])].map(
    (name) => `CREATE DATABASE IF NOT EXISTS ${name}${onCluster(layout)}`,
  );

/**
 * What inserts and questions on a cluster go through: all rows of a function lie on one shard, so that an invocation's
 * parts meet there. It holds no rows, so it can be made anew at any time.
 */
export const distributedEngine = ({ cluster, rowsIn }: Layout, table: string): string =>
  `Distributed('${cluster}', '${rowsIn}', '${table}', cityHash64(function_name))`;

export const createDistributed = (table: string, layout: Layout): string =>
  `CREATE OR REPLACE TABLE ${layout.database}.${table}${onCluster(layout)} AS ${layout.rowsIn}.${table}\nENGINE = ${distributedEngine(layout, table)}`;

/** Whole parts expire; what is rewritten of those that stay are their ends, and parts below 10 MB. */
export const keepFor = ({ name, kept }: Table, days: number, layout: Layout): string => {
  if (!kept) throw new Error(`rows of ${name} stay for ever`);
  return `ALTER TABLE ${name}${onCluster(layout)} MODIFY ${ttl(kept.since, days)}`;
};

/**
 * A table that only one can make: of the server, or, where a shard has replicas, of the shard. They would all be the same
 * replica at the same path, and Keeper has each only once.
 */
export const createLock = (name: string, holder: string, layout: Layout): string => {
  const engine =
    layout.engines === 'replicated'
      ? `ReplicatedMergeTree('${keeperPath(layout, name)}', 'holder') ORDER BY taken`
      : 'Memory';
  return `CREATE TABLE ${name} (taken UInt8) ENGINE = ${engine} COMMENT '${holder}'`;
};

/** Settings of a table's engine, such as `fsync_after_insert = 1`. */
export const alterSettings = (table: string, settings: readonly string[], layout: Layout): string =>
  `ALTER TABLE ${table}${onCluster(layout)} MODIFY SETTING ${settings.join(', ')}`;
