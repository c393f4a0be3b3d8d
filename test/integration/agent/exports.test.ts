/** Ways out of the function, and what settings make of them. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { functionNode } from '../../support/function-node.ts';
import { OtlpReceiver, type ReceivedSpan, spansOfRequest } from '../../support/otlp-receiver.ts';
import { stageForEachTest } from '../../support/stage.ts';

const script = fileURLToPath(new URL('../../fixtures/calls.mjs', import.meta.url));

const lambda = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9', AWS_LAMBDA_FUNCTION_NAME: 'calls', AWS_REGION: 'eu-west-1' };

interface Run {
  status: number | null;
  stdout: string;
  warnings: string[];
  said: { parents: ({ traceId: string; spanId: string } | null)[] };
}

const run = (plan: object, environment: Record<string, string>, file = script): Promise<Run> => {
  const env = { PATH: process.env.PATH, ...environment };
  const { promise, resolve } = Promise.withResolvers<Run>();
  const child = spawn(functionNode, [file, JSON.stringify(plan)], { env, timeout: 20_000 });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      output[stream] += chunk.toString();
    });
  }
  child.once('close', (status) => {
    const lines = output.stderr.split('\n');
    const said = lines.pop() ?? '{}';
    resolve({ status, stdout: output.stdout, warnings: lines, said: said.startsWith('{') ? JSON.parse(said) : {} });
  });
  return promise;
};

const roots = (spans: readonly ReceivedSpan[]): ReceivedSpan[] => spans.filter((span) => span.kind === 2);
const lines = (stdout: string): ReceivedSpan[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{"coldlens":1,'))
    .flatMap(spansOfRequest);

describe('export', () => {
  const { receiver } = stageForEachTest();

  it('is a line on stdout on Lambda when nobody named an endpoint', async () => {
    const { stdout, status } = await run({ calls: 3, pauseMs: 20 }, lambda);
    assert.equal(status, 0);
    assert.deepEqual(
      roots(lines(stdout)).map((span) => span.attributes['coldlens.start.kind']),
      ['cold', 'warm', 'warm'],
    );
    assert.equal(stdout.split('\n').filter((line) => line !== '').length, 3, 'one line an invocation, nothing else');
  });

  it('goes to the named endpoint instead', async () => {
    const { stdout } = await run({ calls: 2 }, { ...lambda, COLDLENS_ENDPOINT: receiver.url });
    assert.equal(stdout, '');
    assert.equal(roots(receiver.spans).length, 2);
  });

  it('waits for the spans before the response in sync mode', async () => {
    // No time at all is left after the response.
    const plan = { calls: 2, stayMs: 0, options: { exportMode: 'sync' } };
    const { status } = await run(plan, { ...lambda, COLDLENS_ENDPOINT: receiver.url });
    assert.equal(status, 0);
    assert.equal(roots(receiver.spans).length, 2);
  });

  it('in sync mode gives the response after a second when the collector does not answer', async () => {
    receiver.answer = () => undefined;
    const began = performance.now();
    const plan = { stayMs: 0, options: { exportMode: 'sync' } };
    const { status } = await run(plan, { ...lambda, COLDLENS_ENDPOINT: receiver.url });
    assert.equal(status, 0);
    assert.ok(performance.now() - began < 3_000);
  });

  it('honours the standard variables', async () => {
    const seen: { path: string | undefined; header: unknown; encoding: unknown }[] = [];
    receiver.answer = (request, response) => {
      seen.push({
        path: request.url,
        header: request.headers['x-team'],
        encoding: request.headers['content-encoding'],
      });
      response.end('{}');
    };
    await run(
      { stayMs: 200 },
      {
        ...lambda,
        OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/base/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-team=cold%20start,broken',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      },
    );
    assert.deepEqual(seen, [{ path: '/base/v1/traces', header: 'cold start', encoding: 'gzip' }]);
  });

  it('names the service and adds attributes as the standard variables say', async () => {
    await run(
      { stayMs: 200 },
      {
        ...lambda,
        COLDLENS_ENDPOINT: receiver.url,
        OTEL_SERVICE_NAME: 'orders',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,team=a%2Cb',
      },
    );
    const resource = receiver.spans[0]?.resource ?? {};
    assert.equal(resource['service.name'], 'orders');
    assert.equal(resource['faas.name'], 'calls', 'the function keeps the name that its platform gave it');
    assert.equal(resource['deployment.environment.name'], 'prod');
    assert.equal(resource.team, 'a,b');
  });

  it('sends a token from a file and says it nowhere', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'coldlens-token-'));
    try {
      const file = join(directory, 'token');
      await writeFile(file, 'hush-hush\n');
      let authorization: string | undefined;
      receiver.answer = (request, response) => {
        authorization = request.headers.authorization;
        response.writeHead(403).end('hush-hush');
      };
      const environment = { ...lambda, COLDLENS_ENDPOINT: receiver.url, COLDLENS_TOKEN_FILE: file };
      const { stdout, warnings } = await run({ stayMs: 200 }, environment);
      assert.equal(authorization, 'Bearer hush-hush');
      assert.match(warnings.join('\n'), /refused.*403/);
      assert.doesNotMatch(stdout + warnings.join('\n'), /hush-hush/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('does not follow a redirect', async () => {
    const target = await OtlpReceiver.start();
    try {
      receiver.answer = (_request, response) => response.writeHead(307, { location: `${target.url}/v1/traces` }).end();
      await run({ stayMs: 200 }, { ...lambda, COLDLENS_ENDPOINT: receiver.url });
      assert.equal(target.requests, 0);
    } finally {
      target.close();
    }
  });

  it('records nothing of the event', async () => {
    const plan = { event: { headers: { cookie: 'sweet-secret' }, body: 'sweet-secret' }, stayMs: 200 };
    await run(plan, { ...lambda, COLDLENS_ENDPOINT: receiver.url, DATABASE_PASSWORD: 'sweet-secret' });
    assert.equal(roots(receiver.spans).length, 1);
    assert.doesNotMatch(JSON.stringify(receiver.spans), /sweet-secret/);
  });
});

describe('settings', () => {
  it('warn once when wrong, name the bound, and fall back', async () => {
    const environment = { ...lambda, COLDLENS_EXPORT: 'pigeon', COLDLENS_SAMPLE_RATE: '7' };
    const { stdout, warnings } = await run({ calls: 3, pauseMs: 10 }, environment);
    assert.equal(roots(lines(stdout)).length, 3);
    assert.equal(warnings.filter((line) => /COLDLENS_EXPORT.*one of stdout, extension/.test(line)).length, 1);
    assert.equal(warnings.filter((line) => /COLDLENS_SAMPLE_RATE.*above 0, at most 1/.test(line)).length, 1);
  });

  it('given to coldlens() count before the environment', async () => {
    const plan = { calls: 40, options: { sampleRate: 1 } };
    const { stdout } = await run(plan, { ...lambda, COLDLENS_SAMPLE_RATE: '0.01' });
    assert.equal(roots(lines(stdout)).length, 40);
  });

  it('sample warm invocations at a rate that travels along, and always keep the cold start', async () => {
    const { stdout } = await run({ calls: 400 }, { ...lambda, COLDLENS_SAMPLE_RATE: '0.25' });
    const [cold, ...warm] = roots(lines(stdout));
    assert.equal(cold?.attributes['coldlens.start.kind'], 'cold');
    assert.equal(cold?.attributes['coldlens.sample_rate'], undefined);
    assert.ok(warm.length > 60 && warm.length < 140, `${warm.length} of 399 at a rate of 0.25`);
    assert.ok(warm.every((span) => span.attributes['coldlens.sample_rate'] === 0.25));
  });
});

describe('a handler that never returns', () => {
  it('leaves its spans shortly before the deadline', async () => {
    const { stdout } = await run({ hangs: true, remainingMs: 500, stayMs: 600 }, lambda);
    const [root] = roots(lines(stdout));
    assert.equal(root?.attributes['error.type'], 'timeout');
    assert.equal(root?.status, 2);
    const [execution] = lines(stdout).filter((span) => span.name === 'execution');
    const ms = (execution?.endMs ?? 0) - (execution?.startMs ?? 0);
    assert.ok(ms > 300 && ms < 520, `execution was cut at ${ms} ms`);
  });
});

describe('trace context', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const traceparent = `00-${traceId}-${spanId}-01`;
  const xRay = `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`;

  const carriers: [string, object, Record<string, string>][] = [
    ['an HTTP header', { headers: { TraceParent: traceparent } }, {}],
    ['an SQS message', { Records: [{ messageAttributes: { traceparent: { stringValue: traceparent } } }] }, {}],
    ['an SQS message with X-Ray', { Records: [{ attributes: { AWSTraceHeader: xRay } }] }, {}],
    ['an SNS message', { Records: [{ Sns: { MessageAttributes: { traceparent: { Value: traceparent } } } }] }, {}],
    ['an EventBridge event', { 'detail-type': 'x', detail: { traceparent } }, {}],
    ['the X-Ray variable', {}, { _X_AMZN_TRACE_ID: xRay }],
  ];
  for (const [name, event, variables] of carriers) {
    it(`is taken from ${name}`, async () => {
      const { stdout } = await run({ event }, { ...lambda, ...variables });
      const [root] = roots(lines(stdout));
      assert.deepEqual([root?.traceId, root?.parentSpanId], [traceId, spanId]);
    });
  }

  for (const bad of [
    '00-0-0-01',
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    'x'.repeat(10_000),
  ]) {
    it(`is begun anew for ${bad.slice(0, 20)}`, async () => {
      const { stdout } = await run({ event: { headers: { traceparent: bad } } }, lambda);
      const [root] = roots(lines(stdout));
      assert.match(root?.traceId ?? '', /^[0-9a-f]{32}$/);
      assert.notEqual(root?.traceId, traceId);
      assert.equal(root?.parentSpanId, undefined);
    });
  }

  it("makes the application's own spans children of our root", async () => {
    const { stdout, said } = await run({ openTelemetry: true, calls: 2, pauseMs: 20 }, lambda);
    const found = roots(lines(stdout)).map((root) => ({ traceId: root.traceId, spanId: root.spanId }));
    assert.deepEqual(
      said.parents.map((parent) => ({ traceId: parent?.traceId, spanId: parent?.spanId })),
      found,
    );
  });

  for (const [name, event, variables] of carriers) {
    for (const commonJs of [false, true]) {
      it(`reaches the application's spans from ${name} (${commonJs ? 'CommonJS' : 'ES module'})`, async () => {
        const plan = { openTelemetry: true, commonJs, event, calls: 2, pauseMs: 20 };
        const { stdout, said, warnings } = await run(plan, { ...lambda, ...variables });
        assert.deepEqual(warnings, []);
        const found = roots(lines(stdout));
        assert.deepEqual(
          found.map((root) => [root.traceId, root.parentSpanId]),
          [
            [traceId, spanId],
            [traceId, spanId],
          ],
        );
        assert.deepEqual(
          said.parents.map((parent) => [parent?.traceId, parent?.spanId]),
          found.map((root) => [root.traceId, root.spanId]),
        );
      });
    }
  }

  it("reaches them from the second call on inside somebody's bundle of ES modules", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coldlens-bundle-'));
    try {
      const bundle = join(folder, 'calls.mjs');
      const options = { entryPoints: [script], outfile: bundle, bundle: true, external: ['@opentelemetry/*'] };
      await build({ ...options, format: 'esm', platform: 'node', logLevel: 'error' });
      const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
      await symlink(modules, join(folder, 'node_modules'));
      const plan = { openTelemetry: true, event: { headers: { traceparent } }, calls: 2, pauseMs: 200 };
      const { stdout, warnings } = await run(plan, lambda, bundle);
      assert.deepEqual(warnings, []);
      const [first, second] = roots(lines(stdout));
      assert.ok(first && first.parentSpanId === undefined);
      assert.deepEqual([second?.traceId, second?.parentSpanId], [traceId, spanId]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('continues the span that is active around the call', async () => {
    const activeParent = { traceId, spanId, traceFlags: 1 };
    const { stdout } = await run({ openTelemetry: true, activeParent }, lambda);
    const [root] = roots(lines(stdout));
    assert.deepEqual([root?.traceId, root?.parentSpanId], [traceId, spanId]);
  });
});

describe('the packed agent', () => {
  it('is at most 40 kB and has no dependencies', () => {
    const cwd = fileURLToPath(new URL('../../../agent', import.meta.url));
    const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], { cwd, encoding: 'utf8' });
    const [{ size, files }] = JSON.parse(packed.stdout) as [{ size: number; files: { path: string }[] }];
    assert.ok(size <= 40_000, `${size} bytes: ${files.map((file) => file.path).join(' ')}`);
  });
});
