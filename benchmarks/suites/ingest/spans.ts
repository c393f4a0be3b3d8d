/**
 * Spans as senders make them, for the ingest suite: invocations as the agent tells them (warm ones two spans, cold ones
 * four), and functions under OpenTelemetry's own SDK (a server span and two calls of other services). Fourteen resource
 * attributes, seven to nine of a span. Every span's id is its number, so that what was stored can be told from what was not.
 */

/** OTLP's JSON, of which the protobuf is written too. */
export interface KeyValueJson {
  key: string;
  value: { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean };
}

export interface SpanJson {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValueJson[];
  status: { code?: number; message?: string };
}

export interface ResourceSpansJson {
  resource: { attributes: KeyValueJson[] };
  scopeSpans: { scope: { name: string; version: string }; spans: SpanJson[] }[];
}

/** Few functions are very busy, most are not. */
const functions = 10_000;
/** One in so many of the agent's invocations is cold. */
const coldEvery = 33;
/** Spans come in the minute after they happened. */
const ageMs = 60_000;

const text = (key: string, stringValue: string): KeyValueJson => ({ key, value: { stringValue } });
const integer = (key: string, value: number): KeyValueJson => ({ key, value: { intValue: String(value) } });
const double = (key: string, doubleValue: number): KeyValueJson => ({ key, value: { doubleValue } });
const truth = (key: string, boolValue: boolean): KeyValueJson => ({ key, value: { boolValue } });

const pick = <T>(values: readonly [T, ...T[]]): T => values[Math.floor(Math.random() * values.length)] as T;
/** Not for secrets, so the quick source of chance will do. */
const hex = (digits: number): string => {
  let made = '';
  while (made.length < digits)
    made += Math.floor(Math.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return made.slice(0, digits);
};
const uuid = (): string => hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

type Sender = 'agent' | 'sdk';

const resourceOf = (sender: Sender): ResourceSpansJson['resource'] => {
  const fn = Math.floor(functions * Math.random() ** 2);
  const instance = `2026/11/22/[$LATEST]${fn.toString(16).padStart(8, '0')}${hex(24)}`;
  const shared = [
    ...[text('cloud.provider', 'aws'), text('cloud.platform', 'aws_lambda')],
    ...[text('cloud.region', 'eu-central-1'), text('cloud.account.id', '123456789012')],
    text('cloud.resource_id', `arn:aws:lambda:eu-central-1:123456789012:function:function-${fn}`),
    ...[text('faas.name', `function-${fn}`), text('faas.version', '$LATEST'), text('faas.instance', instance)],
    ...[integer('faas.max_memory', 512 * 1_048_576), text('process.runtime.version', '24.11.0')],
  ];
  const own =
    sender === 'agent'
      ? [
          ...[text('host.arch', 'arm64'), text('coldlens.runtime', 'nodejs24.x')],
          ...[text('coldlens.handler', 'index.handler'), text('coldlens.code_source', 'zip')],
        ]
      : [
          ...[text('service.name', `function-${fn}`), text('telemetry.sdk.name', 'opentelemetry')],
          ...[text('telemetry.sdk.language', 'nodejs'), text('telemetry.sdk.version', '3.1.0')],
        ];
  return { attributes: [...shared, ...own] };
};

/** Numbers the spans as it makes them: `first`, `first + 1` ... */
export class SpanMaker {
  next: number;
  #invocations = 0;

  constructor(first: number) {
    this.next = first;
  }

  /** At least `least` spans of one instance of a function. */
  ofInstance(sender: Sender, least: number): ResourceSpansJson {
    const spans: SpanJson[] = [];
    while (spans.length < least) spans.push(...(sender === 'agent' ? this.#agent() : this.#sdk()));
    const scope = sender === 'agent' ? 'coldlens' : '@opentelemetry/instrumentation-aws-lambda';
    return { resource: resourceOf(sender), scopeSpans: [{ scope: { name: scope, version: '0.62.1' }, spans }] };
  }

  #span(name: string, kind: number, startMs: number, lengthMs: number, attributes: KeyValueJson[]): SpanJson {
    const startNs = BigInt(Math.round(startMs * 1_000)) * 1_000n;
    const spanId = (this.next++).toString(16).padStart(16, '0');
    return {
      ...{ traceId: '', spanId, name, kind, attributes, status: {} },
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(startNs + BigInt(Math.round(lengthMs * 1e6))),
    };
  }

  #agent(): SpanJson[] {
    const isCold = ++this.#invocations % coldEvery === 0;
    const id = uuid();
    const startMs = Date.now() - Math.random() * ageMs;
    const executionMs = 2 + Math.random() * 50;
    const [runtimeStartMs, initMs] = isCold ? [40 + Math.random() * 10, 50 + Math.random() * 400] : [0, 0];
    const shared = (phase: string): KeyValueJson[] => [
      ...[text('faas.invocation.id', id), text('coldlens.phase', phase), text('faas.trigger', 'http')],
      ...[text('coldlens.phase.certainty', 'certain'), truth('faas.coldstart', isCold)],
      ...[double('coldlens.agent_ms', Math.random()), text('url.scheme', 'https')],
    ];
    const root = this.#span('handler', 2, startMs, runtimeStartMs + initMs + executionMs, [
      ...shared('invocation'),
      ...[text('coldlens.start.kind', isCold ? 'cold' : 'warm'), text('coldlens.start.certainty', 'certain')],
    ]);
    const children = [
      ...(isCold ? [this.#span('runtime start', 1, startMs, runtimeStartMs, shared('runtime_start'))] : []),
      ...(isCold ? [this.#span('init', 1, startMs + runtimeStartMs, initMs, shared('init'))] : []),
      this.#span('execution', 1, startMs + runtimeStartMs + initMs, executionMs, shared('execution')),
    ];
    return oneTrace(root, children);
  }

  #sdk(): SpanJson[] {
    const startMs = Date.now() - Math.random() * ageMs;
    const lengthMs = 5 + Math.random() * 100;
    const status = pick([200, 200, 200, 201, 404]);
    const root = this.#span(pick(['GET /orders/{id}', 'POST /orders', 'GET /customers/{id}']), 2, startMs, lengthMs, [
      ...[text('faas.invocation_id', uuid()), text('faas.trigger', 'http')],
      ...[truth('faas.coldstart', Math.random() < 0.03), text('http.request.method', 'GET')],
      ...[text('http.route', '/orders/{id}'), text('url.path', `/orders/${Math.floor(Math.random() * 1e6)}`)],
      ...[integer('http.response.status_code', status), text('network.protocol.version', '1.1')],
      text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'),
    ]);
    const query = this.#span('SELECT shop.orders', 3, startMs + 1, lengthMs * 0.3, [
      ...[text('db.system.name', 'postgresql'), text('db.namespace', 'shop'), text('db.operation.name', 'SELECT')],
      ...[text('db.collection.name', 'orders'), text('db.query.text', 'SELECT * FROM orders WHERE id = $1')],
      ...[text('server.address', 'orders.cluster-abc.eu-central-1.rds.amazonaws.com'), integer('server.port', 5432)],
    ]);
    const call = this.#span('DynamoDB.GetItem', 3, startMs + 2, lengthMs * 0.4, [
      ...[text('rpc.system', 'aws-api'), text('rpc.service', 'DynamoDB'), text('rpc.method', 'GetItem')],
      ...[text('aws.request_id', uuid()), text('db.system.name', 'aws.dynamodb')],
      ...[integer('http.response.status_code', 200), integer('aws.dynamodb.consumed_capacity', 1)],
      text('server.address', 'dynamodb.eu-central-1.amazonaws.com'),
    ]);
    return oneTrace(root, [query, call]);
  }
}

const oneTrace = (root: SpanJson, children: SpanJson[]): SpanJson[] => {
  const traceId = hex(32);
  for (const span of [root, ...children]) span.traceId = traceId;
  for (const span of children) span.parentSpanId = root.spanId;
  return [root, ...children];
};

/** Instances whose spans a batching sender puts into one body. */
const spansOfInstance = 25;

/** Spans of one body, of which every second instance runs the agent; some more than `least`, as invocations are not cut. */
export const spansOfBody = (maker: SpanMaker, least: number): ResourceSpansJson[] => {
  const last = maker.next + least;
  const made: ResourceSpansJson[] = [];
  for (let turn = Math.floor(maker.next / spansOfInstance); maker.next < last; turn++) {
    const wanted = Math.min(spansOfInstance, last - maker.next);
    made.push(maker.ofInstance(turn % 2 === 0 ? 'agent' : 'sdk', wanted));
  }
  return made;
};
