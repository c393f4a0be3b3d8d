/**
 * The same phases, whoever carries them: our own exporter, OpenTelemetry's SDK and lines of a log must end in the same
 * rows.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@clickhouse/client';
import {
  collectorForAllTests,
  removeDirectory,
  temporaryDirectory,
  untilStored,
  urlWithLogin,
} from '../../support/collector.ts';
import { functionNode } from '../../support/function-node.ts';
import { stageForEachTest } from '../../support/stage.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const agentFolder = fileURLToPath(new URL('../../../agent', import.meta.url));

const base = {
  args: [{}, { awsRequestId: 'x', invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:probe' }],
  sampleRate: 1,
  agentMs: 0.4,
  processStartUnixMs: Date.now() - 5_000,
  calledMs: 150,
  settledMs: 162.5,
  execution: 'certain',
};
const cold = {
  ...base,
  invocationId: 'cold-1',
  ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203331', parentSpanId: null },
  start: { kind: 'cold', certainty: 'certain', idleMs: null },
  init: { beginMs: 40.25, endMs: 150, certainty: 'certain' },
  errorType: null,
};
const warm = {
  ...base,
  invocationId: 'warm-1',
  ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203332', parentSpanId: null },
  start: { kind: 'warm', certainty: 'certain', idleMs: null },
  init: null,
  errorType: 'QuotaExceeded',
};
const prewarmed = {
  ...base,
  invocationId: 'prewarmed-1',
  ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203333', parentSpanId: null },
  start: { kind: 'prewarmed', certainty: 'inferred', idleMs: 60 },
  init: { beginMs: 40.25, endMs: 90, certainty: 'inferred' },
  errorType: null,
};

describe('every way out', function () {
  this.timeout(60_000);
  const running = collectorForAllTests();

  /** @returns the lines that it printed, which a log reader then posts as they are */
  const send = async (way: string, name: string, record: object): Promise<string[]> => {
    const env = {
      PATH: process.env.PATH,
      COLDLENS_ENDPOINT: running.collector.url,
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_STREAM_NAME: 'one-stream',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_REGION: 'eu-central-1',
    };
    const args = [fixture('send-record.mjs'), way, JSON.stringify(record)];
    const { stdout } = await promisify(execFile)(functionNode, args, { env, timeout: 20_000, maxBuffer: 2 ** 24 });
    const lines = stdout.split('\n').filter((line) => line !== '');
    for (const body of lines) {
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(`${running.collector.url}/v1/traces`, { method: 'POST', headers, body });
      assert.equal(status, 200);
    }
    return lines;
  };

  const rows = async (table: string, name: string): Promise<Record<string, unknown>[]> => {
    await untilStored(running.collector.url);
    const client = createClient({ url: await urlWithLogin(running.store.engine.url), database: 'coldlens' });
    try {
      const query = `SELECT * FROM ${table} FINAL WHERE function_name = {name:String}`;
      const result = await client.query({ query, query_params: { name }, format: 'JSONEachRow' });
      return await result.json<Record<string, unknown>>();
    } finally {
      await client.close();
    }
  };

  const invocation = async (name: string): Promise<Record<string, unknown>[]> => {
    const found = await rows('invocation_parts', name);
    // They cannot arrive at the same moment.
    return found.map(({ function_name: _, arrived_at: __, ...same }) => same);
  };
  /** @param leftOut attributes that do not count */
  const spans = async (name: string, leftOut: readonly string[] = []): Promise<string[]> => {
    const found = await rows('spans', name);
    const roots = found.filter((span) => span.parent_span_id === '').map((span) => span.span_id);
    assert.equal(roots.length, 1);
    return found
      .map(({ name: spanName, phase, kind, duration_ns, started_at, status_code, parent_span_id, attributes }) => {
        const told = Object.entries(JSON.parse(String(attributes))).filter(([key]) => !leftOut.includes(key));
        return JSON.stringify({
          name: phase === 'invocation' ? 'the root' : spanName,
          ...{ phase, kind, duration_ns, started_at, status_code, attributes: told.sort() },
          underRoot: parent_span_id === roots[0],
        });
      })
      .sort();
  };

  for (const record of [cold, warm, prewarmed]) {
    for (const way of ['otel', 'otel at once', 'lines']) {
      it(`gives the same rows for ${record.invocationId} by ${way} as by our own exporter`, async () => {
        const own = `own-${way}-${record.invocationId}`;
        const other = `${way}-${record.invocationId}`;
        await send('own', own, record);
        await send(way, other, record);
        const [expected, ...more] = await invocation(own);
        assert.ok(expected && more.length === 0);
        assert.ok(expected.agent_execution_ns !== null && expected.account === '123456789012');
        assert.deepEqual(await invocation(other), [expected]);
        // SDKs fix their resource when they start; lines leave out what the rest says.
        const leftOut = ['cloud.account.id', 'cloud.resource_id', 'faas.coldstart', 'aws.lambda.invoked_arn'];
        const isFolded = way === 'lines' && record.start.kind === 'warm';
        const expectedSpans = (await spans(own, leftOut)).filter(
          (span) => !isFolded || JSON.parse(span).phase !== 'execution',
        );
        assert.equal(expectedSpans.length, record.init ? 4 : isFolded ? 1 : 2);
        assert.deepEqual(await spans(other, leftOut), expectedSpans);
      });
    }
  }

  it('splits an invocation that is too large for a line of the log, and gives the same rows', async () => {
    const record = { ...cold, invocationId: 'large-1', modules: 400 };
    await send('own', 'own-large', record);
    const lines = await send('lines', 'lines-large', record);
    assert.ok(lines.length >= 2, `${lines.length} lines`);
    for (const line of lines) assert.ok(Buffer.byteLength(line) < 250_000, `${Buffer.byteLength(line)} bytes`);
    assert.deepEqual(await invocation('lines-large'), await invocation('own-large'));
    const leftOut = ['aws.lambda.invoked_arn'];
    const expected = await spans('own-large', leftOut);
    assert.equal(expected.length, 404);
    assert.deepEqual(await spans('lines-large', leftOut), expected);
  });
});

describe('startOtel in a function', function () {
  this.timeout(30_000);
  const { receiver } = stageForEachTest();
  const agents: unknown[] = [];
  const lambda = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9', AWS_LAMBDA_FUNCTION_NAME: 'probe' };

  const run = (when: string, end: string, script = fixture('otel-app.mjs'), variables: object = lambda) => {
    const env = { PATH: process.env.PATH, COLDLENS_ENDPOINT: receiver.url, ...variables };
    return promisify(execFile)(functionNode, [script, when, end], { env, timeout: 20_000 }).catch(
      (error: { signal: string; stdout: string; stderr: string }) => error,
    );
  };
  const ids = (): unknown[] =>
    receiver.spans
      .filter(({ kind }) => kind === 2)
      .map(({ attributes }) => attributes['faas.invocation.id'])
      .sort();

  beforeEach(() => {
    agents.length = 0;
    const accept = receiver.answer;
    receiver.answer = (request, response, body) => {
      agents.push(request.headers['user-agent']);
      accept(request, response, body);
    };
  });

  it('loads the SDK after the first response, and sends through it what ended before', async () => {
    const { stdout, stderr } = await run('after the first response', 'stays');
    assert.equal(stderr, '');
    assert.deepEqual(JSON.parse(stdout), [false, true]);
    assert.deepEqual(ids(), ['call-0', 'call-1']);
    assert.match(String(agents[0]), /OTel/);
  });

  it('or at once', async () => {
    const { stdout } = await run('at once', 'shutdown');
    assert.deepEqual(JSON.parse(stdout), [true, true]);
    assert.deepEqual(ids(), ['call-0', 'call-1']);
  });

  for (const end of ['shutdown', 'SIGTERM']) {
    it(`sends everything at ${end}, however early that comes`, async () => {
      const variables = { K_SERVICE: 'probe', FUNCTION_TARGET: 'probe', GCE_METADATA_HOST: '127.0.0.1:9' };
      const { stderr } = await run('after the first response', end, undefined, variables);
      assert.equal(stderr, '');
      assert.equal(ids().length, 2);
      assert.match(String(agents[0]), /OTel/);
    });
  }

  for (const when of ['after the first response', 'at once']) {
    it(`says once what is missing, and leaves the spans to our own exporter (${when})`, async () => {
      const folder = await temporaryDirectory();
      try {
        const installed = join(folder, 'node_modules/@coldlens/agent');
        mkdirSync(installed, { recursive: true });
        cpSync(join(agentFolder, 'package.json'), join(installed, 'package.json'));
        cpSync(join(agentFolder, 'dist'), join(installed, 'dist'), { recursive: true });
        const script = join(folder, 'app.mjs');
        cpSync(fixture('otel-app.mjs'), script);
        const { stderr } = await run(when, 'shutdown', script);
        assert.equal(stderr.trim().split('\n').length, 1, stderr);
        assert.match(
          stderr,
          /Cannot find module '@opentelemetry\/api'.*own exporter.*needs @opentelemetry\/api, sdk-node/,
        );
        assert.deepEqual(ids(), ['call-0', 'call-1']);
        assert.doesNotMatch(agents.join(), /OTel/);
      } finally {
        await removeDirectory(folder);
      }
    });
  }

  it('costs the cold path no file of ours but the entry', () => {
    const script = `const before = Object.keys(require.cache).length; require('@coldlens/agent/otel').startOtel();
      console.log(Object.keys(require.cache).slice(before).map((file) => file.split(/[\\\\/]/).pop()).join());`;
    const { stdout } = spawnSync(functionNode, ['-e', script], { cwd: agentFolder, encoding: 'utf8', timeout: 20_000 });
    assert.equal(stdout.trim(), 'otel.cjs');
  });
});
