/** `--since` of what arrives, and of stored benchmarks. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveInvocation, LiveInvocations } from '#collector/index.js';
import { optionTable } from '#tui/cli/option-table.js';
import { benchmarksScreen, benchmarksSinceMs } from '#tui/screens/benchmarks/screen.js';
import { arrivedWithin, liveScreen } from '#tui/screens/live/screen.js';
import { liveSinceMs } from '#tui/screens/live/since.js';
import { pollMs } from '#tui/state/feed.js';
import { benchRuns, liveInvocations } from './more-pages.ts';
import { sixFunctions } from './rankings.ts';
import { runColdlens } from './run-coldlens.ts';
import { FakeSource, stage } from './screen-stage.ts';

const untilMs = Date.parse(liveInvocations.until);
const arrival = (key: string, agoMs: number): LiveInvocation => ({
  ...(liveInvocations.invocations[0] as LiveInvocation),
  ...{ key, name: key, arrivedAt: new Date(untilMs - agoMs).toISOString() },
});
const told = (cursor: string, ...invocations: LiveInvocation[]): LiveInvocations => ({
  ...liveInvocations,
  ...{ cursor, invocations, arrived: invocations.length },
});

const namesOn = (screen: string): string[] =>
  [...screen.matchAll(/^[▶ ] (new|late|old)\b/gm)].map(([, name]) => name ?? '');

describe('--since', () => {
  it('of live leaves out what arrived before, and counts what is left', () => {
    const answer = told('1', arrival('new', 59_000), arrival('old', 61_000));
    const { invocations, arrived } = arrivedWithin(answer, 60_000);
    assert.deepEqual([invocations.map(({ name }) => name), arrived], [['new'], 1]);
    assert.equal(arrivedWithin(answer, liveSinceMs), answer);
    const cut = { ...told('1', arrival('new', 1_000)), arrived: 900 };
    assert.equal(arrivedWithin(cut, 60_000).arrived, 900, 'more than is listed may have arrived in that time');
  });

  it('of live keeps what it has shown, and does not show what is told once more', async () => {
    const source = new FakeSource(() => sixFunctions);
    const answers = [
      told('1', arrival('new', 59_000), arrival('old', 61_000)),
      told('2', arrival('late', -1_000), arrival('old', 61_000)),
    ];
    source.live = async () => answers.shift() ?? told('3');
    const shown = await stage({ columns: 100, rows: 20, source, open: liveScreen(60_000) });
    try {
      assert.deepEqual(namesOn(shown.screen()), ['new']);
      await shown.clock.advance(pollMs);
      assert.deepEqual(namesOn(shown.screen()), ['late', 'new']);
    } finally {
      await shown.close();
    }
  });

  it('of live says how far back there was nothing', async () => {
    const source = new FakeSource(() => sixFunctions);
    source.live = async () => told('1', arrival('old', 61_000));
    const shown = await stage({ columns: 100, rows: 20, source, open: liveScreen(60_000) });
    assert.match(shown.screen(), /Nothing has arrived in the last 1m\./);
    await shown.close();
  });

  it('of benchmarks is what is asked and shown', async () => {
    const source = new FakeSource(() => sixFunctions);
    const asked: number[] = [];
    source.benchRuns = async ({ sinceMs }) => {
      asked.push(sinceMs);
      return { ...benchRuns, runs: [] };
    };
    const shown = await stage({
      columns: 100,
      rows: 20,
      source,
      open: benchmarksScreen({ endpoint: '' }, 7 * 86_400_000),
    });
    assert.match(shown.screen(), /benchmarks · last 7d/);
    assert.match(shown.screen(), /No benchmark was stored in the last 7d\./);
    assert.deepEqual(asked, [7 * 86_400_000]);
    await shown.close();
  });

  it('has for each the default that its screen has', () => {
    assert.equal(optionTable.arrivals.read(optionTable.arrivals.default, '--since'), liveSinceMs);
    assert.equal(optionTable.runs.read(optionTable.runs.default, '--since'), benchmarksSinceMs);
  });

  it('reaches a collector from the command line, or is kept to on this side', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const { url = '' } = request;
      asked.push(url);
      const answer = url.includes('/live') ? told('1', arrival('new', 59_000), arrival('old', 61_000)) : benchRuns;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...answer, nextCursor: null }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const where = ['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--json'];
    try {
      const live = await runColdlens(['live', '--since', '1m', ...where]);
      assert.equal(live.code, 0, live.stderr);
      assert.deepEqual(
        (JSON.parse(live.stdout) as LiveInvocations).invocations.map(({ name }) => name),
        ['new'],
      );
      await runColdlens(['benchmarks', '--since', '7d', ...where]);
      assert.match(asked.at(-1) ?? '', /\/bench-runs\?since=(7d|604800s)/);
      await runColdlens(['benchmarks', ...where]);
      assert.match(asked.at(-1) ?? '', /\/bench-runs\?since=(90d|7776000s)/);
    } finally {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });
});
