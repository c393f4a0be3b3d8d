/** Who is let in: decided by the headers alone, before a body is read or a route is looked at. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Access, accessOf } from '#collector/receive/access.js';
import { jsonAnswer } from '#collector/receive/answer.js';
import { admit, digestOf, type Scope, type Token } from '#collector/receive/gate.js';
import { listen, type RunningServer } from '#collector/receive/server.js';
import { until } from '../../support/until.ts';

const secrets = {
  write: 'write-secret-0123456789',
  read: 'read-secret-0123456789',
  admin: 'admin-secret-0123456789',
} as const;
const tokens: Token[] = Object.entries(secrets).map(([scope, secret]) => ({
  digest: digestOf(secret),
  scopes: new Set([scope as Scope]),
}));

describe('the gate', () => {
  for (const [authorization, wanted, outcome] of [
    [undefined, 'read', 401],
    ['', 'read', 401],
    ['Bearer', 'read', 401],
    ['Bearer  ', 'read', 401],
    [secrets.read, 'read', 401],
    [`Basic ${secrets.read}`, 'read', 401],
    [`Bearer ${secrets.read}x`, 'read', 401],
    [`Bearer ${secrets.read.slice(1)}`, 'read', 401],
    [`Bearer ${secrets.read} ${secrets.read}`, 'read', 401],
    [`Bearer sha256:${digestOf(secrets.read).toString('hex')}`, 'read', 401],
    [`Bearer ${secrets.read}`, 'write', 403],
    [`Bearer ${secrets.write}`, 'read', 403],
    [`Bearer ${secrets.write}`, 'admin', 403],
    [`Bearer ${secrets.read}`, 'read', 'admitted'],
    [`bearer   ${secrets.write}`, 'write', 'admitted'],
    [`Bearer ${secrets.admin}`, 'read', 'admitted'],
    [`Bearer ${secrets.admin}`, 'write', 'admitted'],
    [`Bearer ${secrets.write}`, 'any', 'admitted'],
    [undefined, 'any', 401],
    [undefined, 'open', 'admitted'],
  ] as const) {
    it(`answers ${outcome} to ${authorization} where ${wanted} is wanted`, () => {
      const found = admit(tokens, { ...(authorization !== undefined && { authorization }), host: 'x' }, wanted);
      assert.equal(found.state === 'admitted' ? 'admitted' : found.status, outcome);
      if (found.state === 'refused') {
        const told = JSON.stringify(found);
        for (const secret of Object.values(secrets)) assert.ok(!told.includes(secret));
      }
    });
  }

  it('knows a caller again without knowing its token', () => {
    const ids = tokens.map((_token, index) => {
      const authorization = `Bearer ${Object.values(secrets)[index]}`;
      const first = admit(tokens, { authorization }, 'any');
      const again = admit(tokens.toReversed(), { authorization }, 'any');
      assert.deepEqual(first, again);
      return first.state === 'admitted' ? first.caller.id : '';
    });
    assert.equal(new Set(ids).size, 3);
  });

  for (const [host, isLetIn] of [
    ['127.0.0.1:4318', true],
    ['localhost', true],
    ['LOCALHOST:4318', true],
    ['[::1]:4318', true],
    ['127.9.9.9', true],
    ['app.localhost:1', true],
    ['evil.example:4318', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['10.0.0.1', false],
    ['', false],
  ] as const) {
    it(`without tokens, ${isLetIn ? 'answers' : 'does not answer'} to the name ${host}`, () => {
      assert.equal(admit(null, { host }, 'read').state, isLetIn ? 'admitted' : 'refused');
    });
  }
});

describe('a collector with tokens', () => {
  let directory: string;
  let file: string;
  let access: Access;
  let server: RunningServer;
  const notices: string[] = [];
  const handled: string[] = [];

  const put = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  const line = (scope: keyof typeof secrets): string => `${scope} ${secrets[scope]}\n`;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'coldlens-test-'));
    file = join(directory, 'tokens');
    await put(line('write') + line('read'));
    access = accessOf({
      file,
      text: `admin ${secrets.admin}`,
      everyMs: 20,
      notice: (told) => notices.push(told),
    });
    const body = async (request: IncomingMessage): Promise<string> => Buffer.concat(await request.toArray()).toString();
    server = await listen(
      '127.0.0.1',
      0,
      [
        {
          method: 'GET',
          path: '/read',
          scope: 'read',
          handle: async (_request, _url, { id }) => jsonAnswer(200, { id }),
        },
        {
          method: 'POST',
          path: '/v1/traces',
          scope: 'write',
          handle: async (request) => {
            handled.push(await body(request));
            return jsonAnswer(200, {});
          },
        },
        { method: 'GET', path: '/open', scope: 'open', handle: async () => jsonAnswer(200, {}) },
      ],
      { access },
    );
  });
  after(async () => {
    await server.close();
    access.stop();
    await rm(directory, { recursive: true });
  });

  const ask = (path: string, token?: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      ...init,
      headers: { ...(init.headers as object), ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
    });

  it('refuses in the shape that a path’s users know, and says how to log in', async () => {
    const read = await ask('/read');
    assert.equal(read.status, 401);
    assert.equal(read.headers.get('www-authenticate'), 'Bearer realm="coldlens"');
    assert.deepEqual(Object.keys((await read.json()) as object), ['error', 'next']);

    const traces = await ask('/v1/traces', secrets.read, { method: 'POST', body: '{}' });
    assert.equal(traces.status, 403);
    assert.match(traces.headers.get('www-authenticate') ?? '', /error="insufficient_scope", scope="write"/);
    assert.equal(((await traces.json()) as { code: number }).code, 7);

    const protobuf = await ask('/v1/traces', undefined, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: new Uint8Array([10, 0]),
    });
    assert.deepEqual([protobuf.status, protobuf.headers.get('content-type')], [401, 'application/x-protobuf']);
    // google.rpc.Status: field 1 is the code, UNAUTHENTICATED.
    assert.deepEqual([...Buffer.from(await protobuf.arrayBuffer()).subarray(0, 2)], [8, 16]);
  });

  it('tells nobody without a token which paths there are', async () => {
    for (const path of [
      '/nowhere',
      '/read/',
      '/v1/logs',
      '//read',
      '/READ',
      '/%72ead',
      '/open/../read',
      '/__proto__',
    ]) {
      assert.equal((await ask(path)).status, 401, path);
    }
    assert.equal((await ask('/nowhere', secrets.read)).status, 404);
    assert.equal((await ask('/read', secrets.read, { method: 'DELETE' })).status, 405);
    assert.equal((await ask('/read', undefined, { method: 'DELETE' })).status, 401);
  });

  it('lets open paths and preflights pass', async () => {
    assert.equal((await ask('/open')).status, 200);
    assert.equal((await ask('/read', undefined, { method: 'OPTIONS' })).status, 204);
    assert.equal((await ask('/read', secrets.read)).status, 200);
    assert.equal((await ask('/read', secrets.admin)).status, 200);
  });

  /** The status line comes although the body never does. */
  const withoutBody = (headers: IncomingHttpHeaders): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = server;
      const sent = httpRequest({ port, host: '127.0.0.1', path: '/v1/traces', method: 'POST', headers });
      sent.on('continue', () => resolve(100));
      sent.on('response', (response) => resolve(response.statusCode ?? 0));
      sent.on('error', reject);
      sent.flushHeaders();
      void once(sent, 'close');
      setTimeout(() => sent.destroy(), 2_000).unref();
    });

  it('decides before it reads or asks for a body', async () => {
    const length = { 'content-length': '1000' };
    assert.equal(await withoutBody(length), 401);
    assert.equal(await withoutBody({ ...length, expect: '100-continue' }), 401);
    const authorization = `Bearer ${secrets.write}`;
    assert.equal(await withoutBody({ ...length, expect: '100-continue', authorization }), 100);
    assert.deepEqual(handled, []);
  });

  it('is not deceived by a second Authorization header', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const lines = ['Bearer nobody', `Bearer ${secrets.read}`].map((value) => `Authorization: ${value}`);
    socket.end(`GET /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`);
    const answer = Buffer.concat(await socket.toArray()).toString();
    assert.match(answer, /^HTTP\/1\.1 401 /);
  });

  it('takes new tokens while it runs, and keeps the old ones where the new file is bad', async () => {
    const fresh = 'fresh-secret-0123456789';
    const status = async (token: string): Promise<number> => (await ask('/read', token)).status;
    await put(`read ${fresh}\n`);
    await until('the new token is taken', async () => (await status(fresh)) === 200);
    assert.equal(await status(secrets.read), 401);
    assert.equal(await status(secrets.admin), 200);

    await put(`read ${fresh}\nwrite ${secrets.write} and-more\n`);
    await until('the bad file was told of', () => notices.some((told) => /not taken.*Line 2/.test(told)));
    assert.equal(await status(fresh), 200);

    await chmod(file, 0o644);
    await until('the open file was told of', () => notices.some((told) => /open to other users/.test(told)));
    await rm(file);
    await until('the lost file was told of', () => notices.some((told) => /cannot be read \(ENOENT\)/.test(told)));
    assert.equal(await status(fresh), 200);

    await put(`read sha256:${digestOf(secrets.read).toString('hex')}\n`);
    await until('the digest is taken', async () => (await status(secrets.read)) === 200);
    assert.equal(await status(fresh), 401);
    for (const told of notices)
      for (const secret of [...Object.values(secrets), fresh]) assert.ok(!told.includes(secret));
  });

  it('counts whom it turned away', () => {
    const { unauthenticated, forbidden, sockets } = server.turnedAway();
    assert.ok(unauthenticated > 5 && forbidden === 1 && sockets === 0);
  });
});

describe('an address without tokens', () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '::ffff:10.0.0.1']) {
    it(`does not listen on ${host}`, async () => {
      await assert.rejects(listen(host, 0, []), {
        name: 'Trouble',
        exitCode: 2,
        message: `Without tokens the collector listens on loopback only, and ${host} is open to other machines.`,
      });
    });
  }

  it('listens on every name of this machine', async () => {
    for (const host of ['localhost', '127.0.0.1']) await (await listen(host, 0, [])).close();
  });

  it('listens for others once there is a token', async () => {
    const access = { tokens: () => tokens, stop: () => {} };
    await (await listen('0.0.0.0', 0, [], { access })).close();
  });
});
