/** Functions that are too many: kept together under one name, and those that are known keep theirs, after a restart as well. */
import assert from 'node:assert/strict';
import { accessOf, type Collector, openStore, overflowName, type Store, startCollector } from '#collector/index.js';
import { directoryWithTables, removeDirectory } from '../../support/collector.ts';
import { invocationSpans, lambdaResource, newSpanId, request } from '../../support/spans.ts';

const tokens = { team: 'team-token-0123456789', hostile: 'hostile-token-0123456789' } as const;

describe('a sender of too many functions', () => {
  let data: string;
  let store: Store;
  let collector: Collector;
  const access = accessOf({
    text: Object.values(tokens)
      .map((token) => `write ${token}`)
      .join(';'),
  });

  const start = async (): Promise<void> => {
    store = await openStore({ data });
    collector = await startCollector({ port: 0, store, access, maxFunctions: 2 });
  };
  const stop = async (): Promise<void> => {
    await collector?.close();
    await store?.close();
  };
  before(async () => {
    data = await directoryWithTables();
    await start();
  });
  after(async () => {
    await stop();
    await removeDirectory(data);
  });

  const tell = async (sender: keyof typeof tokens, ...names: string[]): Promise<void> => {
    for (const name of names) {
      const spans = invocationSpans({ id: newSpanId(), startMs: Date.now() - 5_000, kind: 'warm', executionMs: 5 });
      const response = await fetch(`${collector.url}/v1/traces`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${tokens[sender]}` },
        body: JSON.stringify(request(spans, { ...lambdaResource, 'faas.name': name })),
      });
      assert.equal(response.status, 200, await response.text());
    }
  };
  const ranked = async (): Promise<Record<string, number>> => {
    const { functions } = await store.ranking({ sinceMs: 3_600_000, sort: 'invocations', limit: 100 });
    return Object.fromEntries(functions.map(({ name, invocations }) => [name, invocations]).toSorted());
  };

  it('fills one row, not the ranking, and takes no room from another', async () => {
    await tell('hostile', 'made up 1', 'made up 2', 'made up 3', 'made up 4', 'made up 5');
    await tell('team', 'orders', 'payments', 'orders');
    assert.deepEqual(await ranked(), {
      [overflowName]: 3,
      'made up 1': 1,
      'made up 2': 1,
      orders: 2,
      payments: 1,
    });
  });

  it('meets functions that keep their names after a restart', async () => {
    await stop();
    await start();
    await tell('hostile', 'made up 6', 'made up 7', 'made up 8', 'orders');
    await tell('team', 'orders', 'payments', 'made up 1');
    const now = await ranked();
    assert.deepEqual([now.orders, now.payments, now['made up 1']], [4, 2, 2]);
    assert.deepEqual([now['made up 6'], now['made up 7'], now['made up 8'], now[overflowName]], [1, 1, undefined, 4]);
  });
});
