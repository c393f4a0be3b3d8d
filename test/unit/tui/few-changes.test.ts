/** What is kept while few of many functions change is what would be made of all of them. */
import assert from 'node:assert/strict';
import type { RankedFunction } from '#collector/index.js';
import { functionKey } from '#tui/screens/function-key.js';
import { createShown, type Wanted } from '#tui/screens/shown.js';
import { changesBetween } from '#tui/state/changes.js';
import { reordered } from '#tui/state/order.js';
import { sortKeys } from '#tui/state/sorts.js';
import { type Random, randomOf } from '../../fuzz/random.ts';
import { rankedFunction, ranking } from './rankings.ts';

const oneAtRandom = (id: number, random: Random): RankedFunction =>
  rankedFunction({
    name: `${random.one(['shop', 'mail', 'a-much-longer-name'])}-${id}`,
    region: random.one(['us-east-1', 'eu-west-1']),
    runtime: random.one(['nodejs24.x', 'java25']),
    memoryMb: random.one([128, 512, null]),
    invocations: random.whole(50),
    coldStarts: random.whole(5),
    cold: { p99Ms: random.whole(9) === 0 ? null : random.whole(30), p50Ms: random.whole(30) },
    phases: { initMs: random.whole(300) },
    cost: { coldUsd: random.one([null, random.whole(1000) / 1e7]), monthlyUsd: random.whole(1000) / 7 },
  });

/** As a source would rank them, so that few change their places. */
const ranked = (functions: readonly RankedFunction[]): RankedFunction[] =>
  functions.toSorted((a, b) => (b.cold.p99Ms ?? -1) - (a.cold.p99Ms ?? -1));

const changedAtRandom = (functions: readonly RankedFunction[], random: Random, id: number): RankedFunction[] => {
  const left = functions.filter(() => random.chance(0.97));
  const changed = left.map((one) => {
    if (!random.chance(0.05)) return one;
    const { invocations, cold, phases } = oneAtRandom(0, random);
    return { ...one, invocations, cold, phases };
  });
  return ranked(random.chance(0.3) ? [...changed, oneAtRandom(id, random)] : changed);
};

describe('few changes of many functions', () => {
  it('are found, with what is gone, what is new, and where', () => {
    const [a, b, c, d] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }];
    assert.deepEqual(changesBetween([a, b, c], [a, d, c]), { gone: [b], fresh: [d], places: [1], isSameOrder: true });
    assert.deepEqual(changesBetween([a, b, c], [a, b, c]), { gone: [], fresh: [], places: [], isSameOrder: true });
    assert.deepEqual(changesBetween([], [a, b]), { gone: [], fresh: [a, b], places: [0, 1], isSameOrder: true });
    assert.deepEqual(changesBetween([a, b, c], []), { gone: [a, b, c], fresh: [], places: [], isSameOrder: true });
    assert.deepEqual(changesBetween([a, b, c], [b, c, a]), { gone: [], fresh: [], places: [], isSameOrder: false });
  });

  it('are too many where two lists have nothing in common', () => {
    const list = (): object[] => Array.from({ length: 500 }, (_, id) => ({ id }));
    assert.equal(changesBetween(list(), list()), null);
  });

  it('keep any order: the same as sorting all', () => {
    const order = (a: { n: number; id: number }, b: { n: number; id: number }): number => a.n - b.n || a.id - b.id;
    for (let seed = 0; seed < 300; seed += 1) {
      const random = randomOf(seed);
      const all = Array.from({ length: random.whole(80) }, (_, id) => ({ n: random.whole(20), id })).sort(order);
      const gone = all.filter(() => random.chance(0.2));
      const fresh = Array.from({ length: random.whole(20) }, (_, id) => ({ n: random.whole(20), id: 1000 + id }));
      const expected = [...all.filter((one) => !gone.includes(one)), ...fresh].sort(order);
      assert.deepEqual(reordered(all, gone, fresh, order), expected, `seed ${seed}`);
    }
  });

  for (const sort of sortKeys) {
    it(`show the same by ${sort} as if all were looked at anew`, () => {
      for (let seed = 0; seed < 12; seed += 1) {
        const random = randomOf(seed);
        const filter = random.one(['', 'shop', '!mail']);
        const wanted: Wanted = { sort, grouping: random.one(['none', 'region']), filter };
        const kept = createShown();
        let functions = ranked(Array.from({ length: random.one([30, 120]) }, (_, id) => oneAtRandom(id, random)));
        for (let turn = 0; turn < 12; turn += 1) {
          const now = ranking(functions);
          const [found, anew] = [kept(wanted, now), createShown()(wanted, now)];
          const where = `seed ${seed}, turn ${turn}`;
          assert.deepEqual(found.functions.map(functionKey), anew.functions.map(functionKey), where);
          assert.deepEqual(found.sums, anew.sums, where);
          assert.equal(found.table.length, anew.table.length, where);
          const changed = changedAtRandom(functions, random, 1000 + turn);
          // As a source gives them that keeps nothing.
          functions = random.chance(0.2) ? structuredClone(changed) : changed;
        }
      }
    });
  }

  it('leave every function where its key says', () => {
    const random = randomOf(1);
    const functions = ranked(Array.from({ length: 50 }, (_, id) => oneAtRandom(id, random)));
    for (const grouping of ['none', 'region', 'runtime'] as const) {
      const {
        keys,
        functions: shown,
        table,
      } = createShown()({ sort: 'cold-p99', grouping, filter: '' }, ranking(functions));
      for (const [place, one] of shown.entries()) {
        assert.equal(keys.indexOf(functionKey(one)), place);
        assert.equal(keys.at(place), functionKey(one));
        assert.deepEqual(table.at(table.lineOf(place)), { ranked: one });
      }
      assert.equal(keys.indexOf(functionKey(rankedFunction({ name: 'gone' }))), -1);
      assert.equal(keys.at(shown.length), undefined);
    }
  });
});
