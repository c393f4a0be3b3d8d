/** What is sealed is what was told: after parts that come late, twice, in any order and in several passes. */
import assert from 'node:assert/strict';
import { seededRandom } from '#benchmarks/src/random.js';
import { openStore, type RankedFunction } from '#collector/index.js';
import { Connection } from '#collector/store/connection.js';
import { byPlace, dateOf, hoursOfDay } from '#collector/store/sealing/places.js';
import { sealPlace } from '#collector/store/sealing/seal-place.js';
import { settle } from '#collector/store/sealing/settle.js';
import { parseTarget } from '#collector/store/target.js';
import { ask, collectorForAllTests, directoryWithTables, removeDirectory, urlWithLogin } from '../support/collector.ts';
import { type InvocationInput, invocationSpans, lambdaResource, request, send } from '../support/spans.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Told extends InvocationInput {
  fn: string;
  executionMs: number;
}

const latencyOf = ({ runtimeStartMs = 0, initMs = 0, executionMs }: Told): number =>
  runtimeStartMs + initMs + executionMs;

/** The ceil(p n)-th. */
const nearestRank = (values: readonly number[], percent: number): number | null =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? null;

describe('sealed periods', function () {
  // Some fifty inserts and passes, one after the other: a quarter of a minute on a machine that does nothing else.
  this.timeout(180_000);
  const running = collectorForAllTests();
  const next = seededRandom(2_026);
  const whole = (most: number): number => Math.floor(next() * most);
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((one) => ({ one, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);

  const store200 = async (spans: readonly object[], fn: string): Promise<void> => {
    const response = await send(running.collector.url, request(spans, { ...lambdaResource, 'faas.name': fn }));
    assert.equal(response.status, 200, await response.text());
  };

  /** Around the edges of hours and days, so that parts of one invocation lie on two sides. */
  const anyStartMs = (): number => {
    const edge = Math.floor((Date.now() - whole(40) * hourMs) / hourMs) * hourMs;
    return Math.min(edge + whole(4_000) - 2_000, Date.now() - 10_000);
  };

  const told: Told[] = Array.from({ length: 120 }, (_, index) => {
    const isCold = next() < 0.4;
    return {
      id: `i${index}`,
      fn: `sealed-${whole(3)}`,
      startMs: anyStartMs(),
      kind: isCold ? 'cold' : 'warm',
      ...(isCold && { runtimeStartMs: 40 + whole(20), initMs: 100 + whole(1_000) }),
      executionMs: 1 + whole(300),
      failed: next() < 0.1,
    };
  });

  const check = async (sinceMs: number): Promise<void> => {
    const { functions, since } = await running.store.ranking({
      sinceMs,
      sort: 'invocations',
      limit: 10,
      filter: 'sealed-',
    });
    const from = Date.parse(since);
    for (const fn of ['sealed-0', 'sealed-1', 'sealed-2']) {
      const own = told.filter((one) => one.fn === fn && one.startMs >= from);
      const cold = own.filter(({ kind }) => kind === 'cold');
      const row = functions.find(({ name }) => name === fn);
      const { invocations = 0, coldStarts = 0, errors = 0 }: Partial<RankedFunction> = row ?? {};
      assert.deepEqual(
        { fn, invocations, coldStarts, errors },
        { fn, invocations: own.length, coldStarts: cold.length, errors: own.filter(({ failed }) => failed).length },
      );
      const latencies = cold.map(latencyOf);
      for (const [percent, name] of [
        [50, 'p50Ms'],
        [90, 'p90Ms'],
        [99, 'p99Ms'],
        [100, 'maxMs'],
      ] as const) {
        assert.equal(row?.cold[name] ?? null, nearestRank(latencies, percent), `${fn} ${name}`);
      }
      const mbMs = own.reduce((sum, one) => sum + latencyOf(one) * 512, 0);
      const usd = own.length * 0.2e-6 + (mbMs / 1_024_000) * 0.0000133334;
      assert.equal((row?.cost.totalUsd ?? 0).toFixed(9), usd.toFixed(9), fn);
    }
  };

  it('hold exactly what was told, whatever came when', async () => {
    const parts = shuffled(told.flatMap((one) => invocationSpans(one).map((span) => ({ span, fn: one.fn }))));
    const sent = [...parts, ...parts.filter(() => next() < 0.2)];
    for (let from = 0; from < sent.length; from += 160) {
      for (const [fn, own] of Map.groupBy(sent.slice(from, from + 160), (part) => part.fn)) {
        await store200(
          own.map(({ span }) => span),
          fn,
        );
      }
      await running.store.seal();
    }
    for (const hours of [3, 24, 30, 48]) await check(hours * hourMs);
    // From the parts themselves, to the millisecond.
    await check(2 * hourMs);
    await check(90_000);
  });

  const sumsOf = (table: string): Promise<{ day: string }[]> =>
    ask(
      running.store.engine.url,
      `SELECT day, function_name, toString(sum(invocations)) AS i, toString(sum(mb_ms)) AS m, toString(sum(cold_starts)) AS c
       FROM ${table} GROUP BY day, function_name ORDER BY day, function_name`,
    );

  const connected = async (work: (connection: Connection) => Promise<void>): Promise<void> => {
    const connection = new Connection(parseTarget(`${await urlWithLogin(running.store.engine.url)}/coldlens`));
    try {
      await work(connection);
    } finally {
      await connection.close();
    }
  };

  it('are the same however little is sealed at once', async () => {
    const before = await sumsOf('function_days');
    await connected(async (connection) => {
      const day = Date.parse(before.at(-1)?.day ?? '') / dayMs;
      for (const { place, hours } of byPlace(hoursOfDay(day), 0)) await sealPlace(connection, place, hours, 4);
    });
    assert.deepEqual(await sumsOf('function_days'), before);
    assert.deepEqual(await sumsOf('function_hours'), before);
  });

  it('agree with each other, and stay as they are when they are sealed again', async () => {
    const before = await sumsOf('function_days');
    assert.deepEqual(await sumsOf('function_hours'), before);
    const [again] = told;
    assert.ok(again && before.length > 3);
    await store200(invocationSpans(again), again.fn);
    await running.store.seal();
    assert.deepEqual(await sumsOf('function_days'), before);
    assert.deepEqual(await sumsOf('function_hours'), before);
  });

  it('settle by the month when their days have passed, and are the same at every step', async () => {
    const { url } = running.store.engine;
    const daysIn = (table: string): Promise<{ day: string }[]> =>
      ask(url, `SELECT DISTINCT day FROM ${table} ORDER BY day`);
    const today = Math.floor(Date.now() / dayMs);
    const before = await sumsOf('function_days');
    const colds = (): Promise<unknown[]> => ask(url, 'SELECT * FROM cold_starts ORDER BY at, invocation_key');
    const coldsBefore = await colds();
    await connected(async (connection) => {
      // As if three days had gone by.
      assert.equal(await settle(connection, today + 3), today + 1);
      assert.deepEqual(await sumsOf('function_days'), before);
      assert.deepEqual(await colds(), coldsBefore);
      assert.deepEqual(await daysIn('settled_function_days'), await daysIn('function_days'));
      assert.notEqual((await daysIn('open_function_days')).length, 0, 'who reads them still may');
      await ask(
        url,
        'ALTER TABLE settlements UPDATE settled_at = settled_at - 100 WHERE 1 SETTINGS mutations_sync = 2',
      );
      await settle(connection, today + 3);
      assert.deepEqual(await daysIn('open_function_days'), []);
      assert.deepEqual(await daysIn('open_cold_starts'), []);
    });
    assert.deepEqual(await sumsOf('function_days'), before);
    // What comes now comes late: it is sealed within its month.
    const startMs = Date.now() - 3_000;
    const late = invocationSpans({
      id: 'late',
      startMs,
      kind: 'cold',
      runtimeStartMs: 40,
      initMs: 100,
      executionMs: 10,
    });
    await store200(late, 'settled-late');
    await running.store.seal();
    const { functions } = await running.store.ranking({
      sinceMs: 8 * dayMs,
      sort: 'cost',
      limit: 1,
      filter: 'settled-late',
    });
    assert.equal(functions[0]?.coldStarts, 1);
    assert.deepEqual((await daysIn('settled_function_days')).at(-1), { day: dateOf(Math.floor(startMs / dayMs)) });
    assert.deepEqual((await sumsOf('function_days')).length, before.length + 1);
  });

  it('take what comes long after its day', async () => {
    const startMs = Date.now() - 50 * dayMs;
    const late = (id: string): object[] =>
      invocationSpans({ id, startMs, kind: 'cold', runtimeStartMs: 40, initMs: 100, executionMs: 10 });
    for (const id of ['one', 'two']) {
      await store200(late(id), 'long-after');
      await running.store.seal();
    }
    const { functions } = await running.store.ranking({
      sinceMs: 60 * dayMs,
      sort: 'cost',
      limit: 1,
      filter: 'long-after',
    });
    assert.deepEqual([functions[0]?.invocations, functions[0]?.cold.maxMs], [2, 150]);
  });

  it('tell when they were sealed', async () => {
    const { url } = running.store.engine;
    const ages = "SELECT DISTINCT abs(dateDiff('second', sealed_at, now64(3))) < 600 AS is_recent FROM seals";
    assert.deepEqual(await ask(url, ages), [{ is_recent: 1 }]);
  });

  it('are made up for by who opens the data after a process that could not seal', async () => {
    const data = await directoryWithTables();
    try {
      const first = await openStore({ data });
      await first.seal();
      await ask(
        first.engine.url,
        `INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, start_kind)
         SELECT toStartOfHour(now() - 3600 * (1 + number % 3)), 'aws', '1', 'r', 'orphan', generateUUIDv4(), now() - 3600 * (1 + number % 3), 'warm' FROM numbers(30)`,
      );
      await first.close();
      const second = await openStore({ data });
      const { functions } = await second.ranking({ sinceMs: dayMs, sort: 'cost', limit: 5 });
      await second.close();
      assert.deepEqual(
        functions.map(({ name, invocations }) => [name, invocations]),
        [['orphan', 30]],
      );
    } finally {
      await removeDirectory(data);
    }
  });
});
