/** Invocations as they arrive. */
import assert from 'node:assert/strict';
import type { LiveInvocations, LiveQuery } from '#collector/index.js';
import { ask, collectorForAllTests } from '../support/collector.ts';
import { type InvocationInput, invocationSpans, lambdaResource, store200 } from '../support/spans.ts';

const hourMs = 3_600_000;

describe('live', () => {
  const running = collectorForAllTests();
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1' };
  let startMs = 0;

  const tell = (inputs: readonly InvocationInput[], name = 'seen'): Promise<void> =>
    store200(
      running.collector.url,
      inputs.flatMap((one) => invocationSpans(one)),
      { ...lambdaResource, 'faas.name': name },
    );
  const cold = (id: string, agoMs = 0): InvocationInput => ({
    ...{ id, startMs: startMs - agoMs, kind: 'cold', runtimeStartMs: 40, initMs: 100, executionMs: 10 },
  });
  const warm = (id: string, agoMs = 0): InvocationInput => ({
    ...{ id, startMs: startMs - agoMs, kind: 'warm', executionMs: 5 },
  });
  const live = (parts: Partial<LiveQuery> = {}): Promise<LiveInvocations> =>
    running.store.live({ limit: 100, ...parts });
  const idsOf = ({ invocations }: LiveInvocations): string[] =>
    invocations.map(({ invocationId }) => invocationId).sort();

  before(() => {
    startMs = Date.now() - 1_000;
  });

  it('is empty where nothing has arrived, and goes on from there', async () => {
    const { cursor, ...rest } = await live();
    assert.deepEqual({ ...rest, until: '' }, { until: '', arrived: 0, invocations: [], waiting: null });
    await tell([cold('first')]);
    assert.deepEqual(idsOf(await live({ cursor })), ['first']);
  });

  it('tells what a caller met, without waiting until it is sealed', async () => {
    const { invocations, arrived } = await live();
    assert.equal(arrived, 1);
    const [{ key, arrivedAt, ...first }] = invocations as [LiveInvocations['invocations'][number]];
    assert.deepEqual(first, {
      ...{ ...identity, name: 'seen', invocationId: 'first', at: new Date(startMs).toISOString() },
      ...{ startKind: 'cold', startCertainty: 'certain', isCold: true, isError: false },
      ...{ latencyMs: 150, readyMs: 140, executionMs: 10 },
      ...{ version: '1', instanceId: 'stream-1', memoryMb: 512 },
    });
    assert.match(key, /"seen"/);
    assert.ok(Math.abs(Date.parse(arrivedAt) - Date.now()) < 60_000);
  });

  it('gives what came since the cursor, by when it came and not by when it was', async () => {
    const { cursor } = await live();
    // So that what came before is behind what is told twice.
    const later = String(Number(cursor) + 5_000);
    assert.deepEqual(idsOf(await live({ cursor: later })), []);
    await tell([warm('late', 2 * hourMs), warm('now')], 'other');
    const { invocations } = await live({ cursor });
    const found = new Map(invocations.map((one) => [one.invocationId, one]));
    assert.ok(found.has('late') && found.has('now'));
    assert.deepEqual(
      [found.get('now')?.isCold, found.get('now')?.readyMs, found.get('now')?.latencyMs],
      [false, null, 5],
    );
    const times = invocations.map(({ arrivedAt }) => arrivedAt);
    assert.deepEqual(times, times.toSorted().toReversed());
  });

  it('tells an invocation again when more of it arrives, under the same key', async () => {
    const [root, ...others] = invocationSpans(cold('halves'));
    await store200(running.collector.url, others, { ...lambdaResource, 'faas.name': 'halves' });
    const of = { ...identity, name: 'halves' };
    const before = await live({ of });
    assert.deepEqual(idsOf(before), ['halves']);
    assert.deepEqual([before.invocations[0]?.startKind, before.invocations[0]?.isCold], [null, false]);
    await store200(running.collector.url, [root as object], { ...lambdaResource, 'faas.name': 'halves' });
    const after = await live({ of, cursor: before.cursor });
    assert.deepEqual([after.invocations[0]?.startKind, after.invocations[0]?.latencyMs], ['cold', 150]);
    assert.equal(after.invocations[0]?.key, before.invocations[0]?.key);
    // Parts are folded, whenever they came.
    await ask(running.store.engine.url, 'OPTIMIZE TABLE invocation_parts FINAL');
    assert.deepEqual((await live({ of })).invocations, after.invocations);
  });

  it('is narrowed to a function, or to a part of names, and cut to the latest', async () => {
    assert.deepEqual(idsOf(await live({ of: { ...identity, name: 'seen' } })), ['first']);
    assert.deepEqual(idsOf(await live({ filter: 'OTH' })), ['late', 'now']);
    assert.deepEqual(idsOf(await live({ of: { ...identity, region: "'; --", name: 'seen' } })), []);
    const { arrived, invocations } = await live({ limit: 1 });
    assert.deepEqual([arrived, invocations.length], [4, 1]);
  });

  it('does not take long old data that is told now', async () => {
    await tell([warm('old', 30 * hourMs)], 'old');
    assert.deepEqual(idsOf(await live({ filter: 'old' })), []);
  });

  for (const cursor of ['0', '999999999999999']) {
    it(`takes a cursor that nobody gave: ${cursor}`, async () => {
      const answer = await live({ cursor });
      assert.equal(answer.arrived > 0, cursor === '0');
      assert.ok(Number(answer.cursor) < Date.now() + 2 * hourMs);
    });
  }
});
