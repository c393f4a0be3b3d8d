import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { httpGet } from '#collector/api/http-get.js';
import { collectorSource, Trouble } from '#collector/index.js';

describe('a question over HTTP', () => {
  let server: Server;
  let url: URL;
  let answer: RequestListener;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=b`);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = async (signal = AbortSignal.timeout(5_000)): Promise<string> => {
    const response = await httpGet(url, { 'X-Asked': 'yes' }, signal);
    let text = `${response.statusCode} `;
    for await (const chunk of response) text += chunk;
    return text;
  };

  it('is asked with its path and headers', async () => {
    answer = ({ url: path, headers }, response) => response.end(`${path} ${headers['x-asked']}`);
    assert.equal(await ask(), '200 /path?a=b yes');
  });

  it('is asked once more where a kept connection turns out to be closed', async () => {
    let asked = 0;
    answer = (request, response) => {
      asked += 1;
      if (asked === 2) request.socket.resetAndDestroy();
      else response.end(`${asked}`);
    };
    assert.equal(await ask(), '200 1');
    // The connection goes back to those that are kept.
    await setImmediate();
    assert.equal(await ask(), '200 3');
  });

  it('is given up when its time is over', async () => {
    answer = () => {};
    await assert.rejects(ask(AbortSignal.timeout(50)), { name: 'AbortError' });
  });

  it('goes to nobody else', async () => {
    answer = (_request, response) => response.writeHead(301, { Location: 'http://127.0.0.1:1/elsewhere' }).end();
    await assert.rejects(
      collectorSource(url.origin, 'a-token').health(),
      (error) => error instanceof Trouble && /sends to another address \(status 301\)/.test(error.message),
    );
  });

  it('says why it is not answered', async () => {
    server.close();
    await once(server, 'close');
    await assert.rejects(collectorSource(url.origin).health(), /cannot be reached \(ECONNREFUSED\)/);
  });
});
