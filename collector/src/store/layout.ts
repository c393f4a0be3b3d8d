/**
 * Where the tables lie. On one server, in one database. On a cluster, rows lie in a database of each shard (`coldlens_shard`),
 * sealed there by the collector beside it; inserts and questions go through Distributed tables of the same names in
 * another (`coldlens`), so that every statement is the same either way.
 */
import { exitCode, Trouble } from '../trouble.ts';
import type { Connection } from './connection.ts';

export interface Layout {
  /**
   * `plain`: what a table says. `replicated`: a cluster with a Keeper, which also carries statements to all of its
   * servers. `cloud`: ClickHouse Cloud, which puts engines of its own in place of the plain ones.
   */
  readonly engines: 'plain' | 'replicated' | 'cloud';
  /** As `system.clusters` names it; `null` = one server, or a service that is one to us. */
  readonly cluster: string | null;
  /** For inserts and questions. */
  readonly database: string;
  /** For migrations and sealing: the same, unless there is a cluster. */
  readonly rowsIn: string;
}

/** @param cluster `null` = one server */
export const layoutOf = (database: string, engines: Layout['engines'], cluster: string | null): Layout => ({
  ...{ engines, cluster, database },
  rowsIn: cluster === null ? database : `${database}_shard`,
});

/** What questions about a server go through. */
type Asked = Pick<Connection, 'select' | 'target'>;

/** Names that need no quoting within the quotes of a statement. */
const clusterName = /^[A-Za-z0-9_.-]{1,63}$/;

/**
 * Looks at the server through a connection to its `default` database.
 * @param wanted absent = the one that the database was made for, if it was made for one
 * @throws Trouble for a cluster that is not there (wrong usage) or cannot be used; else what the client throws
 */
export async function findLayout(connection: Asked, wanted: string | undefined): Promise<Layout> {
  const { database } = connection.target;
  const madeFor = await clusterOf(connection);
  if (wanted !== undefined && madeFor === null) {
    throw new Trouble(
      `The database ${database} at ${connection.target.origin} holds the tables of one server, not of a cluster.`,
      'Name another database at the end of the URL, or leave --cluster out.',
    );
  }
  const cluster = wanted ?? madeFor ?? null;
  if (cluster === null) return layoutOf(database, (await isCloud(connection)) ? 'cloud' : 'plain', null);
  const hasReplicas = await checkCluster(connection, cluster);
  const hasKeeper = await knowsKeeper(connection);
  if (hasReplicas && !hasKeeper) {
    throw new Trouble(
      `The cluster ${cluster} has replicas, but ClickHouse at ${connection.target.origin} knows no Keeper that would keep them alike.`,
      'Configure a Keeper on its servers, or a cluster of one server a shard.',
    );
  }
  return layoutOf(database, hasKeeper ? 'replicated' : 'plain', cluster);
}

/** Of the database as it is: a cluster's name, `null` for one server's tables, undefined where there are none yet. */
async function clusterOf(connection: Asked): Promise<string | null | undefined> {
  const [table] = await connection.select<{ cluster: string }>(
    `SELECT if(engine = 'Distributed', extract(engine_full, '^Distributed\\\\(\\'([^\\']+)\\''), '') AS cluster
     FROM system.tables WHERE database = {database:String} AND name = 'spans'`,
    { database: connection.target.database },
  );
  return table && (table.cluster === '' ? null : table.cluster);
}

async function isCloud(connection: Asked): Promise<boolean> {
  const rows = await connection.select("SELECT 1 FROM system.settings WHERE name = 'cloud_mode' AND value = '1'");
  return rows.length > 0;
}

/** @returns whether its shards have replicas */
async function checkCluster(connection: Asked, cluster: string): Promise<boolean> {
  const clusters = await connection.select<{ name: string; replicas: number }>(
    'SELECT cluster AS name, max(replica_num) AS replicas FROM system.clusters GROUP BY name ORDER BY name',
  );
  const found = clusters.find(({ name }) => name === cluster);
  if (found && clusterName.test(cluster)) return found.replicas > 1;
  const known = clusters.map(({ name }) => name).filter((name) => clusterName.test(name));
  throw new Trouble(
    `ClickHouse at ${connection.target.origin} has no cluster ${JSON.stringify(cluster)}.`,
    known.length > 0
      ? `Choose one of: ${known.join(', ')}.`
      : 'Describe it under remote_servers in the configuration of its servers, or leave --cluster out.',
    exitCode.usage,
  );
}

/** @throws Trouble where there is a Keeper but no macros, which tell one replica's tables from another's */
async function knowsKeeper(connection: Asked): Promise<boolean> {
  const keeper = await connection.select(
    "SELECT 1 FROM system.tables WHERE database = 'system' AND name = 'zookeeper_connection'",
  );
  if (keeper.length === 0) return false;
  const macros = await connection.select("SELECT 1 FROM system.macros WHERE macro IN ('shard', 'replica')");
  if (macros.length === 2) return true;
  throw new Trouble(
    `ClickHouse at ${connection.target.origin} has a Keeper, but not the macros shard and replica.`,
    "Give each server both under macros in its configuration: its shard's number and its own name.",
  );
}
