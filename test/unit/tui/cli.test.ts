/** The command line as scripts and people meet it: exit codes, sentences, pipes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ranking } from '#collector/index.js';
import { commands } from '#tui/commands/index.js';
import { sixFunctions } from './rankings.ts';
import { cleanEnvironment, launcher, runColdlens } from './run-coldlens.ts';

describe('coldlens', () => {
  let cwd = '';
  let server: Server;
  let url = '';
  const asked: string[] = [];

  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'coldlens-cli-'));
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...sixFunctions, nextCursor: null }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    rmSync(cwd, { recursive: true });
  });

  const complains = async (args: string[], code: number, message: RegExp): Promise<void> => {
    const result = await runColdlens(args, { cwd });
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr, message);
    assert.match(result.stderr, /^coldlens: .+\.\n {2}next: .+\n$/);
    assert.equal(result.stdout, '');
  };

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../tui/package.json', import.meta.url), 'utf8'));
    assert.deepEqual(await runColdlens(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('prints its version with every command, though top has another use for --version', async () => {
    const { stdout } = await runColdlens(['--version']);
    for (const args of [['-V'], ['demo', '--version'], ['top', '-V']]) {
      assert.deepEqual(await runColdlens(args), { code: 0, stdout, stderr: '' });
    }
    await complains(['top', '--version'], 2, /'--version <TEXT>' argument missing/);
  });

  it('explains itself and each command', async () => {
    const help = await runColdlens(['--help']);
    assert.equal(help.code, 0);
    for (const { name, options } of commands) {
      assert.ok(help.stdout.includes(name));
      const own = await runColdlens([name, '--help']);
      assert.equal(own.code, 0);
      for (const option of Object.keys(options)) assert.ok(own.stdout.includes(`--${option}`), `${name} --${option}`);
    }
  });

  it('names wrong usage, with exit code 2', async () => {
    await complains([], 2, /No command/);
    await complains(['tpo'], 2, /Unknown command 'tpo' \(Did you mean top\?\)/);
    await complains(['top', '--sorr', 'cost'], 2, /Unknown option '--sorr'/);
    await complains(['top', '--sort', 'nane'], 2, /--sort is "nane".*cold-p99/);
    await complains(['top', '--data', 'a', '--url', 'http://b'], 2, /--data and --url exclude each other/);
    await complains(['top', 'extra'], 2, /Too many arguments/);
    await complains(['top', '--memory', 'big'], 2, /"big" is no --memory/);
    await complains(['top', '--region', ''], 2, /--region is empty/);
    await complains(['top', '--compare', '--since', '2h'], 2, /--compare takes windows longer than 2h.*--since is 2h/);
    await complains(['top', '--sort', 'change', '--since', '2h'], 2, /--sort change takes windows longer than 2h/);
    await complains(['health', '--since', '1h'], 2, /Unknown option '--since'/);
    await complains(
      ['live', '--since', '11m'],
      2,
      /--since is "11m", and what arrived longer than 10m ago is not told/,
    );
    await complains(['live', '--since', 'now'], 2, /"now" is no duration/);
    await complains(['benchmarks', '--since', '401d'], 2, /"401d" is no duration/);
    await complains(['collect', '--host', '0.0.0.0'], 2, /Without tokens .* loopback only, and 0.0.0.0 is open.*/);
    await complains(['collect', '--port', '70000'], 2, /--port is "70000".* from 0 to 65535/);
    await complains(['collect', '--port', '\u001b[31m'], 2, /--port is "\\u001b\[31m"/);
  });

  it('names trouble with what it was pointed to, with exit code 3', async () => {
    await complains(['top', '--url', 'http://127.0.0.1:1'], 3, /127\.0\.0\.1:1 cannot be reached/);
    await complains(['top', '--clickhouse', 'http://127.0.0.1:1'], 3, /127\.0\.0\.1:1/);
  });

  it('makes no empty database to read from', async () => {
    await complains(['top'], 3, /There is no data directory \.\/\.coldlens/);
    await complains(['top', '--data', 'nowhere'], 3, /There is no data directory nowhere/);
    assert.equal(existsSync(join(cwd, '.coldlens')), false);
    assert.equal(existsSync(join(cwd, 'nowhere')), false);
  });

  it('reads its configuration and refuses what it does not know', async () => {
    const file = join(cwd, 'coldlens.config.json');
    try {
      writeFileSync(file, JSON.stringify({ url, sort: 'cost', format: 'json' }));
      const result = await runColdlens(['top'], { cwd });
      assert.deepEqual(JSON.parse(result.stdout), sixFunctions);
      assert.match(asked.at(-1) ?? '', /sort=cost/);
      writeFileSync(file, '{"sortby": "cost"}');
      await complains(['top'], 2, /unknown key "sortby"/);
    } finally {
      rmSync(file);
    }
  });

  it('prints one ranking without a terminal', async () => {
    const result = await runColdlens(['top', '--url', url, '--json', '--limit', '7', '--filter', 'b c'], { cwd });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(JSON.parse(result.stdout), sixFunctions);
    assert.match(asked.at(-1) ?? '', /^\/api\/v1\/ranking\?/);
    assert.match(asked.at(-1) ?? '', /limit=7/);
    assert.match(asked.at(-1) ?? '', /filter=b(\+|%20)c/);
  });

  it('sorts by what no source ranks by, and takes columns for a table', async () => {
    const sorted = await runColdlens(['top', '--url', url, '--json', '--sort', 'name'], { cwd });
    const names = (JSON.parse(sorted.stdout) as Ranking).functions.map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
    assert.match(asked.at(-1) ?? '', /sort=cold-p99.*limit=100(?!0)/);
    const table = await runColdlens(['top', '--url', url, '--columns', 'errors,cold-max'], { cwd });
    assert.match(table.stdout, /^FUNCTION +ERRORS +COLD MAX$/m);
    await complains(['top', '--url', url, '--columns', 'errors,colds'], 2, /--columns is "colds".*cold-starts/);
  });

  it('asks for what a column of a table needs', async () => {
    const table = await runColdlens(['top', '--url', url, '--columns', 'trend,change,phases'], { cwd });
    assert.match(asked.at(-1) ?? '', /trend=cold-p99/);
    assert.match(asked.at(-1) ?? '', /compare=before/);
    // A window as short as this has none before it that could be compared with.
    const short = await runColdlens(['top', '--url', url, '--columns', 'change,phases', '--since', '30m'], { cwd });
    assert.doesNotMatch(asked.at(-1) ?? '', /trend=|compare=/);
    assert.deepEqual([table.code, table.stderr, short.code, short.stderr], [0, '', 0, '']);
    assert.match(short.stdout, /^FUNCTION +PHASES$/m);
  });

  it('asks for the window before where it sorts by the change', async () => {
    await runColdlens(['top', '--url', url, '--json', '--sort', 'change'], { cwd });
    assert.match(asked.at(-1) ?? '', /sort=cold-p99.*compare=before|compare=before.*sort=cold-p99/);
  });

  it('asks a collector for what it is narrowed to', async () => {
    const options = {
      provider: 'aws',
      account: '123456789012',
      region: 'eu-west-1',
      runtime: 'nodejs24.x',
      version: '3',
      memory: '0512',
      trigger: 'http',
    };
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const result = await runColdlens(['top', '--once', '--json', '--compare', '--url', url, ...flags], { cwd });
    assert.equal(result.code, 0, result.stderr);
    const { memory: _memory, ...same } = options;
    const { since, sort, limit, ...narrowed } = Object.fromEntries(new URL(asked.at(-1) ?? '', url).searchParams);
    assert.deepEqual(narrowed, { ...same, memoryMb: '512', compare: 'before' });
  });

  it('leaves quietly when nobody reads on', async () => {
    // A shell pipeline whose reader is gone before the first byte; its last word is our exit code.
    const script = `{ "$NODE" "$LAUNCHER" top --url "$URL" --format csv; echo "code $?" >&2; } | true`;
    const shell = spawn('bash', ['-c', script], {
      env: cleanEnvironment({ NODE: process.execPath, LAUNCHER: launcher, URL: url }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    shell.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    await once(shell, 'close');
    assert.equal(stderr, 'code 0\n');
  });

  it('checks the set-up, as text and as JSON', async () => {
    const text = await runColdlens(['doctor', '--port', '0'], { cwd });
    assert.equal(text.code, 0, text.stdout);
    assert.match(text.stdout, /^ok {4}node +Node \d+/m);
    assert.match(text.stdout, /\.coldlens does not exist yet and can be made/);
    const json = await runColdlens(['doctor', '--port', '0', '--json'], { cwd });
    const { passed, checks } = JSON.parse(json.stdout);
    assert.equal(passed, true);
    for (const { name, status, detail } of checks) assert.ok(text.stdout.includes(detail), `${name} ${status}`);
  });

  it('fails the check-up when something will not work, with exit code 1', async () => {
    const port = String((server.address() as AddressInfo).port);
    const taken = await runColdlens(['doctor', '--clickhouse', 'http://127.0.0.1:1', '--port', port], { cwd });
    assert.equal(taken.code, 1);
    assert.match(taken.stdout, /^fail {2}clickhouse +http:\/\/127\.0\.0\.1:1 does not answer/m);
    assert.match(taken.stdout, /next: /);
    assert.doesNotMatch(taken.stdout, /data directory/);
  });

  it('does not show the password of a ClickHouse address', async () => {
    const result = await runColdlens(['doctor', '--clickhouse', 'http://me:secret@127.0.0.1:1', '--port', '0'], {
      cwd,
    });
    assert.doesNotMatch(result.stdout, /secret/);
  });
});
