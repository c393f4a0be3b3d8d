/** What becomes of spans that are odd, of requests that come twice, and of senders that are slow, gone or too many. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Collector, type CollectorOptions, startCollector } from '#collector/index.js';
import { ask } from '../support/collector.ts';
import { invocationSpans, lambdaResource, newSpanId, newTraceId, request, span } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { readResponse } from '../unit/collector/otlp-schema.ts';
import {
  type Answer,
  conformanceStage,
  gzip,
  inProtobuf,
  json,
  oneSpan,
  postTo,
  protobuf,
  rawTo,
  statusOf,
} from './stage.ts';

const hugeNs = '9223286400000000000';

describe('OTLP/HTTP: semantics', () => {
  const stage = conformanceStage();
  const { post } = stage;

  /** A second collector on the same store with other options, which ends with the test. */
  const others: Collector[] = [];
  const otherCollector = async (options: Partial<CollectorOptions>): Promise<Collector> => {
    const { store, data } = stage.running;
    const bufferDirectory = join(data, `buffer-${others.length}`);
    const other = await startCollector({ port: 0, store, bufferDirectory, ...options });
    others.push(other);
    return other;
  };
  after(() => Promise.all(others.map((other) => other.close())));

  describe('spans', () => {
    for (const [what, fields] of [
      ['a trace id of zeros', { traceId: '0'.repeat(32) }],
      ['a span id of zeros', { spanId: '0'.repeat(16) }],
      ['a trace id of 8 bytes', { traceId: 'ab'.repeat(8) }],
      ['a span id of 16 bytes', { spanId: 'ab'.repeat(16) }],
      ['no trace id', { traceId: '' }],
      ['a trace id that is no hex', { traceId: 'x'.repeat(32) }],
    ] as const) {
      it(`${what}: partial success, and the client is told how many and why`, async () => {
        const name = `bad ${what}`;
        const spans = [
          span({ name, startMs: Date.now(), durationMs: 1 }),
          { ...span({ name, startMs: Date.now(), durationMs: 1 }), ...fields },
        ];
        const answer = await post(JSON.stringify(request(spans)), json);
        assert.equal(answer.status, 200);
        const { rejectedSpans, errorMessage } = JSON.parse(answer.body.toString()).partialSuccess;
        assert.equal(rejectedSpans, '1');
        assert.match(errorMessage, /^1 of 2 spans have no valid trace or span id\.$/);
        await stage.holds(name, 1);
      });
    }

    it('1 bad of 500: rejected 1, 499 stored, in either encoding', async () => {
      for (const [name, asBody, headers] of [
        ['partial-json', (body: unknown) => JSON.stringify(body), json],
        ['partial-protobuf', inProtobuf, protobuf],
      ] as const) {
        const good = Array.from({ length: 499 }, () => span({ name, startMs: Date.now(), durationMs: 1 }));
        const bad = span({ name, spanId: '0'.repeat(16), startMs: Date.now(), durationMs: 1 });
        const answer = await post(asBody(request([...good, bad])), headers);
        assert.equal(answer.status, 200);
        const { rejectedSpans, errorMessage } =
          headers === json
            ? JSON.parse(answer.body.toString()).partialSuccess
            : (readResponse(answer.body).partialSuccess ?? {});
        assert.equal(String(rejectedSpans), '1');
        assert.match(errorMessage, /1 of 500 spans/);
        await stage.holds(name, 499);
      }
    });

    it('an end before its start: stored, with no duration', async () => {
      const name = 'ends-first';
      const fields = { startTimeUnixNano: `${Date.now()}000000`, endTimeUnixNano: `${Date.now() - 5}000000` };
      const answer = await post(
        JSON.stringify(request([{ ...span({ name, startMs: 0, durationMs: 0 }), ...fields }])),
        json,
      );
      assert.deepEqual([answer.status, answer.body.toString()], [200, '{}']);
      assert.equal((await stage.holds(name, 1))[0]?.duration_ns, null);
    });

    it('timestamps of the year 2262: stored as they are', async () => {
      const name = 'year-2262';
      const fields = { startTimeUnixNano: hugeNs, endTimeUnixNano: hugeNs };
      const answer = await post(
        JSON.stringify(request([{ ...span({ name, startMs: 0, durationMs: 0 }), ...fields }])),
        json,
      );
      assert.equal(answer.status, 200);
      assert.match((await stage.holds(name, 1))[0]?.started_at ?? '', /^2262-04-11 /);
    });

    it('absurd times, names and values: stored instead of failing', async () => {
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
      await stage.holds('absurd', times.length ** 2);
      const unreadable = "SELECT attributes FROM spans WHERE name = 'absurd' AND NOT isValidJSON(attributes)";
      assert.deepEqual(await ask(stage.running.store.engine.url, unreadable), []);
    });

    it('of 90 days in one request: stored', async () => {
      const dayMs = 86_400_000;
      const spans = Array.from({ length: 200 }, (_, day) =>
        span({ name: 'long-ago', startMs: Date.now() - day * dayMs, durationMs: 1 }),
      );
      assert.equal((await post(JSON.stringify(request(spans)), json)).status, 200);
      assert.ok(await stage.running.collector.drained(10_000));
      assert.equal(stage.running.collector.bufferStats().refusedBatches, 0);
    });
  });

  describe('what comes twice', () => {
    /** Without FINAL: rows that the engine would merge some day are two all the same. */
    const rows = async (name: string): Promise<number> => {
      assert.ok(await stage.running.collector.drained(10_000));
      const found = await ask<{ n: number }>(
        stage.running.store.engine.url,
        `SELECT toUInt32(count()) AS n FROM spans WHERE name = '${name}'`,
      );
      return found[0]?.n ?? 0;
    };
    const repeated = () => stage.running.collector.bufferStats().deduplicatedRequests;

    it('the same body twice is stored once, and both are acknowledged', async () => {
      const before = repeated();
      const body = JSON.stringify(oneSpan('twice'));
      for (let time = 0; time < 2; time += 1) assert.equal((await post(body, json)).status, 200);
      assert.equal(await rows('twice'), 1);
      assert.equal(repeated() - before, 1);
    });

    it('the same body at once, many times, is stored once', async () => {
      const body = inProtobuf(oneSpan('at-once'));
      const answers = await Promise.all(Array.from({ length: 8 }, () => post(body, protobuf)));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      assert.equal(await rows('at-once'), 1);
    });

    it('the same content in another packing is stored once', async () => {
      const body = JSON.stringify(oneSpan('repacked'));
      assert.equal((await post(gzipSync(body, { level: 1 }), { ...json, ...gzip })).status, 200);
      assert.equal((await post(gzipSync(body, { level: 9 }), { ...json, ...gzip })).status, 200);
      assert.equal((await post(body, json)).status, 200);
      assert.equal(await rows('repacked'), 1);
    });

    it('a partial success is told again when it comes again', async () => {
      const bad = span({ name: 'partly', spanId: '0'.repeat(16), startMs: Date.now(), durationMs: 1 });
      const body = JSON.stringify(request([bad, span({ name: 'partly', startMs: Date.now(), durationMs: 1 })]));
      const [first, second] = [await post(body, json), await post(body, json)];
      assert.equal(first.body.toString(), second.body.toString());
      assert.equal(await rows('partly'), 1);
    });

    it('the same body at two collectors is one invocation', async () => {
      const name = 'two-collectors';
      const { store, collector } = stage.running;
      const spans = invocationSpans({ id: name, startMs: Date.now() - 1000, kind: 'cold', initMs: 50, executionMs: 5 });
      const body = JSON.stringify(request(spans, { ...lambdaResource, 'faas.name': name }));
      const second = await otherCollector({});
      for (const { url } of [collector, second]) assert.equal((await postTo(url, body, json)).status, 200);
      assert.ok(await collector.drained(10_000));
      assert.ok(await second.drained(10_000));
      const ranking = { sort: 'invocations', limit: 10, filter: name } as const;
      // Of the open hour, and of what is sealed.
      await store.seal();
      for (const sinceMs of [3_600_000, 86_400_000]) {
        const { functions } = await store.ranking({ ...ranking, sinceMs });
        assert.deepEqual(
          functions.map(({ invocations, coldStarts }) => [invocations, coldStarts]),
          [[1, 1]],
          `${sinceMs}`,
        );
      }
    });

    it('a client that drops before the response and retries is stored once', async () => {
      const body = JSON.stringify(oneSpan('dropped'));
      const { collector } = stage.running;
      const before = collector.stats().requests;
      const socket = connect(collector.port, '127.0.0.1');
      socket.write(
        `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      await until('it has come', () => collector.stats().requests > before);
      socket.destroy();
      assert.equal((await post(body, json)).status, 200);
      assert.equal(await rows('dropped'), 1);
    });
  });

  it('saturation: 503 + Retry-After of 1 to 3 s, and all that was acknowledged before is stored once', async () => {
    // So small that some requests fill it, while nothing leaves it.
    const bufferDirectory = join(stage.running.data, 'buffer-saturated');
    const full = await otherCollector({ store: stoppedInserts(), bufferDirectory, bufferBytes: 2_000 });
    const answers: Answer[] = [];
    for (let at = 0; at < 50; at += 1) {
      const spans = Array.from({ length: 10 }, () => span({ name: 'saturated', startMs: Date.now(), durationMs: 1 }));
      answers.push(await postTo(full.url, JSON.stringify(request(spans)), json));
    }
    const refused = answers.filter(({ status }) => status !== 200);
    assert.ok(refused.length > 0 && refused.length < answers.length, `${refused.length} of ${answers.length}`);
    for (const answer of refused) {
      assert.equal(answer.status, 503);
      assert.match(answer.headers['retry-after'] ?? '', /^[123]$/);
      assert.match(statusOf(answer).message, /^The buffer of the collector is full.*send this again\.$/);
      assert.equal(statusOf(answer).code, 14);
    }
    await until('it is not ready, and says why', async () => {
      const ready = await fetch(`${full.url}/readyz`);
      assert.equal(ready.status, 503);
      return /^The buffer is full: .*does not take them\.$/.test(((await ready.json()) as { error: string }).error);
    });
    assert.equal(full.bufferStats().refusedRequests.full, refused.length);
    await full.close();
    // The next one on the same directory has a store that takes them.
    const next = await otherCollector({ bufferDirectory });
    assert.ok(await next.drained(10_000));
    await stage.holds('saturated', 10 * (answers.length - refused.length));
  });

  /** The store, but every insert fails. */
  const stoppedInserts = (): CollectorOptions['store'] =>
    new Proxy(stage.running.store, {
      get: (store, name) => {
        if (name === 'insert') return () => Promise.reject(new Error('the test keeps it away'));
        const value: unknown = Reflect.get(store, name, store);
        return typeof value === 'function' ? value.bind(store) : value;
      },
    });

  describe('waits', () => {
    it('a slow body: 408 and close', async () => {
      const limits = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
      const hasty = await otherCollector({ limits });
      const answer = await rawTo(
        hasty.port,
        'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
      );
      assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n/);
      const metrics = await (await fetch(`${hasty.url}/metrics`)).text();
      assert.match(metrics, /^coldlens_rejected_requests_total\{reason="broken_off"\} 1$/m);
    });

    /** Two requests on one connection with a pause between. */
    const reuse = async (port: number, pauseMs: number): Promise<void> => {
      const socket = connect(port, '127.0.0.1');
      const wants200 = async (): Promise<void> => {
        socket.write(
          'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
        );
        const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
        assert.match(String(answer), /^HTTP\/1\.1 200 /);
      };
      try {
        await wants200();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        await wants200();
      } finally {
        socket.destroy();
      }
    };

    it('idle for nearly as long as it is kept open, then reuse (shortened)', async () => {
      const kept = await otherCollector({ limits: { keepAliveTimeout: 1_500 } });
      await reuse(kept.port, 1_000);
    });

    it('an idle connection is kept for 65 s, longer than exporters pause, and says so', async () => {
      assert.equal((await post('{}', { ...json, Connection: 'keep-alive' })).headers['keep-alive'], 'timeout=65');
    });

    const isPatient = process.env.COLDLENS_TEST_SLOW === '1';
    it(`idle 61 s, then reuse${isPatient ? '' : ' (skipped: takes a minute; COLDLENS_TEST_SLOW=1 runs it)'}`, async function () {
      if (!isPatient) return this.skip();
      this.timeout(90_000);
      await reuse(stage.running.collector.port, 61_000);
    });
  });
});
