/** `coldlens collect` as a process: what is sent to it is ranked by `coldlens top`, and a signal ends it cleanly. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import { runColdlens, type Started, startColdlens } from '../../unit/tui/run-coldlens.ts';

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** One cold invocation, as any OpenTelemetry sender would report it. */
function coldInvocation(name: string, startMs: number, durationMs: number): string {
  const nanos = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name,
    kind: 2,
    startTimeUnixNano: nanos(startMs),
    endTimeUnixNano: nanos(startMs + durationMs),
    attributes: [text('faas.invocation.id', 'invocation-1'), { key: 'faas.coldstart', value: { boolValue: true } }],
  };
  const resource = {
    attributes: [
      text('faas.name', name),
      text('cloud.provider', 'aws'),
      text('cloud.region', 'eu-central-1'),
      text('cloud.account.id', '123456789012'),
    ],
  };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

describe('coldlens collect', () => {
  let cwd = '';
  let collect: Started | undefined;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'coldlens-collect-'));
  });

  afterEach(async () => {
    // Not SIGKILL: its engine would live on for a moment and write into the folder that is removed here.
    collect?.child.kill('SIGTERM');
    await collect?.finished;
    rmSync(cwd, { recursive: true, force: true });
  });

  async function startCollect(): Promise<{ running: Started; url: string }> {
    const running = startColdlens(['collect', '--port', '0'], { cwd });
    collect = running;
    const listening = /listens on (\S+)\n/;
    await until('it listens', () => listening.test(running.output().stdout), 20_000);
    return { running, url: listening.exec(running.output().stdout)?.[1] ?? '' };
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`keeps what it acknowledged, lets others read beside it, and ends on ${signal}`, async () => {
      const { running, url } = await startCollect();
      const response = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: coldInvocation('from-anyone', Date.now() - 60_000, 250),
      });
      assert.equal(response.status, 200, await response.text());
      const other = await fetch(`${url}/v1/cloudflare`, { method: 'POST', body: '{"EventType":"of another kind"}\n' });
      assert.equal(other.status, 200, await other.text());

      for (const source of [
        ['--url', url],
        ['--data', '.coldlens'],
      ]) {
        const top = await runColdlens(['top', '--json', ...source], { cwd });
        assert.equal(top.code, 0, top.stderr);
        const [ranked] = JSON.parse(top.stdout).functions;
        assert.equal(ranked.name, 'from-anyone');
        assert.equal(ranked.coldStarts, 1);
      }

      running.child.kill(signal);
      const { code, stdout, stderr } = await running.finished;
      assert.equal(code, 0, stderr);
      assert.match(stdout, /ClickHouse \d+\.\d+\S* \(embedded\) at http:\/\/127\.0\.0\.1:\d+/);
      const spans = '1 OTLP requests (0 failed), 1 spans received, 1 stored, 0 rejected';
      assert.ok(stderr.endsWith(`${spans}, 1 records of platforms (1 told nothing); stopped\n`), stderr);
    });
  }

  it('names a port that another program holds, and the doctor does too', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    try {
      const result = await runColdlens(['collect', '--port', port], { cwd });
      assert.equal(result.code, 3, result.stderr);
      assert.match(result.stderr, new RegExp(`^coldlens: .*${port}.*\\n {2}next: .*\\n$`));
      const doctor = await runColdlens(['doctor', '--port', port], { cwd });
      assert.equal(doctor.code, 1);
      assert.match(doctor.stdout, /^fail {2}collector port +.*is used by another program/m);
    } finally {
      holder.close();
    }
  });

  it('is recognised by the doctor', async () => {
    const { url } = await startCollect();
    const doctor = await runColdlens(['doctor', '--port', new URL(url).port], { cwd });
    assert.equal(doctor.code, 0, doctor.stdout);
    assert.match(doctor.stdout, /^ok {4}collector port +.*held by a running collector/m);
    assert.match(doctor.stdout, /^ok {4}data directory +.*served by process \d+/m);
  });
});
