/**
 * Any OTLP sender, whatever its language: spans as OpenTelemetry's layers for Lambda send them. Names and kinds of spans and
 * attributes are those of the instrumentations' sources, open-telemetry/opentelemetry-*-contrib and -java-instrumentation
 * (aws-lambda); values are made up.
 *
 *   Node and .NET say themselves whether a start was cold. Python, Java, Go and Ruby do not: there the layer's own span of the
 *   init tells, with neither an invocation's id nor an account.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { InvocationPage, RankedFunction } from '#collector/index.js';
import { collectorForAllTests } from '../../support/collector.ts';
import { span, store200 } from '../../support/spans.ts';

type Attributes = Record<string, string | number | boolean>;

const hourMs = 3_600_000;
const account = '123456789012';
const region = 'eu-central-1';
const arnOf = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

const detected = { 'cloud.provider': 'aws', 'cloud.region': region, 'faas.version': '$LATEST' } as const;

interface Language {
  /** `process.runtime.name` is told by some. */
  resource(name: string): Attributes;
  /** Of the span of an invocation. */
  invocation(name: string, id: string, isCold: boolean): Attributes;
  spanName: string;
  kind?: number;
  scope: string;
}

const languages: Readonly<Record<string, Language>> = {
  python: {
    resource: (name) => ({
      ...detected,
      'cloud.platform': 'aws_lambda',
      'faas.name': name,
      'faas.instance': 'stream',
      'faas.max_memory': 128 * 1_048_576,
    }),
    invocation: (name, id) => ({
      'cloud.account.id': account,
      'cloud.resource_id': arnOf(name),
      'faas.invocation_id': id,
    }),
    spanName: 'shop',
    scope: 'opentelemetry.instrumentation.aws_lambda',
  },
  'python, as it was in 2022': {
    resource: (name) => ({ ...detected, 'faas.name': name, 'service.name': name, 'telemetry.auto.version': '0.30b1' }),
    invocation: (name, id) => ({ 'faas.id': arnOf(name), 'faas.execution': id, 'cloud.account.id': account }),
    spanName: 'lambda_function.lambda_handler',
    scope: 'opentelemetry.instrumentation.aws_lambda',
  },
  java: {
    resource: (name) => ({
      ...detected,
      'cloud.platform': 'aws_lambda',
      'faas.name': name,
      'faas.instance': 'stream',
      'faas.max_memory': 512 * 1_048_576,
      'process.runtime.name': 'OpenJDK Runtime Environment',
      'process.runtime.version': '21.0.9',
    }),
    invocation: (name, id) => ({
      'faas.invocation_id': id,
      'cloud.resource_id': arnOf(name),
      'cloud.account.id': account,
    }),
    spanName: 'shop',
    scope: 'io.opentelemetry.aws-lambda-core-1.0',
  },
  go: {
    resource: (name) => ({ ...detected, 'faas.name': name, 'faas.instance': 'stream', 'faas.max_memory': '128' }),
    invocation: (name, id) => ({ 'faas.execution': id, 'faas.id': arnOf(name), 'cloud.account.id': account }),
    spanName: 'shop',
    scope: 'go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-lambda-go/otellambda',
  },
  '.net': {
    resource: (name) => ({ ...detected, 'cloud.platform': 'aws_lambda', 'faas.name': name, 'faas.instance': 'stream' }),
    invocation: (name, id, isCold) => ({
      'faas.invocation_id': id,
      'faas.trigger': 'http',
      'faas.name': name,
      'cloud.resource_id': arnOf(name),
      'cloud.account.id': account,
      'faas.coldstart': isCold,
    }),
    spanName: 'shop',
    scope: 'OpenTelemetry.Instrumentation.AWSLambda',
  },
  'ruby, called by a queue': {
    resource: (name) => ({ ...detected, 'faas.name': name, 'faas.instance': 'stream' }),
    invocation: (name, id) => ({
      'faas.invocation_id': id,
      'cloud.resource_id': arnOf(name),
      'aws.lambda.invoked_arn': arnOf(name),
      'cloud.account.id': account,
      'faas.trigger': 'pubsub',
      'messaging.system': 'AmazonSQS',
    }),
    spanName: 'handler.process',
    kind: 5,
    scope: 'OpenTelemetry::Instrumentation::AwsLambda',
  },
  'the names of 1.45': {
    resource: (name) => ({ ...detected, 'cloud.platform': 'aws.lambda', 'faas.name': name, 'faas.instance': 'stream' }),
    invocation: (_name, id, isCold) => ({
      'faas.invocation.id': id,
      'cloud.account.id': account,
      'faas.coldstart': isCold,
    }),
    spanName: 'shop',
    scope: 'any',
  },
};

/** The resource of the layer's own spans. */
const layerResource = (name: string): Attributes => ({
  'faas.invoked_provider': 'aws',
  'faas.invoked_region': region,
  'faas.name': name,
  'service.name': name,
  'faas.max_memory': '128',
  'faas.version': '$LATEST',
});

describe('another sender of OTLP', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 2 * hourMs;

  const page = async (name: string, invocationId: string): Promise<InvocationPage> => {
    const found = await running.store.invocationPage({
      ...{ provider: 'aws', account, region, name, invocationId },
      atMs: startMs,
    });
    assert.ok(found, `${name} has an invocation ${invocationId}`);
    return found;
  };
  const ranked = async (name: string): Promise<RankedFunction> => {
    const { functions } = await running.store.ranking({
      sinceMs: 24 * hourMs,
      sort: 'cost',
      limit: 50,
      filter: name,
    });
    const [only] = functions;
    assert.ok(only && functions.length === 1, `${functions.length} functions are called ${name}`);
    return only;
  };

  for (const [index, [title, language]] of Object.entries(languages).entries()) {
    it(`in ${title} tells invocations with their kind of start`, async () => {
      const name = `language-${index}`;
      const resource = { ...language.resource(name), 'telemetry.sdk.language': title.split(',')[0] ?? '' };
      const [cold, later] = [randomUUID(), randomUUID()];
      const call = (id: string, atMs: number, isCold: boolean) =>
        span({
          name: language.spanName,
          kind: language.kind ?? 2,
          startMs: atMs,
          durationMs: 20,
          attributes: language.invocation(name, id, isCold),
        });
      // The layer sends what the function tells and what it tells itself apart.
      await store200(running.collector.url, [call(later, startMs + 3_000, false)], resource);
      await store200(running.collector.url, [call(cold, startMs + 410, true)], resource);
      const init = span({ name: `init ${name}`, startMs, durationMs: 400, attributes: { 'faas.coldstart': true } });
      await store200(running.collector.url, [init], layerResource(name));
      await running.store.seal();
      const row = await ranked(name);
      assert.deepEqual([row.invocations, row.coldStarts], [2, 1]);
      assert.equal(row.cold.p50Ms, 420);
      const [first, second] = [await page(name, cold), await page(name, later)];
      assert.deepEqual([first.startKind, first.initMs, first.executionMs], ['cold', 400, 20]);
      assert.notEqual(second.startKind, 'cold');
      assert.notEqual(first.startCertainty, 'certain');
    });
  }

  it('is corrected by a call that was earlier and came later', async () => {
    const name = 'late-first';
    const { python } = languages;
    assert.ok(python);
    const [first, second] = [randomUUID(), randomUUID()];
    const call = (id: string, atMs: number) =>
      span({ name, kind: 2, startMs: atMs, durationMs: 20, attributes: python.invocation(name, id, false) });
    const init = span({ name: `init ${name}`, startMs, durationMs: 400, attributes: { 'faas.coldstart': true } });
    await store200(running.collector.url, [init], layerResource(name));
    await store200(running.collector.url, [call(second, startMs + 900)], python.resource(name));
    await running.store.seal();
    assert.equal((await page(name, second)).startKind, 'cold');
    await store200(running.collector.url, [call(first, startMs + 405)], python.resource(name));
    await running.store.seal();
    assert.deepEqual([(await page(name, first)).startKind, (await page(name, second)).startKind], ['cold', 'warm']);
  });
});
