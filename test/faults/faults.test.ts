/**
 * Quick versions of every case of `npm run bench -- faults`: real processes are killed, disks are full, answers get lost; every
 * span that was acknowledged is in ClickHouse once afterwards, and the rollups count what the rows do.
 */
import assert from 'node:assert/strict';
import { faultCases } from '#benchmarks/suites/faults/cases.js';
import { runCase } from '#benchmarks/suites/faults/run.js';
import { Stage } from '#benchmarks/suites/faults/stage.js';

describe('nothing acknowledged is lost or counted twice', function () {
  // A second or two each; on a machine that has other things to do, some more.
  this.timeout(120_000);
  this.slow(10_000);
  let stage: Stage;

  before(async () => {
    stage = await Stage.raise();
  });
  after(() => stage?.strike());

  for (const one of faultCases) {
    it(`with ${one.name}`, async function () {
      const result = await runCase(stage, one, 'quick');
      if ('skipped' in result) {
        console.error(`      not run: ${result.skipped}`);
        this.skip();
      } else {
        assert.deepEqual(result.failures, []);
        const { lost, duplicated, ackedSpans, runs } = result.figures;
        assert.deepEqual([lost, duplicated], [0, 0]);
        assert.ok(ackedSpans > 0 && runs > 0);
      }
    });
  }
});
