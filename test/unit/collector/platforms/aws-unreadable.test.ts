/** Figures and times that nobody can read become neither zero nor absent: what bears one is counted. */
import assert from 'node:assert/strict';
import { Tally } from '#collector/import/tally.js';
import { invocationsOf, iso, nowMs, readLines, reasonsOf } from './aws-support.ts';

const id = '0d1e2f3a-0000-4000-8000-000000000001';
const at = iso(nowMs - 60_000);
const event = (type: string, record: object, time = at): string => JSON.stringify({ time, type, record });
const reportOf = (metrics: unknown): string => event('platform.report', { requestId: id, status: 'success', metrics });
const text = `REPORT RequestId: ${id}\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 95 MB\t`;

const assertCounted = (line: string, reasons: Record<string, number>): void => {
  const told = readLines(line);
  assert.deepEqual([told.reports, told.starts, reasonsOf(told)], [[], [], reasons], line);
};

describe("what cannot be read in Lambda's log", () => {
  const figures: [string, unknown][] = [
    ['with commas', { durationMs: '2,46', initDurationMs: '413,61' }],
    ['with a comma in its init', { durationMs: 2.46, initDurationMs: '413,61' }],
    ['below zero', { durationMs: -2.46, initDurationMs: -413.61 }],
    ['with an init below zero', { durationMs: 2.46, initDurationMs: -1 }],
    ['with nothing for its init', { durationMs: 2.46, initDurationMs: null }],
    ['with an object for its restore', { durationMs: 2.46, restoreDurationMs: {} }],
    ['with words for what it is billed', { durationMs: 2.46, billedDurationMs: 'much' }],
    ['without a duration', { billedDurationMs: 3 }],
    ['of nothing', {}],
    ['that is not there', undefined],
    ['that is no object', 'fast'],
  ];
  for (const [what, metrics] of figures) {
    it(`is a report ${what}`, () => assertCounted(reportOf(metrics), { 'unknown shape': 1 }));
  }

  it('is not what is only not told, and not what is told as text', () => {
    const [one] = invocationsOf(readLines(reportOf({ durationMs: '2.46' }))).values();
    assert.deepEqual(
      [one?.platformStartKind, one?.platformDurationNs, one?.platformBilledMs],
      ['warm', 2_460_000n, null],
    );
  });

  const times = [
    '2026-10-45T25:61:61.000Z',
    '2026-11-00T10:00:00.000Z',
    '2026-11-31T10:00:00.000Z',
    '2026-02-29T10:00:00.000Z',
    '2026-13-01T10:00:00.000Z',
    '2026-00-22T10:00:00.000Z',
    '2026-11-21T24:00:00.000Z',
    '2026-11-22T10:60:00.000Z',
    '2026-11-22T10:00:60.000Z',
    '2026-11-22T10:00:00.000+24:00',
    '2026-11-22T10:00:00.000-00:60',
  ];
  for (const time of times) {
    it(`is the time ${time}`, () => {
      for (const line of [
        `${time} ${text}`,
        `${time} ${text}Status: timeout`,
        `${time}\n${text}`,
        `${at}\n${time} ${text}`,
        `${time} START RequestId: ${id} Version: 1`,
        event('platform.report', { requestId: id, metrics: { durationMs: 2.46 } }, time),
        JSON.stringify({ '@timestamp': time, '@message': text, '@logStream': 's' }),
      ])
        assertCounted(line, { 'wrong time': 1 });
    });
  }

  it('is no day that is there only in leap years, in those', () => {
    const told = readLines(`2024-02-29T10:00:00.000Z ${text}`, undefined, Date.parse('2024-03-01'));
    assert.equal(told.reports.length, 1);
  });
});

describe('records that Lambda says it has dropped', () => {
  const counts: [unknown, number][] = [
    [123, 123],
    [1, 1],
    [0, 1],
    [-7, 1],
    [2.5, 2],
    ['12', 12],
    ['many', 1],
    [undefined, 1],
    [1e300, 1_000_000],
  ];
  for (const [droppedRecords, expected] of counts) {
    it(`count as ${expected} where it says ${droppedRecords}`, () => {
      const told = readLines(`${event('platform.logsDropped', { droppedRecords })}\n${at} ${text}`);
      assert.deepEqual(reasonsOf(told), { 'dropped by the platform': expected });
      const tally = new Tally();
      tally.count({
        records: told.records,
        unknown: told.unknown.list(),
        byFormat: {},
        invocations: new Uint32Array(0),
        rows: null,
      });
      const { read, recognised } = tally.summary(1, false);
      assert.deepEqual([read, recognised], [expected + 1, 1]);
    });
  }
});
