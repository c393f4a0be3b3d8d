import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { collectorSource, startCollector, Trouble } from '#collector/index.js';
import { ask, collectorForAllTests, untilStored } from '../../support/collector.ts';
import { readResponse, readRpcStatus, requestBytes, withBase64Ids } from '../../unit/collector/otlp-schema.ts';
import { newSpanId, newTraceId, request, span } from './support.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const sdkFixture = fileURLToPath(new URL('../../fixtures/collector/send-span.mjs', import.meta.url));

const maxBodyBytes = 64 * 1024 * 1024;

describe('receiving OTLP over HTTP', () => {
  const running = collectorForAllTests();

  function post(body: Uint8Array | string, headers: Record<string, string>, chunks = 1): Promise<Answer> {
    const bytes = Buffer.from(body as string);
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        `${running.collector.url}/v1/traces`,
        { method: 'POST', headers, agent: false, timeout: 15_000 },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
          );
        },
      );
      sent.on('error', reject);
      const size = Math.max(1, Math.ceil(bytes.length / chunks));
      for (let at = 0; at < bytes.length; at += size) sent.write(bytes.subarray(at, at + size));
      sent.end();
    });
  }

  const json = { 'Content-Type': 'application/json' };
  const protobuf = { 'Content-Type': 'application/x-protobuf' };
  const gzip = { 'Content-Encoding': 'gzip' };

  const oneSpan = (name: string, traceId = newTraceId()) =>
    request([span({ name, traceId, startMs: Date.now(), durationMs: 5 })]);
  const inProtobuf = (body: unknown) => requestBytes(withBase64Ids(body as never));
  const stored = async (name: string) => {
    await untilStored(running.collector.url);
    return await ask<{ n: number }>(
      running.store.engine.url,
      `SELECT toUInt32(count()) AS n FROM spans FINAL WHERE name = '${name}'`,
    );
  };

  const happy: [string, (name: string) => Promise<Answer>][] = [
    ['JSON', (name) => post(JSON.stringify(oneSpan(name)), json)],
    ['protobuf', (name) => post(inProtobuf(oneSpan(name)), protobuf)],
    ['gzip JSON', (name) => post(gzipSync(JSON.stringify(oneSpan(name))), { ...json, ...gzip })],
    ['gzip protobuf', (name) => post(gzipSync(inProtobuf(oneSpan(name))), { ...protobuf, ...gzip })],
    [
      'an upper-case media type with a charset',
      (name) => post(JSON.stringify(oneSpan(name)), { 'Content-Type': 'APPLICATION/JSON; charset=utf-8' }),
    ],
    ['a chunked body', (name) => post(JSON.stringify(oneSpan(name)), json, 7)],
    ['Expect: 100-continue', (name) => post(JSON.stringify(oneSpan(name)), { ...json, Expect: '100-continue' })],
    [
      'two gzip members',
      (name) => {
        const text = JSON.stringify(oneSpan(name));
        return post(Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))]), { ...json, ...gzip });
      },
    ],
  ];
  for (const [what, sendIt] of happy) {
    it(`takes ${what}`, async () => {
      const name = `happy ${what}`.replace(/\W/g, '-');
      const answer = await sendIt(name);
      assert.equal(answer.status, 200, answer.body.toString());
      assert.deepEqual(await stored(name), [{ n: 1 }]);
      const isJson = answer.headers['content-type'] === 'application/json';
      if (isJson) assert.equal(answer.body.toString(), '{}');
      else assert.equal(answer.body.length, 0);
    });
  }

  for (const protocol of ['http/protobuf', 'http/json']) {
    for (const compression of ['none', 'gzip']) {
      it(`stores what OpenTelemetry's own SDK sends as ${protocol}, compression ${compression}`, async () => {
        const name = `sdk-${protocol}-${compression}`;
        const env = {
          ...process.env,
          OTEL_TRACES_EXPORTER: 'otlp',
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
          OTEL_EXPORTER_OTLP_ENDPOINT: running.collector.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_EXPORTER_OTLP_COMPRESSION: compression,
          OTEL_SERVICE_NAME: name,
        };
        await promisify(execFile)(process.execPath, [sdkFixture, name], { env, timeout: 20_000 });
        await untilStored(running.collector.url);
        const rows = await ask<{ kind: number; numbers: number[] }>(
          running.store.engine.url,
          `SELECT kind, JSONExtract(attributes, 'numbers', 'Array(Float64)') AS numbers FROM spans WHERE name = '${name}'`,
        );
        assert.deepEqual(rows, [{ kind: 2, numbers: [1, 2.5, -3] }]);
        const query = { sinceMs: 3_600_000, sort: 'invocations', limit: 10, filter: name } as const;
        const { functions } = await running.store.ranking(query);
        assert.deepEqual([functions[0]?.invocations, functions[0]?.coldStarts], [1, 1]);
      });
    }
  }

  for (const [what, body, headers] of [
    ['no bytes of protobuf', '', protobuf],
    ['an empty JSON object', '{}', json],
    ['no resource spans', '{"resourceSpans":[]}', json],
    ['an empty gzip body', '', { ...protobuf, ...gzip }],
  ] as const) {
    it(`takes ${what} as an empty request`, async () => assert.equal((await post(body, headers)).status, 200));
  }

  const textOfStatus = (answer: Answer) =>
    answer.headers['content-type'] === 'application/x-protobuf'
      ? readRpcStatus(answer.body)
      : (JSON.parse(answer.body.toString()) as { code: number; message: string });

  for (const [what, status, words, body, headers] of [
    ['no media type', 415, 'application/json', '{}', {}],
    ['text', 415, 'application/json', '{}', { 'Content-Type': 'text/plain' }],
    ['an unknown encoding', 400, 'gzip', '{}', { ...json, 'Content-Encoding': 'br' }],
    ['JSON that is sent as protobuf', 400, 'application/json', '{"resourceSpans":[]}', protobuf],
    ['protobuf that is sent as JSON', 400, 'not valid JSON', inProtobuf(oneSpan('x')), json],
    ['a plain body with a gzip header', 400, 'gzip', '{}', { ...json, ...gzip }],
    ['cut-off gzip', 400, 'gzip', gzipSync('{"resourceSpans":[]}').subarray(0, 20), { ...json, ...gzip }],
    ['cut-off protobuf', 400, 'OTLP', inProtobuf(oneSpan('x')).subarray(0, 40), protobuf],
    ['an array', 400, 'JSON object', '[]', json],
  ] as const) {
    it(`refuses ${what} with ${status} and a clear sentence in the request's encoding`, async () => {
      const answer = await post(body, headers);
      assert.equal(answer.status, status);
      const { code, message } = textOfStatus(answer);
      assert.equal(code, 3);
      assert.match(message, new RegExp(words));
      if (headers === protobuf) assert.equal(answer.headers['content-type'], 'application/x-protobuf');
    });
  }

  it('takes a body of exactly 64 MiB and refuses one byte more', async () => {
    const padded = (length: number) => Buffer.alloc(length, 0x20).fill('{}', 0, 2);
    assert.equal((await post(padded(maxBodyBytes), json)).status, 200);
    const refused = await post(padded(maxBodyBytes + 1), json);
    assert.equal(refused.status, 413);
    assert.match(textOfStatus(refused).message, /longer than 67108864 bytes/);
  });

  it('refuses a small body that unpacks to more, with bounded memory', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    const before = process.memoryUsage().rss;
    assert.equal((await post(bomb, { ...json, ...gzip })).status, 413);
    assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
  });

  it('outlives a sender that promises more than it sends', async () => {
    const socket = connect(running.collector.port, '127.0.0.1');
    socket.end(
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}',
    );
    await new Promise((resolve) => socket.resume().on('close', resolve));
    assert.equal((await post('{}', json)).status, 200);
  });

  it('stores the good spans of a request and says how many it rejected', async () => {
    const good = Array.from({ length: 499 }, () => span({ name: 'partial', startMs: Date.now(), durationMs: 1 }));
    const bad = span({ name: 'partial', spanId: '0'.repeat(16), startMs: Date.now(), durationMs: 1 });
    const body = request([...good, bad]);
    const asJson = await post(JSON.stringify(body), json);
    assert.equal(asJson.status, 200);
    assert.equal(JSON.parse(asJson.body.toString()).partialSuccess.rejectedSpans, '1');
    const { partialSuccess } = readResponse((await post(inProtobuf(body), protobuf)).body);
    assert.equal(partialSuccess?.rejectedSpans, 1n);
    assert.match(partialSuccess?.errorMessage ?? '', /1 of 500 spans/);
    assert.deepEqual(await stored('partial'), [{ n: 499 }]);
  });

  it('stores absurd times, names and values instead of failing', async () => {
    const times = ['0', '1', '9223372036854775807', '18446744073709551615', '4102444800000000000'];
    const spans = times.flatMap((from) =>
      times.map((to) => ({
        traceId: newTraceId(),
        spanId: newSpanId(),
        name: 'absurd',
        kind: 99,
        startTimeUnixNano: from,
        endTimeUnixNano: to,
        attributes: [
          { key: 'faas.invocation.id', value: { stringValue: `\ud800 ${'x'.repeat(5000)}` } },
          { key: 'coldlens.phase', value: { stringValue: 'invocation' } },
          { key: 'faas.max_memory', value: { doubleValue: 1e308 } },
          {
            key: '\u0000__proto__',
            value: { kvlistValue: { values: [{ key: 'a"\\', value: { doubleValue: 'NaN' } }] } },
          },
        ],
        status: { code: -1 },
      })),
    );
    const answer = await post(JSON.stringify(request(spans)), json);
    assert.equal(answer.status, 200, answer.body.toString());
    assert.deepEqual(await stored('absurd'), [{ n: times.length ** 2 }]);
    const unreadable = "SELECT attributes FROM spans WHERE name = 'absurd' AND NOT isValidJSON(attributes)";
    assert.deepEqual(await ask(running.store.engine.url, unreadable), []);
  });

  it('stores spans of 90 days in one request', async () => {
    const dayMs = 86_400_000;
    const spans = Array.from({ length: 200 }, (_, day) =>
      span({ name: 'long-ago', startMs: Date.now() - day * dayMs, durationMs: 1 }),
    );
    assert.equal((await post(JSON.stringify(request(spans)), json)).status, 200);
  });

  it('knows its paths and methods', async () => {
    const get = await fetch(`${running.collector.url}/v1/traces`);
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST, OPTIONS']);
    const metrics = await fetch(`${running.collector.url}/v1/metrics`, { method: 'POST', headers: protobuf, body: '' });
    assert.equal(metrics.status, 404);
    assert.match(readRpcStatus(new Uint8Array(await metrics.arrayBuffer())).message, /POST \/v1\/traces/);
    const nowhere = await fetch(`${running.collector.url}/nowhere`);
    assert.equal(nowhere.status, 404);
    assert.ok('next' in ((await nowhere.json()) as object));
    const health = (await (await fetch(`${running.collector.url}/healthz`)).json()) as { status: string };
    assert.equal(health.status, 'ok');
  });

  it('counts what it did', () => {
    const stats = running.collector.stats();
    assert.ok(stats.requests > 20 && stats.failedRequests > 9, JSON.stringify(stats));
    assert.equal(stats.rejectedSpans, 2);
    assert.equal(stats.receivedSpans, stats.acknowledgedSpans + stats.rejectedSpans);
    assert.equal(running.collector.bufferStats().lastFailure, null);
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
    const { port } = running.collector;
    const bufferDirectory = join(running.data, 'another-buffer');
    await assert.rejects(startCollector({ port, store: running.store, bufferDirectory }), (error) => {
      assert.ok(error instanceof Trouble);
      assert.equal(error.exitCode, 3);
      assert.match(error.message, new RegExp(`Port ${running.collector.port} is in use`));
      assert.match(error.next, /--port/);
      return true;
    });
  });

  it('finishes what is in flight when it is closed, and then takes no more', async () => {
    const bufferDirectory = join(running.data, 'buffer-of-another');
    const other = await startCollector({ port: 0, store: running.store, bufferDirectory });
    const name = 'in-flight';
    const inFlight = fetch(`${other.url}/v1/traces`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(oneSpan(name)),
    });
    // The request has reached the collector once it is counted.
    while (other.stats().requests === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = other.close();
    assert.equal((await inFlight).status, 200);
    await closed;
    assert.deepEqual(await stored(name), [{ n: 1 }]);
    await assert.rejects(fetch(other.url));
  });
});
