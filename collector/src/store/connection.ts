/** The clients of one ClickHouse server, and what their errors mean. */
import { Readable } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
  drainStream,
} from '@clickhouse/client';
import { Trouble } from '../trouble.ts';
import { type EncodedRows, rowsFormat } from './batch.ts';
import type { Target } from './target.ts';

/** Nobody waits for an insert but the buffer; a server that is slow gets the time to finish one. */
const insertTimeoutMs = 120_000;
const queryTimeoutMs = 30_000;
/** Sealing a month of a hundred million invocations takes some minutes, none of its statements as long as this. */
const commandTimeoutMs = 600_000;

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
    const result = await this.#queries.query({
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
    return await result.json<Row>();
  }

  async command(query: string): Promise<void> {
    await this.#commands.command({ query });
  }

  /**
   * One synchronous insert. A second insert under the same token adds nothing, so a failed one may simply be repeated.
   * @param table and columns, format: our own constants, never outside text.
   */
  async insert(
    table: string,
    columns: readonly string[],
    rows: EncodedRows,
    token: string,
    format: string = rowsFormat,
  ): Promise<void> {
    if (rows.rows === 0) return;
    const { stream } = await this.#inserts.exec({
      query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT ${format}`,
      values: Readable.from(rows.chunks, { objectMode: false }),
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 1,
        insert_deduplication_token: token,
        // Where rows go to several shards: answered once all of them have theirs.
        distributed_foreground_insert: 1,
        deduplicate_blocks_in_dependent_materialized_views: 1,
        wait_end_of_query: 1,
        // 48 hours and 92 days, see slots in rows.ts.
        max_partitions_per_insert_block: '200',
      },
    });
    await drainStream(stream);
  }

  async close(): Promise<void> {
    await Promise.all([this.#inserts, this.#queries, this.#commands].map((client) => client.close()));
  }
}

/** ClickHouse error codes that mean "these credentials do not work". */
const authenticationCodes: ReadonlySet<string> = new Set(['192', '193', '194', '516']);

/** Those that mean "a server of the cluster does not answer the one that was asked". */
const shardAwayCodes: ReadonlySet<string> = new Set(['209', '210', '279']);

/** True when no answer came at all: refused, reset, timed out. */
export function isConnectionFailure(error: unknown): boolean {
  return !(error instanceof ClickHouseError) && !(error instanceof Trouble);
}

/** What a person can do about an error of a client. */
export function troubleOf(error: unknown, origin: string): Trouble {
  if (error instanceof Trouble) return error;
  if (!(error instanceof ClickHouseError)) {
    return new Trouble(
      `ClickHouse at ${origin} cannot be reached (${reasonOf(error)}).`,
      'Check the address and that the server runs; its HTTP port is 8123 by default, 8443 for https.',
      undefined,
      { cause: error },
    );
  }
  if (authenticationCodes.has(error.code)) {
    return new Trouble(
      `ClickHouse at ${origin} refuses the user or password.`,
      'Put the right ones into the URL: http://USER:PASSWORD@HOST:PORT/DATABASE.',
      undefined,
      { cause: error },
    );
  }
  if (shardAwayCodes.has(error.code)) {
    return new Trouble(
      `A shard of the cluster that ClickHouse at ${origin} belongs to does not answer it, and without it an answer would lack functions.`,
      'Start that server again; SELECT * FROM system.clusters names all of them.',
      undefined,
      { cause: error },
    );
  }
  return new Trouble(
    `ClickHouse at ${origin} answered with error ${error.code} (${error.type ?? 'unknown'}): ${oneLine(error.message)}`,
    "Look the code up in ClickHouse's documentation, and check the user's rights and the server's memory.",
    undefined,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return oneLine(code ?? message ?? String(error));
}

/** The server's words may hold text from spans: nothing in them may reach a terminal as a control sequence. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 300);
}
