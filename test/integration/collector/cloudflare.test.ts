/** Workers without an agent, told by Cloudflare: through the collector into ranking and pages. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { RankedFunction } from '#collector/index.js';
import { cloudflareFixture, moved } from '../../support/cloudflare.ts';
import { collectorForAllTests, untilStored } from '../../support/collector.ts';
import { invocationSpans, send, within } from '../../support/spans.ts';

const dayMs = 86_400_000;

describe("Cloudflare's own telemetry", () => {
  const running = collectorForAllTests();
  const nowMs = Date.now();

  const post = async (
    body: string | Uint8Array,
    query = '',
    headers: Record<string, string> = {},
  ): Promise<unknown> => {
    const { url } = running.collector;
    const answer = await fetch(`${url}/v1/cloudflare${query}`, { method: 'POST', body: Buffer.from(body), headers });
    assert.equal(answer.status, 200, await answer.clone().text());
    await untilStored(url);
    return answer.json();
  };
  const traces = async (body: unknown): Promise<void> => {
    const answer = await send(running.collector.url, body);
    assert.equal(answer.status, 200);
  };
  const ranked = async (name: string): Promise<RankedFunction> => {
    // What comes late changes hours that were sealed.
    await running.store.seal();
    const { functions } = await running.store.ranking({ sinceMs: 3 * dayMs, sort: 'cost', limit: 10, filter: name });
    assert.equal(functions.length, 1, `${functions.length} functions match ${name}`);
    return functions[0] as RankedFunction;
  };
  const sample = (name: string, renamed: string): string =>
    moved(cloudflareFixture(name), nowMs).replaceAll(/"(shop|telemetry-spike-producer)"/g, `"${renamed}"`);

  it('of Logpush is ranked by what it costs, and has no kind of start', async () => {
    const body = gzipSync(sample('logpush-made.ndjson', 'pushed'));
    const answer = await post(body, '', { 'Content-Encoding': 'gzip' });
    assert.deepEqual(answer, { records: 8, unknown: [] });
    // Logpush sends at least once, and not always in one piece.
    await post(sample('logpush-made.ndjson', 'pushed').split('\n').toReversed().join('\n'));
    const row = await ranked('pushed');
    assert.deepEqual(
      [row.provider, row.account, row.region, row.invocations, row.errors],
      ['cloudflare', '', '', 8, 2],
    );
    assert.deepEqual([row.coldStarts, row.cold.p50Ms, row.warm.p50Ms], [null, null, null]);
    // Wall times, the middle one of eight and the longest.
    within(row.untold, { p50Ms: 12, p90Ms: 30_050, p99Ms: 30_050, maxMs: 30_050 });
    // Six requests of a Worker, and 4 + 2 + 30,000 + 1 + 7 + 5 ms of CPU; the two of a Durable Object are not priced.
    assert.equal(row.cost.totalUsd?.toFixed(12), (6 * 0.3e-6 + 30_019 * 0.02e-6).toFixed(12));
    assert.match(row.cost.reason ?? '', /Durable Objects, Workflows and calls/);
    const page = await running.store.invocationPage({
      ...{ provider: 'cloudflare', account: '', region: '', name: 'pushed', invocationId: 'a4338d04285dc51c' },
      atMs: Number(/"EventTimestampMs":(\d+)/.exec(sample('logpush-made.ndjson', 'pushed'))?.[1]),
    });
    assert.ok(page);
    const { startKind, startCertainty, latencyMs, executionMs, initMs, isError, version } = page;
    assert.deepEqual(
      { startKind, startCertainty, executionMs, initMs, isError, version },
      {
        ...{ startKind: null, startCertainty: null, executionMs: 26, initMs: null, isError: false },
        version: 'a339ac78-1d12-4f32-9645-6e65199c5be2',
      },
    );
    assert.equal(latencyMs, 26);
  });

  it('answers the trial of an HTTP destination as taken', async () => {
    assert.deepEqual(await post(gzipSync('{"content":"tests"}'), '', { 'Content-Encoding': 'gzip' }), {
      records: 1,
      unknown: [{ reason: 'control message', count: 1, examples: ['{"content":"tests"}'] }],
    });
  });

  it('of the OTLP export becomes invocations of the Worker, by the ids that others have too', async () => {
    await traces(JSON.parse(sample('otlp-traces.json', 'exported')));
    const row = await ranked('exported');
    assert.deepEqual(
      [row.provider, row.account, row.region, row.invocations, row.errors],
      ['cloudflare', '', '', 5, 2],
    );
    assert.equal(row.version, 'ea4ed790-bb4e-4a0f-9c8f-30328336f811');
    assert.deepEqual([row.coldStarts, row.warm.p50Ms], [null, null]);
    assert.ok(row.untold.p50Ms !== null && row.untold.p50Ms > 0 && row.untold.p50Ms <= (row.untold.maxMs ?? 0));
    assert.equal(row.cost.totalUsd?.toFixed(12), (4 * 0.3e-6 + (1 + 3 + 3 + 30) * 0.02e-6).toFixed(12));
  });

  it('of one request is one invocation, whoever tells: agent, Logpush, a Tail Worker, the OTLP export', async () => {
    const rayId = 'a4338d04285dc51c';
    const exported = sample('otlp-traces.json', 'merged');
    const startMs = Number(/"startTimeUnixNano": "(\d+)\d{6}"/.exec(exported)?.[1]);
    const resource = {
      'cloud.provider': 'cloudflare',
      'cloud.platform': 'cloudflare.workers',
      'faas.name': 'merged',
      'faas.version': 'v1',
      'faas.instance': 'isolate',
    };
    const [root, ...phases] = invocationSpans({ id: rayId, startMs, kind: 'cold', executionMs: 20 });
    const keyValues = Object.entries(resource).map(([key, value]) => ({ key, value: { stringValue: value } }));
    const agent = {
      resourceSpans: [{ resource: { attributes: keyValues }, scopeSpans: [{ spans: [root, ...phases] }] }],
    };
    const logpush = {
      ...{
        ScriptName: 'merged',
        EventType: 'fetch',
        EventTimestampMs: startMs,
        Outcome: 'ok',
        CPUTimeMs: 4,
        WallTimeMs: 26,
      },
      ...{ Event: { RayID: rayId }, ScriptVersion: { ID: 'v1' }, Entrypoint: '' },
    };
    const tail = {
      ...{ scriptName: 'merged', outcome: 'ok', eventTimestamp: startMs, cpuTime: 4, wallTime: 26, coldlensId: 'own' },
      ...{ scriptVersion: { id: 'v1' }, event: { request: { headers: { 'cf-ray': rayId } } } },
    };
    await traces(agent);
    await post(JSON.stringify(logpush));
    await post(JSON.stringify([tail]));
    await traces(JSON.parse(exported));
    const row = await ranked('merged');
    // The export holds four others.
    assert.deepEqual([row.invocations, row.coldStarts], [5, 1]);
  });

  it('shows what a version took to start when it was uploaded, beside its invocations', async () => {
    const identity = { provider: 'cloudflare', account: '', region: '', name: 'uploaded' };
    await post(sample('logpush-made.ndjson', 'uploaded'));
    assert.equal((await ranked('uploaded')).uploaded, null);
    await post(cloudflareFixture('upload-version.json'), '?function=uploaded');
    await post(cloudflareFixture('wrangler-deploy.txt').replaceAll('veradoc-telemetry', 'uploaded'));
    await post(cloudflareFixture('wrangler-deploy.txt').replaceAll('veradoc-telemetry', 'uploaded'));
    const page = await running.store.functionPage({ ...identity, sinceMs: 3 * dayMs });
    assert.deepEqual(
      page?.uploads.map(({ version, startupMs }) => [version, startupMs]),
      [
        ['b8dbe0a1-2b42-4e3a-bf92-9912164ee0e0', 6],
        ['18f97339-c287-4872-9bdd-e2135c07ec12', 37],
      ],
    );
    const row = await ranked('uploaded');
    assert.equal(row.uploaded?.startupMs, 6);
    assert.deepEqual([row.coldStarts, row.phases.initMs, row.phases.reportedInitMs], [null, null, null]);
  });
});
