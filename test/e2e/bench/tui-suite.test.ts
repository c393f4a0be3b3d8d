/** `npm run bench -- tui` as a short trial: the real dashboard in a real pseudo-terminal. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const suites = fileURLToPath(new URL('../../../benchmarks/dist/suites/run.js', import.meta.url));

describe('npm run bench -- tui', function () {
  this.timeout(180_000);

  it('measures the dashboard, and prints all figures', async () => {
    const env = { ...process.env, COLDLENS_TUI_SECONDS: '2' };
    const { stdout } = await promisify(execFile)(process.execPath, [suites, 'tui', '--json'], { env });
    const figures = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    assert.equal(figures.suite, 'tui');
    assert.deepEqual([figures.functions, figures.columns, figures.rows, figures.clears], [10_000, 130, 44, 0]);
    const { p50, p99 } = figures.keyToFrameMs as { p50: number; p99: number };
    assert.ok(p50 > 0 && p50 <= p99);
    // Counted in ticks of 10 ms: a dashboard that rests between two answers may take none of them in so short a time.
    assert.ok(Number(figures.cpuPercent) >= 0, `cpuPercent is ${figures.cpuPercent}`);
    for (const name of ['bytesPerFrame', 'changedRowsPerFrame', 'firstPaintMs', 'rssMb', 'rssAfterHourMb']) {
      assert.ok(Number(figures[name]) > 0, `${name} is ${figures[name]}`);
    }
  });
});
