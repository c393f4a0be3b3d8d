import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#collector/free-port.js';
import { type Collector, openStore, type Store, startCollector, Trouble } from '#collector/index.js';
import { servesDirectory } from '#collector/store/embedded/probe.js';
import { ask, removeDirectory, temporaryDirectory, watched } from '../../support/collector.ts';
import { invocationSpans, lambdaResource, post, request, send } from '../../support/spans.ts';
import { until } from '../../support/until.ts';

const engineEntry = fileURLToPath(import.meta.resolve('#collector/store/embedded/child.js'));

/** A ClickHouse of its own that the store knows only by its URL, so nobody starts it again but the test. */
describe('a configured ClickHouse', () => {
  let data: string;
  let port: number;
  let server: ChildProcess | undefined;
  let store: Store;
  let collector: Collector;

  async function startServer(): Promise<void> {
    server = spawn(process.execPath, [engineEntry, data, String(port)], { stdio: ['pipe', 'ignore', 'ignore'] });
    await until('the server answers', () => servesDirectory(port, data), 20_000);
  }

  async function killServer(): Promise<void> {
    if (server === undefined) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
    server = undefined;
  }

  before(async () => {
    data = join(await realpath(await temporaryDirectory()), 'server');
    await mkdir(data);
    port = await freePort();
    await startServer();
    store = await openStore({ clickhouse: `http://127.0.0.1:${port}/traces` });
    const bufferDirectory = join(data, '..', 'buffer');
    collector = watched(await startCollector({ port: 0, store, bufferDirectory }));
  });

  after(async () => {
    await collector?.close();
    await store?.close();
    await killServer();
    await removeDirectory(join(data, '..'));
  });

  const body = (id: string) => request(invocationSpans({ id, startMs: Date.now(), kind: 'warm', executionMs: 5 }));
  const url = () => `http://127.0.0.1:${port}`;

  it('gets its tables in the database of its URL', async () => {
    assert.deepEqual({ ...store.engine, version: '' }, { kind: 'server', url: url(), version: '' });
    const tables = "SELECT name FROM system.tables WHERE database = 'traces' ORDER BY name";
    assert.deepEqual(
      (await ask(url(), tables, 'traces')).map(({ name }) => name),
      [
        'bench_samples',
        'cold_starts',
        'function_days',
        'function_hours',
        'function_hours_next',
        'instance_starts',
        'invocation_parts',
        'invocations',
        'open_cold_starts',
        'open_cold_starts_next',
        'open_function_days',
        'open_function_days_next',
        'package_costs',
        'schema_migrations',
        'seals',
        'settled_cold_starts',
        'settled_cold_starts_next',
        'settled_function_days',
        'settled_function_days_next',
        'settlements',
        'spans',
      ],
    );
    assert.equal((await send(collector.url, body('first'))).status, 200);
  });

  it('has what it is sent on the disk when it says so, because the buffer lets go of it then', async () => {
    const synced = `SELECT name FROM system.tables WHERE database = 'traces' AND engine_full LIKE '%fsync_after_insert = 1%'
      AND engine_full LIKE '%fsync_part_directory = 1%' ORDER BY name`;
    assert.deepEqual(
      (await ask(url(), synced, 'traces')).map(({ name }) => name),
      ['instance_starts', 'invocation_parts', 'package_costs', 'spans'],
    );
  });

  it('that dies leaves the collector taking requests, and gets each exactly once when it is back', async () => {
    const during = body('during');
    await killServer();
    for (let times = 0; times < 2; times += 1) assert.equal((await post(collector.url, during)).status, 200);
    await until('the collector knows', () => collector.bufferStats().isFailing);
    const { lastFailure, batches, deduplicatedRequests } = collector.bufferStats();
    assert.match(lastFailure?.message ?? '', /ECONNREFUSED/);
    assert.deepEqual([batches, deduplicatedRequests], [1, 1]);
    const ranking = await fetch(`${collector.url}/api/v1/ranking`);
    assert.equal(ranking.status, 503);
    assert.match(((await ranking.json()) as { error: string }).error, /cannot be reached/);

    await startServer();
    await until('the collector is through', () => collector.bufferStats().batches === 0, 10_000);
    assert.equal((await send(collector.url, during)).status, 200);
    for (const table of ['spans', 'invocation_parts']) {
      const count = `SELECT uniqExact(invocation_id) AS ids, toUInt32(count()) AS n FROM ${table}`;
      const [row] = await ask<{ ids: string; n: number }>(url(), count, 'traces');
      assert.equal(row?.n, table === 'spans' ? 4 : 2, table);
    }
  });

  it('that dies while it seals has everything sealed once, when it is back', async () => {
    const hourAgo = Date.now() - 3 * 3_600_000;
    const total = async (): Promise<number> => {
      const { functions } = await store.ranking({
        sinceMs: 86_400_000,
        sort: 'invocations',
        limit: 1,
        filter: 'dying',
      });
      return functions[0]?.invocations ?? 0;
    };
    const resource = { ...lambdaResource, 'faas.name': 'dying' };
    for (let round = 1; round <= 3; round += 1) {
      const spans = Array.from({ length: 20 }, (_, index) =>
        invocationSpans({ id: `d${round}-${index}`, startMs: hourAgo + index, kind: 'warm', executionMs: 5 }),
      );
      assert.equal((await send(collector.url, request(spans.flat(), resource))).status, 200);
      const pass = store.seal().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 70 * round));
      await killServer();
      await pass;
      await startServer();
      await store.seal();
      assert.equal(await total(), 20 * round);
    }
  });

  it('that is away when a collector is started again gets what that one took', async () => {
    const bufferDirectory = join(data, '..', 'buffer-of-another');
    const clickhouse = `${url()}/traces`;
    await killServer();
    await assert.rejects(openStore({ clickhouse, mayBeAway: () => false }), /cannot be reached/);
    const late = await openStore({ clickhouse, mayBeAway: () => true });
    assert.match(late.bufferDirectory, /\.coldlens-buffer\/127\.0\.0\.1-\d+-traces$/);
    const other = await startCollector({ port: 0, store: late, bufferDirectory });
    try {
      assert.equal((await post(other.url, body('early'))).status, 200);
      assert.equal((await fetch(`${other.url}/api/v1/ranking`)).status, 503);
      assert.equal(late.engine.version, '');
      await startServer();
      await until('it is in ClickHouse', () => other.bufferStats().batches === 0, 10_000);
      const count = "SELECT toUInt32(count()) AS n FROM spans WHERE invocation_id = 'early'";
      assert.deepEqual(await ask(url(), count, 'traces'), [{ n: 2 }]);
      assert.equal((await fetch(`${other.url}/api/v1/ranking`)).status, 200);
      assert.notEqual(late.engine.version, '');
    } finally {
      await other.close();
      await late.close();
    }
  });

  it('made by a newer version is left alone', async () => {
    await ask(url(), "INSERT INTO schema_migrations (version, name) VALUES (999, 'future')", 'traces');
    await assert.rejects(
      openStore({ clickhouse: `${url()}/traces` }),
      (error) => error instanceof Trouble && /newer coldlens/.test(error.message),
    );
    await ask(url(), 'ALTER TABLE schema_migrations DELETE WHERE version = 999 SETTINGS mutations_sync = 1', 'traces');
  });

  it('that refuses the password is named without it', async () => {
    await assert.rejects(openStore({ clickhouse: `http://nobody:hunter2@127.0.0.1:${port}` }), (error) => {
      assert.ok(error instanceof Trouble && error.exitCode === 3);
      assert.match(error.message, /refuses the user or password/);
      assert.doesNotMatch(`${error.message}${error.next}`, /hunter2/);
      return true;
    });
  });

  it('that cannot be reached is named with a next step', async () => {
    await assert.rejects(openStore({ clickhouse: 'http://me:hunter2@127.0.0.1:1/x' }), (error) => {
      assert.ok(error instanceof Trouble && error.exitCode === 3);
      assert.match(error.message, /ClickHouse at http:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
      assert.doesNotMatch(`${error.message}${error.next}`, /hunter2/);
      return true;
    });
  });
});
