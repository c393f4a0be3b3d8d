import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Delivery } from '#benchmarks/src/sandboxes/lambda/telemetry/delivery.js';
import { until } from '../../support/until.ts';

describe('delivery of telemetry', () => {
  let server: Server;
  let status: number;
  let batches: { type: string; record: Record<string, unknown> }[][];
  let delivery: Delivery;

  beforeEach(async () => {
    status = 200;
    batches = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        if (status === 200) batches.push(JSON.parse(body));
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    delivery = new Delivery({ streams: ['platform'], url, maxItems: 10, maxBytes: 10_000, timeoutMs: 25 });
  });
  afterEach(() => {
    delivery.close();
    server.close();
    server.closeAllConnections();
  });

  const add = (id: number, text = ''): void => delivery.add({ time: '', type: 'test', record: { id, text } });
  const ids = (): unknown[] => batches.flat().flatMap(({ record }) => record.id ?? []);

  it('sends together what happens within the buffering time', async () => {
    for (const id of [1, 2, 3]) add(id);
    await until('it is delivered', () => batches.length > 0);
    assert.deepEqual(ids(), [1, 2, 3]);
    assert.equal(batches.length, 1);
  });

  it('sends at once when a batch is full', async () => {
    for (let id = 0; id < 10; id += 1) add(id);
    await delivery.flush();
    assert.equal(batches[0]?.length, 10);
  });

  it('holds back while the subscriber is frozen', async () => {
    delivery.pause();
    add(1);
    await new Promise((resolve) => setTimeout(resolve, 80));
    assert.equal(batches.length, 0);
    delivery.resume();
    await until('it is delivered', () => batches.length === 1);
  });

  it('repeats what was not taken, in order', async () => {
    status = 500;
    for (const id of [1, 2]) add(id);
    await delivery.flush();
    status = 200;
    add(3);
    await until('it is delivered', () => ids().length === 3);
    assert.deepEqual(ids(), [1, 2, 3]);
  });

  it('drops the oldest of what a slow subscriber does not take, and says how much', async () => {
    status = 500;
    for (let id = 0; id < 50; id += 1) add(id);
    await delivery.flush();
    status = 200;
    await until('it is delivered', () => ids().includes(49));
    const [dropped] = batches.flat().filter(({ type }) => type === 'platform.logsDropped');
    assert.ok(Number(dropped?.record.droppedRecords) >= 20, JSON.stringify(dropped));
    assert.ok(Number(dropped?.record.droppedBytes) > 0);
    assert.equal(Number(dropped?.record.droppedRecords) + ids().length, 50);
  });
});
