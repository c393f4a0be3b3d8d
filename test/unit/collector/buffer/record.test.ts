import assert from 'node:assert/strict';
import { recordChunks, stretchesOf } from '#collector/buffer/record.js';

const record = (text: string): Buffer => Buffer.concat(recordChunks(Buffer.from(`meta ${text}`), Buffer.from(text)));

/** Texts of the whole records, and the damaged stretches. */
const read = (file: Buffer) => {
  const texts: string[] = [];
  const damaged: [number, number][] = [];
  let bytes = 0;
  for (const stretch of stretchesOf(file)) {
    if ('damaged' in stretch) damaged.push([stretch.damaged.from, stretch.damaged.to]);
    else texts.push(stretch.record.data.toString());
    bytes +=
      'damaged' in stretch
        ? stretch.damaged.to - stretch.damaged.from
        : 24 + stretch.record.meta.length + stretch.record.data.length;
  }
  assert.equal(bytes, file.length, 'every byte is in one stretch');
  return { texts, damaged };
};

const texts = ['one', 'two CLB1 with the magic inside', '', 'four'];
const whole = Buffer.concat(texts.map(record));

describe('records of the buffer', () => {
  it('are read as they were written', () => assert.deepEqual(read(whole), { texts, damaged: [] }));

  it('lose only the record whose bit was flipped, whichever bit it is', () => {
    const ends = texts.map((_, index) => Buffer.concat(texts.slice(0, index + 1).map(record)).length);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      const hit = ends.findIndex((end) => bit >> 3 < end);
      const { texts: found, damaged } = read(flipped);
      assert.deepEqual(
        found,
        texts.filter((_, index) => index !== hit),
        `bit ${bit}`,
      );
      assert.deepEqual(damaged, [[ends[hit - 1] ?? 0, ends[hit]]], `bit ${bit}`);
    }
  });

  it('are read up to where a file was cut off', () => {
    for (let length = 0; length < whole.length; length += 1) {
      const { texts: found, damaged } = read(whole.subarray(0, length));
      assert.deepEqual(found, texts.slice(0, found.length));
      const cut = damaged.reduce((sum, [from, to]) => sum + to - from, 0);
      assert.ok(cut < Math.max(...texts.map((text) => record(text).length)));
    }
  });

  it('are found again behind a stretch that is missing', () => {
    const [first, second, ...others] = texts.map(record) as [Buffer, Buffer, ...Buffer[]];
    const file = Buffer.concat([first, second.subarray(0, 30), ...others]);
    assert.deepEqual(read(file).texts, [texts[0], ...texts.slice(2)]);
  });

  it('make nothing of what is no buffer at all', () => {
    for (const junk of [Buffer.alloc(0), Buffer.alloc(1000), Buffer.from('CLB1'.repeat(100))]) {
      assert.deepEqual(read(junk).texts, []);
    }
  });
});
