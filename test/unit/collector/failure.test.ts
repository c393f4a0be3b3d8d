/** What is said of an error is what it is: a defect of ours is never called a server that cannot be reached. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { ClickHouseError } from '@clickhouse/client';
import { Connection } from '#collector/store/connection.js';
import { isConnectionFailure, isRefusedLogin, StrangersAnswer, troubleOf } from '#collector/store/failure.js';
import { Trouble } from '#collector/trouble.js';

const origin = 'http://h:1';
const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('an error of the store', () => {
  for (const error of [
    coded('ECONNREFUSED'),
    coded('ECONNRESET'),
    coded('EPIPE'),
    coded('ETIMEDOUT'),
    coded('ENOTFOUND'),
    coded('EAI_AGAIN'),
    coded('DEPTH_ZERO_SELF_SIGNED_CERT'),
    coded('CERT_HAS_EXPIRED'),
    coded('ERR_TLS_CERT_ALTNAME_INVALID'),
    new Error('Timeout error.'),
    new Error('socket hang up'),
  ]) {
    it(`is a connection that failed: ${(error as NodeJS.ErrnoException).code ?? error.message}`, () => {
      assert.equal(isConnectionFailure(error), true);
      const trouble = troubleOf(error, origin);
      assert.ok(trouble instanceof Trouble && /cannot be reached/.test(trouble.message));
      assert.equal(trouble.cause, error);
    });
  }

  for (const error of [
    new TypeError('Cannot read properties of undefined'),
    new RangeError('Invalid array length'),
    new ReferenceError('x is not defined'),
    new SyntaxError('Unexpected end of JSON input'),
    Object.assign(new TypeError('The argument'), { code: 'ERR_INVALID_ARG_TYPE' }),
    coded('ERR_INVALID_STATE'),
    new Error('a rate without tiers'),
    'a text',
    undefined,
  ]) {
    it(`is what it is: ${String(error)}`, () => {
      assert.equal(isConnectionFailure(error), false);
      assert.equal(troubleOf(error, origin), error);
    });
  }

  it('is told in ClickHouse’s words where it is ClickHouse’s', () => {
    const error = new ClickHouseError({ message: 'No\u001b[31mway', code: '497', type: 'ACCESS_DENIED' });
    const trouble = troubleOf(error, origin);
    assert.ok(trouble instanceof Trouble);
    assert.match(trouble.message, /answered with error 497 \(ACCESS_DENIED\): No \[31mway$/);
    assert.equal(isRefusedLogin(error), false);
    const refused = new ClickHouseError({ message: 'x', code: '516', type: 'AUTHENTICATION_FAILED' });
    assert.equal(isRefusedLogin(refused), true);
  });
});

describe('a server that is no ClickHouse', () => {
  const asked = async (answer: RequestListener): Promise<unknown> => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const target = { origin: `http://127.0.0.1:${port}`, username: 'u', password: 'S3cret', database: 'd' };
    const connection = new Connection(target);
    try {
      return await connection.select('SELECT 1').catch((error: unknown) => error);
    } finally {
      await connection.close();
      server.closeAllConnections();
      server.close();
    }
  };

  it('is called so', async () => {
    const error = await asked((_request, response) => response.writeHead(502).end('<html>Bad\u001b[31mGateway</html>'));
    assert.ok(error instanceof StrangersAnswer);
    const trouble = troubleOf(error, origin) as Trouble;
    assert.match(
      trouble.message,
      /^The server at http:\/\/h:1 does not answer as ClickHouse does: <html>Bad \[31mGateway/,
    );
    assert.doesNotMatch(trouble.message, /S3cret/);
  });

  it('that closes the connection is one that cannot be reached', async () => {
    const error = await asked((request) => request.socket.destroy());
    assert.equal(isConnectionFailure(error), true, String(error));
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
});
