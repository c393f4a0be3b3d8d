/** The instances of one function. */
import assert from 'node:assert/strict';
import type { InstanceList } from '#collector/index.js';
import { collectorForAllTests } from '../support/collector.ts';
import { type InvocationInput, invocationSpans, lambdaResource, store200 } from '../support/spans.ts';

const minuteMs = 60_000;

describe('instances', () => {
  const running = collectorForAllTests();
  const nowMs = Date.now();
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name: 'busy' };

  const tell = (instance: string, inputs: readonly InvocationInput[], version = '1'): Promise<void> =>
    store200(
      running.collector.url,
      inputs.flatMap((one) => invocationSpans(one)),
      {
        ...{ ...lambdaResource, 'faas.name': 'busy', 'faas.instance': instance, 'faas.version': version },
      },
    );
  const at = (minutesAgo: number): number => nowMs - minutesAgo * minuteMs;
  const cold = (id: string, minutesAgo: number, kind: 'cold' | 'prewarmed' = 'cold'): InvocationInput => ({
    ...{ id, startMs: at(minutesAgo), kind, executionMs: 10 },
    ...(kind === 'cold' && { runtimeStartMs: 40, initMs: 100 }),
  });
  const warm = (id: string, minutesAgo: number, failed = false): InvocationInput => ({
    ...{ id, startMs: at(minutesAgo), kind: 'warm', executionMs: 5, failed },
  });

  before(async () => {
    await tell('one', [cold('a1', 50), warm('a2', 40), warm('a3', 3, true)]);
    await tell('two', [warm('b1', 50)], '2');
    await tell('three', [cold('c1', 20, 'prewarmed'), warm('c2', 19)]);
    await tell('before', [warm('d1', 3 * 60)]);
    await tell('', [warm('e1', 10)]);
  });

  const list = async (parts: object = {}): Promise<InstanceList> => {
    const found = await running.store.instances({ ...identity, sinceMs: 60 * minuteMs, limit: 10, ...parts });
    assert.ok(found);
    return found;
  };

  it('are told with what they have served, the latest first', async () => {
    const { instances, count, mostAtOnce, invocationsWithoutInstance } = await list();
    assert.deepEqual([count, mostAtOnce, invocationsWithoutInstance], [3, 2, 1]);
    const iso = (minutesAgo: number): string => new Date(at(minutesAgo)).toISOString();
    assert.deepEqual(instances, [
      {
        ...{
          instanceId: 'one',
          version: '1',
          memoryMb: 512,
          startKind: 'cold',
          startedAt: iso(50),
          coldLatencyMs: 150,
        },
        ...{ firstAt: iso(50), latestAt: iso(3), invocations: 3, errors: 1, busyMs: 20, memoryUsedMb: null },
      },
      {
        ...{ instanceId: 'three', version: '1', memoryMb: 512, startKind: 'prewarmed', startedAt: iso(20) },
        ...{ coldLatencyMs: null, firstAt: iso(20), latestAt: iso(19), invocations: 2, errors: 0, busyMs: 15 },
        memoryUsedMb: null,
      },
      {
        ...{ instanceId: 'two', version: '2', memoryMb: 512, startKind: null, startedAt: null, coldLatencyMs: null },
        ...{ firstAt: iso(50), latestAt: iso(50), invocations: 1, errors: 0, busyMs: 5, memoryUsedMb: null },
      },
    ]);
  });

  it('are those of the window, a day at most, and no more than are asked for', async () => {
    const ids = ({ instances }: InstanceList): string[] => instances.map(({ instanceId }) => instanceId);
    assert.deepEqual(ids(await list({ sinceMs: 15 * minuteMs })), ['one']);
    assert.deepEqual(ids(await list({ sinceMs: 24 * 60 * minuteMs })), ['one', 'three', 'two', 'before']);
    const cut = await list({ limit: 1 });
    assert.deepEqual([ids(cut), cut.count], [['one'], 3]);
    const long = await list({ sinceMs: 30 * 24 * 60 * minuteMs });
    assert.equal(Date.parse(long.until) - Date.parse(long.since), 24 * 60 * minuteMs);
    for (const name of ['nobody', "'; --"]) {
      assert.equal(await running.store.instances({ ...identity, name, sinceMs: 60 * minuteMs, limit: 1 }), null);
    }
  });
});
