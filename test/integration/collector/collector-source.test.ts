/** A collector elsewhere gives the answers that its store gives. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectorSource, openStore, type QuestionSource, Trouble } from '#collector/index.js';
import { collectorForAllTests } from '../../support/collector.ts';
import { benchSample, invocationSpans, lambdaResource, newSpanId, span, store200 } from '../../support/spans.ts';

const hourMs = 3_600_000;

describe('a collector elsewhere', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 3 * hourMs;
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name: 'far/away?' };
  let remote: QuestionSource;

  before(async () => {
    remote = collectorSource(running.collector.url);
    const cold = invocationSpans({ id: 'c', startMs, kind: 'cold', runtimeStartMs: 40, initMs: 9, executionMs: 5 });
    const module = span({
      ...{ traceId: cold[0]?.traceId ?? '', spanId: newSpanId(), startMs, durationMs: 5 },
      attributes: { 'coldlens.module.package': 'zod', 'coldlens.module.self_ms': 5, 'coldlens.module.total_ms': 5 },
    });
    const warm = invocationSpans({ id: 'w', startMs: Date.now() - 60_000, kind: 'warm', executionMs: 5 });
    await store200(running.collector.url, [...cold, module, ...warm], {
      ...lambdaResource,
      'faas.name': identity.name,
    });
    await running.store.insertBenchSamples([benchSample({})]);
    await running.store.seal();
  });

  /** What depends on the very moment of asking. */
  const momentary =
    /^(since|until|at|monthlyUsd|usdPerMonth|msPerMonth|perMillionUsd|alternatives|waiting|trend|units|chargedUnits|scaledFromDays)$/;
  const lasting = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, member) => (momentary.test(key) ? undefined : member)));

  const sinceMs = 24 * hourMs;
  const asked: Readonly<Record<string, (source: QuestionSource) => Promise<object | null>>> = {
    ranking: (source) => source.ranking({ sinceMs, sort: 'cost', limit: 9, compare: true, trend: true, totals: true }),
    functionPage: (source) => source.functionPage({ ...identity, sinceMs }),
    coldStarts: (source) => source.coldStarts({ ...identity, sinceMs, limit: 5 }),
    instances: (source) => source.instances({ ...identity, sinceMs, limit: 5 }),
    invocationPage: (source) => source.invocationPage({ ...identity, invocationId: 'c', atMs: startMs }),
    modules: (source) => source.modules({ ...identity, sinceMs, trees: 5 }),
    packages: (source) => source.packages({ sinceMs, limit: 5, of: identity }),
    live: (source) => source.live({ limit: 5, filter: 'far' }),
    benchRuns: (source) => source.benchRuns({ sinceMs, limit: 5, filter: 'ord' }),
    bill: (source) => source.bill({ sinceMs, freeTier: true }),
  };

  for (const [name, ask] of Object.entries(asked)) {
    it(`gives the same ${name}`, async () => {
      const [far, near] = [await ask(remote), await ask(running.store)];
      assert.ok(far !== null);
      assert.deepEqual(lasting(far), lasting(near));
      assert.ok(Object.values(far).some((value) => Array.isArray(value) && value.length > 0));
    });
  }

  it('knows what waits in it, and how it is, which its store does not', async () => {
    const [far, near] = [await remote.live({ limit: 1 }), await running.store.live({ limit: 1 })];
    assert.deepEqual([far.waiting, near.waiting], [{ batches: 0, oldestMs: null }, null]);
    const health = await remote.health();
    assert.equal((await running.store.health()).collector, null);
    const { collector, store } = health;
    assert.deepEqual([collector?.isReady, collector?.error, collector?.buffer.batches], [true, null, 0]);
    assert.ok(collector && collector.received.acknowledgedSpans >= 6 && collector.inserts.count >= 1);
    assert.ok((collector.requests.p50Ms ?? 0) > 0 && collector.rssBytes > 1e6 && collector.uptimeMs > 0);
    assert.match(store.description, /^embedded ClickHouse at 127\.0\.0\.1:\d+$/);
    assert.ok((store.answerMs ?? -1) >= 0 && store.error === null);
    assert.ok(Math.abs(Date.parse(store.latestArrivalAt ?? '') - Date.now()) < 60_000);
    assert.ok(store.tables?.some(({ name, rows, bytes }) => name === 'spans' && rows >= 6 && bytes > 0));
    assert.deepEqual(Object.keys(await running.collector.source.health()), Object.keys(health));
  });

  it('counts why requests were refused', async () => {
    const response = await fetch(`${running.collector.url}/v1/traces`, {
      ...{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' },
    });
    assert.equal(response.status, 400);
    const { collector } = await remote.health();
    assert.deepEqual(collector?.received.rejectedRequests, [{ name: 'malformed', count: 1 }]);
  });

  it('has nothing where there is nothing of that name', async () => {
    const nobody = { ...identity, name: 'nobody' };
    assert.equal(await remote.functionPage({ ...nobody, sinceMs }), null);
    assert.equal(await remote.modules({ ...nobody, sinceMs, trees: 1 }), null);
    assert.equal(await remote.instances({ ...nobody, sinceMs, limit: 1 }), null);
    assert.equal(await remote.coldStarts({ ...nobody, sinceMs, limit: 1 }), null);
    assert.equal(await remote.invocationPage({ ...identity, invocationId: 'x', atMs: startMs }), null);
  });

  it('says why its store does not answer', async () => {
    const store = await openStore({ clickhouse: 'http://127.0.0.1:1/coldlens', mayBeAway: () => true });
    try {
      const { store: found } = await store.health();
      assert.deepEqual([found.description, found.answerMs], ['ClickHouse at 127.0.0.1:1', null]);
      assert.match(`${found.error} ${found.next}`, /cannot be reached.*Check the address/);
      await assert.rejects(store.live({ limit: 1 }), /cannot be reached/);
    } finally {
      await store.close();
    }
  });

  describe('that is none', () => {
    let server: Server;
    let answer = { status: 404, body: '' };
    before((done) => {
      server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
      server.listen(0, '127.0.0.1', done);
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    for (const [status, body, message] of [
      [404, 'not found', /gave no function \(status 404\)/],
      [404, '{"error":"There is nothing here.","next":"Go home."}', /refused: There is nothing here/],
      [200, '{"since":"","until":"","functions":[]}', /gave no function \(status 200\)/],
      [200, '[]', /gave no function/],
      [200, 'null', /gave no function/],
    ] as const) {
      it(`is told of in one sentence: ${status} ${body}`, async () => {
        answer = { status, body };
        const stranger = collectorSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/under/a/path/`);
        await assert.rejects(stranger.functionPage({ ...identity, sinceMs }), (error) => {
          assert.ok(error instanceof Trouble);
          assert.match(error.message, message);
          return true;
        });
      });
    }
  });
});
