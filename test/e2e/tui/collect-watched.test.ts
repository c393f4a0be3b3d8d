/** `coldlens collect` as others watch it: its log as JSON, its own traces and metrics by OpenTelemetry's SDK, and the doctor. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { freePort } from '#collector/free-port.js';
import { ask, collectorForAllTests } from '../../support/collector.ts';
import { request, send, span } from '../../support/spans.ts';
import { until } from '../../support/until.ts';
import { runColdlens, type Started, startColdlens } from '../../unit/tui/run-coldlens.ts';

/** Takes OTLP of both signals, as an OpenTelemetry Collector would, and keeps what it got as text. */
async function startDestination() {
  const bodies: Record<string, string> = { '/v1/traces': '', '/v1/metrics': '' };
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      bodies[incoming.url ?? ''] += (
        incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      ).toString();
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const someSpans = () => request([span({ name: 'sent', startMs: Date.now(), durationMs: 5 })]);

describe('coldlens collect, watched', () => {
  let cwd = '';
  let collect: Started | undefined;
  const second = collectorForAllTests();

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'coldlens-watched-'));
  });

  afterEach(async () => {
    collect?.child.kill('SIGTERM');
    await collect?.finished;
    rmSync(cwd, { recursive: true, force: true });
  });

  interface Line {
    time: string;
    level: string;
    msg: string;
    [field: string]: unknown;
  }
  const linesOf = (stderr: string): Line[] =>
    stderr
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);

  async function start(
    args: readonly string[],
    env: Record<string, string>,
  ): Promise<{ running: Started; url: string }> {
    const running = startColdlens(['collect', '--log-format', 'json', ...args], { cwd, env });
    collect = running;
    const listening = () =>
      linesOf(running.output().stderr.replace(/[^\n]*$/, '')).find(({ msg }) => msg === 'The collector listens.');
    await until('it listens', listening, 20_000);
    return { running, url: String(listening()?.url) };
  }

  async function ended({ child, finished }: Started): Promise<Line[]> {
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await finished;
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '');
    return linesOf(stderr);
  }

  it('logs one JSON object a line and nothing else', async () => {
    const { running, url } = await start(['--port', '0'], {});
    assert.equal((await send(url, someSpans())).status, 200);
    const lines = await ended(running);
    for (const { time, level } of lines) {
      assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
      assert.ok(['info', 'warn', 'error'].includes(level));
    }
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['The collector listens.', 'ClickHouse is there.', 'Stopped.'],
    );
    assert.equal(lines.at(-1)?.acknowledgedSpans, 1);
  });

  it('sends its own traces and metrics where OTEL_* says', async () => {
    const destination = await startDestination();
    try {
      const { running, url } = await start(['--port', '0'], {
        OTEL_EXPORTER_OTLP_ENDPOINT: destination.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      });
      assert.equal((await send(url, someSpans())).status, 200);
      assert.equal((await fetch(`${url}/api/v1/ranking`)).status, 200);
      await fetch(`${url}/no/such/path`);
      const lines = await ended(running);
      assert.deepEqual(
        lines.filter(({ level }) => level !== 'info'),
        [],
      );
      const traces = destination.bodies['/v1/traces'] ?? '';
      for (const name of ['POST /v1/traces', 'GET /api/v1/ranking', 'GET other', 'buffer commit', 'insert', 'seal']) {
        assert.ok(traces.includes(`"name":"${name}"`), `${name} in ${traces.slice(0, 2000)}`);
      }
      assert.ok(!traces.includes('no/such'), 'what senders make up is in no span');
      assert.ok(!traces.includes('--log-format'), 'nor is the command line, which may hold a password');
      assert.match(traces, /"key":"service.name","value":\{"stringValue":"coldlens-collector"\}/);
      const metrics = destination.bodies['/v1/metrics'] ?? '';
      for (const name of ['coldlens.received_spans', 'coldlens.request.duration', 'coldlens.buffer_bytes']) {
        assert.ok(metrics.includes(`"name":"${name}"`), name);
      }
    } finally {
      destination.close();
    }
  });

  it('is traced by a second collector of ours', async () => {
    const { running, url } = await start(['--port', '0'], {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${second.collector.url}/v1/traces`,
      OTEL_SERVICE_NAME: 'first-collector',
    });
    assert.equal((await send(url, someSpans())).status, 200);
    await ended(running);
    const rows = () =>
      ask<{ name: string }>(
        second.store.engine.url,
        `SELECT DISTINCT name FROM spans WHERE position(toString(resource), 'first-collector') > 0 ORDER BY name`,
      );
    await until('its spans are stored', async () => (await rows()).some(({ name }) => name === 'POST /v1/traces'));
    assert.ok((await rows()).some(({ name }) => name === 'insert'));
  });

  it('never sends its own telemetry to itself, says so once, and works', async () => {
    const port = String(await freePort());
    const { running, url } = await start(['--port', port], { OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}` });
    assert.equal((await send(url, someSpans())).status, 200);
    const lines = await ended(running);
    const warnings = lines.filter(({ level }) => level === 'warn');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]?.msg ?? '', /to this very collector, so none is sent/);
    assert.equal(lines.at(-1)?.requests, 1);
  });

  it('ends in time though the destination of its telemetry never answers', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const { running, url } = await start(['--port', '0'], {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      });
      assert.equal((await send(url, someSpans())).status, 200);
      const beganMs = performance.now();
      await ended(running);
      assert.ok(performance.now() - beganMs < 10_000);
    } finally {
      silent.close();
      silent.closeAllConnections();
    }
  });

  it('is looked at by the doctor, who says what is wrong and what to do', async () => {
    const { url } = second.collector;
    const well = await runColdlens(['doctor', '--url', url], { cwd });
    assert.equal(well.code, 0, well.stdout);
    for (const line of [
      /^ok {4}collector +http:\S+ is coldlens \d/m,
      /^ok {4}readiness +it takes spans$/m,
      /^ok {4}buffer/m,
    ]) {
      assert.match(well.stdout, line);
    }
    for (const name of ['clock', 'oldest', 'inserts', 'set aside', 'refused', 'sealing']) {
      assert.match(well.stdout, new RegExp(`^ok {4}${name} `, 'm'));
    }
    // Of this very process, which has the tests to run as well.
    assert.match(well.stdout, /^(ok|warn) {2,4}event loop /m);
    assert.doesNotMatch(well.stdout, /data directory|embedded engine/);

    const refused = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      body: 'x',
      headers: { 'Content-Type': 'text/plain' },
    });
    assert.equal(refused.status, 415);
    const warned = await runColdlens(['doctor', '--json', '--url', url], { cwd });
    assert.equal(warned.code, 0);
    const { checks } = JSON.parse(warned.stdout) as {
      checks: { name: string; status: string; detail: string; next: string }[];
    };
    const found = checks.find(({ name }) => name === 'refused');
    assert.deepEqual([found?.status, found?.detail], ['warn', '1 requests were refused: media_type']);
    assert.match(found?.next ?? '', /OTEL_EXPORTER_OTLP_PROTOCOL/);

    const nobody = await runColdlens(['doctor', '--url', 'http://127.0.0.1:1'], { cwd });
    assert.equal(nobody.code, 1);
    assert.match(nobody.stdout, /^fail {2}collector +http:\/\/127\.0\.0\.1:1 does not answer/m);
  });

  it('tells the doctor its figures only with a token that may read', async () => {
    const token = 'read-0123456789abcdef';
    const { url } = await start(['--port', '0'], { COLDLENS_TOKENS: `read ${token}` });
    const without = await runColdlens(['doctor', '--url', url], { cwd });
    assert.equal(without.code, 1);
    assert.match(without.stdout, /^fail {2}collector +\S+ lives, but tells its figures only to who may read$/m);
    const allowed = await runColdlens(['doctor', '--url', url], { cwd, env: { COLDLENS_TOKEN: token } });
    assert.equal(allowed.code, 0, allowed.stdout);
    assert.doesNotMatch(allowed.stdout, /0123456789abcdef/);
  });
});
