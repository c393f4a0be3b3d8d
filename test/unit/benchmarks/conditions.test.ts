/** What of a matrix of Node versions and memory sizes applies to which platform. */
import assert from 'node:assert/strict';
import type { Condition } from '#benchmarks/src/measure/sample.js';
import type { Run } from '#benchmarks/src/run/bench-run.js';
import { fitting, mustFitSome } from '#benchmarks/src/run/conditions.js';
import type { Target, TargetPlatform } from '#benchmarks/src/targets/target.js';

/** As far as it is looked at. */
const on = (platform: TargetPlatform): Target => ({ platform }) as Target;

describe('conditions', () => {
  const conditions: Condition[] = ['22', '24'].map((node) => ({
    name: `node ${node}`,
    node,
    memoryMb: 512,
    limitCpu: true,
    pageCache: 'warm',
  }));

  it('apply in full on Lambda', () => assert.deepEqual(fitting(on('lambda'), conditions), conditions));

  it('keep Node alone where CPU does not follow memory', () => {
    for (const platform of ['google', 'azure', 'node'] as const) {
      assert.deepEqual(fitting(on(platform), conditions), [
        { name: 'node 22', node: '22', pageCache: 'warm' },
        { name: 'node 24', node: '24', pageCache: 'warm' },
      ]);
    }
  });

  it('start a Worker once', () => {
    assert.deepEqual(fitting(on('workers'), conditions), [{ name: '', pageCache: 'warm' }]);
  });

  for (const [asked, targets, message] of [
    [{ node: ['22'], memoryMb: [] }, ['workers'], /workerd and not in Node/],
    [{ node: [], memoryMb: [512] }, ['workers', 'google'], /CPU follows memory on Lambda only/],
    [{ node: ['22'], memoryMb: [512] }, ['workers', 'lambda'], null],
    [{ node: [], memoryMb: [] }, ['workers'], null],
  ] as const) {
    it(`${message ? 'refuse' : 'take'} ${JSON.stringify(asked)} for ${targets.join(' and ')}`, () => {
      const check = (): void => mustFitSome(targets.map(on), { request: asked } as unknown as Run);
      if (message) assert.throws(check, { name: 'Trouble', exitCode: 2, message });
      else check();
    });
  }
});
