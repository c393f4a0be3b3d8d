/** Files of OTLP in JSON: the same spans in any order, between others' lines and minus what was cut, wherever chunks end. */
import assert from 'node:assert/strict';
import { FileReading } from '#collector/import/file-reading.js';
import { importFormats } from '#collector/import/formats.js';
import { Framer } from '#collector/import/framer.js';
import { Telling } from '#collector/model/telling.js';
import { type Random, randomOf } from '../../../fuzz/random.ts';

const foreign = ['', 'Feb 3 10:00:00 host sshd[1]: Accepted', '{"a":', '{"resourceSpans":7}', '[INFO] hello', '\u0000'];

const hex = (random: Random, bytes: number): string =>
  Buffer.concat([Buffer.of(1), random.bytes(bytes - 1)]).toString('hex');

/** A request of some spans, as the OpenTelemetry file exporter writes it. */
const lineOf = (random: Random): string =>
  JSON.stringify({
    resourceSpans: Array.from({ length: 1 + random.whole(2) }, () => ({
      resource: {
        attributes: [{ key: 'service.name', value: { stringValue: random.one(['shop', 'ünï "x"', 'a\\']) } }],
      },
      scopeSpans: [
        {
          spans: Array.from({ length: 1 + random.whole(3) }, () => ({
            traceId: hex(random, 16),
            spanId: hex(random, 8),
            name: random.one(['init', 'GET /a?b={c}', ']}']),
            startTimeUnixNano: String(1_790_000_000_000_000_000n + BigInt(random.whole(1e9))),
            endTimeUnixNano: '1790000001000000001',
          })),
        },
      ],
    })),
  });

const spansIn = (text: string, chunkBytes?: number): Map<string, string> => {
  const told = new Telling(Date.parse('2026-11-22T12:00:00Z'));
  const reading = new FileReading({ formats: importFormats, place: {}, into: told });
  const framer = new Framer(chunkBytes);
  const chunks = [...framer.push(Buffer.from(text)), ...framer.end()];
  for (const [at, chunk] of chunks.entries()) reading.read(chunk, at === chunks.length - 1);
  assert.equal(told.spans.length + told.unknown.count, told.records);
  const entries = told.spans.map((span): [string, string] => [
    span.spanId,
    JSON.stringify({ ...span, resource: [...span.resource], attributes: [...span.attributes] }, (_name, value) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  ]);
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

describe('spans in a file of OTLP', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    it(`are the same in whatever order and number, minus what was cut (${seed})`, () => {
      const random = randomOf(seed);
      const lines = Array.from({ length: 1 + random.whole(12) }, () => lineOf(random));
      const clean = spansIn(lines.join('\n'));
      assert.ok(clean.size >= lines.length);
      const left = lines.flatMap((line) => [line, ...(random.chance(0.3) ? [line, random.one(foreign)] : [])]);
      const mixed: string[] = [];
      while (left.length > 0) mixed.push(...left.splice(random.whole(left.length), 1));
      assert.deepEqual(spansIn(mixed.join('\n'), 1 + random.whole(2_000)), clean);

      const text = mixed.join('\n');
      const cut = text.slice(0, random.whole(text.length)).split('\n');
      const found = spansIn(cut.join('\n'));
      const whole = spansIn(cut.filter((line, index) => line === mixed[index]).join('\n'));
      // Of the request in which it was cut, what was whole may be there too.
      for (const [id, span] of found) assert.equal(span, clean.get(id));
      for (const id of whole.keys()) assert.ok(found.has(id), `${id} is lost`);
    });
  }

  it('are the same one a line, in one array, and over many lines', () => {
    const random = randomOf(7);
    const lines = Array.from({ length: 9 }, () => lineOf(random));
    const clean = spansIn(lines.join('\n'));
    assert.deepEqual(spansIn(`[${lines.join(',')}]`), clean);
    assert.deepEqual(
      spansIn(
        JSON.stringify(
          lines.map((line) => JSON.parse(line)),
          null,
          2,
        ),
      ),
      clean,
    );
    assert.deepEqual(spansIn(lines.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join('')), clean);
  });
});
