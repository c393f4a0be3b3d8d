/** `coldlens top` narrowed and compared, over everything that it can ask. */
import assert from 'node:assert/strict';
import type { Ranking } from '#collector/index.js';
import { collectorForAllTests, urlWithLogin } from '../../support/collector.ts';
import { invocationSpans, lambdaResource, newSpanId, span, store200 } from '../../support/spans.ts';
import { launcher, runColdlens } from '../../unit/tui/run-coldlens.ts';
import { Terminal } from './terminal.ts';

const hourMs = 3_600_000;

describe('coldlens top, narrowed', () => {
  const running = collectorForAllTests();
  const nowMs = Date.now();

  const tell = async (name: string, resource: Record<string, string | number>, initMs: number): Promise<void> => {
    const cold = (agoMs: number, slower: number): object[] =>
      Array.from({ length: 8 }, (_, index) =>
        invocationSpans({
          id: newSpanId(),
          startMs: nowMs - agoMs,
          kind: 'cold',
          runtimeStartMs: 40,
          initMs: initMs + slower + index,
          executionMs: 10,
        }),
      ).flat();
    const spans = [...cold(3 * hourMs, initMs), ...cold(13 * hourMs, 0)];
    await store200(running.collector.url, spans, { ...lambdaResource, 'faas.name': name, ...resource });
  };

  before(async () => {
    await tell('frankfurt', { 'faas.version': '3' }, 100);
    await tell('dublin', { 'cloud.region': 'eu-west-1', 'faas.max_memory': 1_024 * 1_048_576 }, 200);
    await tell('java', { 'cloud.account.id': '2', 'coldlens.runtime': 'java25' }, 300);
    const byTimer = span({
      kind: 2,
      startMs: nowMs - 3 * hourMs,
      durationMs: 5,
      attributes: { 'faas.invocation_id': newSpanId(), 'faas.trigger': 'timer' },
    });
    await store200(running.collector.url, [byTimer], { 'cloud.provider': 'gcp', 'faas.name': 'nightly' });
    await running.store.seal();
  });

  const sources = async (): Promise<Record<string, string>> => ({
    '--data': running.data,
    '--clickhouse': await urlWithLogin(running.store.engine.url),
    '--url': running.collector.url,
  });

  const ranking = async (...args: string[]): Promise<Ranking> => {
    const { code, stdout, stderr } = await runColdlens(['top', '--once', '--json', '--since', '10h', ...args]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const names = ({ functions }: Ranking): string[] => functions.map(({ name }) => name);

  for (const source of ['--data', '--clickhouse', '--url']) {
    it(`counts only what is so, over ${source}`, async () => {
      const of = async (...args: string[]): Promise<string[]> =>
        names(await ranking(source, (await sources())[source] ?? '', ...args));
      assert.deepEqual(await of(), ['java', 'dublin', 'frankfurt', 'nightly']);
      assert.deepEqual(await of('--region', 'eu-west-1'), ['dublin']);
      assert.deepEqual(await of('--memory', '512', '--provider', 'aws'), ['java', 'frankfurt']);
      assert.deepEqual(await of('--version', '3'), ['frankfurt']);
      assert.deepEqual(await of('--account', '2', '--runtime', 'java25'), ['java']);
      assert.deepEqual(await of('--trigger', 'timer'), ['nightly']);
      assert.deepEqual(await of('--region', "eu'; --"), []);
    });
  }

  it('says the same of the window before, whatever is asked', async () => {
    const told = await Promise.all(
      Object.entries(await sources()).map(async (source) => {
        const { functions } = await ranking(...source, '--compare', '--runtime', 'nodejs24.x');
        // Dollars a month are of windows that end at different moments.
        return functions.map(({ name, cold, before }) => [
          name,
          cold.p50Ms,
          before && { ...before, monthlyUsd: (before.monthlyUsd ?? 0) > 0 },
        ]);
      }),
    );
    const then = { invocations: 8, coldStarts: 8, monthlyUsd: true, isColdChangeSure: true };
    assert.deepEqual(told[0], [
      ['dublin', 453, { ...then, coldP50Ms: 253, coldP99Ms: 257 }],
      ['frankfurt', 253, { ...then, coldP50Ms: 153, coldP99Ms: 157 }],
    ]);
    assert.deepEqual(told[1], told[0]);
    assert.deepEqual(told[2], told[0]);
  });

  it('shows on the dashboard what is left out, and the change', async () => {
    const terminal = new Terminal(130, 40);
    try {
      const args = `--url ${running.collector.url} --since 10h --region eu-west-1 --filter dub --compare`;
      terminal.type(`${process.execPath} ${launcher} top ${args}; echo "code $?"\r`);
      const screen = await terminal.shows(/^▶ dublin/m);
      assert.match(screen, /last 10h · only region eu-west-1, name with dub · collector at/);
      assert.match(screen, /COLD P50 +CHANGE COLD P99▼/);
      assert.match(screen, /^▶ dublin .* 453 +\+79% +457 /m);
      terminal.type('q');
      await terminal.shows(/^code 0$/m);
    } finally {
      terminal.close();
    }
  });
});
