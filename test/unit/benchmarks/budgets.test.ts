import assert from 'node:assert/strict';
import { budgetsOf, readBudgets } from '#benchmarks/src/compare/budgets.js';
import type { Sample } from '#benchmarks/src/measure/sample.js';

describe('budgets', () => {
  const samples: Sample[] = [100, 200, 300, 400, 500].map((coldMs) => ({
    coldMs,
    cpuMs: null,
    readyMs: coldMs / 2,
    rssMb: 60,
  }));
  const counts = [{ name: 'modules', base: null, head: 40, limit: null, isOver: false } as const];

  it('hold medians, tails and counts', () => {
    const limits = { coldP50Ms: 300, coldP90Ms: 499, readyP50Ms: 150, rssP50Mb: 59.9, modules: 40 };
    assert.deepEqual(
      budgetsOf(limits, samples, counts).map(({ name, actual, isOver }) => [name, actual, isOver]),
      [
        ['coldP50Ms', 300, false],
        ['coldP90Ms', 500, true],
        ['readyP50Ms', 150, false],
        ['rssP50Mb', 60, true],
        ['modules', 40, false],
      ],
    );
  });

  it('say when they cannot be checked', () => {
    assert.throws(() => budgetsOf({ coldCpuP50Ms: 5 }, samples, counts), { name: 'Trouble', message: /coldCpuP50Ms/ });
    assert.throws(() => budgetsOf({ bytes: 5 }, samples, counts), { name: 'Trouble', exitCode: 3 });
  });

  it('are refused where they are none, with what is wrong', () => {
    const where = 'budgets in coldlens.config.json';
    assert.deepEqual(readBudgets({ coldP50Ms: 300 }, where), { coldP50Ms: 300 });
    for (const [value, message] of [
      [[], /is no object/],
      [null, /is no object/],
      [{ coldP50: 300 }, /unknown budget "coldP50"/],
      [JSON.parse('{"__proto__": 1}'), /unknown budget/],
      [{ coldP50Ms: '300' }, /coldP50Ms .* no number above 0/],
      [{ coldP50Ms: 0 }, /no number above 0/],
    ] as const) {
      assert.throws(() => readBudgets(value, where), { name: 'Trouble', exitCode: 2, message });
    }
  });
});
