/** How long rows are kept: on a database that was made with the usual days, and what windows say of it. */
import assert from 'node:assert/strict';
import { openStore, parseRetention, retentionOf, type Store, type StoreOptions, Trouble } from '#collector/index.js';
import { ask, directoryWithTables, removeDirectory } from '../support/collector.ts';
import { until } from '../support/until.ts';

const dayMs = 86_400_000;

describe('retention', () => {
  let data = '';
  let store: Store;
  const open = async (retention: StoreOptions['retention'] = {}): Promise<void> => {
    await store?.close();
    store = await openStore({ data, retention });
  };
  before(async () => {
    data = await directoryWithTables();
  });
  after(async () => {
    await store?.close();
    await removeDirectory(data);
  });

  const rows = <Row>(query: string): Promise<Row[]> => ask<Row>(store.engine.url, query);
  const daysOf = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (
        await rows<{ name: string; days: number }>(
          `SELECT name, toUInt32OrZero(extract(engine_full, 'toIntervalDay\\\\((\\\\d+)\\\\)')) AS days
           FROM system.tables WHERE database = 'coldlens' AND days > 0`,
        )
      ).map(({ name, days }) => [name, days]),
    );
  const partsAgo = (days: number, count: number): Promise<unknown> =>
    rows(`INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, start_kind)
          SELECT toStartOfDay(now() - INTERVAL ${days} DAY), 'aws', '1', 'r', 'kept', generateUUIDv4(), toStartOfDay(now('UTC') - INTERVAL ${days} DAY) + 60, 'warm'
          FROM numbers(${count})`);
  const invocationsSince = async (days: number): Promise<number | undefined> => {
    const { functions } = await store.ranking({ sinceMs: days * dayMs, sort: 'invocations', limit: 1 });
    return functions[0]?.invocations;
  };

  const usual = {
    ...{ bench_samples: 400, open_cold_starts: 400, settled_cold_starts: 400, open_function_days: 400 },
    ...{ settled_function_days: 400, function_hours: 35, instance_starts: 90, invocation_parts: 90, invocations: 90 },
    ...{ package_costs: 14, spans: 7 },
  };

  it('is the usual one where nobody says otherwise', async () => {
    await open();
    assert.deepEqual(await daysOf(), usual);
  });

  it('is applied to the rows of an existing database, and to the tables that it names only', async () => {
    await partsAgo(40, 5);
    await partsAgo(5, 7);
    await rows(`INSERT INTO spans (day, trace_id) SELECT today() - number, toString(number) FROM numbers(6)`);
    await open();
    assert.equal(await invocationsSince(60), 12);
    await open({ spans: 3, invocations: 30 });
    const set = { ...usual, spans: 3, instance_starts: 30, invocation_parts: 30, invocations: 30 };
    assert.deepEqual(await daysOf(), set);
    const left = async (table: string): Promise<unknown> =>
      (await rows<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${table}`))[0]?.n;
    await until(
      'the old rows have gone',
      async () => (await left('spans')) === 3 && (await left('invocation_parts')) === 7,
    );
    await open();
    assert.deepEqual(await daysOf(), set);
    const changes = (): Promise<unknown[]> => rows('SELECT count() AS n FROM system.mutations');
    const before = await changes();
    await open({ spans: 3, invocations: 30 });
    assert.deepEqual(await changes(), before, 'what is so already is not done again');
  });

  it('of invocations leaves what was sealed of older ones, whatever comes late', async () => {
    await partsAgo(40, 1);
    await partsAgo(4, 1);
    await open();
    assert.equal(await invocationsSince(60), 13);
  });

  it('bounds windows, which say so', async () => {
    await open({ 'cold-starts': 20 });
    const { since, functions } = await store.ranking({ sinceMs: 60 * dayMs, sort: 'invocations', limit: 1 });
    const expected = Math.floor((Date.now() - 19 * dayMs) / dayMs) * dayMs;
    assert.equal(Date.parse(since), expected);
    assert.equal(functions[0]?.invocations, 8);
    const asked = { sort: 'invocations', limit: 1, compare: true } as const;
    assert.equal((await store.ranking({ ...asked, sinceMs: 12 * dayMs })).functions[0]?.before, null);
    await open({ 'cold-starts': 400 });
    assert.equal(await invocationsSince(60), 13);
  });

  for (const [text, message] of [
    ['span=7', /"span=7" is no NAME=DAYS.*spans, invocations, cold-starts, hours, days/],
    ['spans', /to keep spans for, which are 1 to 3650/],
    ['spans=7=8', /no NAME=DAYS/],
    ['constructor=7', /no NAME=DAYS/],
    ['hours=34', /"34" is no number of days to keep hours for, which are 35 to 3650.* 35 is usual/],
    ['days=1e3', /"1e3" is no number/],
  ] as const) {
    it(`is refused as ${text}`, () => {
      assert.throws(
        () => parseRetention(text),
        (error) => error instanceof Trouble && error.exitCode === 2 && message.test(`${error.message} ${error.next}`),
      );
    });
  }

  it('is refused when it is given twice', () => {
    const twice = ['spans=7', 'days=40', 'spans=8'].map(parseRetention);
    assert.deepEqual(retentionOf(twice.slice(0, 2)), { spans: 7, days: 40 });
    assert.throws(() => retentionOf(twice), /retention of spans is given twice/);
  });
});
