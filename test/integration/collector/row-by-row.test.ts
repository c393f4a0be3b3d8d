/** A ranking that is asked for again and again: only what has changed is told, and what is made of it is the whole. */
import assert from 'node:assert/strict';
import {
  collectorSource,
  type QuestionSource,
  type Ranking,
  type RankingQuery,
  startCollector,
} from '#collector/index.js';
import { collectorForAllTests } from '../../support/collector.ts';
import { invocationSpans, lambdaResource, store200 } from '../../support/spans.ts';

const hourMs = 3_600_000;

describe('a ranking told row by row', () => {
  const running = collectorForAllTests();
  /** A long window, so that it begins at the same minute for a while. */
  const query: RankingQuery = { sinceMs: 240 * hourMs, sort: 'cold-p99', limit: 10, trend: true };
  let remote: QuestionSource;
  let starts = 0;

  const coldStart = async (name: string, initMs: number): Promise<void> => {
    starts += 1;
    const spans = invocationSpans({
      ...{ id: `i${starts}`, startMs: Date.now() - 3 * hourMs, kind: 'cold' },
      ...{ runtimeStartMs: 40, initMs, executionMs: 5 },
    });
    await store200(running.collector.url, spans, { ...lambdaResource, 'faas.name': name });
    await running.store.seal();
  };

  const names = ({ functions }: Ranking): string[] => functions.map(({ name }) => name);
  const assertWhole = async (found: Ranking, asked: RankingQuery): Promise<void> => {
    const { until } = found;
    // Of the same window, as the collector answers who has nothing yet.
    const anew = await collectorSource(running.collector.url).ranking(asked);
    if (anew.until === until) assert.deepEqual(found, anew);
    else assert.deepEqual(names(found), names(anew));
  };

  before(async () => {
    remote = collectorSource(running.collector.url);
    for (const [name, initMs] of [
      ['slow', 900],
      ['middle', 500],
      ['quick', 100],
    ] as const)
      await coldStart(name, initMs);
  });

  it('is the same answer while nothing changes', async () => {
    const [first, second] = [await remote.ranking(query), await remote.ranking(query)];
    assert.deepEqual(names(first), ['slow', 'middle', 'quick']);
    if (first.until === second.until) assert.equal(second, first);
  });

  it('has the same rows where nothing has changed, in their new places', async () => {
    const before = await remote.ranking(query);
    await coldStart('quick', 2_000);
    const after = await remote.ranking(query);
    assert.deepEqual(names(after), ['quick', 'slow', 'middle']);
    await assertWhole(after, query);
    if (after.until !== before.until) return;
    assert.equal(after.functions[1], before.functions[0]);
    assert.equal(after.functions[2], before.functions[1]);
    assert.notEqual(after.functions[0], before.functions[2]);
  });

  it('gains rows, and loses those behind the limit', async () => {
    const two = { ...query, limit: 2 };
    assert.equal((await remote.ranking(two)).functions.length, 2);
    await coldStart('slowest', 9_000);
    const after = await remote.ranking(two);
    assert.deepEqual(names(after), ['slowest', 'quick']);
    await assertWhole(after, two);
    assert.equal((await remote.ranking(query)).functions.length, 4);
  });

  it('keeps its rows when it is asked for in another order, or filtered', async () => {
    const before = await remote.ranking(query);
    const byCount: RankingQuery = { ...query, sort: 'cold-starts' };
    const after = await remote.ranking(byCount);
    assert.equal(names(after)[0], 'quick');
    await assertWhole(after, byCount);
    if (after.until === before.until) for (const one of after.functions) assert.ok(before.functions.includes(one));
    const filtered: RankingQuery = { ...query, filter: 'slow' };
    assert.deepEqual(names(await remote.ranking(filtered)), ['slowest', 'slow']);
    await assertWhole(await remote.ranking(filtered), filtered);
    const narrowed: RankingQuery = { ...query, only: { region: 'nowhere' } };
    assert.deepEqual(names(await remote.ranking(narrowed)), []);
    assert.deepEqual(names(await remote.ranking(query)), ['slowest', 'quick', 'slow', 'middle']);
  });

  const ask = async (headers: Record<string, string>, url = running.collector.url) => {
    const response = await fetch(`${url}/api/v1/ranking?since=240h&limit=10`, { headers });
    return { response, lines: (await response.text()).trimEnd().split('\n') };
  };

  it('is told whole, row by row, to who has an answer that is not known any more', async () => {
    const { response, lines } = await ask({ 'A-IM': 'rows', 'If-None-Match': '"AAAAAAAAAAAAAAAAAAAAAA"' });
    assert.deepEqual(
      [response.status, response.headers.get('im'), response.headers.get('delta-base')],
      [226, 'rows', null],
    );
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.deepEqual(
      lines.slice(1).map((line) => JSON.parse(line).name),
      ['slowest', 'quick', 'slow', 'middle'],
    );
    assert.equal(JSON.parse(lines[0] ?? '').nextCursor, null);
  });

  it('is told as what has changed to who has one that is known', async () => {
    const first = await ask({ 'A-IM': 'rows' });
    const tag = first.response.headers.get('etag') ?? '';
    await coldStart('middle', 600);
    const { response, lines } = await ask({ 'A-IM': 'rows', 'If-None-Match': `"other", W/${tag}` });
    assert.deepEqual([response.status, response.headers.get('delta-base')], [226, tag]);
    // As long as no minute has passed in between, which changes what depends on the window.
    if (lines[0] === first.lines[0]) {
      assert.deepEqual(lines.slice(1, -1), ['[0,3]']);
      assert.equal(JSON.parse(lines.at(-1) ?? '').name, 'middle');
    }
    const now = response.headers.get('etag') ?? '';
    const again = await ask({ 'A-IM': 'rows', 'If-None-Match': now });
    assert.ok(again.response.status === 304 || again.lines[0] !== lines[0]);
  });

  it('is one piece of JSON for everybody else', async () => {
    const { response, lines } = await ask({ 'A-IM': 'vcdiff' });
    assert.deepEqual(
      [response.status, response.headers.get('content-type'), lines.length],
      [200, 'application/json', 1],
    );
  });

  it('is whole again after the collector has begun anew', async () => {
    const before = await remote.ranking(query);
    const port = Number(new URL(running.collector.url).port);
    await running.collector.close();
    running.collector = await startCollector({ port, store: running.store });
    const after = await remote.ranking(query);
    assert.deepEqual(names(after), names(before));
    await assertWhole(after, query);
  });
});
