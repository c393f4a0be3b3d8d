import assert from 'node:assert/strict';
import { asOf } from '#collector/api/as-of.js';
import { conditional } from '#collector/api/conditional.js';
import { errorAnswer, jsonAnswer } from '#collector/receive/answer.js';

describe('a conditional answer', () => {
  const found = jsonAnswer(200, { functions: [] });
  const ask = (ifNoneMatch?: string, answer = found) => {
    const { status, body, headers } = conditional(
      { headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch } },
      answer,
    );
    return { status, body, headers: headers ?? {} };
  };
  const tag = ask().headers.ETag ?? '';

  it('has a tag of its very bytes, and may be kept by its user only', () => {
    assert.match(tag, /^"[A-Za-z0-9_-]{22}"$/);
    assert.equal(ask().headers['Cache-Control'], 'private, no-cache');
    assert.equal(ask(undefined, jsonAnswer(200, { functions: [] })).headers.ETag, tag);
    assert.notEqual(ask(undefined, jsonAnswer(200, { functions: [1] })).headers.ETag, tag);
  });

  for (const known of [tag, `W/${tag}`, '*', ` * `, `"a", ${tag}`, `"a,b" ,W/"c",W/${tag}`, `"", ${tag}, "z"`]) {
    it(`is left out where it is known: ${known.replace(tag, 'TAG')}`, () => {
      const { status, body, headers } = ask(known);
      assert.deepEqual([status, body, headers.ETag, headers['Cache-Control']], [304, '', tag, 'private, no-cache']);
    });
  }

  for (const unknown of ['', '"a"', tag.slice(1, -1), tag.toLowerCase(), `"a,${tag.slice(1)}`, '"*"', '*, "a"', 'W/']) {
    it(`is sent where it is not: ${unknown.replace(tag.slice(1, -1), 'TAG')}`, () => {
      assert.deepEqual([ask(unknown).status, ask(unknown).body], [200, found.body]);
    });
  }

  it('is no refusal', () => {
    const refused = errorAnswer(404, 'There is nothing.', 'Look elsewhere.');
    assert.deepEqual(conditional({ headers: { 'if-none-match': '*' } }, refused), refused);
  });
});

describe('the end of a window', () => {
  const nowMs = Date.UTC(2026, 10, 22, 9, 30, 47, 123);
  for (const [window, windowMs, end] of [
    ['a second', 1_000, '09:30:47.000'],
    ['quarter of an hour', 900_000, '09:30:47.000'],
    ['an hour', 3_600_000, '09:30:40.000'],
    ['a day', 86_400_000, '09:30:00.000'],
    ['a year', 365 * 86_400_000, '09:30:00.000'],
  ] as const) {
    it(`of ${window} is a whole step of the clock`, () => {
      assert.equal(new Date(asOf(nowMs, windowMs)).toISOString(), `2026-11-22T${end}Z`);
    });
  }
});
