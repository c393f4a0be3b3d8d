/** Runs that are kept: as files, and in the embedded ClickHouse. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addToHistory, fingerprint, readHistory, readResult, trendOf } from '#benchmarks/src/results/history.js';
import type { Result } from '#benchmarks/src/results/result.js';
import { storeResult } from '#benchmarks/src/results/store.js';
import { openStore, Trouble } from '#collector/index.js';
import { basic } from '#collector/store/embedded/logins.js';
import { benchSamples } from '#collector/store/schema/003-bench-samples.js';
import { migrations } from '#collector/store/schema/index.js';
import { benchOf, failed, hostileBench, measured, mixedBench, regressedBench } from '../../support/bench-results.ts';
import { ask, loginOf, removeDirectory, temporaryDirectory } from '../../support/collector.ts';
import { fillWithTables } from '../../support/data-directory.ts';

let directory: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => removeDirectory(directory));

const at = (day: number, commit: string, parts: Partial<Result> = {}): Result =>
  benchOf([measured(300 + day)], {
    createdAt: `2026-11-${String(day).padStart(2, '0')}T08:00:00.000Z`,
    head: { ref: null, commit: commit.repeat(40) },
    ...parts,
  });

describe('a history of files', () => {
  it('keeps every sample, and gives runs back in the order of time', async () => {
    const history = join(directory, 'runs');
    for (const result of [at(12, 'b'), at(3, 'a'), at(20, 'c')]) await addToHistory(history, result);
    assert.equal((await readdir(history)).length, 3);
    const { results, skipped } = await readHistory(history);
    assert.deepEqual(results, [at(3, 'a'), at(12, 'b'), at(20, 'c')]);
    assert.deepEqual(skipped, []);
  });

  it('stores a run once, however often', async () => {
    await addToHistory(directory, at(3, 'a'));
    await addToHistory(directory, at(3, 'a'));
    assert.deepEqual(await readdir(directory), ['2026-11-03T08-00-00.000Z-aaaaaaa.json']);
  });

  it('passes over files that are no results, and says why', async () => {
    await addToHistory(directory, at(3, 'a'));
    await writeFile(join(directory, 'a.json'), '{');
    await writeFile(join(directory, 'b.json'), '{"schema":2}');
    await writeFile(join(directory, 'c.txt'), 'not looked at');
    const { results, skipped } = await readHistory(directory);
    assert.equal(results.length, 1);
    assert.deepEqual(
      skipped.map(({ file }) => file),
      ['a.json', 'b.json'],
    );
    assert.match(skipped[0]?.reason ?? '', /is no JSON/);
    assert.match(skipped[1]?.reason ?? '', /has schema 2, not 1/);
  });

  it('is empty where there is no directory', async () => {
    assert.deepEqual(await readHistory(join(directory, 'none')), { results: [], skipped: [] });
  });

  it('gives a trend of one kind of machine only', () => {
    const foreign = at(15, 'd', { fingerprint: 'another machine' });
    const gone = benchOf([{ ...failed, name: 'orders' }]);
    const trend = trendOf([at(3, 'a'), at(12, 'b'), foreign, gone], {
      name: 'orders',
      node: '24.21.0',
      machine: at(3, 'a').fingerprint,
    });
    assert.deepEqual(
      trend.map(({ commit, samples }) => [commit?.[0], samples]),
      [
        ['a', 20],
        ['b', 20],
      ],
    );
    assert.ok(trend.every(({ coldMs, cpuMs }) => coldMs > 290 && coldMs < 330 && cpuMs !== null && cpuMs < coldMs));
  });
});

describe('a result that is read', () => {
  const broken: readonly [string, string, RegExp][] = [
    ['no JSON', '{"schema":1', /is no JSON/],
    ['a list', '[]', /is no object/],
    ['null', 'null', /is no object/],
    ['another schema', JSON.stringify({ ...mixedBench, schema: 9 }), /has schema 9, not 1/],
    ['no time', JSON.stringify({ ...mixedBench, createdAt: 'yesterday' }), /no time/],
    ['no functions', JSON.stringify({ ...mixedBench, functions: {} }), /no functions/],
    [
      'half a function',
      JSON.stringify({ ...mixedBench, functions: [{ name: 'a', file: 'b' }] }),
      /functions\[0\] no notices/,
    ],
  ];
  for (const [name, text, reason] of broken) {
    it(`is refused in one sentence: ${name}`, async () => {
      const file = join(directory, 'result.json');
      await writeFile(file, text);
      await assert.rejects(readResult(file), (error) => {
        assert.ok(error instanceof Trouble && error.exitCode === 2);
        assert.match(error.message, reason);
        assert.match(error.next, /bench --json-file/);
        return true;
      });
    });
  }

  it('is the one that was written', async () => {
    const file = await addToHistory(directory, mixedBench);
    assert.deepEqual(await readResult(file), mixedBench);
    assert.match(await readFile(file, 'utf8'), /^\{.*\}\n$/);
  });

  it('that is not there is named', async () => {
    await assert.rejects(readResult(join(directory, 'none.json')), /none\.json cannot be read \(ENOENT\)/);
    await mkdir(join(directory, 'folder.json'));
    await assert.rejects(readResult(join(directory, 'folder.json')), /EISDIR/);
  });
});

describe('the fingerprint of a machine', () => {
  const machine = { cpu: 'AMD EPYC', cores: 2, memoryGb: 24, os: 'linux 6.18.44-fc-v669', node: '24.21.0' };
  const same = fingerprint(machine);
  it('outlives updates of Node and of the kernel', () => {
    assert.match(same, /^[0-9a-f]{16}$/);
    assert.equal(fingerprint({ ...machine, node: '26.1.0' }), same);
    assert.equal(fingerprint({ ...machine, os: 'linux 6.18.51-fc-v700' }), same);
  });
  const others = { cpu: 'Intel', cores: 4, memoryGb: 32, os: 'linux 6.19.1' };
  for (const [key, value] of Object.entries(others)) {
    it(`tells machines apart by ${key}`, () => assert.notEqual(fingerprint({ ...machine, [key]: value }), same));
  }
});

describe('a run in ClickHouse', function () {
  this.timeout(60_000);

  beforeEach(() => fillWithTables(directory));

  const rowsIn = async <Row>(query: string): Promise<Row[]> => {
    const store = await openStore({ data: directory });
    try {
      return await ask<Row>(store.engine.url, query);
    } finally {
      await store.close();
    }
  };

  it('is there sample by sample, by commit, and stored twice it is there once', async () => {
    const first = await storeResult(mixedBench, directory);
    const samples = mixedBench.functions.flatMap((fn) => [...fn.samples.base, ...fn.samples.head]);
    assert.equal(first.samples, samples.length);
    assert.match(first.description, /^embedded ClickHouse at 127\.0\.0\.1:\d+$/);
    await storeResult(mixedBench, directory);
    const rows = await rowsIn<Record<string, string | number | null>>(
      `SELECT function_name, side, commit, ref, any(verdict) AS verdict, count() AS samples,
         round(quantileExactLow(0.5)(cold_ns) / 1e6, 2) AS cold, toString(any(measured_at)) AS at
       FROM bench_samples GROUP BY ALL ORDER BY function_name, side`,
    );
    assert.equal(rows.length, 8);
    const [base, head] = rows.filter(({ function_name }) => function_name === 'orders');
    assert.equal(base?.commit, mixedBench.base?.commit);
    assert.equal(base?.ref, 'origin/main');
    assert.equal(base?.verdict, null);
    assert.equal(head?.commit, mixedBench.head.commit);
    assert.equal(head?.verdict, 'regressed');
    assert.equal(Number(head?.samples), 40);
    assert.equal(head?.at, '2026-11-22 09:30:00.000');
    const cold = mixedBench.functions
      .find(({ name }) => name === 'orders')
      ?.metrics.find(({ name }) => name === 'coldMs');
    assert.ok(Math.abs(Number(head?.cold) - (cold?.head.p50 ?? 0)) < 1);
  });

  it('keeps what is not observable as NULL, and any name as it is', async () => {
    const [fn] = regressedBench.functions;
    assert.ok(fn);
    const bare = { coldMs: 12.5, readyMs: null, cpuMs: null, rssMb: null };
    const odd = { ...fn, name: `o'dd\n\\"名前\u0000`, node: null, memoryMb: null, samples: { base: [], head: [bare] } };
    await storeResult(benchOf([odd], { base: null }), directory);
    const [row] = await rowsIn<Record<string, unknown>>(
      'SELECT function_name, node, memory_mb, cold_ns, ready_ns, cpu_ns, rss_bytes FROM bench_samples',
    );
    assert.deepEqual(
      { ...row, cold_ns: Number(row?.cold_ns) },
      {
        function_name: odd.name,
        node: '',
        memory_mb: 0,
        cold_ns: 12_500_000,
        ready_ns: null,
        cpu_ns: null,
        rss_bytes: null,
      },
    );
    const stored = await storeResult(hostileBench, directory);
    assert.equal(stored.samples, hostileBench.functions.length * 80);
  });

  it('says in one sentence that a server is not there', async () => {
    await assert.rejects(storeResult(mixedBench, 'http://user:secret@127.0.0.1:9/bench'), (error) => {
      assert.ok(error instanceof Trouble && error.exitCode === 3);
      assert.match(error.message, /cannot be reached/);
      assert.doesNotMatch(`${error.message} ${error.next}`, /secret/);
      return true;
    });
  });

  it('upgrades a database that was there before its table', async () => {
    const store = await openStore({ data: directory });
    const { url } = store.engine;
    const post = async (query: string): Promise<void> => {
      const { username = '', password = '' } = (await loginOf(url)) ?? {};
      const response = await fetch(`${url}/?database=coldlens`, {
        method: 'POST',
        body: query,
        headers: { Connection: 'close', Authorization: basic({ username, password }) },
        signal: AbortSignal.timeout(10_000),
      });
      assert.ok(response.ok, await response.text());
    };
    await post('DROP TABLE bench_samples SYNC');
    // Made anew: of a row that is deleted, the old part can come back when the engine starts again.
    const [{ statement = '' } = {}] = await ask<{ statement: string }>(
      url,
      "SELECT create_table_query AS statement FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'",
    );
    await post('DROP TABLE schema_migrations SYNC');
    await post(statement);
    const { version } = benchSamples;
    await post(`INSERT INTO schema_migrations (version, name) VALUES (${version - 1}, 'the one before')`);
    await store.close();
    assert.equal((await storeResult(regressedBench, directory)).samples, 160);
    assert.deepEqual(await rowsIn('SELECT toUInt32(max(version)) AS version FROM schema_migrations'), [
      { version: migrations.at(-1)?.version },
    ]);
  });
});
