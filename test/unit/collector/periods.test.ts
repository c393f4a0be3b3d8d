/** Windows as sealed periods have them. */
import assert from 'node:assert/strict';
import { dayMs, hourMs, hoursBackMs, sealedWindow } from '#collector/store/periods.js';

describe('sealed windows', () => {
  const nowMs = Date.UTC(2026, 10, 22, 16, 30);
  const today = Date.UTC(2026, 10, 22);
  const texts = ({ sinceMs, parameters }: ReturnType<typeof sealedWindow>): string[] =>
    [sinceMs, parameters.until_s * 1_000].map((ms) => new Date(ms).toISOString().slice(0, 13));

  it('begin with an hour up to a week, with a day above it, and take in what clocks that are ahead have told', () => {
    assert.deepEqual(texts(sealedWindow(dayMs, nowMs)), ['2026-11-21T16', '2026-11-24T00']);
    assert.deepEqual(texts(sealedWindow(30 * dayMs, nowMs)), ['2026-10-23T00', '2026-11-24T00']);
    assert.deepEqual(texts(sealedWindow(30 * dayMs, nowMs, { byHourUpToMs: hoursBackMs })), [
      '2026-10-23T16',
      '2026-11-24T00',
    ]);
  });

  it('are as long before as after, without a gap', () => {
    for (const hours of [3, 24, 94, 167, 300]) {
      const { sinceMs } = sealedWindow(hours * hourMs, nowMs);
      const before = sealedWindow(nowMs - sinceMs, nowMs, { endMs: sinceMs, byHourUpToMs: hoursBackMs });
      assert.equal(before.parameters.until_s * 1_000, sinceMs, `${hours} h end where the others begin`);
      const longerMs = sinceMs - before.sinceMs - (nowMs - sinceMs);
      assert.ok(longerMs >= 0 && longerMs < hourMs, `${hours} h are ${longerMs} ms longer`);
    }
  });

  it('know whether hours and settled days are needed', () => {
    const kinds = (windowMs: number, atMs = nowMs): [boolean, boolean] => {
      const { isOpen, hasHours } = sealedWindow(windowMs, atMs);
      return [isOpen, hasHours];
    };
    // By the clock of this process, which must not take a day for open that another one has settled.
    const lateToday = Math.floor(Date.now() / dayMs) * dayMs + dayMs - 1;
    assert.deepEqual(kinds(dayMs, lateToday), [true, true]);
    assert.deepEqual(kinds(3 * dayMs, lateToday), [false, true]);
    assert.deepEqual(kinds(30 * dayMs), [false, false]);
    assert.deepEqual(kinds(2 * dayMs, today - 40 * dayMs), [false, false]);
  });
});
