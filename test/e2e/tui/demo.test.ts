/** The main job as a newcomer runs it: the built command, real functions, real ClickHouse, a real terminal. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ranking } from '#collector/index.js';
import { until } from '../../support/until.ts';

const bin = fileURLToPath(new URL('../../../tui/bin/coldlens.mjs', import.meta.url));
const examplesDirectory = fileURLToPath(new URL('../../../benchmarks/examples', import.meta.url));

/** Processes that hold the data directory or an example in their command line or working directory. */
const leftOver = async (data: string): Promise<string[]> => {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    // Lambda, Google and Azure name the function's directory in their variables; workerd has its configuration's path.
    const ours =
      command.includes(data) || environment.includes(`=${examplesDirectory}`) || command.includes('workerd-');
    if (ours) found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return found;
};

const run = (args: string[], cwd: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8', timeout: 100_000, maxBuffer: 8 * 2 ** 20 });

describe('coldlens demo', function () {
  this.timeout(120_000);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'coldlens-demo-'));
  });
  afterEach(async () => {
    assert.deepEqual(await leftOver(directory), [], 'the demo left processes behind');
    await rm(directory, { recursive: true, force: true });
  });

  /** Other platforms, and what nobody can see there. */
  const elsewhere: Readonly<Record<string, string>> = {
    'azure-invoices/create': 'azure',
    'google-signup': 'gcp',
    'workers-redirect': 'cloudflare',
  };
  const expectedNames = [
    'azure-invoices/create',
    'google-signup',
    'hello',
    'legacy-callback',
    'orders-bundled',
    'payment-webhook',
    'tax-table',
    'thumbnails',
    'weekly-report',
    'workers-redirect',
  ];

  it('prints one ranking of real cold starts as JSON and leaves nothing running', () => {
    const { status, stdout, stderr } = run(['demo', '--once', '--format', 'json', '--data', directory], directory);
    assert.equal(status, 0, stderr);
    const ranking = JSON.parse(stdout) as Ranking;
    assert.deepEqual(ranking.functions.map((fn) => fn.name).sort(), expectedNames);
    for (const fn of ranking.functions) {
      const coldStarts = fn.coldStarts ?? 0;
      assert.ok(coldStarts >= 3, `${fn.name} was started cold ${coldStarts} times`);
      assert.ok(fn.invocations > coldStarts, `${fn.name} was never called warm`);
      assert.equal(fn.provider, elsewhere[fn.name] ?? 'aws');
      assert.equal(fn.phases.platformMs, null, 'nobody can see the platform phase here');
      if (fn.provider === 'cloudflare') {
        const { runtimeStartMs, initMs } = fn.phases;
        assert.deepEqual([runtimeStartMs, initMs, fn.cold.p50Ms], [null, null, null], 'an isolate shows no start');
        assert.ok((fn.warm.p50Ms ?? 0) > 1);
      } else {
        const { runtimeStartMs, initMs, executionMs } = fn.phases;
        assert.ok((runtimeStartMs ?? 0) > 5 && (initMs ?? 0) > 0 && (executionMs ?? 0) > 0, fn.name);
      }
      if (fn.provider === 'aws') {
        assert.ok((fn.cost.totalUsd ?? 0) > (fn.cost.coldUsd ?? 1), 'cold cost is a part of the cost');
      } else assert.equal(fn.cost.totalUsd, null, 'no price is known');
    }
    const p99s = ranking.functions.map((fn) => fn.cold.p99Ms ?? 0);
    assert.deepEqual(
      p99s,
      p99s.toSorted((a, b) => b - a),
      'ranked by cold p99',
    );
    assert.equal(ranking.functions[0]?.name, 'weekly-report');
    const initMs = (name: string): number => ranking.functions.find((fn) => fn.name === name)?.phases.initMs ?? 0;
    assert.ok(initMs('thumbnails') > 3 * initMs('hello'), 'a large SDK shows in the init');
    assert.match(stderr, /cold in aws-lambda-ric|coldlens' own loader stands in/);
  });

  it('says so when its own loader stands in for the runtime client, and prints JSON without a terminal', () => {
    const { status, stdout, stderr } = run(['demo', '--client', 'coldlens-loader', '--data', directory], directory);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /coldlens' own loader stands in for AWS's runtime client/);
    assert.equal((JSON.parse(stdout) as Ranking).functions.length, expectedNames.length);
  });

  it('ends with one sentence and exit code 3 when ClickHouse cannot be reached', () => {
    const { status, stdout, stderr } = run(['demo', '--once', '--clickhouse', 'http://127.0.0.1:9'], directory);
    assert.equal(status, 3);
    assert.equal(stdout, '');
    assert.match(stderr, /coldlens: .*127\.0\.0\.1:9.*\n {2}next: /);
  });

  it('takes everything down when it is told to stop half-way', async () => {
    const child = spawn(process.execPath, [bin, 'demo', '--once', '--data', directory], {
      cwd: directory,
      stdio: 'pipe',
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await until('the first round has begun', () => said.includes('round 1'), 30_000);
    await until('a function runs', async () => (await leftOver(directory)).length > 2, 10_000);
    child.kill('SIGTERM');
    assert.equal(await exit, 3);
    assert.match(said, /stopped before/);
  });

  it('leaves nothing running even when it is killed outright', async () => {
    const args = [bin, 'demo', '--once', '--data', directory];
    const child = spawn(process.execPath, args, { cwd: directory, stdio: 'ignore' });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const running = (): Promise<number> => leftOver(directory).then((found) => found.length);
    await until('several functions are frozen', async () => (await running()) > 4, 30_000);
    child.kill('SIGKILL');
    await exit;
    await until('the engine and the frozen functions have gone', async () => (await running()) === 0, 10_000);
  });

  describe('on a terminal', () => {
    const socket = `coldlens-demo-${process.pid}`;
    const tmux = (...args: string[]): string => execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8' });
    const screen = (): string => tmux('capture-pane', '-p', '-t', 'demo');

    afterEach(async () => {
      spawnSync('tmux', ['-L', socket, 'kill-server']);
      // It ends a moment after it has said so.
      await until('tmux has ended', async () => !(await leftOver(directory)).some((line) => line.includes(' tmux ')));
    });

    it('shows the ranking within 15 s, fills it, and q restores the terminal', async () => {
      const beginMs = performance.now();
      tmux('new-session', '-d', '-s', 'demo', '-x', '140', '-y', '40', '-c', directory, 'bash', '--norc');
      tmux(
        'send-keys',
        '-t',
        'demo',
        `${process.execPath} ${bin} demo --data ${directory}; echo "exit code $?"`,
        'Enter',
      );
      await until('progress is shown', () => /starting/.test(screen()), 10_000);
      await until('a function is ranked', () => /▶.*(hello|thumbnails|weekly-report)/.test(screen()), 15_000);
      const firstRankingMs = performance.now() - beginMs;
      assert.ok(firstRankingMs < 15_000, `the first ranking took ${firstRankingMs} ms`);
      await until('all functions are ranked', () => expectedNames.every((name) => screen().includes(name)), 30_000);
      tmux('send-keys', '-t', 'demo', ':health', 'Enter');
      await until('the collector is well', () => /● collector {2}● inserts/.test(screen()), 10_000);
      tmux('send-keys', '-t', 'demo', ':weekly', 'Enter');
      await until('its page is shown', () => /Cold against warm/.test(screen()), 10_000);
      tmux('send-keys', '-t', 'demo', 'm');
      await until('the guilty import is shown', () => /date-fns/.test(screen()), 10_000);
      tmux('send-keys', '-t', 'demo', 'q');
      await until('the prompt is back', () => screen().includes('exit code 0'), 20_000);
      assert.doesNotMatch(screen(), /▶/, 'the alternate screen is gone');
      const cursor = tmux('display-message', '-p', '-t', 'demo', '#{cursor_flag}').trim();
      assert.equal(cursor, '1', 'the cursor is visible again');
      tmux('send-keys', '-t', 'demo', 'echo typed back', 'Enter');
      await until('the terminal echoes', () => /^typed back$/m.test(screen()), 5_000);
    });
  });
});
