/** Long lists of the read API, page by page, while spans come in. */
import assert from 'node:assert/strict';
import { collectorForAllTests } from '../support/collector.ts';
import { invocationSpans, lambdaResource, newSpanId, span, store200 } from '../support/spans.ts';

const hourMs = 3_600_000;

interface Body {
  since: string;
  until: string;
  nextCursor: string | null;
  functions: { name: string; before: unknown }[];
  coldStarts: { invocationId: string; at: string }[];
  packages: { name: string }[];
  error: string;
  next: string;
}

describe('lists by cursor', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 3 * hourMs;
  const names = Array.from({ length: 9 }, (_, index) => `fn-${index}`);
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1' };

  const tell = async (name: string, spans: readonly object[]): Promise<void> => {
    await store200(running.collector.url, spans, { ...lambdaResource, 'faas.name': name });
    await running.store.seal();
  };
  const cold = (initMs: number, atMs = startMs): { traceId: string }[] =>
    invocationSpans({ id: newSpanId(), startMs: atMs, kind: 'cold', runtimeStartMs: 40, initMs, executionMs: 10 });
  const warm = (atMs = startMs): object[] =>
    invocationSpans({ id: newSpanId(), startMs: atMs, kind: 'warm', executionMs: 5 });

  before(async () => {
    // The slowest first; the last two have no cold start and come by their invocations, which is all that the last hours have.
    for (const [index, name] of names.entries()) {
      const early = index < 7 ? cold(1_000 - 100 * index) : warm();
      const late = Array.from({ length: names.length - index }, () => warm(Date.now() - hourMs)).flat();
      await store200(running.collector.url, [...early, ...late], { ...lambdaResource, 'faas.name': name });
    }
    await running.store.seal();
  });

  const ask = async (path: string, parameters: Record<string, string>): Promise<{ status: number; body: Body }> => {
    const response = await fetch(`${running.collector.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    return { status: response.status, body: (await response.json()) as Body };
  };

  /** Each page, and what happens after it. */
  const pagesOf = async (
    path: string,
    parameters: Record<string, string>,
    after: (page: number) => Promise<void> = async () => {},
  ): Promise<Body[]> => {
    const pages: Body[] = [];
    for (let cursor: string | null | undefined; cursor !== null; cursor = pages.at(-1)?.nextCursor) {
      const { status, body } = await ask(path, { ...parameters, ...(cursor && { cursor }) });
      assert.equal(status, 200, JSON.stringify(body));
      pages.push(body);
      await after(pages.length);
    }
    return pages;
  };
  const functionsOf = (pages: readonly Body[]): string[][] =>
    pages.map(({ functions }) => functions.map(({ name }) => name));

  for (const since of ['24h', '2h']) {
    it(`are the ranking, of one window, with those without a cold start behind (${since})`, async () => {
      const parameters = { since, filter: 'fn-' };
      const [whole] = await pagesOf('ranking', parameters);
      const pages = await pagesOf('ranking', { ...parameters, limit: '4' });
      assert.deepEqual(
        functionsOf(pages).flat(),
        whole?.functions.map(({ name }) => name),
      );
      assert.deepEqual(
        functionsOf(pages).map(({ length }) => length),
        [4, 4, 1],
      );
      assert.equal(new Set(pages.map((page) => `${page.since} ${page.until}`)).size, 1);
    });
  }

  it('show every function once while others come in above, and while shown ones change places', async () => {
    const parameters = { filter: 'fn-', since: '1d', sort: 'cold-max' };
    const pages = await pagesOf('ranking', { ...parameters, limit: '2' }, async (page) => {
      if (page === 1) await tell('fn-new', cold(5_000));
      if (page === 2) await tell('fn-2', cold(9_000));
      if (page === 3) await tell('fn-newer', cold(7_000));
    });
    assert.deepEqual(functionsOf(pages).flat(), names);
  });

  it('tell of the window before on every page', async () => {
    await tell('fn-5', cold(100, startMs - 24 * hourMs));
    const pages = await pagesOf('ranking', { filter: 'fn-', since: '20h', compare: 'before', limit: '4' });
    const told = pages.flatMap(({ functions }) => functions).filter(({ before }) => before !== null);
    assert.deepEqual(
      told.map(({ name }) => name),
      ['fn-5'],
    );
  });

  it('are the cold starts of a function, the latest first, also of the same millisecond', async () => {
    const name = 'restless';
    for (const agoMs of [0, 0, 0, 1_000, 2_000, 2_000, 3_000])
      await store200(running.collector.url, cold(100, startMs - agoMs), { ...lambdaResource, 'faas.name': name });
    await running.store.seal();
    const of = { ...identity, name, since: '24h' };
    const [whole] = await pagesOf('cold-starts', of);
    assert.equal(whole?.coldStarts.length, 7);
    const times = whole?.coldStarts.map(({ at }) => at) ?? [];
    assert.deepEqual(times, times.toSorted().toReversed());
    const pages = await pagesOf('cold-starts', { ...of, limit: '2' }, () => tell(name, cold(100, startMs + 60_000)));
    assert.deepEqual(
      pages.flatMap(({ coldStarts }) => coldStarts),
      whole?.coldStarts,
    );
    const page = await running.store.functionPage({ ...identity, name, sinceMs: 24 * hourMs });
    assert.deepEqual(page?.recentColdStarts.slice(-7), whole?.coldStarts);
  });

  it('are empty for a function without cold starts, and not there for one that is not', async () => {
    assert.deepEqual((await ask('cold-starts', { ...identity, name: 'fn-8' })).body.coldStarts, []);
    const { status, body } = await ask('cold-starts', { ...identity, name: 'nobody' });
    assert.deepEqual([status, body.error], [404, 'There is no such function in the window.']);
  });

  it('are the packages', async () => {
    const spans = cold(500);
    const modules = ['a', 'b', 'c', 'd', 'e'].map((name, index) =>
      span({
        traceId: spans[0]?.traceId ?? '',
        startMs,
        durationMs: 10,
        attributes: {
          'coldlens.module.package': name,
          'coldlens.module.self_ms': 10 + index,
          'coldlens.module.total_ms': 10 + index,
        },
      }),
    );
    await tell('packed', [...spans, ...modules]);
    const pages = await pagesOf('packages', { limit: '2' });
    assert.deepEqual(
      pages.map(({ packages }) => packages.map(({ name }) => name)),
      [['e', 'd'], ['c', 'b'], ['a']],
    );
  });

  it('are refused in one sentence where the cursor is of another question', async () => {
    const parameters = { filter: 'fn-', since: '24h' };
    const { body } = await ask('ranking', { ...parameters, limit: '2' });
    const cursor = body.nextCursor ?? '';
    // The same question in other words, and a page of another length.
    assert.equal((await ask('ranking', { filter: 'fn-', limit: '5', sort: 'cold-p99', cursor })).status, 200);
    const wrong: [string, Record<string, string>, RegExp][] = [
      ['ranking', { ...parameters, sort: 'cost', cursor }, /^The cursor is of another question\.$/],
      ['ranking', { ...parameters, since: '25h', cursor }, /another question/],
      ['ranking', { filter: 'fn', cursor }, /another question/],
      ['packages', { cursor }, /another question/],
      ['ranking', { ...parameters, cursor: 'x' }, /^The cursor is none that this collector gives\.$/],
      ['ranking', { ...parameters, cursor: '' }, /none that/],
      ['function', { ...identity, name: 'fn-1', cursor }, /"cursor" is no parameter of a function/],
    ];
    for (const [path, asked, message] of wrong) {
      const refused = await ask(path, asked);
      assert.equal(refused.status, 400, JSON.stringify(asked));
      assert.match(refused.body.error, message);
      assert.match(refused.body.next, /\S\.$/);
    }
  });
});
