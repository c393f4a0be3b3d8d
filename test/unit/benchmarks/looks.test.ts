import assert from 'node:assert/strict';
import { boundaries, looksAt, spentBy } from '#benchmarks/src/compare/looks.js';
import { seededRandom } from '#benchmarks/src/random.js';

const isNear = (actual: number | undefined, wanted: number, tolerance: number): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - wanted) < tolerance, `${actual} is not near ${wanted}`);

describe('looks', () => {
  it('have the published boundaries', () => {
    // Equal steps, two-sided 0.05: Lan and DeMets' form near Pocock's.
    for (const [at, z] of [2.2794, 2.2949, 2.2959].entries()) {
      isNear(boundaries([1 / 3, 2 / 3, 1], 0.05)[at], z, 0.0005);
    }
    // A single look is no look at all.
    isNear(boundaries([1], 0.05)[0], 1.95996, 0.0005);
  });

  it('spend all of the error, and no more', () => {
    assert.equal(spentBy(0, 0.05), 0);
    isNear(spentBy(1, 0.05), 0.05, 1e-12);
  });

  it('together are wrong as often as a single one would be', () => {
    const next = seededRandom(3);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const looks = [20, 40, 80];
    const corrected = boundaries([0.25, 0.5, 1], 0.05);
    let [wrong, uncorrected] = [0, 0];
    const trials = 100_000;
    for (let trial = 0; trial < trials; trial += 1) {
      let [sum, seen, crossed, naive] = [0, 0, false, false];
      for (const [at, pairs] of looks.entries()) {
        sum += normal() * Math.sqrt(pairs - seen);
        seen = pairs;
        const z = Math.abs(sum / Math.sqrt(pairs));
        if (z > (corrected[at] ?? 0)) crossed = true;
        if (z > 1.96) naive = true;
      }
      if (crossed) wrong += 1;
      if (naive) uncorrected += 1;
    }
    isNear(wrong / trials, 0.05, 0.002);
    assert.ok(uncorrected / trials > 0.09, `${uncorrected / trials} without a correction`);
  });

  it('ask for more than 95 % each', () => {
    const looks = looksAt([20, 40, 80], 0.95);
    assert.deepEqual(
      looks.map(({ pairs, isLast }) => [pairs, isLast]),
      [
        [20, false],
        [40, false],
        [80, true],
      ],
    );
    for (const [at, confidence] of [0.9821, 0.9821, 0.974].entries()) isNear(looks[at]?.confidence, confidence, 0.0005);
    assert.deepEqual(
      looksAt([30], 0.95).map(({ isLast }) => isLast),
      [true],
    );
    isNear(looksAt([30], 0.95)[0]?.confidence, 0.95, 1e-6);
  });

  it('refuse numbers that do not rise', () => {
    for (const bad of [[], [40, 20], [20, 20], [1.5], [1]]) assert.throws(() => looksAt(bad, 0.95), RangeError);
  });
});
