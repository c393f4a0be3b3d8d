/** One invocation told by several: the agent, the platform, other senders. Who is believed of what, and what stays unknown. */
import assert from 'node:assert/strict';
import type { RankedFunction } from '#collector/index.js';
import { collectorForAllTests } from '../support/collector.ts';
import {
  type InvocationInput,
  invocationSpans,
  keyValues,
  lambdaResource,
  span,
  store200,
  within,
} from '../support/spans.ts';

const hourMs = 3_600_000;
const unknown = { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null };

/** What the extension of the layer sends of an invocation. */
const platformSpan = (id: string, startMs: number, figures: Record<string, string | number>): object =>
  span({
    name: 'platform',
    startMs,
    durationMs: 1,
    attributes: {
      'faas.invocation.id': id,
      'coldlens.phase': 'platform',
      ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [`coldlens.platform.${name}`, value])),
    },
  });

describe('an invocation told by several sources', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 60_000;

  const store = (spans: readonly object[], resource: Record<string, string | number>): Promise<void> =>
    store200(running.collector.url, spans, resource);
  const resourceOf = (name: string) => ({ ...lambdaResource, 'faas.name': name });
  const ranked = async (name: string): Promise<RankedFunction> => {
    const { functions } = await running.store.ranking({ sinceMs: hourMs, sort: 'cost', limit: 10, filter: name });
    assert.equal(functions.length, 1, `${functions.length} functions match ${name}`);
    return functions[0] as RankedFunction;
  };
  const agent = (fields: Partial<InvocationInput> = {}): object[] =>
    invocationSpans({ id: 'i', startMs, kind: 'cold', runtimeStartMs: 40, initMs: 200, executionMs: 10, ...fields });

  it('believes the platform of what it measures, and the agent of what only it sees, in any order', async () => {
    const platform = platformSpan('i', startMs, {
      status: 'success',
      reported_init_ms: 300,
      init_type: 'on-demand',
      init_phase: 'init',
      duration_ms: 12,
      billed_ms: 313,
      memory_used_mb: 91,
    });
    const rows: RankedFunction[] = [];
    for (const [name, requests] of [
      ['platform-last', [agent(), [platform]]],
      ['platform-first', [[platform], agent()]],
      ['platform-twice', [[platform], agent(), [platform, ...agent()]]],
    ] as const) {
      for (const spans of requests) await store(spans, resourceOf(name));
      rows.push({ ...(await ranked(name)), name: 'any' });
    }
    for (const row of rows) assert.deepEqual(row, rows[0]);
    const [row] = rows;
    assert.deepEqual([row?.invocations, row?.coldStarts], [1, 1]);
    // The larger of 300 and 40 + 200, and the handler's own 10.
    assert.equal(row?.cold.p50Ms, 310);
    assert.deepEqual(row?.phases, {
      reportedInitMs: 300,
      platformMs: 60,
      runtimeStartMs: 40,
      initMs: 200,
      executionMs: 10,
      restoreMs: null,
    });
    assert.equal(row?.limits.memoryUsedMb, 91);
    // 313 ms of 512 MB and not the agent's 250.
    assert.equal(row?.cost.totalUsd?.toFixed(12), (0.2e-6 + 0.313 * 0.5 * 0.0000133334).toFixed(12));
  });

  const alone: [string, Record<string, string | number>, Partial<RankedFunction>][] = [
    [
      'a cold start without an agent',
      { reported_init_ms: 413.61, init_type: 'on-demand', init_phase: 'init', duration_ms: 2.46, billed_ms: 417 },
      { coldStarts: 1, cold: { p50Ms: 416.07, p90Ms: 416.07, p99Ms: 416.07, maxMs: 416.07 } },
    ],
    [
      'a warm one',
      { duration_ms: 2.5, billed_ms: 3 },
      { coldStarts: 0, warm: { p50Ms: 2.5, p90Ms: 2.5, p99Ms: 2.5, maxMs: 2.5 } },
    ],
    [
      'provisioned concurrency',
      { reported_init_ms: 900, init_type: 'provisioned-concurrency', init_phase: 'init', duration_ms: 4, billed_ms: 4 },
      { coldStarts: 0, warm: { p50Ms: 4, p90Ms: 4, p99Ms: 4, maxMs: 4 } },
    ],
    [
      'a restore of a snapshot',
      { restore_ms: 398.97, billed_restore_ms: 182, duration_ms: 2_338.66, billed_ms: 2_521 },
      { coldStarts: 1, cold: { p50Ms: 2_737.63, p90Ms: 2_737.63, p99Ms: 2_737.63, maxMs: 2_737.63 } },
    ],
    [
      'an init that ran again inside the invocation',
      { reported_init_ms: 900, init_type: 'on-demand', init_phase: 'invoke', duration_ms: 1_000, billed_ms: 1_000 },
      // In its duration already; what was before it, nobody tells.
      { coldStarts: 1, cold: { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null } },
    ],
    ['a timeout', { status: 'timeout', duration_ms: 3_000, billed_ms: 3_000 }, { coldStarts: 0, errors: 1 }],
  ];
  for (const [what, figures, expected] of alone) {
    it(`tells ${what} by the platform alone`, async () => {
      const name = what.replaceAll(' ', '-');
      await store([platformSpan('i', startMs, { status: 'success', ...figures })], resourceOf(name));
      const row = await ranked(name);
      const { coldStarts, errors, cold } = row;
      const { warm = unknown, ...exactly } = expected;
      if (what !== 'a timeout') within(row.warm, warm);
      assert.deepEqual({ ...{ coldStarts, errors, cold }, ...exactly }, { coldStarts, errors, cold });
      assert.equal(row.invocations, 1);
    });
  }

  it('counts a restore as the platform tells it, which the agent cannot see', async () => {
    await store(
      agent({ kind: 'restored', runtimeStartMs: undefined, initMs: undefined } as never),
      resourceOf('thawed'),
    );
    assert.equal((await ranked('thawed')).cold.p50Ms, null);
    await store(
      [platformSpan('i', startMs, { restore_ms: 150, duration_ms: 11, billed_ms: 50 })],
      resourceOf('thawed'),
    );
    const row = await ranked('thawed');
    assert.deepEqual([row.coldStarts, row.cold.p50Ms, row.phases.restoreMs], [1, 160, 150]);
  });

  it("keeps the agent's prewarmed where the platform only tells that there was no init", async () => {
    await store(agent({ kind: 'prewarmed', runtimeStartMs: 40, initMs: 200 }), resourceOf('ahead'));
    await store([platformSpan('i', startMs, { duration_ms: 11, billed_ms: 11 })], resourceOf('ahead'));
    assert.equal((await ranked('ahead')).coldStarts, 0);
  });

  it('believes the agent that nobody waited for an init, which Lambda reports of every one', async () => {
    const platform = {
      reported_init_ms: 300,
      init_type: 'on-demand',
      init_phase: 'init',
      duration_ms: 11,
      billed_ms: 311,
    };
    for (const [name, kind, coldStarts] of [
      ['early', 'prewarmed', 0],
      ['waited', 'cold', 1],
    ] as const) {
      await store(agent({ kind, runtimeStartMs: 40, initMs: 200 }), resourceOf(name));
      await store([platformSpan('i', startMs, platform)], resourceOf(name));
      assert.equal((await ranked(name)).coldStarts, coldStarts, name);
    }
    await store([platformSpan('i', startMs, platform)], resourceOf('unseen'));
    assert.equal((await ranked('unseen')).coldStarts, 1, 'where nobody knows better');
  });

  it('counts sampled invocations as many times as they stand for', async () => {
    const warm = (id: string, executionMs: number, rate?: number): object[] => {
      const [root, ...rest] = invocationSpans({ id, startMs, kind: 'warm', executionMs, failed: rate === 0.25 });
      const told = rate === undefined ? [] : keyValues({ 'coldlens.sample_rate': rate });
      return [{ ...root, attributes: [...(root as { attributes: object[] }).attributes, ...told] }, ...rest];
    };
    const spans = [...agent({ id: 'c' }), ...warm('w1', 5), ...warm('w2', 6, 0.25), ...warm('w3', 50, 0.1)];
    await store(spans, resourceOf('sampled'));
    const row = await ranked('sampled');
    assert.deepEqual([row.invocations, row.coldStarts, row.errors], [16, 1, 4]);
    assert.equal(row.coldRatio, 1 / 16);
    // One of 5 ms, four of 6, ten of 50.
    within(row.warm, { p50Ms: 50, p90Ms: 50, p99Ms: 50, maxMs: 50 });
    const billedMs = 250 + 5 + 4 * 6 + 10 * 50;
    assert.equal(row.cost.totalUsd?.toFixed(12), (16 * 0.2e-6 + (billedMs / 1_000) * 0.5 * 0.0000133334).toFixed(12));
  });

  it("joins the OpenTelemetry layer's init, which is a trace of its own, to the cold start that waited for it", async () => {
    const layer = {
      'faas.invoked_provider': 'aws',
      'faas.invoked_region': 'eu-central-1',
      'faas.name': 'layered',
      'faas.max_memory': '512',
    };
    const init = (at: number, durationMs: number): object =>
      span({ name: 'platform.initRuntimeDone', startMs: at, durationMs, attributes: { 'faas.coldstart': true } });
    const server = (id: string, at: number, isCold: boolean): object =>
      span({
        kind: 2,
        startMs: at,
        durationMs: 20,
        attributes: { 'faas.invocation_id': id, 'faas.coldstart': isCold },
      });
    const wrapped = { 'cloud.provider': 'aws', 'cloud.region': 'eu-central-1', 'faas.name': 'layered' };
    await store([server('first', startMs + 401, true), server('second', startMs + 900, false)], wrapped);
    assert.equal((await ranked('layered')).cold.p50Ms, null, 'nobody has told the init yet');
    await store([init(startMs, 400)], layer);
    await store([init(startMs, 400)], layer);
    // Another instance, whose invocation was never told; and one much too long ago.
    await store([init(startMs + 3_000, 700), init(startMs - 90_000, 100)], layer);
    await running.store.seal();
    const row = await ranked('layered');
    assert.deepEqual([row.invocations, row.coldStarts], [2, 1]);
    assert.deepEqual([row.cold.p50Ms, row.phases.initMs, row.phases.executionMs], [420, 400, 20]);
    assert.equal(row.phases.runtimeStartMs, null);
  });

  it('counts the burst of cold starts that a step of the traffic causes', async () => {
    const at = Math.floor(startMs / 10_000) * 10_000 - 20_000;
    const spans = [0, 1, 2, 3, 12_000].flatMap((lateMs, index) => agent({ id: `b${index}`, startMs: at + lateMs }));
    await store(spans, resourceOf('burst'));
    assert.deepEqual([(await ranked('burst')).coldBurst, (await ranked('burst')).coldStarts], [4, 5]);
  });

  it('marks what queued behind the init of an instance that serves several at once', async () => {
    const instance = (id: string) => ({ ...resourceOf('concurrent'), 'faas.instance': id });
    const warm = (id: string, afterMs: number): object[] =>
      invocationSpans({ id, startMs: startMs + afterMs, kind: 'warm', executionMs: 5 });
    // Ready after 240 ms; the cold one is served until 740 ms.
    const cold = agent({ id: 'cold', executionMs: 500 });
    const waited = [...warm('waited-1', 241), ...warm('waited-2', 300)];
    const came = [...warm('came-while-it-worked', 500), ...warm('came-after-it', 760)];
    await store([...cold, ...waited, ...came], instance('a'));
    // Elsewhere nobody waited, and what was told there of the same time is no matter of this instance.
    await store(warm('other-instance', 245), instance('b'));
    const row = await ranked('concurrent');
    assert.deepEqual([row.invocations, row.coldStarts, row.coldAffected], [6, 1, 2]);
    await running.store.seal();
    const { provider, account, region } = row;
    const pageOf = (invocationId: string) =>
      running.store.invocationPage({ provider, account, region, name: 'concurrent', invocationId, atMs: startMs });
    const marked = async (id: string) => (await pageOf(id))?.isColdAffected;
    assert.deepEqual(await Promise.all(['cold', 'waited-1', 'waited-2'].map(marked)), [false, true, true]);
    const others = ['came-while-it-worked', 'came-after-it', 'other-instance'];
    assert.deepEqual(await Promise.all(others.map(marked)), [false, false, false]);
  });

  it('knows what queued by when the platform had it, where the platform tells', async () => {
    const resource = { ...resourceOf('had-it'), 'faas.instance': 'a' };
    const cold = agent({ id: 'cold', executionMs: 900 });
    const late = invocationSpans({ id: 'late', startMs: startMs + 600, kind: 'warm', executionMs: 5 });
    await store(
      [...cold, ...late, platformSpan('late', startMs + 100, { status: 'success', duration_ms: 5 })],
      resource,
    );
    assert.equal((await ranked('had-it')).coldAffected, 1);
  });

  it('keeps absurd figures out, and the invocation in', async () => {
    const absurd = { status: 'success', reported_init_ms: -5, duration_ms: 1e300, billed_ms: -1, memory_used_mb: 1e9 };
    await store([platformSpan('i', startMs, absurd)], resourceOf('absurd'));
    const row = await ranked('absurd');
    assert.deepEqual([row.invocations, row.limits.memoryUsedMb, row.cost.totalUsd], [1, null, null]);
    within(row.warm, unknown);
  });
});
