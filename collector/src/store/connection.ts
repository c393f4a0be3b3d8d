/** The clients of one ClickHouse server. What their errors mean is in failure.ts. */
import { Readable } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
  drainStream,
} from '@clickhouse/client';
import { type EncodedRows, type RowsForm, rowsCompression, rowsFormat } from './batch.ts';
import { toldBy } from './failure.ts';
import type { Target } from './target.ts';

/** Nobody waits for an insert but the buffer; a server that is slow gets the time to finish one. */
const insertTimeoutMs = 120_000;
const queryTimeoutMs = 30_000;
/** Sealing a month of a hundred million invocations takes some minutes, none of its statements as long as this. */
const commandTimeoutMs = 600_000;

/** Of one insert: 48 hours and 92 days, see slots in rows.ts. */
export const mostPartitions = '200';

const todaysRows = { format: rowsFormat, compression: rowsCompression } as const;

export interface ConnectionOptions {
  /** Absent = the target's. */
  database?: string;
  /** Of every statement. */
  settings?: ClickHouseSettings;
  /** All statements go to the same server of a service that has several; one at a time. */
  sessionId?: string;
}

/** Inserts, queries and commands have sockets of their own: a slow ranking or a pass of sealing never holds up an acknowledgement. */
export class Connection {
  readonly target: Target;
  readonly #inserts: ClickHouseClient;
  readonly #queries: ClickHouseClient;
  readonly #commands: ClickHouseClient;

  constructor(target: Target, { database = target.database, settings = {}, sessionId }: ConnectionOptions = {}) {
    this.target = target;
    const common = {
      url: target.origin,
      username: target.username,
      password: target.password,
      database,
      clickhouse_settings: settings,
      ...(sessionId !== undefined && { session_id: sessionId }),
      application: 'coldlens',
      // Failures come to us as errors; the client's own lines would tear the dashboard.
      log: { level: ClickHouseLogLevel.OFF },
      // Must stay well below the server's keep-alive (3 s on old servers), or a request meets a closing socket.
      keep_alive: { enabled: true, idle_socket_ttl: 2000 },
    };
    this.#inserts = createClient({ ...common, request_timeout: insertTimeoutMs, max_open_connections: 4 });
    this.#queries = createClient({
      ...{ ...common, request_timeout: queryTimeoutMs, max_open_connections: 8 },
      // Rates and ids of a ranking are more than proxies take in an address.
      use_multipart_params_auto: true,
    });
    this.#commands = createClient({ ...common, request_timeout: commandTimeoutMs, max_open_connections: 4 });
  }

  /** Rows of a SELECT. 64-bit integers are texts. */
  async select<Row>(
    query: string,
    parameters: Record<string, string | number | readonly string[] | readonly number[] | readonly bigint[]> = {},
    settings: ClickHouseSettings = {},
  ): Promise<Row[]> {
    const asked = this.#queries.query({
      query,
      query_params: parameters,
      format: 'JSONEachRow',
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 1,
        max_execution_time: queryTimeoutMs / 1000,
        // An answer without the functions of a shard would be untrue.
        skip_unavailable_shards: 0,
        ...settings,
      },
    });
    const result = await toldBy(asked);
    return await result.json<Row>();
  }

  /** @param session what is made in it, such as a temporary table, is there for its other statements */
  async command(
    query: string,
    { session, settings = {} }: { session?: string; settings?: ClickHouseSettings } = {},
  ): Promise<void> {
    const told = { query, clickhouse_settings: settings, ...(session !== undefined && { session_id: session }) };
    await toldBy(this.#commands.command(told));
  }

  /**
   * One synchronous insert. A second insert under the same token adds nothing, so a failed one may simply be repeated.
   * @param table and columns, form: our own constants, never outside text.
   */
  async insert(
    table: string,
    columns: readonly string[],
    rows: EncodedRows,
    token: string,
    { format, compression }: Pick<RowsForm, 'format' | 'compression'> = todaysRows,
    session?: string,
  ): Promise<void> {
    if (rows.rows === 0) return;
    const sent = this.#inserts.exec({
      ...(session !== undefined && { session_id: session }),
      query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT ${format}`,
      values: Readable.from(rows.chunks, { objectMode: false }),
      http_headers: { 'Content-Encoding': compression },
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 1,
        insert_deduplication_token: token,
        // Where rows go to several shards: answered once all of them have theirs.
        distributed_foreground_insert: 1,
        deduplicate_blocks_in_dependent_materialized_views: 1,
        wait_end_of_query: 1,
        max_partitions_per_insert_block: mostPartitions,
      },
    });
    const { stream } = await toldBy(sent);
    await drainStream(stream);
  }

  async close(): Promise<void> {
    await Promise.all([this.#inserts, this.#queries, this.#commands].map((client) => client.close()));
  }
}
