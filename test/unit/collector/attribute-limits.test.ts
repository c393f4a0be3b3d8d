/** Attributes are kept up to so many and so long, and what is missing is marked. */
import assert from 'node:assert/strict';
import { attributeLimits, attributesJson, cut, cutMark, droppedAttribute } from '#collector/model/attributes.js';
import type { AttributeValue } from '#collector/model/span.js';

const json = (entries: readonly [string, AttributeValue][]): Record<string, unknown> =>
  JSON.parse(attributesJson(new Map(entries)));
const many = (count: number): [string, AttributeValue][] =>
  Array.from({ length: count }, (_each, index) => [`key ${index}`, index]);

describe('attributes', () => {
  it('are kept as they are up to the limits', () => {
    const text = 'x'.repeat(attributeLimits.textLength);
    assert.deepEqual(json([['text', text]]), { text });
    assert.equal(Object.keys(json(many(attributeLimits.count))).length, attributeLimits.count);
    const list = Array(attributeLimits.elements).fill(1);
    assert.deepEqual(json([['list', list]]), { list });
  });

  it('are so many, and the others are counted', () => {
    const found = json(many(attributeLimits.count + 7));
    assert.equal(found[droppedAttribute], 7);
    assert.equal(Object.keys(found).length, attributeLimits.count + 1);
    assert.equal(found['key 127'], 127);
    assert.ok(!('key 128' in found));
  });

  it('are so long, and marked where they are cut', () => {
    const long = 'x'.repeat(attributeLimits.textLength + 1);
    const found = json([
      ['text', long],
      ['bytes', Buffer.alloc(1_000_000)],
      ['k'.repeat(1_000), 1],
    ]);
    for (const text of [found.text, found.bytes] as string[]) {
      assert.equal(text.length, attributeLimits.textLength);
      assert.ok(text.endsWith(cutMark));
    }
    assert.ok(Object.keys(found).some((key) => key.length === attributeLimits.keyLength && key.endsWith(cutMark)));
  });

  it('hold lists and maps of so many elements, the rest marked', () => {
    const list = Array.from({ length: 500 }, () => 1);
    const map = new Map(many(500));
    const found = json([
      ['list', list],
      ['map', map],
    ]) as { list: unknown[]; map: Record<string, unknown> };
    assert.deepEqual([found.list.length, found.list.at(-1)], [attributeLimits.elements + 1, cutMark]);
    assert.equal(found.map[cutMark], 500 - attributeLimits.elements);
  });

  it('take so much room together', () => {
    const texts = Array.from({ length: 100 }, (_each, index): [string, string] => [`${index}`, 'x'.repeat(4_000)]);
    const written = attributesJson(new Map([...texts, ['small', 'one']]));
    assert.ok(written.length < attributeLimits.jsonLength + 200);
    assert.equal(JSON.parse(written).small, 'one');
    assert.equal(JSON.parse(written)[droppedAttribute], 84);
    const nested = (depth: number): AttributeValue => (depth === 0 ? 'x' : Array(128).fill(nested(depth - 1)));
    assert.deepEqual(json([['bomb', nested(3)]]), { [droppedAttribute]: 1 });
  });

  it('are never cut inside a character', () => {
    const text = `${'x'.repeat(510)}😀${'y'.repeat(10)}`;
    assert.equal(cut(text), `${'x'.repeat(510)}${cutMark}`);
    assert.ok(cut(text).isWellFormed());
    assert.equal(cut('x'.repeat(512)).length, 512);
    assert.equal(cut('x'.repeat(513)), `${'x'.repeat(511)}${cutMark}`);
  });

  it('are data, whatever they are called', () => {
    const found = attributesJson(
      new Map<string, AttributeValue>([
        ['__proto__', new Map([['polluted', true]])],
        ['constructor', 1],
      ]),
    );
    assert.equal(found, '{"__proto__":{"polluted":true},"constructor":1}');
    assert.ok(!('polluted' in {}));
  });
});
