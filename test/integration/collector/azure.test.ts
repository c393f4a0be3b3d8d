/** Azure's own telemetry through a real collector: into ranking and pages, beside the agent, and which request was the cold one. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { AzureInstance } from '#benchmarks/src/sandboxes/azure/instance.js';
import type { RankedFunction } from '#collector/index.js';
import { pairingRules } from '#collector/store/pairing/rules.js';
import { ask, collectorForAllTests, untilStored } from '../../support/collector.ts';
import { invocationSpans, keyValues, store200 } from '../../support/spans.ts';
import { until } from '../../support/until.ts';

const hourMs = 3_600_000;
const subscription = '12cabcb4-86e8-404f-a3d2-1dc9982f45ca';
const resourceId = (app: string): string =>
  `/SUBSCRIPTIONS/${subscription}/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.WEB/SITES/${app}`.toUpperCase();

interface Process {
  app: string;
  host: string;
}

const log = ({ app, host }: Process, atMs: number, message: string): object => ({
  ...{ time: new Date(atMs).toISOString(), resourceId: resourceId(app), category: 'FunctionAppLogs' },
  ...{ operationName: 'Microsoft.Web/sites/functions/log', level: 'Informational', location: 'West Europe' },
  properties: JSON.stringify({ appName: app, roleInstance: 'role-1', message, hostInstanceId: host, processId: 60 }),
});
const executed = (process: Process, startMs: number, durationMs: number, id: string, name = 'create'): object =>
  log(process, startMs + durationMs, `Executed 'Functions.${name}' (Succeeded, Id=${id}, Duration=${durationMs}ms)`);

const request = (
  { app, host }: Process,
  startMs: number,
  durationMs: number,
  id: string,
  more: object = {},
): object => ({
  ...{ time: new Date(startMs).toISOString(), Type: 'AppRequests', AppRoleName: app.toLowerCase(), Name: 'create' },
  resourceId:
    `/SUBSCRIPTIONS/${subscription}/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.INSIGHTS/COMPONENTS/${app}`.toUpperCase(),
  ...{
    OperationName: 'create',
    AppRoleInstance: 'role-1',
    Success: true,
    ResultCode: '0',
    DurationMs: durationMs,
    ItemCount: 1,
  },
  Properties: {
    HostInstanceId: host,
    ProcessId: '60',
    InvocationId: id,
    FullName: 'Functions.create',
    FunctionExecutionTimeMs: String(durationMs),
  },
  ...more,
});

describe("Azure's own telemetry", () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 60_000;

  const deliver = async (records: readonly object[], query = ''): Promise<Record<string, unknown>> => {
    const response = await fetch(`${running.collector.url}/v1/azure${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify([{ records }]),
      signal: AbortSignal.timeout(15_000),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    assert.equal(response.status, 200, JSON.stringify(answer));
    await untilStored(running.collector.url);
    return answer;
  };
  const ranked = async (name: string): Promise<RankedFunction> => {
    await running.store.seal();
    const { functions } = await running.store.ranking({ sinceMs: 30 * hourMs, sort: 'cost', limit: 10, filter: name });
    assert.equal(functions.length, 1, `${functions.length} functions match ${name}`);
    return functions[0] as RankedFunction;
  };
  const pageOf = (name: string, invocationId: string, atMs = startMs) =>
    running.store.invocationPage({
      ...{ provider: 'azure', account: subscription, region: 'westeurope', name, invocationId, atMs },
    });
  const startOf = async (name: string, id: string, atMs = startMs): Promise<unknown> => {
    const page = await pageOf(name, id, atMs);
    return page && [page.startKind, page.startCertainty];
  };
  const newProcess = (app: string): Process => ({ app, host: randomUUID() });
  const agentSpans = (id: string, kind: 'cold' | 'warm' | 'prewarmed', app: string): Promise<void> => {
    const spans = invocationSpans({
      id,
      startMs,
      kind,
      executionMs: 20,
      ...(kind !== 'warm' && { initMs: 300, runtimeStartMs: 40 }),
    });
    return store200(
      running.collector.url,
      // As the agent does where one app holds several functions.
      spans.map((span) => ({
        ...span,
        attributes: [...(span as { attributes: object[] }).attributes, ...keyValues({ 'faas.name': `${app}/create` })],
      })),
      {
        ...{
          'cloud.provider': 'azure',
          'cloud.account.id': subscription,
          'cloud.region': 'West Europe',
          'faas.name': app,
        },
        ...{ 'faas.instance': 'role-1', 'cloud.platform': 'azure.functions', 'coldlens.sku': 'FlexConsumption' },
      },
    );
  };

  it('ranks what the host and Application Insights tell of the same invocations, once', async () => {
    const process = newProcess('Shop');
    const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
    await deliver(ids.map((id, index) => executed(process, startMs + index * 1_000, 20 + index, id)));
    await deliver(
      ids.map((id, index) => request(process, startMs + index * 1_000, 20 + index, id)),
      '?region=West%20Europe',
    );
    await running.store.seal();
    const row = await ranked('shop/create');
    assert.deepEqual([row.provider, row.account, row.region], ['azure', subscription, 'westeurope']);
    assert.deepEqual([row.invocations, row.coldStarts, row.errors], [3, 1, 0]);
    // Nobody has told how long the caller waited.
    assert.equal(row.cold.p50Ms, null);
    assert.deepEqual(await startOf('shop/create', ids[0]), ['cold', 'inferred']);
    assert.deepEqual(await startOf('shop/create', ids[1]), ['warm', 'inferred']);
  });

  for (const [what, order] of [
    ['in their order', [0, 1]],
    ['the later one first', [1, 0]],
  ] as const) {
    it(`takes the first request of a process for the cold one, told ${what}`, async () => {
      const app = `order-${order[0]}`;
      const process = newProcess(app);
      const ids = [randomUUID(), randomUUID()] as const;
      for (const index of order) {
        await deliver([executed(process, startMs + index * 5_000, 10, ids[index])]);
        await running.store.seal();
      }
      assert.deepEqual(await startOf(`${app}/create`, ids[0]), ['cold', 'inferred']);
      assert.deepEqual(await startOf(`${app}/create`, ids[1]), ['warm', 'inferred']);
    });
  }

  it('takes it across functions of the app, and across hours', async () => {
    const process = newProcess('hours');
    const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
    await deliver([executed(process, startMs, 10, ids[2])]);
    await running.store.seal();
    await deliver([
      executed(process, startMs - 5 * hourMs, 10, ids[0], 'pay'),
      executed(process, startMs - 2 * hourMs, 10, ids[1]),
    ]);
    await running.store.seal();
    const kinds = [
      await startOf('hours/pay', ids[0], startMs - 5 * hourMs),
      await startOf('hours/create', ids[1], startMs - 2 * hourMs),
    ];
    assert.deepEqual(
      [...kinds, await startOf('hours/create', ids[2])],
      [
        ['cold', 'inferred'],
        ['warm', 'inferred'],
        ['warm', 'inferred'],
      ],
    );
  });

  it("believes the agent's word where it was only inferred", async () => {
    const process = newProcess('Overruled');
    const ids = [randomUUID(), randomUUID()] as const;
    await deliver([executed(process, startMs, 20, ids[0]), executed(process, startMs + 3_000, 20, ids[1])]);
    await running.store.seal();
    assert.deepEqual(await startOf('overruled/create', ids[0]), ['cold', 'inferred']);
    await agentSpans(ids[0], 'prewarmed', 'Overruled');
    await agentSpans(ids[1], 'cold', 'Overruled');
    await running.store.seal();
    assert.deepEqual(await startOf('overruled/create', ids[0]), ['prewarmed', 'certain']);
    assert.deepEqual(await startOf('overruled/create', ids[1]), ['cold', 'certain']);
    assert.equal((await ranked('overruled')).invocations, 2);
  });

  it('means the same function and invocation as our agent in the real programming model', async () => {
    const root = fileURLToPath(new URL('../../fixtures/azure', import.meta.url));
    const fn = { name: 'Agents/orders', root, main: 'app.cjs', sku: 'FlexConsumption', timeoutMs: 10_000 } as const;
    const environment = {
      COLDLENS_ENDPOINT: running.collector.url,
      WEBSITE_OWNER_NAME: `${subscription}+rg-WestEuropewebspace`,
    };
    const instance = new AzureInstance({ ...fn, environment });
    try {
      const { requestId } = await instance.start('{}');
      await deliver([executed(newProcess('Agents'), Date.now() - 25, 25, requestId, 'orders')]);
      await until('the agent has told too', async () => {
        await untilStored(running.collector.url);
        return (await pageOf('agents/orders', requestId, Date.now()))?.startCertainty === 'certain';
      });
      const row = await ranked('agents/');
      assert.deepEqual([row.name, row.region, row.invocations], ['agents/orders', 'westeurope', 1]);
      assert.deepEqual(await startOf('agents/orders', requestId), ['cold', 'certain']);
    } finally {
      await instance.stop();
    }
  });

  it('knows by when the host was ready whether anybody waited for it', async () => {
    const [waited, ahead] = [newProcess('waited'), newProcess('ahead')];
    const ids = [randomUUID(), randomUUID()] as const;
    await deliver([executed(waited, startMs, 20, ids[0]), executed(ahead, startMs, 20, ids[1])]);
    await running.store.seal();
    assert.deepEqual(await startOf('ahead/create', ids[1]), ['cold', 'inferred']);
    await deliver([
      log(waited, startMs - 50, 'Host started (812ms)'),
      log(ahead, startMs - 30_000, 'Host started (790ms)'),
    ]);
    await running.store.seal();
    assert.deepEqual(await startOf('waited/create', ids[0]), ['cold', 'inferred']);
    assert.equal((await ranked('waited')).cold.p50Ms, 832);
    assert.deepEqual(await startOf('ahead/create', ids[1]), ['prewarmed', 'inferred']);
    assert.equal((await ranked('ahead')).coldStarts, 0);
  });

  it('is certain where the host says that a caller waited, whatever the agent says', async () => {
    const process = newProcess('told');
    const ids = [randomUUID(), randomUUID()] as const;
    await deliver([executed(process, startMs, 20, ids[0]), executed(process, startMs + 9_000, 20, ids[1])]);
    await running.store.seal();
    const coldStart = {
      requestId: randomUUID(),
      language: 'node',
      sku: 'Dynamic',
      dispatchDuration: 1_500.5,
      functionDuration: 21,
    };
    await deliver([log(process, startMs + 22, JSON.stringify(coldStart))]);
    await agentSpans(ids[0], 'warm', 'told');
    await running.store.seal();
    assert.deepEqual(await startOf('told/create', ids[0]), ['cold', 'certain']);
    assert.deepEqual(await startOf('told/create', ids[1]), ['warm', 'inferred']);
    assert.equal((await ranked('told')).cold.p50Ms, 1_520.5);
  });

  it('finds nothing new where it has looked before', async () => {
    const process = newProcess('twice');
    const [id, later] = [randomUUID(), randomUUID()];
    const since = Math.floor(startMs / hourMs) * 3_600;
    const where = "function_name = 'twice/create'";
    const found = async (): Promise<number> => {
      const rules = pairingRules.map((rule) => rule.found({ since, until: since + 7_200, where }));
      return (await Promise.all(rules.map((sql) => ask(running.store.engine.url, sql)))).flat().length;
    };
    for (const records of [
      [executed(process, startMs, 20, id), executed(process, startMs + 5_000, 20, later)],
      [log(process, startMs - 50, 'Host started (812ms)')],
      [log(process, startMs + 20, JSON.stringify({ requestId: id, dispatchDuration: 900, functionDuration: 20 }))],
    ]) {
      await deliver(records);
      assert.ok((await found()) > 0);
      await running.store.seal();
      assert.equal(await found(), 0);
    }
    assert.deepEqual(await startOf('twice/create', id), ['cold', 'certain']);
  });

  it('counts requests that stand for others, and what was answered with 4xx as done', async () => {
    const process = newProcess('sampled');
    await deliver([
      request(process, startMs, 10, randomUUID(), { ItemCount: 5 }),
      request(process, startMs + 1, 10, randomUUID(), { Success: false, ResultCode: '404', Url: 'https://x/api' }),
      request(process, startMs + 2, 10, randomUUID(), { Success: false, ResultCode: '500', Url: 'https://x/api' }),
    ]);
    const row = await ranked('sampled/create');
    assert.deepEqual([row.invocations, row.errors], [7, 1]);
  });

  it('says what it could not read, and keeps the rest', async () => {
    const process = newProcess('mixed');
    const answer = await deliver([
      executed(process, startMs, 10, randomUUID()),
      log(process, startMs, 'a line of the function'),
      { some: 'thing else' },
      { ...executed(process, startMs, 10, randomUUID()), time: '1999-01-01T00:00:00Z' },
    ]);
    assert.equal(answer.records, 4);
    const reasons = (answer.unknown as { reason: string }[]).map(({ reason }) => reason).sort();
    assert.deepEqual(reasons, ['not of the platform', 'unknown shape', 'wrong time']);
    assert.equal((await ranked('mixed/')).invocations, 1);
  });

  it('counts what is sent again once, and refuses what is no JSON', async () => {
    const records = [executed(newProcess('again'), startMs, 10, randomUUID())];
    assert.deepEqual(await deliver(records), await deliver(records));
    assert.equal((await ranked('again/')).invocations, 1);
    for (const body of ['', ' ']) {
      const response = await fetch(`${running.collector.url}/v1/azure`, { method: 'POST', body });
      assert.equal(response.status, 200, await response.text());
    }
    for (const body of ['records=1', '{"records":[', '<html>']) {
      const response = await fetch(`${running.collector.url}/v1/azure`, { method: 'POST', body });
      assert.equal(response.status, 400, await response.text());
    }
  });
});
