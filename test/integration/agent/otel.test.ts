/** The same phases, whoever carries them: our own exporter and OpenTelemetry's SDK must end in the same rows. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@clickhouse/client';
import { type Collector, openStore, type Store, startCollector } from '#collector/index.js';

const script = fileURLToPath(new URL('../../fixtures/send-record.mjs', import.meta.url));

describe('the otel export', function () {
  this.timeout(60_000);
  let directory: string;
  let store: Store;
  let collector: Collector;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'coldlens-otel-'));
    store = await openStore({ data: directory });
    collector = await startCollector({ port: 0, store });
  });
  after(async () => {
    await collector?.close();
    await store?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const send = (way: string, name: string, record: object): Promise<unknown> => {
    const env = {
      PATH: process.env.PATH,
      COLDLENS_ENDPOINT: collector.url,
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_STREAM_NAME: 'one-stream',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_REGION: 'eu-central-1',
    };
    return promisify(execFile)(process.execPath, [script, way, JSON.stringify(record)], { env, timeout: 20_000 });
  };

  const rows = async (table: string, name: string): Promise<Record<string, unknown>[]> => {
    const client = createClient({ url: store.engine.url, database: 'coldlens' });
    try {
      const query = `SELECT * FROM ${table} FINAL WHERE function_name = {name:String}`;
      const result = await client.query({ query, query_params: { name }, format: 'JSONEachRow' });
      return await result.json<Record<string, unknown>>();
    } finally {
      await client.close();
    }
  };

  const base = {
    args: [{}, { awsRequestId: 'x', invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:probe' }],
    sampleRate: 1,
    agentMs: 0.4,
    processStartUnixMs: Date.now() - 5_000,
    calledMs: 150,
    settledMs: 162.5,
    execution: 'certain',
  };
  const records = [
    {
      ...base,
      invocationId: 'cold-1',
      ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203331', parentSpanId: null },
      start: { kind: 'cold', certainty: 'certain', idleMs: null },
      init: { beginMs: 40.25, endMs: 150, certainty: 'certain' },
      errorType: null,
    },
    {
      ...base,
      invocationId: 'warm-1',
      ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203332', parentSpanId: null },
      start: { kind: 'warm', certainty: 'certain', idleMs: null },
      init: null,
      errorType: 'QuotaExceeded',
    },
    {
      ...base,
      invocationId: 'prewarmed-1',
      ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203333', parentSpanId: null },
      start: { kind: 'prewarmed', certainty: 'inferred', idleMs: 60 },
      init: { beginMs: 40.25, endMs: 90, certainty: 'inferred' },
      errorType: null,
    },
  ];

  for (const record of records) {
    it(`gives the same rows as our own exporter for ${record.invocationId}`, async () => {
      const invocation = async (way: string): Promise<Record<string, unknown>[]> => {
        const found = await rows('invocations', `${way}-${record.invocationId}`);
        return found.map(({ function_name: _, ...same }) => same);
      };
      const spans = async (way: string): Promise<string[]> => {
        const found = await rows('spans', `${way}-${record.invocationId}`);
        const roots = found.filter((span) => span.parent_span_id === '').map((span) => span.span_id);
        assert.equal(roots.length, 1);
        return found
          .map(({ name, phase, kind, duration_ns, started_at, status_code, parent_span_id, attributes }) =>
            JSON.stringify({
              name: phase === 'invocation' ? 'the root' : name,
              ...{ phase, kind, duration_ns, started_at, status_code, attributes: JSON.parse(String(attributes)) },
              underRoot: parent_span_id === roots[0],
            }),
          )
          .sort();
      };
      for (const way of ['own', 'otel']) await send(way, `${way}-${record.invocationId}`, record);
      assert.equal((await invocation('own')).length, 1);
      assert.deepEqual(await invocation('otel'), await invocation('own'));
      assert.equal((await spans('own')).length, record.init ? 4 : 2);
      assert.deepEqual(await spans('otel'), await spans('own'));
    });
  }
});
