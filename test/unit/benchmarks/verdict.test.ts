import assert from 'node:assert/strict';
import { compareRounds } from '#benchmarks/src/compare/compare.js';
import { metricsOf } from '#benchmarks/src/compare/metrics.js';
import type { Paired } from '#benchmarks/src/compare/paired.js';
import { defaultSettings } from '#benchmarks/src/compare/settings.js';
import { isDecided, verdictOf, worstOf } from '#benchmarks/src/compare/verdict.js';
import type { Sample } from '#benchmarks/src/measure/sample.js';
import { seededRandom } from '#benchmarks/src/random.js';
import type { Result } from '#benchmarks/src/results/result.js';
import { failsCheck, standingOf } from '#benchmarks/src/results/standing.js';
import { benchOf, failed, improved, inconclusive, regressed, unchanged } from '../../support/bench-results.ts';

/** Percents, and the milliseconds of the median. */
const compared = (low: number, middle: number, high: number, ms = middle): Paired => ({
  ratio: { p50: middle / 100, ciLow: low / 100, ciHigh: high / 100 },
  difference: { p50: ms, ciLow: ms - (middle - low), ciHigh: ms + (high - middle) },
  pairs: 40,
  pairSpreadPercent: 4,
});

describe('the verdict', () => {
  for (const [what, pairs, verdict, decided] of [
    ['surely and clearly slower', compared(3, 6, 9), 'regressed', true],
    ['surely slower, however wide the interval', compared(20, 60, 100), 'regressed', true],
    ['surely faster', compared(-9, -6, -3), 'improved', true],
    ['slower, but not surely by 2 %', compared(1.9, 6, 9), 'unchanged', false],
    ['surely slower by less than 3 %', compared(2.1, 2.9, 3.5, 5), 'unchanged', false],
    ['surely slower by less than 1.5 ms', compared(3, 6, 9, 1.4), 'unchanged', false],
    ['faster by less than 1.5 ms', compared(-9, -6, -3, -1.4), 'unchanged', false],
    ['the same, within 3 %', compared(-2, 0.1, 2), 'unchanged', true],
    ['the same, within 1.5 ms', compared(-1.4, 0, 1.4, 0), 'unchanged', true],
    ['nobody knows', compared(-8, 3, 14), 'inconclusive', false],
    ['hardly known', compared(-10, 0, 10), 'unchanged', false],
  ] as const) {
    it(`of ${what} is ${verdict}${decided ? '' : ', unless more pairs change it'}`, () => {
      assert.equal(verdictOf(pairs, defaultSettings), verdict);
      assert.equal(isDecided(pairs, defaultSettings), decided);
    });
  }

  it('of a whole function is the worst of all', () => {
    assert.equal(worstOf(['improved', 'regressed', 'inconclusive']), 'regressed');
    assert.equal(worstOf(['improved', 'inconclusive']), 'inconclusive');
    assert.equal(worstOf(['unchanged', 'improved']), 'improved');
    assert.equal(worstOf([]), 'unchanged');
  });

  for (const [what, standing, loosely, strictly] of [
    ['slower', standingOf(regressed), true, true],
    ['faster', standingOf(improved), false, false],
    ['as fast as before', standingOf(unchanged), false, false],
    ['as fast, but over a budget', standingOf({ ...unchanged, budgets: regressed.budgets }), true, true],
    ['as fast, but with many modules more', standingOf({ ...unchanged, counts: regressed.counts }), true, true],
    ['of unknown speed', standingOf(inconclusive), false, true],
    ['not to be measured', standingOf(failed), true, true],
  ] as const) {
    it(`of a function that is ${what} (${standing}) ${loosely ? 'fails' : 'passes'} the check`, () => {
      const settings = (strict: boolean): Pick<Result, 'settings'> => {
        const { gate } = benchOf([]).settings;
        return { settings: { ...benchOf([]).settings, gate: gate && { ...gate, strict } } };
      };
      assert.equal(failsCheck(standing, settings(false)), loosely);
      assert.equal(failsCheck(standing, settings(true)), strictly);
    });
  }
});

describe('a comparison by looks', () => {
  const next = seededRandom(11);
  const noise = (): number => 0.97 + 0.06 * next();
  const sample = (cpuMs: number | null, coldMs = 100 * noise()): Sample => ({
    cpuMs,
    coldMs,
    readyMs: null,
    rssMb: cpuMs === null ? null : 50,
  });
  const rounds = function* (slower: number, count = 80): Generator<Sample[]> {
    for (let pair = 0; pair < count; pair += 1) yield [sample(100 * noise()), sample(100 * slower * noise())];
  };

  it('ends at the first look that decides', async () => {
    const { verdict, looks, samples, metrics } = await compareRounds(rounds(1.2), defaultSettings);
    assert.equal(verdict, 'regressed');
    assert.deepEqual(looks, [20]);
    assert.equal(samples.base.length, 20);
    assert.deepEqual(
      metrics.map(({ name, gates }) => [name, gates]),
      [
        ['coldCpuMs', true],
        ['coldMs', false],
        ['rssMb', false],
      ],
    );
    const [cpu] = metrics;
    assert.equal(cpu?.change?.pairs, 20);
    assert.ok(Math.abs((cpu?.change?.ratio.p50 ?? 0) - 0.2) < 0.03);
    assert.equal(metrics[1]?.change?.verdict, 'unchanged');
  });

  it('goes on where it does not, to the last look', async () => {
    // On the edge: never surely 3 %, never surely less.
    const { looks, samples } = await compareRounds(rounds(1.03), { ...defaultSettings, looks: [4, 6, 8] });
    assert.deepEqual(looks, [4, 6, 8]);
    assert.equal(samples.head.length, 8);
  });

  it('is gated by wall time where CPU time cannot be read', async () => {
    const slower = function* (): Generator<Sample[]> {
      for (let pair = 0; pair < 80; pair += 1) yield [sample(null), sample(null, 130 * noise())];
    };
    const { verdict, metrics } = await compareRounds(slower(), defaultSettings);
    assert.equal(verdict, 'regressed');
    assert.deepEqual(
      metrics.map(({ name, gates }) => [name, gates]),
      [['coldMs', true]],
    );
  });

  it('needs pairs enough for its looks', async () => {
    await assert.rejects(compareRounds(rounds(1, 10), defaultSettings), RangeError);
  });

  it('has figures without a base too', () => {
    const metrics = metricsOf(
      null,
      [...rounds(1, 10)].map(([base]) => base as Sample),
      defaultSettings,
    );
    assert.equal(metrics[0]?.base, null);
    assert.equal(metrics[0]?.change, null);
    assert.equal(metrics[0]?.head.samples, 10);
    assert.ok((metrics[0]?.head.min ?? 0) <= (metrics[0]?.head.ciLow ?? -1));
  });
});
