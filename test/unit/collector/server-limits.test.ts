/** Waits and counts that nobody can make endless. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { jsonAnswer } from '#collector/receive/answer.js';
import { readBody } from '#collector/receive/body.js';
import { ByteBudget } from '#collector/receive/byte-budget.js';
import { HttpError } from '#collector/receive/http-error.js';
import { listen, type Route, type RunningServer } from '#collector/receive/server.js';
import { networkOf } from '#collector/receive/sockets.js';
import { until } from '../../support/until.ts';

const limits = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };

const reading: Route = {
  method: 'POST',
  path: '/read',
  scope: 'open',
  handle: async (request) => {
    const body = await readBody(request, new ByteBudget(1e6).lease());
    return jsonAnswer(200, { bytes: body.bytes.length });
  },
};

describe('a slow sender', () => {
  let server: RunningServer;
  before(async () => {
    server = await listen('127.0.0.1', 0, [reading], { limits });
  });
  after(() => server.close());

  const answerTo = async (...parts: string[]): Promise<{ answer: string; tookMs: number }> => {
    const startedMs = performance.now();
    const socket = connect(server.port, '127.0.0.1');
    for (const part of parts) socket.write(part);
    const answer = Buffer.concat(await socket.toArray()).toString();
    return { answer, tookMs: performance.now() - startedMs };
  };

  it('of headers is answered with 408 and closed', async () => {
    const { answer, tookMs } = await answerTo('POST /read HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.ok(tookMs < 3_000, `${tookMs}`);
  });

  it('of nothing at all is closed', async () => {
    const { tookMs } = await answerTo();
    assert.ok(tookMs < 3_000, `${tookMs}`);
  });

  it('of a body is answered with 408 and closed', async () => {
    const head = 'POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n';
    const { answer, tookMs } = await answerTo(head, 'abc');
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.ok(tookMs < 3_000, `${tookMs}`);
  });

  it('of more headers than 16 KB is answered with 431', async () => {
    const { answer } = await answerTo(`GET /read HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 431 /);
  });
});

describe('connections of one address', () => {
  const open = async (port: number): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const ask = async (socket: Socket): Promise<string> => {
    socket.write('OPTIONS /read HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [data] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    return String(data).slice(0, 12);
  };

  it('are so many and no more, and make room when they close', async () => {
    const server = await listen('127.0.0.1', 0, [reading], { socketsPerAddress: 2 });
    try {
      const [first, second] = [await open(server.port), await open(server.port)];
      assert.deepEqual([await ask(first), await ask(second)], ['HTTP/1.1 204', 'HTTP/1.1 204']);
      const third = await open(server.port);
      if (!third.destroyed) await once(third, 'close');
      await until('the third was turned away', () => server.turnedAway().sockets === 1);
      first.destroy();
      await until('there is room again', async () => {
        const fourth = await open(server.port);
        const isServed = (await ask(fourth)) === 'HTTP/1.1 204';
        fourth.destroy();
        return isServed;
      });
      second.destroy();
    } finally {
      await server.close();
    }
  });

  for (const [address, network] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:DB8:0001:0002::', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ] as const) {
    it(`count ${address} as ${network}`, () => assert.equal(networkOf(address), network));
  }
});

describe('a body', () => {
  it('is not read where it is announced longer than the limit', async () => {
    const server = await listen('127.0.0.1', 0, [
      {
        ...reading,
        handle: async (request) => {
          const lease = new ByteBudget(1e6).lease();
          const error: unknown = await readBody(request, lease, 10).catch((thrown: unknown) => thrown);
          return jsonAnswer(error instanceof HttpError ? error.status : 200, {});
        },
      },
    ]);
    try {
      const post = (body: string): Promise<Response> =>
        fetch(`http://127.0.0.1:${server.port}/read`, { method: 'POST', body });
      assert.equal((await post('0123456789')).status, 200);
      assert.equal((await post('0123456789x')).status, 413);
    } finally {
      await server.close();
    }
  });
});
