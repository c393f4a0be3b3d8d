/** Lists told row by row: whatever was there before, what is read is what was told. */
import assert from 'node:assert/strict';
import { createRowReader, takesRows, told, writeRows } from '#collector/api/rows.js';
import { createVersions } from '#collector/api/versions.js';
import { type Random, randomOf } from '../../fuzz/random.ts';

interface Answer {
  until: string;
  functions: readonly object[];
}

const read = (text: string, before: readonly unknown[] = []): Answer | null => {
  const reader = createRowReader('functions', before);
  const lines = text.trimEnd().split('\n');
  return lines.every((line) => reader.take(line)) ? (reader.end() as Answer | null) : null;
};

const changedAtRandom = (rows: readonly object[], random: Random): object[] => {
  const changed = rows
    .filter(() => random.chance(0.9))
    .map((row) => (random.chance(0.1) ? { ...row, n: random.whole(99) } : row));
  for (let more = random.whole(5); more > 0; more -= 1)
    changed.splice(random.whole(changed.length + 1), 0, { n: random.whole(999) });
  if (random.chance(0.3)) changed.reverse();
  return changed;
};

describe('a list told row by row', () => {
  it('is read as it was told, and rows that are still there are the same objects', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = randomOf(seed);
      let rows = Array.from({ length: random.whole(60) }, (_, id): object => ({
        id,
        text: 'a\nb',
        n: random.whole(99),
      }));
      let held: readonly object[] = [];
      let digests: readonly string[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        const now = told({ until: `${turn}`, functions: rows }, 'functions');
        const found = read(writeRows(now, digests), held);
        assert.deepEqual(found, { until: `${turn}`, functions: rows }, `seed ${seed}`);
        const texts = new Map(held.map((row) => [JSON.stringify(row), row]));
        for (const row of found?.functions ?? []) {
          const before = texts.get(JSON.stringify(row));
          if (before !== undefined) assert.equal(row, before);
        }
        held = found?.functions ?? [];
        digests = now.digests;
        rows = changedAtRandom(rows, random);
      }
    }
  });

  it('names runs of rows that have not changed, and nothing of those that are gone', () => {
    const rows = Array.from({ length: 6 }, (_, id) => ({ id }));
    const before = told({ until: 'a', functions: rows }, 'functions');
    const now = told({ until: 'b', functions: [rows[5], rows[0], rows[1], { id: 9 }, rows[4]] }, 'functions');
    assert.equal(writeRows(now, before.digests), '{"until":"b"}\n[5,1]\n[0,2]\n{"id":9}\n[4,1]\n');
  });

  it('has the same tag for the same answer only', () => {
    const tag = (answer: object): string => told(answer, 'functions').etag;
    assert.equal(tag({ until: 'a', functions: [{ id: 1 }] }), tag({ until: 'a', functions: [{ id: 1 }] }));
    for (const other of [
      { until: 'b', functions: [{ id: 1 }] },
      { until: 'a', functions: [] },
      { until: 'a', functions: [{ id: 2 }] },
    ]) {
      assert.notEqual(tag(other), tag({ until: 'a', functions: [{ id: 1 }] }));
    }
  });

  for (const [what, text] of [
    ['a run that was not there', '{}\n[1,2]'],
    ['a run from before the begin', '{}\n[-1,1]'],
    ['half a row', '{}\n{"id":'],
    ['a text', '{}\n"id"'],
    ['null', '{}\nnull'],
    ['a run of words', '{}\n["a","b"]'],
    ['more rows than any answer has', `{}\n${'[0,2]\n'.repeat(50_001)}`],
    ['no first line', '[0,1]'],
  ] as const) {
    it(`is refused with ${what}`, () => assert.equal(read(text, [{ id: 0 }, { id: 1 }]), null));
  }

  for (const [accepted, takes] of [
    ['rows', true],
    ['vcdiff, Rows;q=0.5', true],
    ['rowset', false],
    ['', false],
    [undefined, false],
  ] as const) {
    it(`is ${takes ? '' : 'not '}asked for with A-IM: ${accepted}`, () => assert.equal(takesRows(accepted), takes));
  }
});

describe('the answers that askers may have', () => {
  const digests = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}`);

  it('are forgotten when there are too many rows, those first that nobody asked about', () => {
    const versions = createVersions(300);
    versions.keep('a', digests(100));
    versions.keep('b', digests(100));
    assert.equal(versions.find('a')?.length, 100);
    versions.keep('c', digests(100));
    assert.deepEqual(
      ['a', 'b', 'c'].map((tag) => versions.find(tag)?.length),
      [100, undefined, 100],
    );
  });

  it('are bounded also where they have no rows', () => {
    const versions = createVersions(300);
    for (let tag = 0; tag < 1_000; tag += 1) versions.keep(`${tag}`, []);
    const known = Array.from({ length: 1_000 }, (_, tag) => versions.find(`${tag}`)).filter(
      (found) => found !== undefined,
    );
    assert.ok(known.length > 0 && known.length < 20, `${known.length} are known`);
  });

  it('are not kept where one alone is too large', () => {
    const versions = createVersions(300);
    versions.keep('a', digests(1_000));
    assert.equal(versions.find('a'), undefined);
  });
});
