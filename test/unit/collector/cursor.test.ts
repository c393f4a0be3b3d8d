import assert from 'node:assert/strict';
import { coldStartPlace, cursorParameter, rankedPlace, readCursor, writeCursor } from '#collector/api/cursor.js';
import { Trouble } from '#collector/trouble.js';

const nowMs = Date.UTC(2026, 10, 22, 9, 30);
const question = { path: '/api/v1/ranking', values: { sinceMs: 86_400_000, filter: 'ünï/?' } };
const ranked = {
  untilMs: nowMs - 60_000,
  from: { offset: 100, before: ['abcdefgh', '-_345678'], behind: ['ABCDEFGH'] },
};
const coldStart = { untilMs: nowMs, from: { atMs: nowMs - 5_000, key: '0b8f1a52-7c1e-4d7f-9a51-2f6d1c3e4b5a' } };

const text = writeCursor(question, ranked, rankedPlace);
/** The text of a cursor with other parts. */
const altered = (change: (parts: unknown[]) => unknown): string =>
  Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(text, 'base64url').toString())))).toString('base64url');

describe('a cursor', () => {
  it('survives writing and reading, and an address', () => {
    assert.deepEqual(readCursor(text, question, rankedPlace, nowMs), ranked);
    const other = writeCursor(question, coldStart, coldStartPlace);
    assert.deepEqual(readCursor(other, question, coldStartPlace, nowMs), coldStart);
    for (const written of [text, other]) {
      assert.match(written, new RegExp(cursorParameter.schema.pattern));
      assert.ok(written.length < cursorParameter.schema.maxLength / 2);
    }
  });

  it('is good for a day', () => {
    const age = (hours: number) => () => readCursor(text, question, rankedPlace, nowMs + hours * 3_600_000);
    assert.doesNotThrow(age(23.9));
    assert.throws(age(24.1), /more than a day old/);
  });

  const refused: [string, string, RegExp][] = [
    ['nothing', '', /none that this collector gives/],
    ['any text', 'ünï', /none that this collector gives/],
    ['half of one', text.slice(0, text.length / 2), /none that this collector gives/],
    ['a number', Buffer.from('7').toString('base64url'), /none that this collector gives/],
    ['one of a later version', altered(([, ...parts]) => [2, ...parts]), /none that this collector gives/],
    ['one of tomorrow', altered(([v, d, , ...place]) => [v, d, nowMs + 86_400_000, ...place]), /none that this/],
    ['one without a time', altered(([v, d, , ...place]) => [v, d, null, ...place]), /none that this/],
    ['a place that is none', altered(([v, d, u, , ...marks]) => [v, d, u, -1, ...marks]), /damaged/],
    ['a huge place', altered(([v, d, u, , ...marks]) => [v, d, u, 1e12, ...marks]), /damaged/],
    ['marks that are none', altered(([v, d, u, o]) => [v, d, u, o, ['x'], ["'"]]), /damaged/],
    ['a place of another list', writeCursor(question, coldStart, coldStartPlace), /damaged/],
    ['another path', writeCursor({ ...question, path: '/api/v1/packages' }, ranked, rankedPlace), /another question/],
    ['another question', writeCursor({ ...question, values: {} }, ranked, rankedPlace), /another question/],
  ];
  for (const [what, cursor, message] of refused) {
    it(`is refused in one sentence: ${what}`, () => {
      assert.throws(
        () => readCursor(cursor, question, rankedPlace, nowMs),
        (error) =>
          error instanceof Trouble &&
          error.exitCode === 2 &&
          message.test(error.message) &&
          /first page\.$/.test(error.next),
      );
    });
  }
});
