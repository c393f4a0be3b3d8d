import assert from 'node:assert/strict';
import type { RankedFunction, RankingSort } from '#collector/index.js';
import { readJson } from '#collector/otlp/json.js';
import { type Batch, type ReceivedTable, receivedTables } from '#collector/store/batch.js';
import { rowKeys } from '#collector/store/insert-missing.js';
import { rowsOf } from '#collector/store/rows.js';
import { ask, collectorForAllTests } from '../support/collector.ts';
import {
  type InvocationInput,
  invocationSpans,
  lambdaResource,
  newTraceId,
  request,
  span,
  store200,
  within,
} from '../support/spans.ts';

const hourMs = 3_600_000;

describe('storing and ranking', () => {
  const running = collectorForAllTests();

  const resourceOf = (name: string) => ({ ...lambdaResource, 'faas.name': name });

  const store = (spans: readonly object[], resource: Record<string, string | number>): Promise<void> =>
    store200(running.collector.url, spans, resource);

  async function ranked(name: string, sinceMs = 3 * 24 * hourMs): Promise<RankedFunction> {
    await running.store.seal();
    const { functions } = await running.store.ranking({ sinceMs, sort: 'cold-p99', limit: 10, filter: name });
    assert.equal(functions.length, 1, `${functions.length} functions match ${name}`);
    return functions[0] as RankedFunction;
  }

  const merged = (name: string) =>
    ask(
      running.store.engine.url,
      `SELECT * EXCEPT (slot, seen_at, arrived_at) FROM invocation_parts FINAL WHERE function_name = '${name}'`,
    );

  async function batchOf(body: unknown, token: string): Promise<Batch> {
    return { token, rows: rowsOf({ spans: readJson(Buffer.from(JSON.stringify(body))) }, Date.now()) };
  }

  const cold = (id: string, fields: Partial<InvocationInput> = {}): InvocationInput => ({
    id,
    startMs: Date.now() - 60_000,
    kind: 'cold',
    runtimeStartMs: 40,
    initMs: 200,
    executionMs: 10,
    ...fields,
  });

  it('stores a batch once whose insert is repeated under the same token', async () => {
    const body = request(invocationSpans(cold('t1')), resourceOf('token'));
    const batch = await batchOf(body, 'one-token');
    await running.store.insert(batch);
    await running.store.insert(batch);
    // Without FINAL: the second insert added no rows at all.
    for (const [table, n] of [
      ['spans', 4],
      ['invocation_parts', 1],
    ] as const) {
      const count = `SELECT toUInt32(count()) AS n FROM ${table} WHERE function_name = 'token'`;
      assert.deepEqual(await ask(running.store.engine.url, count), [{ n }], table);
    }
  });

  describe('a batch of which nobody knows whether it is there', () => {
    const count = async (name: string): Promise<number[]> => {
      const counted = receivedTables.map((table) =>
        ask<{ n: number }>(
          running.store.engine.url,
          `SELECT toUInt32(count()) AS n FROM ${table} WHERE function_name = '${name}'`,
        ),
      );
      return (await Promise.all(counted)).map(([row]) => row?.n ?? 0);
    };
    /** As a ClickHouse leaves it that is killed between the note of a token and the part: a mutation takes rows and leaves notes. */
    const forget = async (name: string, tables: readonly string[] = receivedTables): Promise<void> => {
      for (const table of tables) {
        const mutation = `ALTER TABLE ${table} DELETE WHERE function_name = '${name}' SETTINGS mutations_sync = 1`;
        await ask(running.store.engine.url, mutation);
      }
    };
    const wholeBatch = async (name: string): Promise<Batch> => {
      const own = invocationSpans(cold(name));
      const attributes = {
        'coldlens.module.package': 'zod',
        'coldlens.module.self_ms': 5,
        'coldlens.module.total_ms': 5,
      };
      const traceId = own[0]?.traceId ?? '';
      const module = span({ traceId, startMs: Date.now() - 60_000, durationMs: 5, attributes });
      return batchOf(request([...own, module], resourceOf(name)), `token-${name}`);
    };

    it('is stored once where it is not', async () => {
      const batch = await wholeBatch('poisoned');
      await running.store.insert(batch);
      const whole = await count('poisoned');
      assert.deepEqual(
        whole.map((n) => n > 0),
        [true, true, false, true],
      );
      await forget('poisoned');
      await running.store.insert(batch);
      assert.deepEqual(await count('poisoned'), [0, 0, 0, 0], 'its token is known, and only that');
      for (let times = 0; times < 2; times += 1) {
        await running.store.insert({ ...batch, mayBeThere: true });
        assert.deepEqual(await count('poisoned'), whole);
      }
    });

    it('is made whole where a part of it is there', async () => {
      const batch = await wholeBatch('half');
      await running.store.insert(batch);
      const whole = await count('half');
      await forget('half', ['invocation_parts']);
      await running.store.insert({ ...batch, mayBeThere: true });
      assert.deepEqual(await count('half'), whole);
    });

    it('stays as it is where it is there, also beside other parts of its invocations', async () => {
      const batch = await wholeBatch('there');
      await running.store.insert(batch);
      await running.store.insert({ ...(await wholeBatch('there')), token: 'later' });
      const both = await count('there');
      await running.store.insert({ ...batch, mayBeThere: true });
      assert.deepEqual(await count('there'), both);
    });

    it('is looked for by what its tables tell rows apart by', async () => {
      const sorted = await ask<{ name: string; key: string; partition: string }>(
        running.store.engine.url,
        `SELECT name, sorting_key AS key, partition_key AS partition FROM system.tables WHERE database = 'coldlens'`,
      );
      for (const { name, key, partition } of sorted) {
        const known = (rowKeys as Record<string, (typeof rowKeys)[ReceivedTable]>)[name];
        if (known === undefined) continue;
        for (const column of key.split(', ')) {
          // A hash of the four names.
          if (column !== 'function_id') assert.ok(known.key.includes(column), `${name}.${column}`);
        }
        assert.ok(partition.includes(known.partition), `${name} is partitioned by ${partition}`);
      }
      assert.equal(sorted.filter(({ name }) => name in rowKeys).length, receivedTables.length);
    });
  });

  it('counts a request once that its sender repeats', async () => {
    const spans = invocationSpans(cold('r1', { failed: true }));
    for (let times = 0; times < 3; times++) await store(spans, resourceOf('repeated'));
    const { invocations, coldStarts, errors } = await ranked('repeated');
    assert.deepEqual([invocations, coldStarts, errors], [1, 1, 1]);
    const count = "SELECT toUInt32(count()) AS n FROM spans FINAL WHERE function_name = 'repeated'";
    assert.deepEqual(await ask(running.store.engine.url, count), [{ n: 4 }]);
  });

  it('makes the same row of an invocation whatever way its spans arrive', async () => {
    const spans = invocationSpans(cold('i'));
    const arrivals: [string, object[][]][] = [
      ['way-together', [spans]],
      ['way-one-by-one', spans.map((one) => [one])],
      ['way-backwards', spans.toReversed().map((one) => [one])],
      ['way-doubled', [[spans[3], spans[0]] as object[], spans, [spans[1]] as object[]]],
    ];
    const rows: Record<string, unknown>[] = [];
    for (const [name, requests] of arrivals) {
      for (const part of requests) await store(part, resourceOf(name));
      const [row, ...others] = await merged(name);
      assert.equal(others.length, 0);
      rows.push({ ...row, function_name: 'any' });
    }
    for (const row of rows) assert.deepEqual(row, rows[0]);
    assert.equal(rows[0]?.agent_init_ns, 200_000_000);
    assert.equal(rows[0]?.agent_billed_ms, 250);
  });

  it('keeps the row the same when the engine merges its parts', async () => {
    const before = await merged('way-one-by-one');
    await ask(running.store.engine.url, 'OPTIMIZE TABLE invocation_parts FINAL');
    assert.deepEqual(await merged('way-one-by-one'), before);
  });

  it('joins an invocation whose halves lie on two sides of midnight', async () => {
    const midnight = new Date().setUTCHours(0, 0, 0, 0);
    const [root, ...phases] = invocationSpans(cold('m', { startMs: midnight - 20, runtimeStartMs: 15, initMs: 30 }));
    // init starts before midnight, execution after it.
    await store([phases[2] as object], resourceOf('midnight'));
    await store([root as object, phases[0] as object], resourceOf('midnight'));
    await store([phases[1] as object], resourceOf('midnight'));
    const days = "SELECT uniqExact(slot) AS n FROM invocation_parts WHERE function_name = 'midnight' FORMAT TSV";
    assert.deepEqual(await ask(running.store.engine.url, days), [2]);
    const { invocations, cold: latency, phases: means } = await ranked('midnight');
    assert.equal(invocations, 1);
    assert.equal(latency.p50Ms, 55);
    assert.deepEqual([means.runtimeStartMs, means.initMs, means.executionMs], [15, 30, 10]);
    // The window is applied to the whole: it began before midnight.
    const sinceMidnight = Date.now() - midnight - 5;
    if (sinceMidnight > 1000) {
      const { functions } = await running.store.ranking({
        sinceMs: sinceMidnight,
        sort: 'cost',
        limit: 10,
        filter: 'midnight',
      });
      assert.deepEqual(functions, []);
    }
    assert.equal((await ranked('midnight', Date.now() - midnight + 1000)).invocations, 1);
  });

  it("takes other senders' FaaS spans, and never invents what they do not tell", async () => {
    const spans = [true, false, false].map((isCold, index) =>
      span({
        kind: 2,
        startMs: Date.now() - 1000,
        durationMs: 20 + index,
        attributes: { 'faas.invocation_id': `f${index}`, 'faas.coldstart': isCold },
      }),
    );
    await store(spans, { 'cloud.provider': 'aws', 'service.name': 'foreign' });
    const row = await ranked('foreign');
    assert.deepEqual([row.invocations, row.coldStarts], [3, 1]);
    within(row.warm, { p50Ms: 21, p90Ms: 22, p99Ms: 22, maxMs: 22 });
    assert.deepEqual(row.cold, { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null });
    assert.equal(row.cost.totalUsd, null);
    assert.equal(row.memoryMb, null);
  });

  it('stores spans that belong to no invocation, without an invocation', async () => {
    await store([span({ startMs: Date.now(), durationMs: 1 })], resourceOf('plain'));
    assert.deepEqual(await merged('plain'), []);
  });

  describe('the ranking of a small hand-computed set', () => {
    const startMs = Date.now() - 30 * 60_000;

    before(async () => {
      // 10 cold starts of 110, 120 ... 200 ms (init 90 ... 180, runtime start 10, execution 10), 5 warm, 1 prewarmed.
      const invocations: InvocationInput[] = [
        ...Array.from({ length: 10 }, (_, index) =>
          cold(`c${index}`, { startMs, runtimeStartMs: 10, initMs: 90 + 10 * index, executionMs: 10 }),
        ),
        ...[4, 6, 8, 10].map((executionMs) => ({ id: `w${executionMs}`, startMs, kind: 'warm' as const, executionMs })),
      ];
      await store(
        invocations.flatMap((one) => invocationSpans(one)),
        resourceOf('hand'),
      );
      const prewarmed = invocationSpans({ id: 'p', startMs, kind: 'prewarmed', executionMs: 12 });
      await store(prewarmed, { ...resourceOf('hand'), 'faas.version': '2' });
      await store(
        invocationSpans({ id: 'late', startMs: startMs + 1000, kind: 'warm', executionMs: 2, failed: true }),
        { ...resourceOf('hand'), 'faas.version': '3' },
      );
      // Outside the window that is asked for.
      await store(invocationSpans(cold('old', { startMs: startMs - 5 * hourMs })), resourceOf('hand'));
      await store(invocationSpans({ id: 'o', startMs, kind: 'warm', executionMs: 1 }), resourceOf('hand-other'));
    });

    it('has exact nearest-rank quantiles, counts and the latest facts', async () => {
      const { functions, prices } = await running.store.ranking({
        sinceMs: hourMs,
        sort: 'invocations',
        limit: 1,
        filter: 'HAND',
      });
      assert.equal(prices, '2026-09-19');
      const { cost, warm, ...row } = functions[0] as RankedFunction;
      assert.deepEqual(row, {
        provider: 'aws',
        account: '123456789012',
        region: 'eu-central-1',
        name: 'hand',
        version: '3',
        runtime: 'nodejs24.x',
        arch: 'arm64',
        memoryMb: 512,
        invocations: 16,
        coldStarts: 10,
        knownStarts: 16,
        coldRatio: 10 / 16,
        coldBurst: 10,
        coldAffected: 0,
        errors: 1,
        cold: { p50Ms: 150, p90Ms: 190, p99Ms: 200, maxMs: 200 },
        phases: {
          reportedInitMs: null,
          platformMs: null,
          runtimeStartMs: 10,
          // Ranks 4 to 6: 120, 130, 140.
          initMs: 130,
          executionMs: 10,
          restoreMs: null,
        },
        limits: { memoryUsedMb: null, timeoutMs: null },
        modules: { seen: null, hint: null },
        untold: { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null },
        before: null,
        trend: null,
        uploaded: null,
      });
      // 2, 4, 6, 8, 10, 12
      within(warm, { p50Ms: 6, p90Ms: 12, p99Ms: 12, maxMs: 12 });
      // Billed: 110 + 120 + ... + 200 = 1550 cold, 2 + 4 + 6 + 8 + 10 + 12 = 42 warm; 512 MB; arm64.
      const gbSeconds = (ms: number) => (ms * 512) / 1_024_000;
      const near = (actual: number | null, expected: number) => assert.equal(actual?.toFixed(12), expected.toFixed(12));
      near(cost.totalUsd, 16 * 0.2e-6 + gbSeconds(1592) * 0.0000133334);
      near(cost.coldUsd, gbSeconds(1550 - 10 * 7) * 0.0000133334);
      near(cost.monthlyUsd, (cost.totalUsd ?? 0) * 730);
      near(cost.perMillionUsd, ((cost.totalUsd ?? 0) / 16) * 1e6);
    });

    const orders: [RankingSort, string[]][] = [
      ['invocations', ['hand', 'hand-other']],
      ['cost', ['hand', 'hand-other']],
      ['cold-cost', ['hand', 'hand-other']],
      ['cold-p50', ['hand', 'hand-other']],
      ['cold-p99', ['hand', 'hand-other']],
      ['cold-p90', ['hand', 'hand-other']],
      ['cold-max', ['hand', 'hand-other']],
      ['cold-ratio', ['hand', 'hand-other']],
      ['cold-starts', ['hand', 'hand-other']],
      ['errors', ['hand', 'hand-other']],
    ];
    for (const [sort, names] of orders) {
      it(`can be sorted by ${sort}, what is not observable last`, async () => {
        const { functions } = await running.store.ranking({ sinceMs: hourMs, sort, limit: 100, filter: 'hand' });
        assert.deepEqual(
          functions.map(({ name }) => name),
          names,
        );
      });
    }

    for (const filter of ["'; DROP TABLE spans; --", '%', '\\', '{x:String}', 'ünï\u0000']) {
      it(`takes ${JSON.stringify(filter)} as nothing but text`, async () => {
        const { functions } = await running.store.ranking({ sinceMs: hourMs, sort: 'cost', limit: 100, filter });
        assert.deepEqual(functions, []);
      });
    }
  });

  it('reads only the days that a ranking asks for', async () => {
    const name = 'pruned';
    for (const days of [0, 20, 40]) {
      const startMs = Date.now() - days * 24 * hourMs;
      await store(invocationSpans(cold(`d${days}`, { startMs })), resourceOf(name));
    }
    assert.equal((await ranked(name, hourMs)).invocations, 1);
    assert.equal((await ranked(name, 30 * 24 * hourMs)).invocations, 2);
    assert.equal((await ranked(name, 400 * 24 * hourMs)).invocations, 3);
  });

  it('compares with the window before, and says when the change is no noise', async () => {
    const windowMs = 6 * hourMs;
    const [now, before] = [Date.now() - 2 * hourMs, Date.now() - 9 * hourMs];
    const several = (count: number, startMs: number, initMs: number): object[] =>
      Array.from({ length: count }, (_, index) =>
        invocationSpans(cold(`x${startMs}-${index}`, { startMs, initMs: initMs + index })),
      ).flat();
    const sets: [string, number, number, number][] = [
      ['moved-slower', 8, 100, 200],
      ['moved-hardly', 8, 100, 102],
      ['moved-seldom', 3, 100, 900],
      ['moved-new', 8, 0, 100],
    ];
    for (const [name, count, initBefore, initNow] of sets) {
      const earlier = initBefore === 0 ? [] : several(count, before, initBefore);
      await store([...earlier, ...several(count, now, initNow)], resourceOf(name));
    }
    await running.store.seal();
    const asked = { sinceMs: windowMs, sort: 'cold-p50', limit: 10, filter: 'moved-' } as const;
    const { functions } = await running.store.ranking({ ...asked, compare: true });
    const then = (count: number, coldP50Ms: number, coldP99Ms: number): object => ({
      ...{ invocations: count, coldStarts: count, coldP50Ms, coldP99Ms, monthlyUsd: true },
    });
    assert.deepEqual(
      Object.fromEntries(
        functions.map(({ name, cold: { p50Ms }, before }) => [
          name,
          [p50Ms, before && { ...before, monthlyUsd: (before.monthlyUsd ?? 0) > 0 }],
        ]),
      ),
      {
        'moved-seldom': [951, { ...then(3, 151, 152), isColdChangeSure: null }],
        'moved-slower': [253, { ...then(8, 153, 157), isColdChangeSure: true }],
        'moved-hardly': [155, { ...then(8, 153, 157), isColdChangeSure: false }],
        'moved-new': [153, null],
      },
    );
    const [plain] = (await running.store.ranking(asked)).functions;
    assert.equal(plain?.before, null);
  });

  it('keeps one trace of many requests together', async () => {
    const traceId = newTraceId();
    const startMs = Date.now();
    const requests = Array.from({ length: 20 }, () => [span({ traceId, startMs, durationMs: 1 })]);
    await Promise.all(requests.map((spans) => store(spans, resourceOf('trace'))));
    const count = `SELECT toUInt32(count()) AS n FROM spans FINAL WHERE trace_id = '${traceId}'`;
    assert.deepEqual(await ask(running.store.engine.url, count), [{ n: 20 }]);
  });
});
