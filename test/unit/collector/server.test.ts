/** What every path does, whatever it answers: methods, refusals in one shape, answers without a body. */
import assert from 'node:assert/strict';
import { jsonAnswer } from '#collector/receive/answer.js';
import { listen, type RunningServer } from '#collector/receive/server.js';

describe('the HTTP server', () => {
  let server: RunningServer;
  before(async () => {
    const fail = (): never => {
      throw new Error('a defect');
    };
    server = await listen('127.0.0.1', 0, [
      { method: 'GET', path: '/shown', scope: 'open', handle: async () => jsonAnswer(200, { all: 'well' }) },
      {
        method: 'GET',
        path: '/known',
        scope: 'open',
        handle: async () => ({ ...jsonAnswer(304, {}), headers: { ETag: '"a"' } }),
      },
      { method: 'GET', path: '/broken', scope: 'open', handle: async () => fail() },
      { method: 'POST', path: '/v1/broken', scope: 'open', handle: async () => fail() },
    ]);
  });
  after(() => server.close());

  const ask = async (method: string, path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('answers HEAD with the headers of GET, and no body', async () => {
    const [head, get] = [await ask('HEAD', '/shown'), await ask('GET', '/shown')];
    assert.deepEqual([head.status, head.text, get.text], [200, '', '{"all":"well"}\n']);
    for (const name of ['content-type', 'content-length']) {
      assert.equal(head.headers.get(name), get.headers.get(name), name);
    }
  });

  it('says of every path what it takes', async () => {
    for (const [path, allowed] of [
      ['/shown', 'GET, HEAD, OPTIONS'],
      ['/v1/broken', 'POST, OPTIONS'],
    ] as const) {
      const { status, headers, text } = await ask('OPTIONS', path);
      assert.deepEqual([status, headers.get('allow'), text], [204, allowed, '']);
      assert.equal(headers.get('content-length'), null);
    }
    assert.equal((await ask('OPTIONS', '/nowhere')).status, 404);
  });

  for (const [method, path, status, allowed] of [
    ['PUT', '/shown', 405, 'GET, HEAD, OPTIONS'],
    ['DELETE', '/shown', 405, 'GET, HEAD, OPTIONS'],
    ['GET', '/shown/', 404, null],
    ['GET', '/__proto__', 404, null],
    ['GET', '/broken', 500, null],
  ] as const) {
    it(`refuses ${method} ${path} with ${status}, one sentence and the next step`, async () => {
      const { headers, text, ...answer } = await ask(method, path);
      assert.equal(answer.status, status);
      assert.equal(headers.get('allow'), allowed);
      assert.equal(headers.get('cache-control'), 'no-store');
      const { error, next, ...more } = JSON.parse(text);
      assert.match(error, /^[A-Z][^.]+\.$/);
      assert.match(next, /^[A-Z].+\.$/);
      assert.deepEqual(more, {});
    });
  }

  it('refuses on the paths of OTLP as OTLP has it', async () => {
    for (const [method, path, status, code] of [
      ['POST', '/v1/broken', 500, 13],
      ['PUT', '/v1/broken', 405, 12],
      ['POST', '/v1/logs', 404, 5],
    ] as const) {
      const answer = await ask(method, path);
      assert.deepEqual([answer.status, JSON.parse(answer.text).code], [status, code]);
    }
    assert.equal((await ask('HEAD', '/v1/broken')).status, 405);
  });

  it('ends a 304 with its headers', async () => {
    const { status, headers, text } = await ask('GET', '/known');
    assert.deepEqual([status, headers.get('etag'), text], [304, '"a"', '']);
    assert.deepEqual([headers.get('content-length'), headers.get('content-type')], [null, null]);
  });
});
