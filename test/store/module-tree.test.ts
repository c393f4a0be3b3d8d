/** The module tree of a function, from spans as the agent sends them. */
import assert from 'node:assert/strict';
import type { ModuleTree } from '#collector/index.js';
import { collectorForAllTests } from '../support/collector.ts';
import { invocationSpans, lambdaResource, newSpanId, span, store200 } from '../support/spans.ts';

const hourMs = 3_600_000;

describe('the module tree', () => {
  const running = collectorForAllTests();
  const nowMs = Date.now();
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name: 'loads' };

  interface Told {
    package?: string;
    self: number;
    total: number;
    more?: Record<string, string | number | boolean>;
  }

  const module = (traceId: string, startMs: number, parentSpanId: string, name: string, told: Told) => ({
    ...span({
      traceId,
      name,
      startMs,
      durationMs: told.total,
      attributes: {
        'coldlens.module.name': name,
        ...(told.package !== undefined && { 'coldlens.module.package': told.package }),
        'coldlens.module.self_ms': told.self,
        'coldlens.module.total_ms': told.total,
        'coldlens.module.resolve_ms': 0.5,
        'coldlens.module.bytes': 1_000,
        ...told.more,
      },
    }),
    parentSpanId,
  });

  const cold = async (agoMs: number, version: string, sdkMs: number | null, name = 'loads'): Promise<void> => {
    const startMs = nowMs - agoMs;
    const spans = invocationSpans({
      ...{ id: newSpanId(), startMs, kind: 'cold', runtimeStartMs: 40, initMs: 200, executionMs: 10 },
    });
    const traceId = spans[0]?.traceId ?? '';
    const init = spans[2]?.spanId ?? '';
    const modules: { spanId: string }[] = [];
    if (sdkMs !== null) {
      // All that it has loaded: itself, the SDK, and small ones of several packages.
      const own = module(traceId, startMs, init, 'index.mjs', { package: '', self: 9.5, total: 10 + sdkMs + 1.5 });
      const sdk = module(traceId, startMs, own.spanId, 'dist/index.js', {
        ...{ package: 'sdk', self: sdkMs - 0.5, total: sdkMs },
        more: { 'coldlens.module.used': false, 'coldlens.module.format': 'commonjs' },
      });
      modules.push(
        own,
        sdk,
        module(traceId, startMs, init, 'other packages', {
          self: 1,
          total: 1.5,
          more: { 'coldlens.module.count': 30 },
        }),
      );
      // What is sent twice, and what is no module.
      modules.push(sdk, span({ traceId, startMs, durationMs: 3, name: 'SELECT' }));
    }
    const resource = { ...lambdaResource, 'faas.name': name, 'faas.version': version };
    await store200(running.collector.url, [...spans, ...modules], resource);
  };

  before(async () => {
    await cold(30 * hourMs, '1', 500);
    await cold(4 * hourMs, '2', 100);
    await cold(3 * hourMs, '2', 120);
    await cold(2 * hourMs, '2', null);
    await cold(2 * hourMs, '2', null, 'tells-nothing');
    await running.store.seal();
  });

  const tree = async (parts: object = {}): Promise<ModuleTree> => {
    const found = await running.store.modules({ ...identity, sinceMs: 48 * hourMs, trees: 20, ...parts });
    assert.ok(found);
    return found;
  };

  it('is the mean of the trees that the latest version told', async () => {
    const { modules, packages, ...rest } = await tree();
    assert.deepEqual(
      modules.map(({ name, package: of, depth, parent, selfMs, totalMs, modules: count, observed }) => [
        ...[name, of, depth, parent],
        ...[selfMs, totalMs, count, observed],
      ]),
      [
        ['index.mjs', '', 0, null, 10, 121.5, 1, 2],
        ['dist/index.js', 'sdk', 1, 0, 110, 110, 1, 2],
        ['other packages', null, 0, null, 1.5, 1.5, 30, 2],
      ],
    );
    assert.deepEqual([modules[1]?.isUnused, modules[1]?.format, modules[0]?.isUnused], [true, 'commonjs', null]);
    const { version, trees, coldStarts, initMs, totalMs, latestAt, earliestAt, leftOut } = rest;
    assert.deepEqual([version, trees, coldStarts, initMs, totalMs, leftOut], ['2', 2, 4, 200, 121.5, 0]);
    const times = [3, 4].map((hours) => new Date(nowMs - hours * hourMs).toISOString());
    assert.deepEqual([latestAt, earliestAt], times);
    assert.ok(Math.abs((modules[1]?.share ?? 0) - 110 / 121.5) < 1e-12);
    assert.deepEqual(
      packages.map(({ name, totalMs: ms }) => [name, ms]),
      [
        ['', 121.5],
        ['sdk', 110],
      ],
    );
  });

  it('costs dollars a month in all cold starts', async () => {
    const { modules, since, until } = await tree();
    const windowHours = (Date.parse(until) - Date.parse(since)) / hourMs;
    const usd = ((4 * 110 * 512) / 1_024_000) * 0.0000133334 * (730 / windowHours);
    assert.ok(Math.abs((modules[1]?.usdPerMonth ?? 0) / usd - 1) < 1e-9, `${modules[1]?.usdPerMonth} is not ${usd}`);
  });

  it('is read of as many trees as are asked for', async () => {
    const { trees, modules } = await tree({ trees: 1 });
    assert.deepEqual([trees, modules[1]?.totalMs], [1, 120]);
  });

  it('says where no tree was told, and is not there for nobody', async () => {
    const none = await tree({ name: 'tells-nothing' });
    assert.deepEqual([none.trees, none.coldStarts, none.modules, none.packages], [0, 1, [], []]);
    assert.deepEqual([none.latestAt, none.initMs, none.seen], [null, null, null]);
    assert.equal(await running.store.modules({ ...identity, name: 'nobody', sinceMs: hourMs, trees: 1 }), null);
    assert.equal(await running.store.modules({ ...identity, region: "'; --", sinceMs: hourMs, trees: 1 }), null);
  });
});
