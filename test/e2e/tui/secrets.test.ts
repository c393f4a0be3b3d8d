/** No secret is ever told: every output of a collector that was given some, and of those that ask it, is searched for them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeDirectory } from '../../support/collector.ts';
import { until } from '../../support/until.ts';
import { runColdlens, type Started, startColdlens } from '../../unit/tui/run-coldlens.ts';

/** Each of them holds the word that no output may. */
const word = 'Zq7SECRETzq7';
const secret = (name: string): string => `${name}-${word}-0123456789`;

describe('secrets', function () {
  this.timeout(60_000);
  let cwd = '';
  const all: { what: string; text: string }[] = [];

  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'coldlens-secrets-'));
  });
  after(() => removeDirectory(cwd));
  afterEach(() => {
    for (const { what, text } of all) assert.ok(!text.includes(word), `${what} tells a secret:\n${text}`);
  });

  const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const { stdout, stderr } = await runColdlens(args, { cwd, env });
    all.push({ what: args.join(' ').replaceAll(word, '...'), text: stdout + stderr });
    return stdout + stderr;
  };

  const login = `http://${secret('user')}:${secret('password')}@127.0.0.1:1`;

  for (const [args, env = {}] of [
    [['top', '--once', '--url', 'http://127.0.0.1:1', '--token', secret('token')]],
    [['top', '--once', '--url', 'http://127.0.0.1:1'], { COLDLENS_TOKEN: secret('token') }],
    [['top', '--once', '--url', login]],
    [['top', '--once', '--url', 'http://127.0.0.1:1', '--token', `${secret('bad')}\u00e9`]],
    [['top', '--once', '--token', secret('a'), '--token-file', 'f', '--url', 'http://127.0.0.1:1']],
    [['collect', `--token=${secret('unknown')}`]],
    [['collect', '--token', secret('unknown')]],
    [['top', '--clickhouse', login]],
    [['top', '--clickhouse', `postgres://u:${secret('p')}@h`]],
    [['top', '--clickhouse', `u:${secret('p')}@h:8123`]],
    [['top', '--clickhouse', `${login}/a/b`]],
    [['top', '--clickhouse', `http://127.0.0.1:1/?password=${secret('p')}`]],
    [['top', '--clickhouse', `http://u:%${secret('p')}%@127.0.0.1:1`]],
    [['top', '--once'], { COLDLENS_CLICKHOUSE: login }],
    [['collect', '--clickhouse', login]],
    [['collect', '--clickhouse', 'http://127.0.0.1:1', '--clickhouse-read', login]],
    [['collect'], { COLDLENS_TOKENS: secret('not a line of tokens') }],
    [['collect'], { COLDLENS_TOKENS: `write ${secret('short').slice(0, 15)}` }],
    [['collect', '--tokens', 'bad-tokens']],
    [['doctor', '--clickhouse', login]],
    [['doctor', '--json', '--clickhouse', `http://127.0.0.1:1/?user=u&password=${secret('p')}`]],
    [['collect', '--help'], { COLDLENS_TOKENS: `write ${secret('t')}`, COLDLENS_CLICKHOUSE: login }],
    [['top', '--help'], { COLDLENS_TOKEN: secret('t') }],
  ] as [string[], Record<string, string>?][]) {
    it(`are not told by ${args.join(' ').replaceAll(word, '...')} ${Object.keys(env).join(' ')}`, async () => {
      writeFileSync(join(cwd, 'bad-tokens'), `write ${secret('t')} ${secret('u')}\n`, { mode: 0o600 });
      assert.notEqual(await run(args, env), '');
    });
  }

  it('are not told of a configuration that is no JSON', async () => {
    const file = join(cwd, 'coldlens.config.json');
    for (const text of [
      `{"clickhouse": ${login}`,
      `{"clickhouse": "http://u:${word}@h",}`,
      `{"${word}`,
      `{"port": 1 "${word}"}`,
    ]) {
      writeFileSync(file, text);
      assert.match(await run(['top']), /is no JSON/);
    }
    rmSync(file);
  });

  describe('of a collector that runs', () => {
    let collect: Started;
    let url = '';
    before(async function () {
      this.timeout(30_000);
      writeFileSync(join(cwd, 'tokens'), `write ${secret('write')}\nread ${secret('read')}\n`, { mode: 0o600 });
      collect = startColdlens(['collect', '--port', '0', '--tokens', 'tokens'], {
        cwd,
        env: { COLDLENS_TOKENS: `admin ${secret('admin')}` },
      });
      const listening = /listens on (\S+)\n/;
      await until('it listens', () => listening.test(collect.output().stdout), 20_000);
      url = listening.exec(collect.output().stdout)?.[1] ?? '';
    });
    after(async () => {
      collect.child.kill('SIGTERM');
      const { stdout, stderr, code } = await collect.finished;
      assert.equal(code, 0);
      assert.ok(!(stdout + stderr).includes(word));
    });

    it('are not told by any answer', async () => {
      for (const path of ['/', '/healthz', '/api/v1/ranking', '/api/v1/openapi.json', '/v1/traces', '/nowhere']) {
        for (const token of [undefined, secret('wrong'), secret('read'), secret('write'), secret('admin')]) {
          const response = await fetch(`${url}${path}`, {
            headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
          });
          const text = `${JSON.stringify([...response.headers])}${await response.text()}`;
          all.push({ what: `${path} with ${token?.split('-')[0]}`, text });
        }
      }
      const { password } = owner().collector;
      assert.notEqual(password, '');
      for (const { what, text } of all) assert.ok(!text.includes(password), what);
    });

    const owner = () => JSON.parse(readFileSync(join(cwd, '.coldlens', 'server.json'), 'utf8'));

    it('are told by neither answer nor log where they come in a URL', async () => {
      for (const path of ['/v1/google', '/v1/azure', '/v1/nowhere', '/v1/%']) {
        for (const token of [secret('wrong'), secret('read'), secret('write')]) {
          for (const body of ['{}', '{', '']) {
            const response = await fetch(`${url}${path}?token=${token}&account=${token}`, { method: 'POST', body });
            const text = `${JSON.stringify([...response.headers])}${await response.text()}`;
            all.push({ what: `${path} with ${token.split('-')[0]} in the URL`, text });
          }
        }
      }
      all.push({ what: 'the log', text: collect.output().stdout + collect.output().stderr });
    });

    it('let top in, and are asked for', async () => {
      const read = { COLDLENS_TOKEN: secret('read') };
      assert.match(await run(['top', '--once', '--json', '--url', url], read), /"functions"/);
      assert.match(await run(['top', '--once', '--json', '--url', url, '--token', secret('admin')]), /"functions"/);
      writeFileSync(join(cwd, 'token'), `${secret('read')}\n`);
      assert.match(await run(['bill', '--json', '--url', url, '--token-file', 'token']), /"accounts"/);
      assert.match(await run(['top', '--once', '--url', url]), /wants a token for reading \(status 401\)/);
      const write = { COLDLENS_TOKEN: secret('write') };
      assert.match(
        await run(['top', '--once', '--url', url], write),
        /does not take this token for reading \(status 403\)/,
      );
    });

    it('are not told by a file of tokens that has changed for the worse', async () => {
      const before = collect.output().stderr.length;
      writeFileSync(join(cwd, 'tokens'), `${secret('write')} write\n`);
      await until('it was told of', () => collect.output().stderr.slice(before).includes('not taken'), 10_000);
      all.push({ what: 'the notice', text: collect.output().stderr });
    });

    it('are in no process’s command line', async function () {
      if (!existsSync('/proc/self/cmdline')) return this.skip();
      // Never answers, so that the command waits.
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const address = login.replace(/:1$/, `:${(silent.address() as AddressInfo).port}`);
      const asking = startColdlens(['top', '--once', '--url', address, '--token', secret('token')], { cwd });
      const title = () => readFileSync(`/proc/${asking.child.pid}/cmdline`, 'utf8');
      await until('it has hidden them', () => !title().includes(word) && title().includes('***@'), 10_000);
      asking.child.kill('SIGKILL');
      await asking.finished;
      silent.close();
      // The engine's as well.
      const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
      const { collector, reader } = owner();
      for (const text of [word, collector.password, reader.password]) {
        const told = stdout.split('\n').filter((line) => line.includes(text) && !line.includes('ps -eo'));
        assert.deepEqual(told, []);
      }
    });
  });
});
