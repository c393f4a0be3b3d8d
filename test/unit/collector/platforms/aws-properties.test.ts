/**
 * For any interleaving, duplication and truncation of a log the invocations are those of the clean log, minus what was cut. Lines of one
 * stream keep their order, as they do in any log; streams do not.
 */
import assert from 'node:assert/strict';
import type { PartialInvocation } from '#collector/model/invocation/partial.js';
import { randomOf } from '../../../fuzz/random.ts';
import { csvOf, interleaved, streamLog } from './aws-logs.ts';
import { invocationsOf, nowMs, readFile, readLines } from './aws-support.ts';

const plain = (told: Map<string, PartialInvocation>): [string, string][] =>
  [...told]
    .map(([id, { seenNs: _seen, platformStartedNs: _started, runtime: _runtime, ...facts }]): [string, string] => [
      id,
      JSON.stringify(facts, (_name, value) => (typeof value === 'bigint' ? String(value) : value)),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));

const read = (lines: readonly string[]): Map<string, PartialInvocation> => invocationsOf(readLines(lines.join('\n')));

/** A file that ends there. */
const cutOnce = (text: string, cutAt: number, what: string): void => {
  const whole = text.slice(0, text.lastIndexOf('\n', cutAt - 1) + 1);
  const end = text.indexOf('\n', cutAt);
  const [found, before, uncut] = [
    invocationsOf(readFile(text.slice(0, cutAt))),
    invocationsOf(readFile(whole)),
    invocationsOf(readFile(`${text.slice(0, end === -1 ? undefined : end)}\n`)),
  ];
  for (const id of before.keys()) assert.ok(found.has(id), `${what}: ${id} is lost`);
  // Half a line adds nothing but what the whole one says.
  for (const [id, facts] of found) {
    for (const [name, value] of Object.entries(facts)) {
      const known = [before.get(id), uncut.get(id)].map((one) => one?.[name as keyof PartialInvocation]);
      assert.ok(value === null || known.includes(value), `${what}: ${name} of ${id} is ${value}, not ${known}`);
    }
    if (!text.slice(whole.length, cutAt).includes(id)) assert.deepEqual(facts, before.get(id), what);
  }
};

describe("what Lambda's log tells", () => {
  const seeds = Array.from({ length: 60 }, (_, index) => 4_711 + index);

  it('is the same however streams are interleaved, and however often parts come again', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const streams = Array.from({ length: 1 + random.whole(6) }, () =>
        streamLog(random, nowMs - 3_600_000 + random.whole(1_000_000)),
      );
      const clean = plain(read(streams.flat()));
      assert.deepEqual(plain(read(interleaved(random, streams))), clean, `seed ${seed}`);
      const again = streams.map((lines) =>
        random.chance(0.5) ? [...lines, ...lines.slice(random.whole(lines.length))] : lines,
      );
      assert.deepEqual(plain(read(interleaved(random, again))), clean, `seed ${seed}, twice`);
    }
  });

  it('loses what was cut, and nothing else', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const streams = Array.from({ length: 1 + random.whole(4) }, () => streamLog(random, nowMs - 3_600_000));
      const text = interleaved(random, streams).join('\n');
      for (let cuts = 0; cuts < 8; cuts += 1) cutOnce(text, random.whole(text.length), `seed ${seed}`);
    }
  });

  it('is the same in CSV, in any order of its streams', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const streams = Array.from({ length: 1 + random.whole(4) }, () => streamLog(random, nowMs - 3_600_000));
      const table = csvOf(random, interleaved(random, streams));
      assert.deepEqual(plain(read(table)), plain(read(streams.flat())), `seed ${seed}`);
      const again = table.flatMap((row, index) => (index > 0 && random.chance(0.3) ? [row, row] : [row]));
      assert.deepEqual(plain(read(again)), plain(read(streams.flat())), `seed ${seed}, twice`);
    }
  });

  it('is that of the rows of CSV that are whole, wherever it is cut', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const rows = csvOf(random, streamLog(random, nowMs - 3_600_000));
      const text = rows.join('\n');
      for (let cuts = 0; cuts < 8; cuts += 1) {
        const cutAt = random.whole(text.length);
        let whole = 0;
        while (rows.slice(0, whole + 1).join('\n').length < cutAt) whole += 1;
        const found = new Map(plain(invocationsOf(readFile(text.slice(0, cutAt)))));
        const [before, uncut] = [whole, whole + 1].map((count) => new Map(plain(read(rows.slice(0, count)))));
        const what = `seed ${seed}, cut at ${cutAt}`;
        for (const id of before?.keys() ?? []) assert.ok(found.has(id), `${what}: ${id} is lost`);
        for (const [id, facts] of found)
          assert.ok([before?.get(id), uncut?.get(id)].includes(facts), `${what}: ${facts}`);
      }
    }
  });

  it('loses no invocation to lines of others between', () => {
    const strangers = [
      'Feb 3 10:00:00 host sshd[1]: Accepted',
      '{"a":',
      '\u0000\u0001',
      'REPORT',
      `${'x'.repeat(1_000_000)}`,
      '{"resource":{"type":"cloud_function"}}',
    ];
    for (const seed of seeds.slice(0, 10)) {
      const random = randomOf(seed);
      const lines = streamLog(random, nowMs - 3_600_000);
      const mixed = lines.flatMap((line) => [line, random.one(strangers)]);
      assert.deepEqual(plain(read(mixed)), plain(read(lines)), `seed ${seed}`);
    }
  });
});
