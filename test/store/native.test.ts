import assert from 'node:assert/strict';
import { encodeRows, rowsCompression } from '#collector/store/batch.js';
import { benchSampleColumns } from '#collector/store/bench-samples.js';
import { basic } from '#collector/store/embedded/logins.js';
import { type Column, columnTypes, nativeBlock, type Value } from '#collector/store/native.js';
import { columnsOf } from '#collector/store/rows.js';
import { ask, collectorForAllTests, loginOf } from '../support/collector.ts';

/** Texts at every edge of how a length is written, and what UTF-8 finds hard. */
const texts = [
  '',
  'a',
  "it's\t\n\\",
  'ünï',
  'x'.repeat(127),
  'é'.repeat(64),
  'x'.repeat(128),
  '漢'.repeat(9_000),
  '\u0000',
  '😀',
];

/** Of each type: values to write, and what ClickHouse must read. */
const cases: Readonly<Record<(typeof columnTypes)[number], readonly [Value, unknown][]>> = {
  Date: [
    [0, '1970-01-01'],
    [20_779, '2026-11-22'],
    [65_535, '2149-06-06'],
  ],
  "DateTime('UTC')": [
    [0, '1970-01-01 00:00:00'],
    [4_294_967_295, '2106-02-07 06:28:15'],
  ],
  "DateTime64(3, 'UTC')": [
    [0, '1970-01-01 00:00:00.000'],
    [1_763_790_000_123, '2025-11-22 05:40:00.123'],
  ],
  "DateTime64(9, 'UTC')": [
    [1_763_790_000_000_000_001n, '2025-11-22 05:40:00.000000001'],
    [9_223_372_036_854_775_807n, '2262-04-11 23:47:16.854775807'],
  ],
  UInt8: [
    [0, 0],
    [255, 255],
  ],
  UInt32: [
    [0, 0],
    [4_294_967_295, 4_294_967_295],
  ],
  UInt64: [
    [0, '0'],
    [4_294_967_296, '4294967296'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [0xffff_ffff_ffff_ffffn, '18446744073709551615'],
  ],
  String: texts.map((text) => [text, text]),
  UUID: [
    ['00010203-0405-0607-0809-0a0b0c0d0e0f', '00010203-0405-0607-0809-0a0b0c0d0e0f'],
    ['ffffffff-ffff-ffff-ffff-fffffffffff0', 'ffffffff-ffff-ffff-ffff-fffffffffff0'],
  ],
  "Nullable(DateTime64(3, 'UTC'))": [
    [null, null],
    [1, '1970-01-01 00:00:00.001'],
  ],
  'Nullable(UInt8)': [
    [1, 1],
    [null, null],
    [0, 0],
  ],
  'Nullable(UInt32)': [
    [null, null],
    [7, 7],
  ],
  'Nullable(UInt64)': [
    [null, null],
    [1n << 63n, '9223372036854775808'],
    [3, '3'],
  ],
  'Nullable(String)': [[null, null], ...texts.map((text): [Value, unknown] => [text, text]), [null, null]],
  'LowCardinality(String)': [...texts, ...texts].map((text) => [text, text]),
  'LowCardinality(Nullable(String))': [
    [null, null],
    ['', ''],
    ['a', 'a'],
    [null, null],
    ['a', 'a'],
    ['', ''],
  ],
};

describe('rows in the Native format', () => {
  const running = collectorForAllTests();

  const insert = async (
    table: string,
    body: Uint8Array<ArrayBuffer>,
    encoding: Record<string, string> = {},
  ): Promise<void> => {
    const query = encodeURIComponent(`INSERT INTO ${table} FORMAT Native`);
    const login = await loginOf(running.store.engine.url);
    const response = await fetch(`${running.store.engine.url}/?query=${query}`, {
      method: 'POST',
      body,
      headers: { Connection: 'close', ...encoding, ...(login && { Authorization: basic(login) }) },
    });
    assert.ok(response.ok, await response.text());
  };

  /** What ClickHouse reads of these values. */
  const readBack = async (
    type: (typeof columnTypes)[number],
    blocks: readonly (readonly Value[])[],
  ): Promise<unknown[]> => {
    const { url } = running.store.engine;
    await ask(url, 'DROP TABLE IF EXISTS read_back', 'default');
    await ask(url, `CREATE TABLE read_back (row UInt32, value ${type}) ENGINE = MergeTree ORDER BY row`, 'default');
    let next = 0;
    const columns: Column<Value>[] = [
      { name: 'row', type: 'UInt32', value: () => next++ },
      { name: 'value', type, value: (value) => value },
    ];
    await insert('default.read_back', Buffer.concat(blocks.map((values) => Buffer.from(nativeBlock(columns, values)))));
    const quoted = 'SETTINGS output_format_json_quote_64bit_integers = 1';
    const rows = await ask<{ value: unknown }>(url, `SELECT value FROM read_back ORDER BY row ${quoted}`, 'default');
    return rows.map(({ value }) => value);
  };

  for (const type of columnTypes) {
    it(`are what ClickHouse reads back of ${type}, in one block and in several`, async () => {
      const values = cases[type].map(([value]) => value);
      const expected = cases[type].map(([, read]) => read);
      assert.deepEqual(await readBack(type, [values, ...values.map((value) => [value])]), [...expected, ...expected]);
    });
  }

  for (const type of columnTypes.filter((name) => name.includes('Nullable'))) {
    it(`are null throughout where no row of ${type} tells anything`, async () => {
      assert.deepEqual(await readBack(type, [[null, null, null], [null]]), [null, null, null, null]);
    });
  }

  for (const [keys, width] of [
    [256, '8 bits'],
    [257, '16 bits'],
    [65_537, '32 bits'],
  ] as const) {
    it(`take a dictionary of ${keys} words, whose places are ${width} wide`, async () => {
      const values = Array.from({ length: keys }, (_, key) => `word ${key}`);
      assert.deepEqual(await readBack('LowCardinality(String)', [values]), values);
      // The place of null is one more.
      assert.deepEqual(await readBack('LowCardinality(Nullable(String))', [[...values, null]]), [...values, null]);
    });
  }

  it('may be compressed block by block', async () => {
    const { url } = running.store.engine;
    await ask(url, 'DROP TABLE IF EXISTS packed', 'default');
    await ask(url, 'CREATE TABLE packed (row UInt32, word String) ENGINE = MergeTree ORDER BY row', 'default');
    const columns: Column<number>[] = [
      { name: 'row', type: 'UInt32', value: (row) => row },
      { name: 'word', type: 'String', value: (row) => `word ${row}` },
    ];
    const all = Array.from({ length: 40_000 }, (_, row) => row);
    const { rows, bytes, chunks } = encodeRows(columns, all);
    assert.ok(chunks.length > 1);
    const body = Buffer.concat(chunks);
    assert.deepEqual([rows, bytes], [all.length, body.length]);
    await insert('default.packed', body, { 'Content-Encoding': rowsCompression });
    const found = await ask(
      url,
      "SELECT uniqExact(row) AS n, countIf(word = concat('word ', row)) AS same FROM packed SETTINGS output_format_json_quote_64bit_integers = 0",
      'default',
    );
    assert.deepEqual(found, [{ n: 40_000, same: 40_000 }]);
  });

  it('hold U+FFFD where a text has half a surrogate pair', async () => {
    assert.deepEqual(await readBack('String', [['a\ud800b']]), ['a\ufffdb']);
  });

  it('have the very types that the tables have, so that the server converts nothing', async () => {
    const described = { ...columnsOf, bench_samples: benchSampleColumns };
    for (const [table, columns] of Object.entries(described)) {
      const sent = columns.map(({ name, type }) => ({ name, type })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const found = await ask<{ name: string; type: string }>(
        running.store.engine.url,
        `SELECT name, type FROM system.columns WHERE database = 'coldlens' AND table = '${table}'
           AND (default_kind = '' OR name IN (${sent.map(({ name }) => `'${name}'`).join(', ')})) ORDER BY name`,
      );
      assert.deepEqual(sent, found, table);
    }
  });
});
