/** The function that forwards from an Event Hub, in the real `@azure/functions`, against a collector with tokens. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AzureInstance } from '#benchmarks/src/sandboxes/azure/instance.js';
import { accessOf, type Collector, openStore, type Store, startCollector } from '#collector/index.js';
// @ts-expect-error It is shipped as it is, without types.
import { forward } from '../../../collector/forward/azure/forward.mjs';
import { directoryWithTables, removeDirectory, untilStored, watched } from '../../support/collector.ts';
import { fixture } from '../../unit/collector/platforms/azure-support.ts';

const root = fileURLToPath(new URL('../../../collector/forward/azure', import.meta.url));
const token = 'a-token-of-the-forwarding-function';

/** The fixture, a minute ago. */
const message = (): string =>
  fixture('event-hub-message.txt').replaceAll('2024-10-28T16:00:05Z', new Date(Date.now() - 60_000).toISOString());

describe('the forwarding function', () => {
  let data: string;
  let store: Store;
  let collector: Collector;
  let endpoint: string;
  before(async () => {
    data = await directoryWithTables();
    store = await openStore({ data });
    collector = watched(await startCollector({ port: 0, store, access: accessOf({ text: `write ${token}` }) }));
    endpoint = `${collector.url}/v1/azure`;
  });
  after(async () => {
    await collector.close();
    await store.close();
    await removeDirectory(data);
  });

  const counted = async (name: string): Promise<number | undefined> => {
    await untilStored(collector.url);
    await store.seal();
    const { functions } = await store.ranking({ sinceMs: 3_600_000, sort: 'cost', limit: 10, filter: name });
    return functions[0]?.invocations;
  };
  const inApp = (app: string): string => message().replaceAll('SITES/FORWARDERINTEGRATIONTESTING', `SITES/${app}`);
  const instance = (environment: Record<string, string>): AzureInstance =>
    new AzureInstance({
      ...{ name: 'forwarder/forward', root, main: 'index.mjs', sku: 'FlexConsumption', timeoutMs: 20_000 },
      environment: { EventHub: 'x', EVENT_HUB_NAME: 'x', ...environment },
    });

  it('delivers messages that are JSON and messages that are not, in the real programming model', async () => {
    const subject = instance({ COLDLENS_URL: collector.url, COLDLENS_TOKEN: token });
    try {
      const record = JSON.parse(fixture('function-app-logs.json')) as { resourceId: string };
      const resourceId = record.resourceId.replace('TEST-FUNCTION', 'IN-JSON');
      const json = JSON.stringify([{ records: [{ ...record, resourceId, time: new Date().toISOString() }] }]);
      assert.equal((await subject.start(json)).answer.state, 'succeeded');
      assert.equal((await subject.invoke(inApp('IN-QUOTES'))).answer.state, 'succeeded');
    } finally {
      await subject.stop();
    }
    assert.equal(await counted('in-quotes/orders'), 2);
    assert.equal(await counted('in-json/hello'), 1);
  });

  it('fails where its token is wrong, so that the platform keeps the batch', async () => {
    const subject = instance({ COLDLENS_URL: collector.url, COLDLENS_TOKEN: 'another-token-0123456789' });
    try {
      const { answer } = await subject.start(inApp('REFUSED'));
      assert.ok(answer.state === 'failed' && /took nothing in 3 tries: 401/.test(answer.body), JSON.stringify(answer));
    } finally {
      await subject.stop();
    }
  });

  it('counts a batch once that is given again, and takes bytes as well', async () => {
    const env = { COLDLENS_URL: collector.url, COLDLENS_TOKEN: token };
    const batch = [Buffer.from(inApp('AGAIN')), inApp('AGAIN-2')];
    for (let time = 0; time < 2; time += 1) await forward(batch, { env, log: assert.fail });
    assert.deepEqual([await counted('again/orders'), await counted('again-2/orders')], [2, 2]);
  });

  it('takes the token in the URL, for senders that have nothing else', async () => {
    for (const [query, status] of [
      [`?token=${token}`, 200],
      ['?token=wrong-token-0123456789', 401],
      ['', 401],
    ] as const) {
      const response = await fetch(`${endpoint}${query}`, { method: 'POST', body: inApp('URL') });
      assert.equal(response.status, status, await response.text());
    }
  });

  describe('to a collector that cannot take it', () => {
    let server: Server;
    let url: string;
    const asked: (string | undefined)[] = [];
    const answers: number[] = [];
    const lengths: number[] = [];
    before(async () => {
      server = createServer((request, response) => {
        asked.push(request.url);
        let length = 0;
        request.on('data', (bytes: Buffer) => (length += bytes.length));
        request.on('end', () => {
          lengths.push(length);
          response.writeHead(answers.shift() ?? 200).end('{}');
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());
    beforeEach(() => {
      answers.length = 0;
      lengths.length = 0;
    });

    it('tries again what may work later', async () => {
      answers.push(503);
      await forward(['{}'], { env: { COLDLENS_URL: url }, log: assert.fail });
      assert.equal(lengths.length, 2);
    });
    it('lets go of what never will, and says so', async () => {
      const said: string[] = [];
      answers.push(400);
      await forward(['{}'], { env: { COLDLENS_URL: url }, log: (text: string) => said.push(text) });
      assert.equal(lengths.length, 1);
      assert.match(said.join(), /refuses \d+ bytes for good: 400/);
    });
    it('sends much in several requests, and nothing for nothing', async () => {
      const megabyte = 'x'.repeat(1024 * 1024);
      await forward(
        Array.from({ length: 20 }, () => megabyte),
        { env: { COLDLENS_URL: url }, log: assert.fail },
      );
      assert.equal(lengths.length, 3);
      await forward([], { env: { COLDLENS_URL: url }, log: assert.fail });
      assert.equal(lengths.length, 3);
    });
    it('says which region records are from that do not', async () => {
      await forward(['{}'], { env: { COLDLENS_URL: url, COLDLENS_REGION: 'West Europe' }, log: assert.fail });
      assert.equal(asked.at(-1), '/v1/azure?region=West+Europe');
    });
    it('says what is not set', async () => {
      await assert.rejects(forward(['{}'], { env: {}, log: assert.fail }), /COLDLENS_URL is not set/);
    });
  });
});
