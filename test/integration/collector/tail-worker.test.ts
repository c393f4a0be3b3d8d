/** The Tail Worker that we ship, in the real workerd, behind a Worker that has the agent as well. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessOf, type Collector, openStore, type Store, startCollector } from '#collector/index.js';
import { bundleWorker } from '../../support/bundle-worker.ts';
import { ask, directoryWithTables, removeDirectory, untilStored, watched } from '../../support/collector.ts';
import { startTailedWorker, type TailedWorker } from '../../support/tailed-worker.ts';
import { until } from '../../support/until.ts';

const token = 'a-token-that-only-writes';
const name = 'shop';

describe('the Tail Worker', () => {
  let script: string;
  const running: { stop(): Promise<void> }[] = [];

  const start = async (endpoint: string, agentEndpoint?: string): Promise<TailedWorker> => {
    const own = { OTEL_SERVICE_NAME: name, COLDLENS_TOKEN: token };
    const worker = await startTailedWorker(script, {
      own: agentEndpoint === undefined ? own : { ...own, COLDLENS_ENDPOINT: agentEndpoint },
      tail: { COLDLENS_ENDPOINT: endpoint, COLDLENS_TOKEN: token, COLDLENS_FUNCTION: name },
    });
    running.push(worker);
    return worker;
  };

  /** Answers with these statuses, one after the other, then always with 200. */
  const receiver = async (...statuses: number[]): Promise<{ url: string; bodies: string[] }> => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(statuses.shift() ?? 200).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    running.push({
      stop: () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
  };

  before(async () => {
    script = await bundleWorker('workers/worker.mjs');
  });
  after(() => rm(script, { force: true }));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
  });

  describe('with a collector', () => {
    let data: string;
    let store: Store;
    let collector: Collector;

    before(async () => {
      data = await directoryWithTables();
      store = await openStore({ data });
      const access = accessOf({ text: `write ${token}` });
      collector = watched(await startCollector({ port: 0, store, access }));
    });
    after(async () => {
      await collector.close();
      await store.close();
      await removeDirectory(data);
    });

    it('tells of the invocations that the agent in the Worker tells of, and of those that it could not', async () => {
      const worker = await start(collector.url, collector.url);
      const ray = '87ed87f80cf22d84';
      assert.equal(await worker.call('fetch', '/', { 'cf-ray': ray }), 200);
      assert.equal(await worker.call('fetch', '/fails', { 'cf-ray': '87ed87f80cf22d85' }), 500);
      assert.equal(await worker.call('scheduled'), 200);
      assert.equal(await worker.call('queue'), 200);
      interface Row {
        id: string;
        by: string;
        platform_status: string;
        trigger: string;
      }
      const parts = async (): Promise<Row[]> => {
        await untilStored(collector.url);
        return ask<Row>(
          store.engine.url,
          `SELECT any(invocation_id) AS id, max(isNotNull(start_kind)) AS by, max(platform_status) AS platform_status, max(trigger) AS trigger
          FROM invocation_parts WHERE function_name = '${name}' GROUP BY invocation_key ORDER BY trigger, id`,
        );
      };
      await until('all were told of by both', async () => {
        const rows = await parts();
        return (
          rows.filter((row) => Number(row.by) === 1).length === 4 &&
          rows.filter((row) => row.platform_status).length === 4
        );
      });
      const rows = await parts();
      assert.deepEqual(
        rows.filter(({ trigger }) => trigger !== 'pubsub').map((row) => [row.id, Number(row.by), row.platform_status]),
        [
          [ray, 1, 'success'],
          ['87ed87f80cf22d85', 1, 'error'],
          ['*/5 * * * * 1800000000000', 1, 'success'],
        ],
      );
      // Nobody tells a queue's consumer an id, so agent and platform each have their own.
      assert.equal(rows.filter(({ trigger }) => trigger === 'pubsub').length, 2);
    });
  });

  it('sends nothing that may be secret', async () => {
    const { url, bodies } = await receiver();
    const worker = await start(url);
    await worker.call('fetch', '/fails?secret-of-the-query', { authorization: 'secret-of-the-header' });
    await worker.call('queue');
    await until('both were sent', () => bodies.length === 2);
    assert.doesNotMatch(bodies.join(), /secret/);
    assert.match(bodies.join(), /"exceptions":\[\{"name":"Error"\}\]|QuotaExceeded/);
  });

  it('keeps what could not be sent for the next invocation, and says so', async () => {
    const { url, bodies } = await receiver(503, 503, 503);
    const worker = await start(url);
    await worker.call('fetch', '/at-once', { 'cf-ray': '87ed87f80cf22d01' });
    await until('it has given up for now', () => /1 invocations could not be sent/.test(worker.log()));
    await worker.call('fetch', '/at-once', { 'cf-ray': '87ed87f80cf22d02' });
    await until('the next was sent', () => bodies.length === 4);
    assert.deepEqual(
      [...(bodies[3]?.matchAll(/"cf-ray":"(\w+)"/g) ?? [])].map(([, ray]) => ray),
      ['87ed87f80cf22d01', '87ed87f80cf22d02'],
    );
  });

  it('tells the collector how many it gave up', async () => {
    const { url, bodies } = await receiver(400);
    const worker = await start(url);
    await worker.call('fetch', '/at-once');
    await until('it says so', () => /1 invocations are given up: the collector answered 400/.test(worker.log()));
    await worker.call('fetch', '/at-once');
    await until('it was told', () => bodies.length === 2);
    assert.match(bodies[1] ?? '', /\{"coldlensDropped":1\}\]$/);
  });

  it('never keeps more than it may', async () => {
    const { url, bodies } = await receiver(503, 503, 503);
    const shipped = new URL('../../../collector/forward/cloudflare/tail-worker.js', import.meta.url).href;
    const { default: worker } = (await import(shipped)) as {
      default: { tail(traces: object[], env: object): Promise<void> };
    };
    const env = { COLDLENS_ENDPOINT: url, COLDLENS_TOKEN: token };
    const said: string[] = [];
    const { error } = console;
    console.error = (text: string) => said.push(text);
    try {
      await worker.tail(
        Array.from({ length: 1_300 }, () => ({ outcome: 'ok', event: null })),
        env,
      );
      await worker.tail([{ outcome: 'ok', event: null }], env);
      await worker.tail([{ outcome: 'ok', event: null }], {});
    } finally {
      console.error = error;
    }
    assert.deepEqual(said, [
      'coldlens: 1300 invocations could not be sent (the collector answered 503); kept for the next try.',
      'coldlens: 300 invocations are given up: more than 1000 wait.',
      'coldlens: 1 invocations are given up: COLDLENS_ENDPOINT or COLDLENS_TOKEN is not set.',
    ]);
    const sent = bodies.slice(3).map((body) => JSON.parse(body) as object[]);
    assert.deepEqual(
      sent.map((batch) => batch.length),
      [501, 500, 1],
    );
    assert.deepEqual(sent[0]?.at(-1), { coldlensDropped: 300 });
  });
});
