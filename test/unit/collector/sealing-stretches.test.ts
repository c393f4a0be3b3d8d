/** What is sealed at once: bounded by rows, whatever the traffic. */
import assert from 'node:assert/strict';
import { stretchesOf } from '#collector/store/sealing/stretches.js';

describe('stretches to seal', () => {
  const hours = (...rows: readonly number[]): ReadonlyMap<number, number> =>
    new Map(rows.map((count, at) => [100 + at, count]));
  const cut = (rows: ReadonlyMap<number, number>, asked = [...rows.keys()]): [number, number, string][] =>
    stretchesOf(asked, rows, 10).map(({ since, until, where }) => [since / 3_600, until / 3_600, where]);

  it('join hours that follow each other while their rows are few', () => {
    assert.deepEqual(cut(hours(4, 6, 1, 9, 1)), [
      [100, 102, '1'],
      [102, 104, '1'],
      [104, 105, '1'],
    ]);
  });

  it('never join over a gap, and take hours without rows and in any order', () => {
    assert.deepEqual(cut(hours(1, 1), [103, 101, 100]), [
      [100, 102, '1'],
      [103, 104, '1'],
    ]);
  });

  it('cut a busy hour into slices of its functions, which together are all of them', () => {
    const wheres = cut(hours(45)).map(([, , where]) => where);
    assert.deepEqual(
      wheres.map((where) => where.slice(where.indexOf('%'))),
      ['% 3 = 0', '% 3 = 1', '% 3 = 2'],
    );
  });

  it('count what is read: of the hours beside them, and of what came late and lies at the beginning of the day', () => {
    const beside = stretchesOf([101], new Map([[100, 35]]), 10);
    assert.equal(beside.length, 2);
    const late = stretchesOf([9, 10], new Map([[0, 30]]), 10);
    assert.deepEqual(
      late.map(({ since, until }) => [since / 3_600, until / 3_600]),
      [
        [9, 11],
        [9, 11],
      ],
    );
  });

  it('are none of nothing', () => {
    assert.deepEqual(cut(hours()), []);
  });
});
