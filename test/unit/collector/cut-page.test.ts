/** Pages of a list that changes between them. */
import assert from 'node:assert/strict';
import { seededRandom } from '#benchmarks/src/random.js';
import type { RankedPlace } from '#collector/model/page.js';
import { cutPage, reachOf } from '#collector/store/cut-page.js';

type Change = (list: readonly string[]) => readonly string[];

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const moved =
  (item: string, to: number): Change =>
  (list) =>
    list.filter((other) => other !== item).toSpliced(to, 0, item);

/** All pages, with a change of the list after each. */
const pagesOf = (list: readonly string[], limit: number, changes: readonly Change[] = []): string[][] => {
  const pages: string[][] = [];
  let now = list;
  let from: RankedPlace | undefined;
  for (;;) {
    const part = { limit, ...(from && { from }) };
    const { answer, next } = cutPage(now.slice(0, reachOf(part)), (item) => item, part);
    pages.push(answer);
    if (next === null) return pages;
    from = next;
    now = changes[pages.length - 1]?.(now) ?? now;
  }
};
const joined = (pages: readonly string[][]): string => pages.map((page) => page.join('')).join(' ');

describe('pages of a ranked list', () => {
  it('are the list, and end with it', () => {
    assert.equal(joined(pagesOf(letters, 10)), 'abcdefghij klmnopqrst uvwxyz');
    assert.equal(joined(pagesOf(letters, 13)), 'abcdefghijklm nopqrstuvwxyz');
    assert.equal(joined(pagesOf(letters, 26)), letters.join(''));
    assert.deepEqual(pagesOf([], 10), [[]]);
    assert.equal(pagesOf(letters, 1).length, 26);
  });

  const first = letters.slice(0, 12);
  const cases: [string, Change, string][] = [
    ['something comes in above', (list) => ['X', ...list], 'abcd efgh ijkl'],
    ['much comes in above', (list) => ['X', 'Y', 'Z', 'U', 'V', 'W', ...list], 'abcd efgh ijkl'],
    ['something above goes away', (list) => list.filter((item) => item !== 'b'), 'abcd efgh ijkl'],
    ['all that was shown goes away', (list) => list.slice(4), 'abcd efgh ijkl'],
    ['all that was to come goes away', (list) => list.slice(0, 4), 'abcd '],
    ['the shown ones change places', (list) => [...'dcab', ...list.slice(4)], 'abcd efgh ijkl'],
    ['the last one shown moves to the top', moved('d', 0), 'abcd efgh ijkl'],
    ['something new comes in behind', moved('X', 6), 'abcd efXg hijk l'],
    ['one that was shown falls behind', moved('b', 8), 'abcd efgh ibjk l'],
    ['one that was not shown climbs to the top', moved('g', 0), 'abcd efhi jkl'],
  ];
  for (const [what, change, expected] of cases) {
    it(`go on where they were when ${what}`, () => {
      assert.equal(joined(pagesOf(first, 4, [change])), expected);
    });
  }

  it('of one or two items hold when these change places', () => {
    assert.equal(joined(pagesOf([...'abcd'], 2, [moved('b', 0)])), 'ab cd');
    assert.equal(joined(pagesOf([...'abcd'], 1, [moved('X', 0), moved('Y', 0)])), 'a b c d');
  });

  it('begin too early, and miss nothing, where more has come in above than they look for', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `new ${index}`);
    const shown = new Set(pagesOf(letters, 10, [(list) => [...many, ...list]]).flat());
    assert.ok(letters.every((letter) => shown.has(letter)));
  });

  it('show each item once, but for the few that move across an edge, while the list is shuffled a little', () => {
    const next = seededRandom(7);
    const list = Array.from({ length: 500 }, (_, index) => `item ${index}`);
    const movers = new Set<string>();
    const shuffle: Change = (now) => {
      const item = now[Math.floor(next() * now.length)] ?? '';
      movers.add(item);
      return moved(item, Math.floor(next() * now.length))([`new ${now.length}`, ...now]);
    };
    const shown = pagesOf(
      list,
      20,
      Array.from({ length: 100 }, () => shuffle),
    ).flat();
    for (const item of list) {
      const times = shown.filter((other) => other === item).length;
      assert.ok(times === 1 || movers.has(item), `${item} is shown ${times} times`);
    }
  });
});
