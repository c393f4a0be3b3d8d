/** The steps of a ranking's trend. */
import assert from 'node:assert/strict';
import { stepsOf } from '#collector/store/ranking/trend.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const untilMs = Date.UTC(2026, 10, 22, 12, 34, 56);

describe('the steps of a trend', () => {
  for (const [windowMs, stepMs] of [
    [1_000, 60_000],
    [hourMs, 2 * 60_000],
    [dayMs, hourMs],
    [7 * dayMs, 6 * hourMs],
    [30 * dayMs, dayMs],
    [400 * dayMs, 14 * dayMs],
    [3_650 * dayMs, 3_650 * dayMs],
  ] as const) {
    it(`of ${windowMs / hourMs} hours are ${stepMs / hourMs} hours long and hold the whole window`, () => {
      const steps = stepsOf(untilMs - windowMs, untilMs);
      assert.equal(steps.stepMs, stepMs);
      assert.ok(steps.count >= 1 && steps.count <= 33);
      assert.ok(steps.fromMs <= untilMs - windowMs && steps.fromMs % stepMs === 0);
      const endMs = steps.fromMs + steps.count * stepMs;
      assert.ok(endMs > untilMs && endMs - stepMs <= untilMs);
    });
  }
});
