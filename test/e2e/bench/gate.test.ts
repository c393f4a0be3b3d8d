import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type GatePlan, plans } from '#benchmarks/suites/gate/plan.js';
import { failuresOf, type GateFigures, measureGate } from '#benchmarks/suites/gate.js';

const workspace = fileURLToPath(new URL('../../../benchmarks/dist/gate/', import.meta.url));
const leftovers = (): string[] => (existsSync(workspace) ? readdirSync(workspace) : []);

describe("the gate's own measurement", () => {
  const { small } = plans as { small: GatePlan };
  const tiny: GatePlan = { ...small, comparisons: 4, pairs: 3, settings: { ...small.settings, looks: [2, 3] } };

  it('gives every figure, from real starts', async () => {
    const before = leftovers();
    const lines: string[] = [];
    const { figures, report } = await measureGate(tiny, new AbortController().signal, (line) => lines.push(line));
    const told = figures as GateFigures;
    assert.equal(told.suite, 'gate');
    assert.equal(told.comparisons, 4);
    assert.ok(told.falseAlarmRate >= 0 && told.falseAlarmRate <= 1);
    assert.deepEqual(
      told.falseAlarms.map(({ underLoad, comparisons }) => [underLoad, comparisons]),
      [
        [false, 2],
        [true, 2],
      ],
    );
    assert.deepEqual(
      told.detection.map(({ effect, pairs }) => [effect, pairs]),
      [
        ['+6 %', 3],
        ['+10 %', 3],
        ['+10 ms', 3],
        ['one dependency', 3],
      ],
    );
    assert.equal(told.culpritNamedRate, 1);
    assert.ok(told.secondsPerComparison > 1 && told.functionColdMs > 200);
    assert.match(report, /under added CPU load/);
    assert.match(lines.join('\n'), /yaml named/);
    assert.deepEqual(leftovers(), before);
  }).timeout(120_000);

  it('leaves nothing when it is stopped', async () => {
    const before = leftovers();
    const stop = new AbortController();
    const reason = new Error('interrupted');
    setTimeout(() => stop.abort(reason), 700);
    await assert.rejects(
      measureGate(tiny, stop.signal, () => undefined),
      reason,
    );
    assert.deepEqual(leftovers(), before);
  });

  it('says which promise it did not hold', () => {
    const detection = { pairs: 40, comparisons: 50, addedPercent: 6, rate: 0.5 };
    const figures = {
      falseAlarmRate: 0.02,
      culpritNamedRate: 0.9,
      secondsPerComparison: 61,
      detection: [
        { ...detection, effect: '+6 %', pairSpreadPercent: 5.1 },
        { ...detection, effect: '+10 %', pairSpreadPercent: 5.1 },
      ],
    } as unknown as GateFigures;
    assert.deepEqual(failuresOf(figures), [
      '2 % of comparisons of identical code alarm, more than 1 %',
      'the added package is named in 90 %, less than 95 %',
      'a comparison takes 61 s, more than 60',
      '+10 % is found in 50 % at 40 pairs, less than 90 %',
    ]);
  });
});
