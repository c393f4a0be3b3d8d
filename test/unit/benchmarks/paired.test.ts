import assert from 'node:assert/strict';
import { bootstrapMedian, paired } from '#benchmarks/src/compare/paired.js';
import { seededRandom } from '#benchmarks/src/random.js';

const settings = { confidence: 0.95, resamples: 2_000, seed: 1 };

/** Normal deviates, by Box and Muller. */
const normal = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

describe('the bootstrap of a median', () => {
  it('gives the middle of an odd number, and the mean of the two in the middle of an even one', () => {
    assert.equal(bootstrapMedian([9, 1, 5], settings).p50, 5);
    assert.equal(bootstrapMedian([9, 1, 5, 6], settings).p50, 5.5);
    assert.deepEqual(bootstrapMedian([4], settings), { p50: 4, ciLow: 4, ciHigh: 4 });
  });

  it('gives the same interval for the same samples, in any order', () => {
    const values = Array.from({ length: 20 }, (_, at) => (at * 7) % 13);
    assert.deepEqual(bootstrapMedian(values, settings), bootstrapMedian(values.toReversed(), settings));
  });

  it('holds the true median as often as it says', () => {
    const next = seededRandom(5);
    for (const confidence of [0.8, 0.95]) {
      let held = 0;
      for (let trial = 0; trial < 1_000; trial += 1) {
        const values = Array.from({ length: 40 }, () => normal(next));
        const { ciLow, ciHigh } = bootstrapMedian(values, { ...settings, resamples: 500, confidence });
        if (ciLow <= 0 && ciHigh >= 0) held += 1;
      }
      assert.ok(Math.abs(held / 1_000 - confidence) < 0.03, `${held} of 1,000 at ${confidence}`);
    }
  });

  it('is wider the surer it has to be', () => {
    const values = Array.from({ length: 40 }, (_, at) => at);
    const [narrow, wide] = [0.8, 0.99].map((confidence) => bootstrapMedian(values, { ...settings, confidence }));
    assert.ok(narrow && wide && wide.ciLow < narrow.ciLow && wide.ciHigh > narrow.ciHigh);
  });

  it('needs a value', () => assert.throws(() => bootstrapMedian([], settings), RangeError));
});

describe('a paired comparison', () => {
  it('takes ratios within pairs, so that a machine that slows down means nothing', () => {
    const base = Array.from({ length: 20 }, (_, at) => 100 * (1 + at));
    const { ratio, difference, pairs, pairSpreadPercent } = paired(
      base,
      base.map((value) => value * 1.1),
      settings,
    );
    for (const value of [ratio.p50, ratio.ciLow, ratio.ciHigh]) assert.ok(Math.abs(value - 0.1) < 1e-9);
    assert.ok(Math.abs(difference.p50 - 105) < 1e-9);
    assert.equal(pairs, 20);
    assert.ok(pairSpreadPercent < 1e-9);
  });

  it('tells how far the pairs lie apart', () => {
    const { ratio, pairSpreadPercent } = paired([100, 100, 100], [90, 100, 120], settings);
    assert.equal(ratio.p50, 0);
    assert.ok(Math.abs(pairSpreadPercent - 10) < 1e-9);
  });

  it('refuses what are no pairs, and what has no ratio', () => {
    assert.throws(() => paired([1], [1, 2], settings), RangeError);
    assert.throws(() => paired([0], [1], settings), RangeError);
    assert.throws(() => paired([Number.NaN], [1], settings), RangeError);
  });
});
