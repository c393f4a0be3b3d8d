/** What the user of questions may do, and who may not even ask: the second wall behind bound parameters. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openStore } from '#collector/index.js';
import { Connection } from '#collector/store/connection.js';
import { landlockVersion, type SystemCall } from '#collector/store/embedded/confine.js';
import { basic, type Login } from '#collector/store/embedded/logins.js';
import { parseTarget, type Target } from '#collector/store/target.js';
import { collectorForAllTests, loginOf, urlWithLogin } from '../support/collector.ts';
import { invocationSpans, lambdaResource, store200 } from '../support/spans.ts';

const denied = /Not enough privileges|ACCESS_DENIED|Cannot execute query in readonly mode|READONLY/;

/** Each names a way out of the tables. */
const escapes: readonly string[] = [
  "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
  "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  "SELECT * FROM remote('127.0.0.1:9000', system.one)",
  "SELECT * FROM remoteSecure('127.0.0.1:9440', system.one)",
  "SELECT * FROM s3('https://bucket.s3.amazonaws.com/x.csv', 'CSV', 'a String')",
  "SELECT * FROM gcs('https://storage.googleapis.com/bucket/x.csv', 'CSV', 'a String')",
  "SELECT * FROM azureBlobStorage('DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==', 'c', 'p', 'CSV', 'auto', 'a String')",
  "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM mongodb('127.0.0.1:1', 'a', 'b', 'c', 'd', 'a String')",
  "SELECT * FROM redis('127.0.0.1:1', 'a', 'a String')",
  "SELECT * FROM sqlite('/etc/passwd', 'a')",
  "SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', 'CSV', 'a String')",
  "SELECT * FROM executable('id', 'LineAsString', 'a String')",
  'SELECT * FROM system.users',
  'SELECT * FROM system.grants',
  'SELECT * FROM system.processes',
  'SELECT * FROM system.disks',
  'SELECT * FROM system.server_settings',
  'INSERT INTO coldlens.bench_samples (run_id) VALUES (1)',
  'CREATE TABLE coldlens.mine (a UInt8) ENGINE = Memory',
  'CREATE DATABASE mine',
  'DROP TABLE coldlens.spans',
  'TRUNCATE TABLE coldlens.spans',
  'ALTER TABLE coldlens.spans DELETE WHERE 1',
  "CREATE USER mine IDENTIFIED BY 'x'",
  'GRANT ALL ON *.* TO coldlens_reader',
  'SYSTEM SHUTDOWN',
  'SYSTEM FLUSH LOGS',
  'KILL QUERY WHERE 1 SYNC',
  "BACKUP TABLE coldlens.spans TO Disk('default', 'x')",
  'CREATE TEMPORARY TABLE mine (a UInt8)',
  'CREATE FUNCTION mine AS (x) -> x',
];

/** As the engine's process calls the kernel. */
const require = createRequire(import.meta.resolve('#collector/store/embedded/child.js'));
const systemCall: SystemCall = (number, ...args) => {
  const ffi = require('ffi-rs');
  ffi.open({ library: 'c', path: '' });
  const { I64 } = ffi.DataType;
  const paramsValue = [number, ...args];
  return ffi.load({
    library: 'c',
    funcName: 'syscall',
    retType: I64,
    paramsType: paramsValue.map(() => I64),
    paramsValue,
  });
};

const query = async (origin: string, login: Login | undefined, sql: string, search = ''): Promise<string> => {
  const response = await fetch(`${origin}/?${search}`, {
    method: 'POST',
    body: sql,
    headers: { Connection: 'close', ...(login && { Authorization: basic(login) }) },
  });
  return `${response.status} ${await response.text()}`;
};

describe('the reader of the embedded ClickHouse', () => {
  const running = collectorForAllTests();
  let reader: Login | undefined;
  let url = '';
  before(async () => {
    url = running.store.engine.url;
    reader = await loginOf(url, 'reader');
    const spans = invocationSpans({ id: 'i', startMs: Date.now() - 1_000, kind: 'warm', executionMs: 5 });
    await store200(running.collector.url, spans, lambdaResource);
  });

  it('reads the tables', async () => {
    assert.match(await query(url, reader, 'SELECT count() > 0 FROM coldlens.spans'), /^200 1\n$/);
    assert.equal((await running.store.ranking({ sinceMs: 60_000, sort: 'cost', limit: 1 })).functions.length, 1);
  });

  for (const sql of escapes) {
    it(`may not ${sql}`, async () => assert.match(await query(url, reader, sql), denied));
  }

  it('may not read a file by a function either, where the kernel has Landlock', async function () {
    if (landlockVersion(systemCall) === 0) return this.skip();
    for (const login of [reader, await loginOf(url)]) {
      for (const path of [
        '/etc/passwd',
        join(running.data, 'server.json'),
        '/proc/1/environ',
        `/proc/${process.pid}/environ`,
      ]) {
        assert.match(await query(url, login, `SELECT file('${path}')`), /Permission denied/);
      }
    }
  });

  it('may not write a file', async () => {
    assert.match(await query(url, reader, "SELECT 1 INTO OUTFILE '/tmp/coldlens-escaped'"), /INTO_OUTFILE_NOT_ALLOWED/);
  });

  it('may not leave its mode', async () => {
    for (const value of ['0', '1']) assert.match(await query(url, reader, 'SELECT 1', `readonly=${value}`), /READONLY/);
    assert.match(await query(url, reader, 'SET readonly = 0'), /READONLY/);
  });

  it('is who answers questions, and the collector’s own user cannot leave either', async () => {
    const server = await asked();
    try {
      const { port } = server.address() as AddressInfo;
      const collector = await loginOf(url);
      for (const login of [reader, collector]) {
        const answer = await query(url, login, `SELECT * FROM url('http://127.0.0.1:${port}/', 'CSV', 'a String')`);
        assert.match(answer, denied);
        assert.match(await query(url, login, "SELECT * FROM file('/etc/passwd', 'LineAsString')"), denied);
        assert.match(await query(url, login, "SELECT * FROM remote('127.0.0.1:1', system.one)"), denied);
      }
      assert.equal(server.requests, 0);
    } finally {
      server.close();
    }
  });

  for (const [what, login] of [
    ['nobody', undefined],
    ['the engine’s own user', { username: 'default', password: '' }],
    ['a wrong password', { username: 'coldlens_reader', password: 'x' }],
  ] as const) {
    it(`is not reached as ${what}`, async () => {
      for (const search of ['', 'user=default', 'user=default&password=', 'query=SELECT%201']) {
        assert.match(await query(url, login, 'SELECT 1', search), /^(404|403|401|516) /);
      }
      assert.match(await query(url, login, "SELECT file('/etc/passwd')"), /^404 /);
    });
  }

  it('has a password that only its own user can read, and none is left elsewhere', async () => {
    const { mode } = await stat(join(running.data, 'server.json'));
    assert.equal(mode & 0o777, 0o600);
    const names = (await readdir(running.data)).filter((name) => !name.startsWith('server.json'));
    assert.deepEqual(
      names.filter((name) => name.startsWith('starting-')),
      [],
    );
  });
});

/** Counts who asks it. */
async function asked(): Promise<Server & { requests: number }> {
  const server = Object.assign(
    createServer((_request, response) => {
      server.requests += 1;
      response.end('a\n');
    }),
    { requests: 0 },
  ) as Server & { requests: number };
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

describe('a configured server', () => {
  const running = collectorForAllTests();

  it('is asked as the user of --clickhouse-read, and as nothing but reading in any case', async () => {
    const { url } = running.store.engine;
    const target: Target = parseTarget(`${await urlWithLogin(url)}/coldlens`);
    const only = new Connection(target, { settings: { readonly: '2' } });
    try {
      await assert.rejects(only.command('CREATE TABLE mine (a UInt8) ENGINE = Memory'), denied);
      assert.deepEqual(await only.select('SELECT 1 AS one'), [{ one: 1 }]);
    } finally {
      await only.close();
    }
    const store = await openStore({
      clickhouse: `${await urlWithLogin(url)}/coldlens`,
      clickhouseRead: `${await urlWithLogin(url, 'reader')}/coldlens`,
    });
    try {
      await store.ranking({ sinceMs: 3 * 3_600_000, sort: 'cost', limit: 1 });
      await store.bill({ sinceMs: 24 * 3_600_000, freeTier: false });
      assert.deepEqual(await store.knownFunctions(10), []);
    } finally {
      await store.close();
    }
  });

  it('has a reader of the documented lines', async () => {
    const page = await readFile(new URL('../../collector/SECURITY.md', import.meta.url), 'utf8');
    const [, statements] = /```sql\n(CREATE USER coldlens_reader[^`]*)```/.exec(page) ?? assert.fail('no GRANT lines');
    // Those that the embedded server gives its own reader: that these are the same is shown here, that they hold above.
    const { url } = running.store.engine;
    const granted = (await query(url, await loginOf(url, 'reader'), 'SHOW GRANTS'))
      .replace(/^200 /, '')
      .trim()
      .split('\n');
    const told = granted.map((grant) => `${grant};`);
    assert.deepEqual((statements ?? '').match(/^GRANT .*;$/gm), told);
    assert.match(statements ?? '', /SETTINGS readonly = 2;/);
  });

  it('must be of one database', async () => {
    await assert.rejects(openStore({ clickhouse: 'http://h/a', clickhouseRead: 'http://u:p@h/b' }), {
      name: 'Trouble',
      exitCode: 2,
      message: 'Inserts are for the database a, questions for b.',
    });
    await assert.rejects(openStore({ clickhouseRead: 'http://u:p@h/b' }), { name: 'Trouble', exitCode: 2 });
  });
});
