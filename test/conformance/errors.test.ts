/** What a receiver of OTLP/HTTP has to refuse, with which status, and that it says why in the request's own encoding. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Collector, startCollector } from '#collector/index.js';
import { accessOf } from '#collector/receive/access.js';
import { readRpcStatus } from '../unit/collector/otlp-schema.ts';
import {
  conformanceStage,
  gzip,
  inProtobuf,
  json,
  maxBodyBytes,
  oneSpan,
  postTo,
  protobuf,
  rawTo,
  statusOf,
} from './stage.ts';

const invalidArgument = 3;

describe('OTLP/HTTP: what is refused', () => {
  const stage = conformanceStage();
  const { post } = stage;

  for (const [what, status, words, body, headers] of [
    ['no type', 415, 'application/json', '{}', {}],
    ['text/plain', 415, 'application/json', '{}', { 'Content-Type': 'text/plain' }],
    ['an unknown encoding', 400, 'gzip', '{}', { ...json, 'Content-Encoding': 'br' }],
    ['JSON sent as protobuf', 400, 'application/json', '{"resourceSpans":[]}', protobuf],
    ['protobuf sent as JSON', 400, 'not valid JSON', inProtobuf(oneSpan('x')), json],
    ['a gzip header on a plain body', 400, 'gzip', '{}', { ...json, ...gzip }],
    ['truncated gzip', 400, 'gzip', gzipSync('{"resourceSpans":[]}').subarray(0, 20), { ...json, ...gzip }],
    ['truncated protobuf', 400, 'OTLP', inProtobuf(oneSpan('x')).subarray(0, 40), protobuf],
    ['an array', 400, 'JSON object', '[]', json],
  ] as const) {
    it(`${what}: ${status}, and the Status body decodes in the request's encoding`, async () => {
      const answer = await post(body, headers);
      assert.equal(answer.status, status);
      if (headers === protobuf) assert.equal(answer.headers['content-type'], 'application/x-protobuf');
      else assert.equal(answer.headers['content-type'], 'application/json');
      const { code, message } = statusOf(answer);
      assert.equal(code, invalidArgument);
      assert.match(message, new RegExp(words));
      // One sentence or two, and never what was sent.
      assert.match(message, /^[A-Z].*[.]$/);
      assert.ok(message.length < 300);
    });
  }

  it('GET: 405, with what the path takes', async () => {
    const answer = await fetch(`${stage.url}/v1/traces`);
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST, OPTIONS']);
    assert.equal(((await answer.json()) as { code: number }).code, 12);
  });

  it('an unknown path: 404, in the encoding of the request', async () => {
    const metrics = await fetch(`${stage.url}/v1/metrics`, { method: 'POST', headers: protobuf, body: '' });
    assert.equal(metrics.status, 404);
    assert.match(readRpcStatus(new Uint8Array(await metrics.arrayBuffer())).message, /POST \/v1\/traces/);
    const nowhere = await fetch(`${stage.url}/nowhere`);
    assert.equal(nowhere.status, 404);
    assert.ok('next' in ((await nowhere.json()) as object));
  });

  describe('too long', () => {
    const padded = (length: number) => Buffer.alloc(length, 0x20).fill('{}', 0, 2);

    it('a body of exactly the limit passes, one byte more gives 413', async () => {
      assert.equal((await post(padded(maxBodyBytes), json)).status, 200);
      const refused = await post(padded(maxBodyBytes + 1), json);
      assert.equal(refused.status, 413);
      assert.match(statusOf(refused).message, /longer than 67108864 bytes/);
    });

    it('without a Content-Length too', async () => {
      const refused = await post(padded(maxBodyBytes + 1), json, 40);
      assert.equal(refused.status, 413);
    });

    it('a body that unpacks to exactly the limit passes, to one byte more gives 413', async () => {
      assert.equal((await post(gzipSync(padded(maxBodyBytes)), { ...json, ...gzip })).status, 200);
      const refused = await post(gzipSync(padded(maxBodyBytes + 1)), { ...json, ...gzip });
      assert.equal(refused.status, 413);
      assert.match(statusOf(refused).message, /longer than 67108864 bytes/);
    });

    it('a 200 KB gzip bomb gives 413 with bounded memory', async () => {
      const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
      assert.ok(bomb.length > 190_000 && bomb.length < 220_000);
      const before = process.memoryUsage().rss;
      assert.equal((await post(bomb, { ...json, ...gzip })).status, 413);
      assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
    });
  });

  describe('a lying Content-Length', () => {
    const head = (length: number | string, more = '') =>
      `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;
    const port = () => stage.running.collector.port;

    it('that promises more than comes is outlived', async () => {
      const socket = connect(port(), '127.0.0.1');
      socket.end(`${head(100)}{}`);
      await once(socket.resume(), 'close');
      assert.equal((await post('{}', json)).status, 200);
    });

    it('that promises less has the rest refused as no request, and the connection closed', async () => {
      const answer = await rawTo(port(), `${head(2)}{}{}{}\r\n\r\n`);
      assert.match(answer, /HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/);
      assert.equal((await post('{}', json)).status, 200);
    });

    it('beyond the limit gives 413 before anything is sent', async () => {
      const socket = connect(port(), '127.0.0.1');
      socket.write(head(maxBodyBytes + 1));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      assert.match(answer.toString(), /^HTTP\/1\.1 413 /);
    });

    for (const [what, text] of [
      ['below zero', head(-1)],
      ['that is no number', head('ten')],
      ['twice', head(2, 'Content-Length: 3\r\n')],
      ['beside a Transfer-Encoding', head(2, 'Transfer-Encoding: chunked\r\n')],
    ] as const) {
      it(`${what} gives 400 and closes`, async () => {
        assert.match(await rawTo(port(), text), /^HTTP\/1\.1 400 /);
      });
    }
  });

  describe('401 and 403 are decided before the body is read', () => {
    let guarded: Collector;
    const readToken = 'read-0123456789abcdef';
    const writeToken = 'write-0123456789abcdef';
    before(async () => {
      guarded = await startCollector({
        port: 0,
        store: stage.running.store,
        bufferDirectory: join(stage.running.data, 'buffer-guarded'),
        access: accessOf({ text: `read ${readToken};write ${writeToken}` }),
      });
    });
    after(() => guarded?.close());

    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
    const missing = bearer('unknown-0123456789abcdef');

    for (const [what, status, headers] of [
      ['no token', 401, {}],
      ['an unknown token', 401, missing],
      ['a token that may only read', 403, bearer(readToken)],
    ] as const) {
      it(`${what}: ${status}`, async () => {
        const fields = Object.entries({ ...headers, ...protobuf, 'Content-Length': String(maxBodyBytes) });
        const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const socket = connect(guarded.port, '127.0.0.1');
        // Not one byte of the body is ever sent.
        socket.write(`POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        socket.destroy();
        assert.match(answer.toString(), new RegExp(`^HTTP/1\\.1 ${status} `));
        assert.doesNotMatch(answer.toString(), /0123456789abcdef/);
      });

      it(`${what}, with Expect: 100-continue: ${status} and no 100`, async () => {
        const lines = Object.entries({ ...headers, ...json, Expect: '100-continue', 'Content-Length': '2' });
        const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const socket = connect(guarded.port, '127.0.0.1');
        socket.write(`POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n${text}\r\n`);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        socket.destroy();
        assert.match(answer.toString(), new RegExp(`^HTTP/1\\.1 ${status} `));
      });

      it(`${what}, with a body that is no OTLP: ${status}, not 400`, async () => {
        const answer = await postTo(guarded.url, 'no OTLP', { ...json, ...headers });
        assert.equal(answer.status, status);
        assert.equal(statusOf(answer).code, status === 401 ? 16 : 7);
      });
    }

    it('a token that may write: 200', async () => {
      assert.equal((await postTo(guarded.url, '{}', { ...json, ...bearer(writeToken) })).status, 200);
    });
  });

  // Decided: no page of another origin may send or read. Senders are functions, and dashboards ask from their server or
  // through a proxy of their own origin; so there are no Access-Control headers, without which browsers go no further.
  describe('CORS', () => {
    const origin = { Origin: 'https://evil.example' };

    it('a preflight is told what the path takes, and nothing that would let a page go on', async () => {
      for (const path of ['/v1/traces', '/api/v1/ranking']) {
        const answer = await fetch(`${stage.url}${path}`, {
          method: 'OPTIONS',
          headers: {
            ...origin,
            'Access-Control-Request-Method': 'POST',
            'Access-Control-Request-Headers': 'content-type',
          },
        });
        assert.equal(answer.status, 204);
        assert.match(answer.headers.get('allow') ?? '', /OPTIONS/);
        assert.deepEqual(
          [...answer.headers.keys()].filter((name) => name.startsWith('access-control')),
          [],
        );
      }
    });

    it('what a page may send without a preflight is refused for its type', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
        assert.equal((await post('{}', { ...origin, 'Content-Type': type })).status, 415);
      }
    });
  });
});
