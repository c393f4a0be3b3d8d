/** A collector as others use it: what it counts and answers, and its end. What OTLP asks of it is in test/conformance. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { collectorSource, startCollector, Trouble } from '#collector/index.js';
import { ask, collectorForAllTests } from '../../support/collector.ts';
import { request, send, span } from '../../support/spans.ts';

const sdkFixture = fileURLToPath(new URL('../../fixtures/collector/send-span.mjs', import.meta.url));

const oneSpan = (name: string) => request([span({ name, startMs: Date.now(), durationMs: 5 })]);

describe('a collector', () => {
  const running = collectorForAllTests();
  const stored = async (name: string) =>
    await ask<{ n: number }>(
      running.store.engine.url,
      `SELECT toUInt32(count()) AS n FROM spans FINAL WHERE name = '${name}'`,
    );

  /** On the same store, with a buffer of its own. */
  const second = () => ({ store: running.store, bufferDirectory: join(running.data, 'second-buffer') });

  it('counts what it did', async () => {
    const bad = span({ spanId: '0'.repeat(16), startMs: Date.now(), durationMs: 1 });
    const some = Array.from({ length: 3 }, () => span({ startMs: Date.now(), durationMs: 1 }));
    assert.equal((await send(running.collector.url, request([...some, bad]))).status, 200);
    assert.equal((await send(running.collector.url, [])).status, 400);
    assert.deepEqual(running.collector.stats(), {
      ...{ requests: 2, failedRequests: 1 },
      ...{ receivedSpans: 4, acknowledgedSpans: 3, rejectedSpans: 1 },
    });
  });

  it("ranks what OpenTelemetry's own SDK sends, configured by its variables alone", async () => {
    const name = 'sdk';
    const env = {
      ...process.env,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: running.collector.url,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: name,
    };
    await promisify(execFile)(process.execPath, [sdkFixture, name], { env, timeout: 20_000 });
    const query = { sinceMs: 3_600_000, sort: 'invocations', limit: 10, filter: name } as const;
    const { functions } = await running.store.ranking(query);
    assert.deepEqual([functions[0]?.invocations, functions[0]?.coldStarts], [1, 1]);
  });

  it('refuses bad questions with the parameter and its bounds', async () => {
    const answer = await fetch(`${running.collector.url}/api/v1/ranking?limit=0`);
    assert.equal(answer.status, 400);
    const { error, next } = (await answer.json()) as { error: string; next: string };
    assert.match(`${error} ${next}`, /limit.*1 to 10000/);
  });

  it('answers rankings to another process', async () => {
    const source = collectorSource(running.collector.url);
    const query = { sinceMs: 3_600_000, sort: 'invocations', limit: 5 } as const;
    const { functions } = await source.ranking(query);
    assert.deepEqual(functions, (await running.store.ranking(query)).functions);
    await assert.rejects(
      collectorSource('http://127.0.0.1:1').ranking(query),
      (error) => error instanceof Trouble && error.exitCode === 3,
    );
  });

  it('names a port that is in use, and what to do', async () => {
    await assert.rejects(startCollector({ ...second(), port: running.collector.port }), (error) => {
      assert.ok(error instanceof Trouble);
      assert.equal(error.exitCode, 3);
      assert.match(error.message, new RegExp(`Port ${running.collector.port} is in use`));
      assert.match(error.next, /--port/);
      return true;
    });
  });

  it('finishes what is in flight when it is closed, and then takes no more', async () => {
    const other = await startCollector({ ...second(), port: 0 });
    const name = 'in-flight';
    const inFlight = send(other.url, oneSpan(name));
    // The request has reached the collector once it is counted.
    while (other.stats().requests === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = other.close();
    assert.equal((await inFlight).status, 200);
    await closed;
    assert.deepEqual(await stored(name), [{ n: 1 }]);
    await assert.rejects(fetch(other.url));
  });
});
