/** From spans of any kind to rows: what every platform's senders tell is data, whatever it holds. */
import assert from 'node:assert/strict';
import { attribute, moduleAttribute, platformAttribute } from '@coldlens/agent/vocabulary';
import { Admission, KnownFunctions } from '#collector/model/known-functions.js';
import { type AttributeValue, type DecodedSpan, emptySpan, hasValidIds } from '#collector/model/span.js';
import { Telling } from '#collector/model/telling.js';
import { receivedTables } from '#collector/store/batch.js';
import { rowsOf } from '#collector/store/rows.js';
import { fuzz } from './fuzz.ts';
import { type Random, randomOf } from './random.ts';

const names = [
  ...[attribute, moduleAttribute, platformAttribute].flatMap((table) => Object.values(table)),
  ...['faas.invoked_provider', 'faas.invoked_region', 'cloudflare.cpu_time_ms', 'coldlens.vcpu', 'faas.execution'],
  ...['cloudflare.handler_type', 'cloudflare.ray_id', 'cloudflare.scheduled_time', 'faas.cron', 'wall_time_ms'],
  ...['cloudflare.execution_model', 'cloudflare.entrypoint', 'cloudflare.outcome', '__proto__', ''],
];

const values = (random: Random): AttributeValue =>
  random.one<() => AttributeValue>([
    () =>
      random.one([
        '',
        'aws',
        'cold',
        'warm',
        'invocation',
        'init',
        'platform',
        'success',
        '512',
        'arm64',
        'x'.repeat(5_000),
      ]),
    () => random.one(['\u0000', '\ud800'.toWellFormed(), '\u202e', "'", '\\', '\t\n', '{"a":1}', '-0', '1e999']),
    () =>
      random.one([0, -0, -1, 1.5, 1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 134_217_728]),
    () => random.one([0n, -(2n ** 63n), 2n ** 63n - 1n]),
    () => random.chance(0.5),
    () => null,
    () => random.bytes(random.whole(6)),
    () => Array.from({ length: random.whole(4) }, () => values(random)),
    () => new Map([[random.one(names), values(random)]]),
  ])();

const attributes = (random: Random): Map<string, AttributeValue> =>
  new Map(Array.from({ length: random.whole(14) }, () => [random.one(names), values(random)]));

const moments = [0n, 1n, 1_763_790_000_000_000_000n, 9_223_372_036_854_775_807n, 18_446_744_073_709_551_615n];

const spansOf = (random: Random): DecodedSpan[] => {
  const resource = attributes(random);
  return Array.from({ length: 1 + random.whole(6) }, () => ({
    ...emptySpan(resource),
    traceId: random.one(['0af7651916cd43dd8448eb211c80319c', '00000000000000000000000000000001']),
    spanId: random.bytes(8).toString('hex'),
    parentSpanId: random.one(['', 'b7ad6b7169203331', 'not hex at all']),
    name: random.one(['init', 'init x', 'platform.initRuntimeDone', '', '\u001b[31m', 'x'.repeat(5_000)]),
    kind: random.whole(8) - 1,
    startNs: random.one(moments),
    endNs: random.one(moments),
    statusCode: random.whole(5) - 1,
    statusMessage: random.one(['', 'why', '\u0000']),
    attributes: attributes(random),
  }));
};

const receivedMs = Date.parse('2026-11-22T12:00:00Z');

fuzz({
  name: 'rows',
  // The spans come of the number, so that what failed can be kept.
  make: (random: Random) => Buffer.from(String(random.whole(2 ** 31))),
  check: async (input) => {
    const spans = spansOf(randomOf(Number(Buffer.from(input).toString()))).filter(hasValidIds);
    const told = new Telling(receivedMs);
    told.addAll({ spans, reports: [], starts: [] }, new Admission(new KnownFunctions(1), 'sender'));
    const rows = rowsOf(told, receivedMs);
    for (const table of receivedTables) {
      const { rows: count, chunks, bytes } = rows[table];
      assert.ok(Number.isInteger(count) && count >= 0 && count <= 10_000, `${count} rows in ${table}`);
      assert.equal(
        chunks.reduce((sum, chunk) => sum + chunk.length, 0),
        bytes,
        table,
      );
    }
    assert.equal(rows.spans.rows, spans.length);
    for (const hour of rows.hours) assert.ok(Number.isInteger(hour), `hour ${hour}`);
    assert.ok(rows.spans.bytes < spans.length * 300_000);
  },
});
