import assert from 'node:assert/strict';
import { parseDurationMs } from '#collector/duration.js';
import { Trouble } from '#collector/trouble.js';

describe('a duration text', () => {
  for (const [text, ms] of [
    ['1s', 1000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['400d', 34_560_000_000],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseDurationMs(text), ms));
  }

  for (const text of ['', '24', 'h', '0s', '401d', '-1h', '1.5h', '1w', '24h ', '9999999999s', '1h\n']) {
    it(`refuses ${JSON.stringify(text)} as wrong usage`, () => {
      assert.throws(
        () => parseDurationMs(text),
        (error) => error instanceof Trouble && error.exitCode === 2,
      );
    });
  }
});
