/** The page of a function and the page of an invocation, of a small set that is computed by hand. */
import assert from 'node:assert/strict';
import type { FunctionPage, RankingQuery } from '#collector/index.js';
import { collectorForAllTests } from '../support/collector.ts';
import { type InvocationInput, invocationSpans, lambdaResource, span, store200, within } from '../support/spans.ts';

const hourMs = 3_600_000;

describe('pages', () => {
  const running = collectorForAllTests();
  const nowMs = Date.now();
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name: 'paged' };

  const send200 = (spans: readonly object[], resource: Record<string, string | number>): Promise<void> =>
    store200(running.collector.url, spans, { ...lambdaResource, ...resource });
  const tell = (inputs: readonly InvocationInput[], resource: Record<string, string | number>): Promise<void> =>
    send200(
      inputs.flatMap((one) => invocationSpans(one)),
      resource,
    );
  const cold = (id: string, agoMs: number, initMs: number): InvocationInput => ({
    id,
    startMs: nowMs - agoMs,
    kind: 'cold',
    runtimeStartMs: 40,
    initMs,
    executionMs: 10,
  });
  const warm = (id: string, agoMs: number, executionMs: number): InvocationInput => ({
    id,
    startMs: nowMs - agoMs,
    kind: 'warm',
    executionMs,
    failed: executionMs > 50,
  });
  const uuid = '0b8f1a52-7c1e-4d7f-9a51-2f6d1c3e4b5a';

  before(async () => {
    const one = { 'faas.name': 'paged', 'faas.version': '1' };
    const two = { 'faas.name': 'paged', 'faas.version': '2', 'faas.max_memory': 1_024 * 1_048_576 };
    await tell([cold('c1', 30 * hourMs, 100), cold('c2', 29 * hourMs, 300), warm('w1', 29 * hourMs, 5)], one);
    await tell([cold(uuid, 3 * hourMs, 50), warm('w2', 3 * hourMs, 6), warm('w3', 2.9 * hourMs, 60)], two);
    await tell([warm('other', hourMs, 1)], { 'faas.name': 'other', 'cloud.region': 'us-east-1' });
    await running.store.seal();
  });

  const page = async (sinceMs: number): Promise<FunctionPage> => {
    const found = await running.store.functionPage({ ...identity, sinceMs });
    assert.ok(found);
    return found;
  };

  it('of a function has its counts, quantiles and histograms', async () => {
    const { invocations, coldStarts, errors, cold: latency, warm: warmLatency, ...rest } = await page(48 * hourMs);
    assert.deepEqual([invocations, coldStarts, errors], [6, 3, 1]);
    assert.deepEqual(latency, { p50Ms: 150, p90Ms: 350, p99Ms: 350, maxMs: 350 });
    within(warmLatency, { p50Ms: 6, p90Ms: 60, p99Ms: 60, maxMs: 60 });
    const inBars = (bars: FunctionPage['coldHistogram'], ms: number): number =>
      bars.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)?.count ?? 0;
    assert.deepEqual(
      [100, 150, 350].map((ms) => inBars(rest.coldHistogram, ms)),
      [1, 1, 1],
    );
    assert.deepEqual(
      [5, 6, 60, 7].map((ms) => inBars(rest.warmHistogram, ms)),
      [1, 1, 1, 0],
    );
  });

  it('of a function compares versions and memory sizes, and shows the trend', async () => {
    const { versions, memorySizes, trend } = await page(48 * hourMs);
    assert.deepEqual(
      versions.map(({ name, invocations, coldStarts, cold: { p50Ms, maxMs } }) => [
        name,
        invocations,
        coldStarts,
        p50Ms,
        maxMs,
      ]),
      [
        ['1', 3, 2, 150, 350],
        ['2', 3, 1, 100, 100],
      ],
    );
    assert.deepEqual(
      memorySizes.map(({ name, errors }) => [name, errors]),
      [
        ['1024', 1],
        ['512', 0],
      ],
    );
    assert.equal(
      trend.reduce((sum, point) => sum + point.invocations, 0),
      6,
    );
    assert.deepEqual(
      trend
        .filter(({ coldStarts }) => coldStarts !== null && coldStarts > 0)
        .map(({ at, coldP99Ms }) => [Date.parse(at) % hourMs, coldP99Ms]),
      [
        [0, 150],
        [0, 350],
        [0, 100],
      ],
    );
    assert.ok((await page(20 * 24 * hourMs)).trend.every(({ at }) => Date.parse(at) % (24 * hourMs) === 0));
  });

  it('of a function that only ran warm knows no cold latency, and does not call it 0', async () => {
    const found = await running.store.functionPage({
      ...{ ...identity, name: 'other', region: 'us-east-1' },
      sinceMs: 24 * hourMs,
    });
    assert.deepEqual(found?.cold, { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null });
  });

  it('of a function of which nobody told how it started knows no count of cold starts, anywhere', async () => {
    const resource = { ...lambdaResource, 'faas.name': 'untold', 'cloud.region': 'eu-north-1' };
    const untold = (id: string, durationMs: number): object =>
      span({
        ...{ name: 'handler', kind: 2, startMs: nowMs - 2 * hourMs, durationMs },
        attributes: { 'faas.invocation_id': id },
      });
    await send200([untold('u1', 20), untold('u2', 400)], resource);
    await running.store.seal();
    const found = await running.store.functionPage({
      ...{ ...identity, name: 'untold', region: 'eu-north-1' },
      sinceMs: 24 * hourMs,
    });
    assert.ok(found);
    const { invocations, coldStarts, knownStarts, coldRatio, coldAffected, versions, memorySizes, trend } = found;
    assert.deepEqual([invocations, knownStarts, coldStarts, coldRatio, coldAffected], [2, 0, null, null, null]);
    for (const group of [...versions, ...memorySizes, ...trend]) assert.equal(group.coldStarts, null);
    // How long they ran was told, and is not mixed with what is known to be warm.
    const ran = { p50Ms: 20, p90Ms: 400, p99Ms: 400, maxMs: 400 };
    within(found.untold, ran);
    assert.deepEqual([found.warm.p50Ms, found.warmHistogram, found.cold.p50Ms], [null, [], null]);

    const query = { sinceMs: 24 * hourMs, limit: 10 };
    const { functions } = await running.store.ranking({ ...query, sort: 'cold-starts' });
    for (const { name, untold: executions, warm: warmOnes } of functions) {
      if (name === 'untold') within(executions, ran);
      assert.deepEqual(
        [executions.p50Ms, warmOnes.p50Ms].map((ms) => ms === null),
        name === 'untold' ? [false, true] : [true, false],
      );
    }
    assert.deepEqual(
      functions.map((one) => [one.name, one.coldStarts, one.coldBurst, one.cost.coldUsd === null]),
      [
        ['paged', 1, 1, false],
        ['other', 0, 0, false],
        ['untold', null, null, true],
      ],
    );
    const { totals } = await running.store.ranking({ ...query, limit: 1, sort: 'cold-ratio', totals: true });
    assert.deepEqual([totals?.invocations, totals?.knownStarts, totals?.coldRatio], [6, 4, 1 / 4]);
  });

  it('of a function says how long a step of the trend is, also of windows that end at its edge', async () => {
    for (const [days, stepMs] of [
      [1, hourMs],
      [7, hourMs],
      [8, 24 * hourMs],
    ] as const) {
      const { trend, trendStepMs, since } = await page(days * 24 * hourMs);
      assert.equal(trendStepMs, stepMs);
      assert.ok(trend.every(({ at }) => Date.parse(at) % stepMs === 0 && at >= since.slice(0, 10)));
    }
  });

  it('of a function says when another version began to serve it, and how it gets ready', async () => {
    const { deployments, phases, modules, ...latest } = await page(48 * hourMs);
    assert.deepEqual(deployments, [
      {
        at: new Date(nowMs - 3 * hourMs).toISOString(),
        changes: [
          { what: 'version', from: '1', to: '2' },
          { what: 'memoryMb', from: '512', to: '1024' },
        ],
      },
    ]);
    assert.deepEqual([phases.runtimeStartMs, phases.initMs, phases.executionMs], [40, 100, 10]);
    assert.deepEqual(modules, { seen: null, hint: null });
    const { version, runtime, arch, memoryMb } = latest;
    assert.deepEqual([version, runtime, arch, memoryMb], ['2', 'nodejs24.x', 'arm64', 1_024]);
    const [byDay] = (await page(20 * 24 * hourMs)).deployments;
    assert.deepEqual(byDay, deployments[0]);
  });

  it('are led to by rankings that show how cold p99 went', async () => {
    const query = { sinceMs: 48 * hourMs, sort: 'cold-p99', limit: 10 } as const;
    const { trend: none, functions: untold } = await running.store.ranking(query);
    assert.deepEqual([none, untold[0]?.trend], [null, null]);
    const { trend, functions } = await running.store.ranking({ ...query, trend: true });
    assert.ok(trend);
    const paged = functions.find(({ name }) => name === 'paged')?.trend ?? [];
    assert.deepEqual([trend.stepMs, paged.length], [2 * hourMs, trend.steps]);
    const at = (agoMs: number): number => Math.floor((nowMs - agoMs - Date.parse(trend.from)) / trend.stepMs);
    const expected = new Array<number | null>(trend.steps).fill(null);
    for (const [agoMs, ms] of [
      [30 * hourMs, 150],
      [29 * hourMs, 350],
      [3 * hourMs, 100],
    ] as const) {
      expected[at(agoMs)] = Math.max(expected[at(agoMs)] ?? 0, ms);
    }
    assert.deepEqual(paged, expected);
    const other = functions.find(({ name }) => name === 'other')?.trend;
    assert.ok(other?.every((ms) => ms === null));
    const short = await running.store.ranking({ ...query, sinceMs: hourMs / 2, trend: true });
    assert.equal(short.trend?.stepMs, 60_000);
  });

  it('of a function says how near its limits are, and what the same traffic would cost elsewhere', async () => {
    const { nearLimits, alternatives } = await page(48 * hourMs);
    assert.deepEqual(
      nearLimits.map(({ limit, share, sentence }) => [limit, share, sentence]),
      [
        ['timeout', null, null],
        ['memory', null, null],
      ],
    );
    // Containers and machines have a price in us-east-1 only.
    assert.deepEqual(
      alternatives.map(({ name }) => name),
      ['the function'],
    );
    const american = { ...identity, region: 'us-east-1', name: 'other' };
    const found = await running.store.functionPage({ ...american, sinceMs: 48 * hourMs });
    const [itself, ...others] = found?.alternatives ?? [];
    assert.ok(itself && itself.monthlyUsd > 0 && itself.monthlyUsd < 0.01, `${itself?.monthlyUsd}`);
    // Cold starts and all: what the page says of the month.
    assert.ok(Math.abs(itself.monthlyUsd / (found?.cost.monthlyUsd ?? 0) - 1) < 1e-9, `${found?.cost.monthlyUsd}`);
    assert.ok(others.length >= 2);
    for (const { name, count, monthlyUsd, breakEvenPerSecond } of others) {
      assert.equal(count, 1, name);
      assert.ok(monthlyUsd > 1 && (breakEvenPerSecond ?? 0) > 1, name);
    }
  });

  it('of a function lists its latest cold starts, each of which leads to its invocation', async () => {
    const { recentColdStarts } = await page(48 * hourMs);
    assert.deepEqual(
      recentColdStarts.map(({ invocationId, version, memoryMb, initMs }) => [invocationId, version, memoryMb, initMs]),
      [
        [uuid, '2', 1_024, 50],
        ['c2', '1', 512, 300],
        ['c1', '1', 512, 100],
      ],
    );
    for (const { invocationId, at, latencyMs, traceId, startCertainty } of recentColdStarts) {
      assert.equal(startCertainty, 'certain');
      const found = await running.store.invocationPage({ ...identity, invocationId, atMs: Date.parse(at) });
      assert.deepEqual(
        [found?.latencyMs, found?.at, found?.traceId, found?.startKind],
        [latencyMs, at, traceId, 'cold'],
      );
      assert.equal(found?.startCertainty, 'certain');
      const told = found?.spans.map(({ phase, startMs, durationMs }) => [phase, startMs, durationMs]) ?? [];
      assert.deepEqual(
        told.find(([phase]) => phase === 'execution'),
        ['execution', (latencyMs ?? 0) - 10, 10],
      );
      assert.equal(told.length, 4);
    }
  });

  it('of a function says which of its cold starts a rule has found', async () => {
    const spans = invocationSpans(cold('guessed', 2 * hourMs, 80));
    const guessed = JSON.parse(JSON.stringify(spans).replace('"certain"', '"inferred"')) as object[];
    await send200(guessed, { 'faas.name': 'guessed', 'cloud.region': 'eu-north-1', 'faas.max_memory': 64 * 1_048_576 });
    await running.store.seal();
    const of = { ...identity, name: 'guessed', region: 'eu-north-1' };
    for (const sinceMs of [24 * hourMs, 20 * 24 * hourMs]) {
      const found = await running.store.functionPage({ ...of, sinceMs });
      assert.deepEqual(
        found?.recentColdStarts.map(({ kind, startCertainty }) => [kind, startCertainty]),
        [['cold', 'inferred']],
      );
    }
  });

  for (const sinceMs of [48 * hourMs, 1.5 * hourMs]) {
    it(`are led to by rankings that are narrowed to one of everything (${sinceMs / hourMs} hours)`, async () => {
      const counted = async (only: NonNullable<RankingQuery['only']>): Promise<Record<string, number>> => {
        const { functions } = await running.store.ranking({ sinceMs, sort: 'cold-p99', limit: 10, only });
        return Object.fromEntries(functions.map(({ name, invocations }) => [name, invocations]));
      };
      const isLong = sinceMs > 40 * hourMs;
      const all = { ...(isLong && { paged: 6, untold: 2, guessed: 1 }), other: 1 };
      assert.deepEqual(await counted({}), all);
      assert.deepEqual(await counted({ provider: 'aws', runtime: 'nodejs24.x' }), all);
      assert.deepEqual(await counted({ region: 'us-east-1' }), { other: 1 });
      assert.deepEqual(await counted({ version: '2' }), isLong ? { paged: 3 } : {});
      assert.deepEqual(await counted({ memoryMb: '512' }), { ...(isLong && { paged: 3, untold: 2 }), other: 1 });
      assert.deepEqual(await counted({ account: "1' OR '1'='1" }), {});
      assert.deepEqual(await counted({ trigger: 'http' }), {});
    });
  }

  it('of an invocation adds up the cold starts along its trace, over all functions', async () => {
    const [first, second] = [cold('chain-1', 5 * hourMs, 100), cold('chain-2', 5 * hourMs - 200, 300)];
    const spans = invocationSpans(first);
    const { traceId } = spans[0] as { traceId: string };
    await send200(spans, { 'faas.name': 'front' });
    await send200(
      invocationSpans(second).map((each) => ({ ...each, traceId })),
      { 'faas.name': 'behind' },
    );
    await running.store.seal();
    const found = await running.store.invocationPage({
      ...identity,
      name: 'front',
      invocationId: 'chain-1',
      atMs: first.startMs,
    });
    assert.deepEqual(found?.traceColdStarts, { coldStarts: 2, functions: 2, latencyMs: 150 + 350 });
  });

  it('hold only what is in the window, and are not there for what nobody told', async () => {
    assert.deepEqual([(await page(6 * hourMs)).invocations, (await page(6 * hourMs)).coldStarts], [3, 1]);
    assert.equal(await running.store.functionPage({ ...identity, name: 'nobody', sinceMs: hourMs }), null);
    assert.equal(await running.store.functionPage({ ...identity, region: "'; --", sinceMs: hourMs }), null);
    for (const [invocationId, atMs] of [
      ['c9', nowMs],
      ['c1', nowMs],
      ['', 0],
    ] as const) {
      assert.equal(await running.store.invocationPage({ ...identity, invocationId, atMs }), null, invocationId);
    }
  });
});

describe('packages', () => {
  const running = collectorForAllTests();
  const nowMs = Date.now();

  /** The spans of a module tree below an invocation's init, as the agent sends them. */
  const tree = (root: { traceId: string }, agoMs: number, s3Ms: number): object[] => {
    const module = (
      spanId: string,
      parentSpanId: string,
      figures: { package: string; self: number; total: number; used?: boolean; importedBy?: string; count?: number },
    ): object => ({
      ...span({
        traceId: root.traceId,
        spanId,
        startMs: nowMs - agoMs,
        durationMs: figures.total,
        attributes: {
          'coldlens.module.package': figures.package,
          'coldlens.module.package_version': figures.package === '' ? '' : '3.1.0',
          'coldlens.module.self_ms': figures.self,
          'coldlens.module.total_ms': figures.total,
          'coldlens.module.resolve_ms': 0,
          'coldlens.module.bytes': 1_000,
          ...(figures.used !== undefined && { 'coldlens.module.used': figures.used }),
          ...(figures.importedBy !== undefined && { 'coldlens.module.imported_by': figures.importedBy }),
          ...(figures.count !== undefined && { 'coldlens.module.count': figures.count }),
        },
      }),
      parentSpanId,
    });
    return [
      module('1000000000000001', '', { package: '', self: 5, total: s3Ms + 5 }),
      module('1000000000000002', '1000000000000001', {
        package: '@aws-sdk/client-s3',
        self: 4,
        total: s3Ms,
        used: false,
      }),
      // Asked for by its own package: in that one's total already.
      module('1000000000000003', '1000000000000002', { package: '@aws-sdk/client-s3', self: 6, total: s3Ms - 4 }),
      module('1000000000000004', '1000000000000003', { package: 'uuid', self: 2, total: 3, used: true }),
      // The same, by way of another one.
      module('1000000000000006', '1000000000000004', { package: '@aws-sdk/client-s3', self: 1, total: 1 }),
      module('1000000000000005', '', {
        package: '@aws-sdk/client-s3',
        self: 1,
        total: 1,
        importedBy: 'src/db.ts:3',
        count: 40,
      }),
    ];
  };

  const coldOf = (id: string, agoMs: number): InvocationInput => ({
    id,
    startMs: nowMs - agoMs,
    kind: 'cold',
    runtimeStartMs: 40,
    initMs: 100,
    executionMs: 10,
  });

  it('are ranked by what they cost a month, from the trees that were told and all cold starts', async () => {
    const agoMs = 4 * hourMs;
    const resource = { ...lambdaResource, 'faas.name': 'with-s3' };
    const send200 = (spans: readonly object[]): Promise<void> => store200(running.collector.url, spans, resource);
    // Two cold starts tell their trees, one of them twice; two more do not.
    for (const [id, s3Ms] of [
      ['a', 80],
      ['b', 88],
      ['b', 88],
    ] as const) {
      const spans = invocationSpans({ ...coldOf(id, agoMs), id });
      await send200([...spans, ...tree(spans[0] as { traceId: string }, agoMs, s3Ms)]);
    }
    await send200([...invocationSpans(coldOf('c', agoMs)), ...invocationSpans(coldOf('d', agoMs))]);
    await running.store.seal();
    const { packages, prices, since, until } = await running.store.packages({ sinceMs: 24 * hourMs, limit: 10 });
    assert.equal(prices, '2026-09-19');
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['', '@aws-sdk/client-s3', 'uuid'],
    );
    const s3 = packages[1];
    assert.deepEqual(
      { ...s3, usdPerMonth: undefined, msPerMonth: undefined },
      {
        name: '@aws-sdk/client-s3',
        versions: ['3.1.0'],
        functions: 1,
        observed: 2,
        totalMs: 85,
        selfMs: 12,
        modules: 43,
        bytes: 4_000,
        importedBy: 'src/db.ts:3',
        isUnused: true,
        coldStarts: 4,
        usdPerMonth: undefined,
        msPerMonth: undefined,
      },
    );
    assert.equal(packages[2]?.isUnused, false);
    // 85 ms in each of four cold starts at 512 MB, of a window of so many hours, as a month has 730.
    const windowHours = (Date.parse(until) - Date.parse(since)) / hourMs;
    const usd = ((4 * 85 * 512) / 1_024_000) * 0.0000133334 * (730 / windowHours);
    assert.ok(Math.abs((s3?.usdPerMonth ?? 0) / usd - 1) < 1e-9, `${s3?.usdPerMonth} is not ${usd}`);
    const of = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name: 'nobody' };
    assert.deepEqual((await running.store.packages({ sinceMs: 24 * hourMs, limit: 10, of })).packages, []);
    const own = await running.store.packages({ sinceMs: 24 * hourMs, limit: 1, of: { ...of, name: 'with-s3' } });
    assert.deepEqual(
      own.packages.map(({ name, totalMs }) => [name, totalMs]),
      [['', packages[0]?.totalMs]],
    );
  });
});
