/** What benchmarks have kept, run by run. */
import assert from 'node:assert/strict';
import type { BenchRun, BenchSample } from '#collector/index.js';
import { collectorForAllTests } from '../../support/collector.ts';
import { benchSample } from '../../support/spans.ts';

const dayMs = 24 * 3_600_000;

describe('benchmark runs', () => {
  const running = collectorForAllTests();
  const nowMs = Date.now();

  const side = (
    which: BenchSample['side'],
    coldMs: readonly number[],
    parts: Partial<BenchSample> = {},
  ): BenchSample[] =>
    coldMs.map((ms, sample) =>
      benchSample({
        ...{ side: which, sample, coldNs: ms * 1e6, commit: which === 'base' ? 'aaaa' : 'bbbb', ref: 'main' },
        ...{ verdict: which === 'base' ? null : 'regressed', ...parts },
      }),
    );

  before(async () => {
    const slower = { measuredMs: nowMs - dayMs, runId: 'slower' };
    const samples = [
      ...side('base', [100, 101, 102, 103, 104, 105, 106, 107, 108, 109], slower),
      ...side('head', [200, 210, 220, 230, 240, 250, 260, 270, 280, 290], { ...slower, cpuNs: 90e6 }),
      // The same run has another function, and the same function at another size.
      ...side('head', [50], { ...slower, functionName: 'cart', verdict: null, readyNs: null, rssBytes: null }),
      ...side('head', [70], { ...slower, memoryMb: 0, verdict: null }),
      ...side('base', [300, 100, 200], { measuredMs: nowMs - 2 * dayMs, runId: 'gone', verdict: null }),
      ...side('head', [1], { measuredMs: nowMs - 100 * dayMs, runId: 'old' }),
    ];
    await running.store.insertBenchSamples(samples);
    // Stored again, in an insert of its own: a run is a run.
    await running.store.insertBenchSamples(samples.slice(0, 12));
  });

  const runs = async (parts: { filter?: string; sinceMs?: number } = {}): Promise<BenchRun[]> =>
    (await running.store.benchRunsPage({ sinceMs: 30 * dayMs, limit: 100, ...parts })).answer.runs;

  it('are told base against head, the latest first', async () => {
    const found = await runs();
    const named = found.map(({ runId, functionName, memoryMb }) => `${runId} ${functionName} ${memoryMb}`);
    assert.deepEqual(named.sort(), ['gone orders 512', 'slower cart 512', 'slower orders 512', 'slower orders null']);
    assert.equal(found.at(-1)?.runId, 'gone');
    const slower = found.find(({ base, head }) => base && head);
    assert.deepEqual(slower, {
      ...{ runId: 'slower', at: new Date(nowMs - dayMs).toISOString(), functionName: 'orders', platform: 'lambda' },
      ...{ runtime: 'nodejs24.x', node: '24.21.0', memoryMb: 512, pageCache: 'warm', fingerprint: 'machine' },
      ...{ verdict: 'regressed', changeMs: 136, changeRatio: 136 / 104 },
      base: {
        ...{ commit: 'aaaa', ref: 'main', samples: 10, coldP50Ms: 104, coldP90Ms: 108, coldMinMs: 100, coldMaxMs: 109 },
        ...{ coldLowMs: 100, coldHighMs: 109, readyMs: 150, cpuMs: null, rssMb: 64 },
      },
      head: {
        ...{ commit: 'bbbb', ref: 'main', samples: 10, coldP50Ms: 240, coldP90Ms: 280, coldMinMs: 200, coldMaxMs: 290 },
        ...{ coldLowMs: 200, coldHighMs: 290, readyMs: 150, cpuMs: 90, rssMb: 64 },
      },
    });
  });

  it('have one side where only one was measured', async () => {
    const [cart] = await runs({ filter: 'CART' });
    assert.deepEqual([cart?.base, cart?.changeMs, cart?.changeRatio, cart?.verdict], [null, null, null, null]);
    const { coldP50Ms, coldLowMs, readyMs, rssMb } = cart?.head ?? {};
    assert.deepEqual([coldP50Ms, coldLowMs, readyMs, rssMb], [50, null, null, null]);
    const gone = (await runs()).find(({ runId }) => runId === 'gone');
    assert.deepEqual([gone?.head, gone?.base?.coldP50Ms, gone?.base?.coldMaxMs], [null, 200, 300]);
  });

  it('are narrowed by name and window', async () => {
    assert.equal((await runs({ sinceMs: 365 * dayMs })).length, 5);
    assert.deepEqual(await runs({ filter: "o'; --" }), []);
  });

  it('are told page by page, each once', async () => {
    const pages: BenchRun[][] = [];
    let cursor: string | null = null;
    do {
      const search = new URLSearchParams({ since: '30d', limit: '1', ...(cursor !== null && { cursor }) });
      const response = await fetch(`${running.collector.url}/api/v1/bench-runs?${search}`);
      const body = (await response.json()) as { runs: BenchRun[]; nextCursor: string | null };
      assert.equal(response.status, 200);
      pages.push(body.runs);
      cursor = body.nextCursor;
    } while (cursor !== null);
    assert.ok(pages.every(({ length }) => length === 1));
    assert.deepEqual(pages.flat(), await runs());
  });
});
