/** Two shards hold and answer what one server would: whatever is inserted through which of them, and whichever is away. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type RankingQuery, type Store, Trouble } from '#collector/index.js';
import { readJson } from '#collector/otlp/json.js';
import type { Batch } from '#collector/store/batch.js';
import { rowsOf } from '#collector/store/rows.js';
import { ask } from '../support/collector.ts';
import { clusterName, twoShardsForAllTests } from '../support/shards.ts';
import { benchSample, invocationSpans, lambdaResource, newSpanId, request, span } from '../support/spans.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const names = Array.from({ length: 6 }, (_, index) => `fn-${index}`);
const nowMs = Date.now();

/** What depends on the very moment of asking. */
const momentary = /^(since|until|monthlyUsd|.*PerMonth)$/;
const lasting = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, member) => (momentary.test(key) ? undefined : member)));

/** One request with some invocations of each function; the cold ones tell a package. */
const told = (round: number, agesMs: readonly number[]): object => ({
  resourceSpans: names.flatMap((name) => {
    const spans = agesMs.flatMap((ageMs, index) => {
      const isCold = (round + index) % 3 === 0;
      const startMs = nowMs - ageMs - round * 1_000;
      const own = invocationSpans({
        ...{ id: `${name}-${round}-${index}`, startMs, executionMs: 5 + index },
        ...(isCold ? { kind: 'cold', runtimeStartMs: 40, initMs: 100 + 10 * index } : { kind: 'warm' }),
      });
      const { traceId } = own[0] as { traceId: string };
      const attributes = {
        'coldlens.module.package': 'zod',
        'coldlens.module.self_ms': 9,
        'coldlens.module.total_ms': 20,
      };
      const module = span({ traceId, spanId: newSpanId(), startMs, durationMs: 20, attributes });
      return isCold ? [...own, module] : own;
    });
    return request(spans, { ...lambdaResource, 'faas.name': name }).resourceSpans;
  }),
});

const batchOf = async (token: string, body: object): Promise<Batch> => ({
  token,
  rows: rowsOf({ spans: readJson(Buffer.from(JSON.stringify(body))) }, nowMs),
});

/** A second less than the sealer's turn: the server tells seals by the second. */
const turnMs = 9_000;

describe('a cluster of two shards', () => {
  const shards = twoShardsForAllTests();
  let stores: readonly [Store, Store];
  let single: Store;

  before(async () => {
    // One after the other, as two machines would be set up: the first has its tables before the second is there.
    stores = [
      await openStore({ clickhouse: shards[0].url, cluster: clusterName }),
      await openStore({ clickhouse: shards[1].url, cluster: clusterName }),
    ];
    single = await openStore({ clickhouse: `${shards[0].url}/single` });
  });
  after(async () => {
    await Promise.all([...(stores ?? []), single].map((store) => store?.close()));
  });

  const sealAll = async (): Promise<void> => {
    for (const store of [...stores, single]) await store.seal();
  };

  const questions: RankingQuery[] = [
    { sinceMs: 1.5 * hourMs, sort: 'cold-p99', limit: 20 },
    { sinceMs: dayMs, sort: 'cost', limit: 20, compare: true },
    { sinceMs: 7 * dayMs, sort: 'invocations', limit: 3, filter: 'FN' },
  ];

  const agree = async (): Promise<void> => {
    for (const query of questions) {
      const expected = lasting(await single.ranking(query));
      for (const store of stores) assert.deepEqual(lasting(await store.ranking(query)), expected);
    }
  };

  it('shares the functions, and answers as one server does', async () => {
    const ages = [0.2, 1, 3, 26].map((hours) => hours * hourMs);
    for (let round = 0; round < 4; round += 1) {
      const batch = await batchOf(`round-${round}`, told(round, ages));
      await stores[round % 2]?.insert(batch);
      // Whoever repeats it, wherever.
      await stores[(round + 1) % 2]?.insert(batch);
      await single.insert(batch);
    }
    await sealAll();
    const held = await Promise.all(
      shards.map(({ url }) =>
        ask<{ name: string }>(
          url,
          'SELECT DISTINCT function_name AS name FROM function_days ORDER BY name',
          'coldlens_shard',
        ),
      ),
    );
    assert.ok(held.every((own) => own.length > 0));
    assert.deepEqual(
      held
        .flat()
        .map(({ name }) => name)
        .sort(),
      names,
    );
    await agree();
    for (const { name } of held.map((own) => own[0] as { name: string })) {
      const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name };
      const page = await single.functionPage({ ...identity, sinceMs: 3 * dayMs });
      const [cold] = page?.recentColdStarts ?? [];
      assert.ok(page && cold);
      const link = { ...identity, invocationId: cold.invocationId, atMs: Date.parse(cold.at) };
      const [invocation, packages] = [
        await single.invocationPage(link),
        await single.packages({ sinceMs: 7 * dayMs, limit: 9, of: identity }),
      ];
      assert.ok(invocation && invocation.spans.length > 3 && packages.packages.length === 1);
      const of = { ...identity, sinceMs: 3 * dayMs };
      const [tree, instances] = [
        await single.modules({ ...of, trees: 20 }),
        await single.instances({ ...of, limit: 9 }),
      ];
      assert.ok(tree && tree.trees > 0 && instances && instances.count > 0);
      for (const store of stores) {
        assert.deepEqual(lasting(await store.modules({ ...of, trees: 20 })), lasting(tree));
        assert.deepEqual(lasting(await store.instances({ ...of, limit: 9 })), lasting(instances));
      }
      for (const store of stores) {
        assert.deepEqual(lasting(await store.functionPage({ ...identity, sinceMs: 3 * dayMs })), lasting(page));
        assert.deepEqual(lasting(await store.invocationPage(link)), lasting(invocation));
        assert.deepEqual(
          lasting(await store.packages({ sinceMs: 7 * dayMs, limit: 9, of: identity })),
          lasting(packages),
        );
      }
    }
  });

  it('tells what is live, and what benchmarks have kept, of all shards', async () => {
    // The rows of one batch have arrived at the same moment.
    const idsOf = async (store: Store): Promise<string[]> => {
      const { invocations, arrived } = await store.live({ limit: 1_000 });
      assert.equal(invocations.length, arrived);
      return invocations.map(({ key, arrivedAt, latencyMs }) => `${arrivedAt} ${key} ${latencyMs}`).sort();
    };
    const expected = await idsOf(single);
    assert.ok(expected.length > 0);
    const samples = names.map((functionName) => benchSample({ functionName }));
    for (const store of [stores[0], single]) await store.insertBenchSamples(samples);
    for (const store of stores) {
      assert.deepEqual(await idsOf(store), expected);
      const [found, kept] = [
        await store.benchRuns({ sinceMs: dayMs, limit: 9 }),
        await single.benchRuns({ sinceMs: dayMs, limit: 9 }),
      ];
      assert.equal(found.runs.length, names.length);
      assert.deepEqual(lasting(found), lasting(kept));
      const health = await store.health();
      assert.deepEqual([health.store.error, health.store.tables, health.collector], [null, null, null]);
      assert.ok(health.store.latestArrivalAt !== null);
    }
  });

  it('loses nothing and counts nothing twice when a shard is away for a while', async () => {
    const [first, second] = stores;
    const ask = (store: Store) => store.ranking({ sinceMs: dayMs, sort: 'cost', limit: 1 });
    for (let round = 10; round < 16; round += 1) {
      const batch = await batchOf(`round-${round}`, told(round, [2 * hourMs, 27 * hourMs]));
      await single.insert(batch);
      // Which insert is on its way when the shard goes, and what of it is stored, is left to chance.
      const inserting = first.insert(batch);
      if (round === 12) await shards[1].kill();
      const outcome = await inserting.then(
        () => 'stored',
        () => 'failed',
      );
      if (round < 12) assert.equal(outcome, 'stored');
      if (outcome === 'stored') continue;
      await assert.rejects(first.insert(batch));
      await assert.rejects(second.insert(batch));
      // The shard that is there is sealed meanwhile; the answer waits for the other one.
      await first.seal();
      await assert.rejects(ask(first), (error) => {
        assert.ok(error instanceof Trouble && error.exitCode === 3);
        assert.match(
          `${error.message} ${error.next}`,
          /^A shard of the cluster .* does not answer it.* Start that server/,
        );
        return true;
      });
      await assert.rejects(ask(second), (error) => error instanceof Trouble && /cannot be reached/.test(error.message));
      await shards[1].start();
      // A sender may repeat it to another collector.
      await second.insert(batch);
      await first.insert(batch);
    }
    await sealAll();
    await agree();
  });

  it('has an hour sealed once where several collectors stand beside its shard', async () => {
    const tell = async (round: number): Promise<void> => {
      const batch = await batchOf(`beside-${round}`, told(round, [10 * hourMs]));
      await stores[0].insert(batch);
      await single.insert(batch);
      // Times of inserts and of seals are told apart by the second.
      await sleep(1_100);
    };
    await tell(30);
    await sealAll();
    const beside = await openStore({ clickhouse: shards[0].url, cluster: clusterName });
    try {
      let passMs = await beside.seal();
      // It is another's turn ten seconds after an hour was sealed: on a machine that has more to do than this test, the
      // collectors may not have got so far in that time, and are told once more.
      for (let round = 31, lastedMs = turnMs; lastedMs >= turnMs; round += 1) {
        assert.ok(round < 36, 'sealing took longer than a turn five times');
        await tell(round);
        const beganMs = performance.now();
        await sealAll();
        const nextMs = await beside.seal();
        lastedMs = performance.now() - beganMs;
        if (lastedMs < turnMs) assert.equal(nextMs, passMs, 'there was another pass');
        passMs = nextMs;
      }
      await agree();
    } finally {
      await beside.close();
    }
  });

  it('is found by whoever opens the database without naming it', async () => {
    const reader = await openStore({ clickhouse: shards[1].url });
    try {
      const query = questions[1] as RankingQuery;
      assert.deepEqual(lasting(await reader.ranking(query)), lasting(await single.ranking(query)));
    } finally {
      await reader.close();
    }
  });

  it('gets Distributed tables anew where they were made before a column was added', async () => {
    const [{ url }] = shards;
    await ask(url, 'ALTER TABLE spans DROP COLUMN scope_name', 'coldlens');
    const again = await openStore({ clickhouse: url, cluster: clusterName });
    await again.close();
    assert.deepEqual(
      await ask(
        url,
        "SELECT name FROM system.columns WHERE database = 'coldlens' AND table = 'spans' AND name = 'scope_name'",
      ),
      [{ name: 'scope_name' }],
    );
  });

  const refused = async (
    options: Parameters<typeof openStore>[0],
    message: RegExp,
    exitCode: number,
  ): Promise<void> => {
    await assert.rejects(openStore(options), (error) => {
      assert.ok(error instanceof Trouble && error.exitCode === exitCode, String(error));
      assert.match(`${error.message} ${error.next}`, message);
      return true;
    });
  };

  it('has to be one that the server knows', async () => {
    await refused({ clickhouse: shards[0].url, cluster: 'pear' }, /has no cluster "pear"\. Choose one of: .*pair/, 2);
    await refused({ data: '/nowhere', cluster: 'pair' }, /embedded ClickHouse is one server.*--clickhouse/, 2);
  });

  it('takes no database that one server has filled', async () => {
    const options = { clickhouse: `${shards[0].url}/single`, cluster: clusterName };
    await refused(options, /single at .* holds the tables of one server.*--cluster/, 3);
  });
});
