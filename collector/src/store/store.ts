/** The store: ClickHouse, embedded or elsewhere, behind one interface. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseSettings } from '@clickhouse/client';
import type { BenchPlace, BenchQuery, BenchRuns } from '../model/bench-runs.ts';
import type { BillQuery, MonthlyBill } from '../model/bill.ts';
import type {
  ColdStartList,
  ColdStartPlace,
  ColdStartQuery,
  FunctionIdentity,
  FunctionPage,
  FunctionQuery,
} from '../model/function-page.ts';
import type { Health } from '../model/health.ts';
import type { InstanceList, InstanceQuery } from '../model/instances.ts';
import type { InvocationPage, InvocationQuery } from '../model/invocation-page.ts';
import type { LiveInvocations, LiveQuery } from '../model/live.ts';
import type { ModuleQuery, ModuleTree } from '../model/module-tree.ts';
import type { PackageQuery, PackageRanking } from '../model/package-ranking.ts';
import type { Page, RankedPlace } from '../model/page.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';
import { builtInPrices } from '../model/pricing/tables/index.ts';
import type { QuestionSource } from '../model/question-source.ts';
import type { Ranking, RankingPartQuery, RankingQuery } from '../model/ranking.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { type Batch, encodeRows, type ReceivedTable, receivedTables } from './batch.ts';
import { benchRuns as benchRunsOf } from './bench-runs.ts';
import { type BenchSample, benchSampleColumns } from './bench-samples.ts';
import { billOf } from './bill.ts';
import { coldStartList } from './cold-start-list.ts';
import { Connection } from './connection.ts';
import { makeInsertsDurable } from './durable-inserts.ts';
import { EmbeddedClickHouse } from './embedded/embedded.ts';
import { isConnectionFailure, isRefusedLogin, StrangersAnswer, troubleOf } from './failure.ts';
import { functionPage } from './function-page.ts';
import { healthOf, storeAnswer } from './health.ts';
import { insertMissing } from './insert-missing.ts';
import { instanceList } from './instances.ts';
import { invocationPage } from './invocation-page.ts';
import { knownFunctions } from './known-functions.ts';
import { lateStore } from './late-store.ts';
import { findLayout, type Layout } from './layout.ts';
import { liveInvocations } from './live.ts';
import { checkVersion, makeDatabases, makeDistributed, migrate } from './migrate.ts';
import { moduleTree } from './module-tree.ts';
import { rankPackages } from './package-ranking.ts';
import { rankFunctions } from './ranking/rank.ts';
import {
  applyRetention,
  type KeptDays,
  keptWholeDays,
  type Retention,
  readKept,
  type WindowQuery,
  withinKept,
} from './retention.ts';
import { columnsOf } from './rows.ts';
import { Sealer } from './sealing/sealer.ts';
import { loopbackTarget, parseTarget, type Target, targetsOf } from './target.ts';

export interface StoreOptions {
  /** Directory of the embedded ClickHouse; made when missing. */
  data?: string;
  /** `http(s)://user:pass@host:port/database` of a ClickHouse server; then `data` is not used. */
  clickhouse?: string;
  /**
   * The same database for questions, as `clickhouse` has it: with a user that may only read, or on a replica. Absent = the same
   * server and user.
   */
  clickhouseRead?: string;
  /**
   * A cluster, by its name on that server: its shards share the rows. Absent = the one that the database was made for, if
   * it was made for one.
   */
  cluster?: string;
  /** Days that rows are kept, by the names of `retained`; what is absent stays as it is. */
  retention?: Retention;
  /** What rankings are priced by; absent = the prices that coldlens brings along. */
  prices?: PriceBook;
  /**
   * Whether to give a store, which is opened when it is needed, also where a configured server cannot be reached.
   * @param bufferDirectory where a collector before that server keeps what it has not yet inserted
   */
  mayBeAway?(bufferDirectory: string): boolean;
}

export interface StoreEngine {
  /** Our own child process, the one of another process on the same directory, or a configured server. */
  kind: 'embedded' | 'attached' | 'server';
  /** Without user and password. */
  url: string;
  version: string;
}

export interface Store extends QuestionSource {
  readonly engine: StoreEngine;
  /** Where a collector keeps what it has not yet inserted here, unless it is told otherwise. */
  readonly bufferDirectory: string;
  /**
   * One try to store a batch; resolves when every row of it is stored. May be repeated with the same batch.
   * @throws whatever the client threw: the caller decides whether to try again.
   */
  insert(batch: Batch): Promise<void>;
  /**
   * Questions and sealing wait for this first, which is to be a bounded wait: a collector of this process has acknowledged
   * what it has not yet inserted.
   * @returns what ends that
   */
  askAfter(inserted: () => Promise<unknown>): () => void;
  /** A part of the ranking, and where the next one begins. @throws Trouble when the store cannot answer */
  rankingPage(query: RankingPartQuery): Promise<Page<Ranking, RankedPlace>>;
  /** A part of the packages, and where the next one begins. @throws Trouble when the store cannot answer */
  packagesPage(query: PackageQuery): Promise<Page<PackageRanking, RankedPlace>>;
  /** @returns `null` when the window has no invocation of such a function @throws Trouble when the store cannot answer */
  coldStartsPage(query: ColdStartQuery): Promise<Page<ColdStartList, ColdStartPlace> | null>;
  /** A part of the runs that benchmarks have kept, and where the next one begins. @throws Trouble when the store cannot answer */
  benchRunsPage(query: BenchQuery): Promise<Page<BenchRuns, BenchPlace>>;
  /**
   * Seals what was inserted, by this process or by one that ended before it could, so that long windows see it.
   * @returns milliseconds that the last pass took
   * @throws whatever the client threw
   */
  seal(): Promise<number>;
  /** Functions that ran lately, most often ones first; see model/known-functions.ts. @throws whatever the client threw */
  knownFunctions(limit: number): Promise<FunctionIdentity[]>;
  /**
   * Stores what a benchmark measured; resolves when every sample is stored. The samples of a run may be stored again.
   * @throws Trouble when the server cannot be reached or refuses them.
   */
  insertBenchSamples(samples: readonly BenchSample[]): Promise<void>;
}

const defaultDataDirectory = './.coldlens';
/** Of collectors before a configured server. */
const serverBuffers = './.coldlens-buffer';
/** A question waits so long at most until what this process has inserted is sealed, and not at all where that takes longer. */
const sealFirstUpToMs = 2_000;
/** Processes that end one after the other, each of which served the others its data directory. */
const triesAmongOwners = 5;
/** About 2 MB of text: well within the time that an insert has. */
const benchSamplesPerInsert = 10_000;

/**
 * Opens a store and brings its tables up to date.
 * @throws Trouble when the server cannot be reached or refuses us, or the embedded one cannot start; when there is no such
 *   cluster (wrong usage).
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  if (options.clickhouseRead !== undefined && options.clickhouse === undefined) {
    throw new Trouble(
      'The embedded ClickHouse has a user for questions already.',
      'Name a server with --clickhouse, or leave --clickhouse-read out.',
      exitCode.usage,
    );
  }
  if (options.cluster !== undefined && options.clickhouse === undefined) {
    throw new Trouble(
      'The embedded ClickHouse is one server and has no cluster.',
      'Name a server of the cluster with --clickhouse, or leave --cluster out.',
      exitCode.usage,
    );
  }
  const place: Place =
    options.clickhouse === undefined
      ? embeddedPlace(options.data ?? defaultDataDirectory)
      : serverPlace(...targetsOf(options.clickhouse, options.clickhouseRead));
  try {
    const { found, prepared } = await reach(place, options);
    return new ClickHouseStore(place, found, prepared, options.prices ?? builtInPrices);
  } catch (error) {
    await place.close();
    const isAway = error instanceof Trouble && isConnectionFailure(error.cause);
    if (options.clickhouse === undefined || !isAway || !options.mayBeAway?.(place.bufferDirectory)) throw error;
    const { mayBeAway: _mayBeAway, ...again } = options;
    return lateStore({
      open: () => openStore(again),
      engine: { kind: 'server', url: parseTarget(options.clickhouse).origin, version: '' },
      bufferDirectory: place.bufferDirectory,
    });
  }
}

/** How to log in, and how for questions. */
interface Found {
  kind: StoreEngine['kind'];
  target: Target;
  reader: Target;
}

/** Where the server is: fixed for a configured one; for an embedded one it can change when a process ends. */
interface Place {
  /** See {@link Store.bufferDirectory}. */
  bufferDirectory: string;
  find(): Promise<Found>;
  close(): Promise<void>;
}

function embeddedPlace(data: string): Place {
  const embedded = new EmbeddedClickHouse(data);
  return {
    bufferDirectory: resolve(data, 'buffer'),
    find: async () => {
      const { kind, url, logins } = await embedded.locate();
      return { kind, target: loopbackTarget(url, logins.collector), reader: loopbackTarget(url, logins.reader) };
    },
    close: () => embedded.close(),
  };
}

function serverPlace(target: Target, reader: Target): Place {
  const host = new URL(target.origin).host.replace(/[^A-Za-z0-9.]+/g, '-');
  // One for each database: what is kept for one must never be inserted into another.
  const bufferDirectory = resolve(serverBuffers, `${host}-${target.database}`);
  return { bufferDirectory, find: async () => ({ kind: 'server', target, reader }), close: async () => {} };
}

/** Whether whoever is asked next may be another than the one that failed so. */
const mayHaveMoved = (error: unknown, kind: StoreEngine['kind']): boolean =>
  isConnectionFailure(error) ||
  // On the port of an embedded server that has ended there may be another by now, with passwords of its own.
  (kind !== 'server' && (error instanceof StrangersAnswer || isRefusedLogin(error)));

/** What is known of a server once its tables are up to date. */
interface Prepared {
  version: string;
  layout: Layout;
  kept: KeptDays;
  /** Of every question. */
  planning: ClickHouseSettings;
}

/** Seconds: where a statement goes to all servers of a cluster, one that is away is told of before the client gives up. */
const carriedWithin = { distributed_ddl_task_timeout: '20' } as const;

async function reach(place: Place, options: StoreOptions): Promise<{ found: Found; prepared: Prepared }> {
  for (let tried = 1; ; tried += 1) {
    const found = await place.find();
    try {
      return { found, prepared: await prepare(found.target, options) };
    } catch (error) {
      const isOwners = found.kind !== 'server' && mayHaveMoved(error, found.kind);
      if (!isOwners || tried >= triesAmongOwners) throw troubleOf(error, found.target.origin);
    }
  }
}

async function prepare(target: Target, { cluster, retention = {} }: StoreOptions): Promise<Prepared> {
  const bootstrap = new Connection(target, { database: 'default', settings: carriedWithin });
  try {
    const version = await checkVersion(bootstrap);
    const layout = await findLayout(bootstrap, cluster);
    await makeDatabases(bootstrap, layout);
    const rows = new Connection(target, { database: layout.rowsIn, settings: carriedWithin });
    try {
      await migrate(rows, layout);
      await makeDistributed(rows, layout);
      const kept = await applyRetention(rows, layout, retention, await readKept(rows));
      return { version, layout, kept, planning: await planningSettings(bootstrap) };
    } finally {
      await rows.close();
    }
  } finally {
    await bootstrap.close();
  }
}

/**
 * Statistics of columns tell a planner which condition to look at first. To read them, once a server has made them in a merge,
 * takes 10 to 20 ms a question, half of what it takes to answer it. Servers before 26 do not know the setting.
 */
async function planningSettings(connection: Connection): Promise<ClickHouseSettings> {
  const known = await connection.select("SELECT 1 FROM system.settings WHERE name = 'use_statistics'");
  return known.length > 0 ? { use_statistics: 0 } : {};
}

/** For inserts, for questions, and for sealing, which deals with the rows of one server. */
interface Connections {
  stored: Connection;
  /** With a user that may only read, where there is one, and in a mode that only reads in any case. */
  asked: Connection;
  sealed: Connection;
}

function connect({ target, reader }: Found, { layout: { engines, rowsIn }, planning }: Prepared): Connections {
  return {
    stored: new Connection(target),
    // 2 = the settings of a question may be set, and nothing else may be.
    asked: new Connection(reader, { settings: { ...planning, readonly: '2' } }),
    sealed: new Connection(target, {
      database: rowsIn,
      settings: {
        // A day is sealed anew with what may be the very same rows.
        insert_deduplicate: 0,
        async_insert: 0,
        // A cloud service answers with any of its servers, which learn of each other's inserts a little later.
        ...(engines === 'cloud' && { select_sequential_consistency: '1' }),
      },
      // Its table of whole invocations is in the memory of one server.
      ...(engines === 'cloud' && { sessionId: randomUUID() }),
    }),
  };
}

async function disconnect({ stored, asked, sealed }: Connections): Promise<void> {
  await Promise.all([stored.close(), asked.close(), sealed.close()]);
}

class ClickHouseStore implements Store {
  readonly #place: Place;
  readonly #prepared: Prepared;
  readonly #prices: PriceBook;
  #kind: StoreEngine['kind'];
  #connections: Connections;
  /** The last request got no answer: ask where the server is before the next. */
  #isLost = false;
  #closing: Promise<void> | undefined;
  readonly #sealer: Sealer;
  /** Inserts are on the disk when they are answered. */
  #durable: Promise<void> | undefined;
  readonly #before = new Set<() => Promise<unknown>>();
  /** What an earlier process has left unsealed was looked for. */
  #recovered: Promise<void> | undefined;

  constructor(place: Place, found: Found, prepared: Prepared, prices: PriceBook) {
    this.#place = place;
    this.#kind = found.kind;
    this.#prepared = prepared;
    this.#connections = connect(found, prepared);
    const { layout, kept } = prepared;
    this.#sealer = new Sealer({ layout, partsDays: keptWholeDays(kept, 'invocations') });
    this.#prices = prices;
  }

  get #target(): Target {
    return this.#connections.stored.target;
  }

  get engine(): StoreEngine {
    return { kind: this.#kind, url: this.#target.origin, version: this.#prepared.version };
  }

  get bufferDirectory(): string {
    return this.#place.bufferDirectory;
  }

  get description(): string {
    const host = new URL(this.#target.origin).host;
    return `${this.#kind === 'server' ? '' : 'embedded '}ClickHouse at ${host}`;
  }

  async insert({ token, rows, form, mayBeThere = false }: Batch): Promise<void> {
    await this.#use(async ({ stored, sealed }) => {
      this.#durable ??= makeInsertsDurable(sealed, this.#prepared.layout);
      await this.#durable.catch((error: unknown) => {
        this.#durable = undefined;
        throw error;
      });
      // All are tried even if one fails, so that the retry finds less to do; tokens make it harmless.
      const columns = (table: ReceivedTable) => form?.columns[table] ?? names(columnsOf[table]);
      const outcomes = await Promise.allSettled(
        receivedTables.map((table) => stored.insert(table, columns(table), rows[table], `${token}-${table}`, form)),
      );
      // Also where one failed: another may have been stored, and whoever sent it may not try again.
      this.#sealer.touch(rows.hours);
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      // A Keeper notes token and part at once.
      if (!mayBeThere || this.#prepared.layout.engines !== 'plain') return;
      for (const table of receivedTables) await insertMissing(stored, table, columns(table), rows[table], form);
    });
  }

  askAfter(inserted: () => Promise<unknown>): () => void {
    this.#before.add(inserted);
    return () => {
      this.#before.delete(inserted);
    };
  }

  async #untilInserted(): Promise<void> {
    await Promise.all([...this.#before].map((inserted) => inserted()));
  }

  async seal(): Promise<number> {
    await this.#untilInserted();
    return this.#repeated((connections) => this.#seal(connections));
  }

  async #seal({ sealed }: Connections): Promise<number> {
    this.#recovered ??= this.#sealer.findUnsealed(sealed, this.#kind === 'embedded');
    try {
      await this.#recovered;
    } catch (error) {
      this.#recovered = undefined;
      throw error;
    }
    await this.#sealer.seal(sealed);
    return this.#sealer.lastMs;
  }

  async insertBenchSamples(samples: readonly BenchSample[]): Promise<void> {
    try {
      for (let from = 0; from < samples.length; from += benchSamplesPerInsert) {
        const slice = samples.slice(from, from + benchSamplesPerInsert);
        const rows = encodeRows(benchSampleColumns, slice);
        const token = `bench-${slice[0]?.runId}-${from}`;
        await this.#use(({ stored }) => stored.insert('bench_samples', names(benchSampleColumns), rows, token));
      }
    } catch (error) {
      throw troubleOf(error, this.#target.origin);
    }
  }

  knownFunctions(limit: number): Promise<FunctionIdentity[]> {
    // Not as a question of people: a collector that starts does not wait until everything is sealed.
    return this.#use(({ asked }) => knownFunctions(asked, limit));
  }

  functionPage(query: FunctionQuery): Promise<FunctionPage | null> {
    return this.#askWindow(query, functionPage);
  }

  async coldStarts(query: ColdStartQuery): Promise<ColdStartList | null> {
    return (await this.coldStartsPage(query))?.answer ?? null;
  }

  async benchRuns(query: BenchQuery): Promise<BenchRuns> {
    return (await this.benchRunsPage(query)).answer;
  }

  health(): Promise<Health> {
    const about = { description: this.description, version: this.#prepared.version };
    const isWhole = this.#prepared.layout.cluster === null;
    return healthOf(about, () => this.#again(({ asked }) => storeAnswer(asked, isWhole)));
  }

  async packages(query: PackageQuery): Promise<PackageRanking> {
    return (await this.packagesPage(query)).answer;
  }

  packagesPage(query: PackageQuery): Promise<Page<PackageRanking, RankedPlace>> {
    return this.#askWindow(query, rankPackages);
  }

  modules(query: ModuleQuery): Promise<ModuleTree | null> {
    return this.#askWindow(query, moduleTree);
  }

  invocationPage(query: InvocationQuery): Promise<InvocationPage | null> {
    return this.#ask((connection) => invocationPage(connection, query));
  }

  benchRunsPage(query: BenchQuery): Promise<Page<BenchRuns, BenchPlace>> {
    return this.#again(({ asked }) => benchRunsOf(asked, query, endOf(query)));
  }

  instances(query: InstanceQuery): Promise<InstanceList | null> {
    return this.#askWindow(query, instanceList);
  }

  /** Without waiting for what a collector of this process has not yet inserted. */
  live(query: LiveQuery): Promise<LiveInvocations> {
    return this.#again(({ asked }) => liveInvocations(asked, query, Date.now()));
  }

  coldStartsPage(query: ColdStartQuery): Promise<Page<ColdStartList, ColdStartPlace> | null> {
    return this.#askWindow(query, coldStartList);
  }

  bill(query: BillQuery): Promise<MonthlyBill> {
    return this.#askWindow(query, billOf);
  }

  async ranking(query: RankingQuery): Promise<Ranking> {
    return (await this.rankingPage(query)).answer;
  }

  rankingPage(query: RankingPartQuery): Promise<Page<Ranking, RankedPlace>> {
    return this.#askWindow(query, rankFunctions);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      // Clients first: open sockets would delay the engine's end.
      await disconnect(this.#connections);
      await this.#place.close();
    })();
    return this.#closing;
  }

  /** A question about a window, which reaches back no further than rows are kept. */
  #askWindow<Query extends WindowQuery, Answer>(
    query: Query,
    question: (connection: Connection, query: Query, nowMs: number, prices: PriceBook) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#ask((connection) =>
      question(connection, withinKept(query, this.#prepared.kept), endOf(query), this.#prices),
    );
  }

  /** A question about what is sealed. */
  async #ask<T>(question: (connection: Connection) => Promise<T>): Promise<T> {
    const answered = async (connections: Connections): Promise<T> => {
      // Who opens a data directory may be the first after a process that could not seal any more, or has not yet. Of a
      // configured server that is its collectors' business: this process may not be allowed to write there.
      const isUnknown = this.#kind !== 'server' && this.#recovered === undefined;
      if (isUnknown) await this.#seal(connections);
      // Who inserts here hears of a pass that fails; what is sealed can be asked for all the same.
      else if (this.#sealer.isDirty && this.#sealer.lastMs < sealFirstUpToMs) {
        await Promise.race([this.#seal(connections).catch(() => 0), sleep(sealFirstUpToMs, undefined, { ref: false })]);
      }
      return question(connections.asked);
    };
    await this.#untilInserted();
    return this.#again(answered);
  }

  async #again<T>(task: (connections: Connections) => Promise<T>): Promise<T> {
    try {
      return await this.#repeated(task);
    } catch (error) {
      throw troubleOf(error, this.#target.origin);
    }
  }

  /** A task, tried again where the owner of an embedded server may have ended, and another, or we ourselves, serve it now. */
  async #repeated<T>(task: (connections: Connections) => Promise<T>): Promise<T> {
    // Whoever inserts may have found the server again meanwhile.
    const tries = this.#kind === 'server' ? 2 : triesAmongOwners;
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#use(task);
      } catch (error) {
        if (!mayHaveMoved(error, this.#kind) || tried >= tries) throw error;
      }
    }
  }

  async #use<T>(task: (connections: Connections) => Promise<T>): Promise<T> {
    if (this.#isLost) await this.#reconnect();
    try {
      return await task(this.#connections);
    } catch (error) {
      this.#isLost ||= mayHaveMoved(error, this.#kind);
      throw error;
    }
  }

  async #reconnect(): Promise<void> {
    const found = await this.#place.find();
    this.#isLost = false;
    this.#kind = found.kind;
    if (found.target.origin === this.#target.origin && found.target.password === this.#target.password) return;
    const previous = this.#connections;
    this.#connections = connect(found, this.#prepared);
    await disconnect(previous);
  }
}

const endOf = ({ untilMs }: { untilMs?: number }): number => untilMs ?? Date.now();

function names(columns: readonly { name: string }[]): string[] {
  return columns.map((column) => column.name);
}
