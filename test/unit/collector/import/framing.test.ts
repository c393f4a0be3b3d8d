/** However a stream of bytes is cut on its way, the same records come out of it, and the same chunks. */
import assert from 'node:assert/strict';
import { type Chunk, exampleBytes, maxLineBytes, maxValueBytes, pieceKinds } from '#collector/import/chunk.js';
import { Framer } from '#collector/import/framer.js';
import { type Random, randomOf } from '../../../fuzz/random.ts';

const names = Object.entries(pieceKinds);

/** What each piece is, with its text. */
const pieces = (chunks: readonly Chunk[]): [string, string][] =>
  chunks.flatMap(({ bytes, pieces: told, openings }) =>
    Array.from({ length: told.length / 3 }, (_, at): [string, string] => {
      const [kind = 0, from, to] = told.subarray(3 * at);
      const text = Buffer.from(bytes.subarray(from, to)).toString('latin1');
      const opening = openings[kind - pieceKinds.group];
      if (opening) return ['group', `${Buffer.from(opening.before).toString('latin1')}${text}${opening.after}`];
      return [names.find(([, number]) => number === kind)?.[0] ?? '?', text];
    }),
  );

/** Lines that follow each other are one piece, and may be told apart. */
const records = (chunks: readonly Chunk[]): [string, string][] =>
  pieces(chunks).flatMap(([kind, text]): [string, string][] =>
    kind === 'lines' ? (text.match(/[^\n]*\n/g) ?? []).map((line) => [kind, line]) : [[kind, text]],
  );

const framed = (bytes: Uint8Array, cuts: readonly number[] = [], chunkBytes?: number): Chunk[] => {
  const framer = new Framer(chunkBytes);
  const chunks: Chunk[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    chunks.push(...framer.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return [...chunks, ...framer.end()];
};

const recordsOf = (text: string) => records(framed(Buffer.from(text)));

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

const parts: readonly ((random: Random) => string)[] = [
  () => 'REPORT RequestId: 1\tDuration: 2.46 ms\t\n',
  () => 'a line with CR\r\n',
  () => '[INFO] not JSON\n',
  () => '[7] nor this {\n',
  () => '{ nor = this }\n',
  () => '\n \t\n',
  () => '{"a":"half a li\n',
  () => '{"a":1,\n',
  () => '[{"a":[1,2\n',
  () => '{"time":"x","record":{"n":[1,2,{"b":null}],"s":"}{][\\"\\\\"}}\n',
  () => '{"a":1}{"b":2} {"c":3},{"d":4}\n',
  () => `${pretty([{ a: 1 }, { b: [1, { c: '\n' }] }, []])}\n`,
  () => `${pretty({ logGroup: 'g', logEvents: [{ id: '1' }, { id: '2' }], more: true })}\n`,
  () => '{"ü":"€😀"}\n',
  () => '\ufeffnot at the beginning\n',
  () => 'ends here',
  () => '{"a":[{"b":1},{"c":',
  () => '\u001e{"seq":1}\n',
  (random) => `${random.bytes(30).toString('latin1')}\n`,
  (random) => `${'x'.repeat(random.whole(3_000))}\n`,
];

const made = (random: Random): Buffer =>
  Buffer.from(Array.from({ length: random.whole(12) }, () => random.one(parts)(random)).join(''));

describe('framing', () => {
  it('parts lines from JSON values that follow each other in any way', () => {
    assert.deepEqual(recordsOf('one\r\n{"a":1}\n{"b":2} , {"c":[\n]} two\nthree'), [
      ['lines', 'one\r\n'],
      ['value', '{"a":1}'],
      ['value', '{"b":2}'],
      ['value', '{"c":[\n]}'],
      ['lines', 'two\n'],
      ['lastLine', 'three'],
    ]);
  });

  it('leaves out a byte order mark at the beginning', () => {
    assert.deepEqual(recordsOf('\ufeff{"a":1}'), [['value', '{"a":1}']]);
    assert.deepEqual(recordsOf('\ufeff'), []);
  });

  it('takes what only begins like JSON as a line, and looks at the next one anew', () => {
    const lines = ['[INFO] x', '[1] y', '{x}', '{"a":1,', '{"a":"b', '{"a"}', '["a"] z', '{"a":1]'];
    for (const line of lines) {
      assert.deepEqual(recordsOf(`${line}\n{"b":2}\n`), [
        ['lines', `${line}\n`],
        ['value', '{"b":2}'],
      ]);
    }
  });

  it('keeps the elements that were whole when an array ends in the middle', () => {
    const cut = '{"logGroup":"g","logEvents":[{"id":1},\n{"id":2},{"id"';
    assert.deepEqual(recordsOf(cut), [
      ['group', '{"logGroup":"g","logEvents":[{"id":1},\n{"id":2}]}'],
      ['cutOff', ',{"id"'],
    ]);
    assert.deepEqual(recordsOf('[{"id":1},{"id":"2\n{"b":2}\n'), [
      ['group', '[{"id":1}]'],
      ['cutOff', ',{"id":"2'],
      ['value', '{"b":2}'],
    ]);
  });

  it('tells a huge array in groups, each with what stood before the array', () => {
    const events = Array.from({ length: 60_000 }, (_, id) => ({ id, message: `REPORT ${'x'.repeat(30)}` }));
    const whole = { owner: '1', subscriptionFilters: ['f'], logEvents: events, after: 1 };
    for (const [text, elements] of [
      [JSON.stringify(whole), 'logEvents'],
      [pretty(whole), 'logEvents'],
      [pretty(events), null],
    ] as const) {
      const groups = recordsOf(`${text}\nbehind\n`);
      assert.deepEqual(groups.pop(), ['lines', 'behind\n']);
      assert.ok(groups.length >= 3);
      const read = groups.map(([kind, group]) => {
        assert.equal(kind, 'group');
        assert.ok(group.length < 1_100_000);
        return JSON.parse(group);
      });
      assert.deepEqual(
        read.flatMap((group) => (elements === null ? group : group[elements])),
        events,
      );
      if (elements !== null) for (const { owner } of read) assert.equal(owner, '1');
    }
  });

  it('leaves out what is too long, and goes on behind it', () => {
    const long = 'y'.repeat(maxLineBytes + 1);
    const example = ['tooLong', 'y'.repeat(exampleBytes)];
    assert.deepEqual(recordsOf(`a\n${long}\nb\n`), [['lines', 'a\n'], example, ['lines', 'b\n']]);
    assert.deepEqual(recordsOf(long), [example]);
    assert.equal(recordsOf(`${long.slice(1)}\n`)[0]?.[0], 'lines');
    const text = JSON.stringify({ a: 'z'.repeat(maxValueBytes) });
    assert.deepEqual(
      recordsOf(`${text}{"b":2}\n[{"c":3},${text},{"d":4}]\n`).map(([kind, of]) => [kind, of.slice(0, 20)]),
      [
        ['tooLong', text.slice(0, 20)],
        ['value', '{"b":2}'],
        ['group', '[{"c":3}]'],
        ['tooLong', `,${text}`.slice(0, 20)],
        ['group', '[{"d":4}]'],
      ],
    );
  });

  it('holds no more than a chunk and a record', () => {
    const framer = new Framer();
    const before = process.memoryUsage().arrayBuffers;
    const piece = Buffer.alloc(1_000_000, 'x');
    for (let at = 0; at < 200; at += 1) assert.deepEqual(framer.push(piece), []);
    const open = Buffer.from(`[${'{"a":"'}`);
    assert.equal(framer.push(Buffer.concat([Buffer.from('\n'), open])).length, 1);
    for (let at = 0; at < 200; at += 1) framer.push(piece);
    assert.ok(process.memoryUsage().arrayBuffers - before < 80_000_000);
  });

  it('gives the same records and the same chunks however the bytes come', () => {
    for (let seed = 1; seed <= 600; seed += 1) {
      const random = randomOf(seed);
      const bytes = made(random);
      const chunkBytes = random.one([1, 100, 1_000, undefined]);
      const cuts = Array.from({ length: random.whole(40) }, () => random.whole(bytes.length + 1)).sort((a, b) => a - b);
      const [once, cut] = [framed(bytes, [], chunkBytes), framed(bytes, cuts, chunkBytes)];
      assert.deepEqual(cut, once, `seed ${seed}`);
      assert.deepEqual(records(once), records(framed(bytes)), `seed ${seed}`);
      assert.deepEqual(framed(bytes, Array.from(bytes.keys()), chunkBytes), once, `seed ${seed}, byte by byte`);
    }
  });

  it('gives the same records as before for what comes before a cut', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomOf(seed);
      const whole = Buffer.from(Array.from({ length: 8 }, () => random.one(parts.slice(0, 12))(random)).join(''));
      const lines = whole.toString().split('\n');
      const upTo = lines.slice(0, random.whole(lines.length)).join('\n').length + 1;
      const values = (bytes: Buffer) => records(framed(bytes)).filter(([kind]) => kind === 'value');
      const [all, some] = [values(whole), values(whole.subarray(0, upTo))];
      assert.deepEqual(some, all.slice(0, some.length), `seed ${seed}`);
    }
  });
});
