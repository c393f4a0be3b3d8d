/**
 * The same phases through OpenTelemetry's own SDK: `@coldlens/agent/otel` runs `@opentelemetry/sdk-node` with
 * `exporter-trace-otlp-http` and sends each invocation as spans of that SDK, in place of our own exporter. The SDK costs
 * 200 ms to load, so that happens after the first response unless asked for otherwise.
 */
import type { Attributes, InvocationRecord, Span } from './invocation.ts';
import { type Sink, state } from './state.ts';
import { randomSpanId, randomTraceId } from './trace/ids.ts';
import { attribute } from './vocabulary.ts';
import { safely, warnOnce } from './warn.ts';

/** This entry is CommonJS: a line below loads what it names when it runs, and not before. */
interface Require {
  (name: './after.js'): typeof import('./after.ts');
  (name: '@opentelemetry/api'): typeof import('@opentelemetry/api');
  (name: '@opentelemetry/exporter-trace-otlp-http'): typeof import('@opentelemetry/exporter-trace-otlp-http');
  (name: '@opentelemetry/resources'): typeof import('@opentelemetry/resources');
  (name: '@opentelemetry/sdk-node'): typeof import('@opentelemetry/sdk-node');
}
declare const require: Require;

/** Held until the SDK runs; the oldest go first. */
const maxHeld = 1_000;

/**
 * Our root's ids were given to the application's spans as their parent before the SDK saw the root, so the SDK has to
 * take them over.
 */
class GivenIds {
  traceId: string | null = null;
  spanId: string | null = null;
  generateTraceId = (): string => this.traceId ?? randomTraceId();
  generateSpanId = (): string => this.spanId ?? randomSpanId();
}

interface Sdk {
  emit(record: InvocationRecord): void;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * @param told what the platform told with the first invocation, as far as there was one
 * @throws Error when a part of the SDK is not installed
 */
const startSdk = (told: Attributes | undefined, lookedUp: Attributes | undefined): Sdk => {
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } = require('@opentelemetry/api');
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = require('@opentelemetry/resources');
  const { NodeSDK } = require('@opentelemetry/sdk-node');
  const { endpointOf, resourceOf, spansOf, tokenOf } = require('./after.js');
  const endpoint = endpointOf(process.env, tokenOf(process.env));
  const ids = new GivenIds();
  const resource = resourceOf(process.env, told, lookedUp);
  const sdk = new NodeSDK({
    resource: resourceFromAttributes(resource),
    ...(endpoint && { traceExporter: new OTLPTraceExporter({ url: endpoint.url.href, headers: endpoint.headers }) }),
    idGenerator: ids,
    instrumentations: [],
  });
  sdk.start();

  const emitSpan = (record: InvocationRecord, span: Span, late: Attributes): void => {
    const parent = span.parentSpanId && {
      traceId: record.ids.traceId,
      spanId: span.parentSpanId,
      traceFlags: TraceFlags.SAMPLED,
      isRemote: span.parentSpanId === record.ids.parentSpanId,
    };
    const inParent = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    ids.traceId = record.ids.traceId;
    ids.spanId = span.spanId;
    const kind = span.phase === 'invocation' ? SpanKind.SERVER : SpanKind.INTERNAL;
    const startTime = record.processStartUnixMs + span.beginMs;
    const attributes = { ...late, ...span.attributes };
    const made = trace.getTracer('coldlens').startSpan(span.name, { kind, startTime, attributes }, inParent);
    if (span.failed) made.setStatus({ code: SpanStatusCode.ERROR });
    made.end(record.processStartUnixMs + span.endMs);
  };
  return {
    emit: (record) => {
      const known = Object.entries(resourceOf(process.env, record.resource, lookedUp));
      // What the resource could not tell yet when the SDK started, which is for good.
      const late = Object.fromEntries(known.filter(([name]) => resource[name] === undefined));
      const functionName = String(resource[attribute.functionName]);
      try {
        for (const span of spansOf(record, functionName)) emitSpan(record, span, late);
      } finally {
        ids.traceId = null;
        ids.spanId = null;
      }
    },
    flush: async () => {
      const proxy = trace.getTracerProvider() as { getDelegate?(): { forceFlush?(): Promise<void> } };
      await proxy.getDelegate?.().forceFlush?.();
    },
    shutdown: () => sdk.shutdown(),
  };
};

export interface OtelOptions {
  /** `at once`: on the cold path, so that the application's spans are there from the beginning. */
  when?: 'after the first response' | 'at once';
}

/** A running SDK, or one that will run. */
export interface OtelExport {
  /** Sends what is pending and gives the invocations back to the agent's own exporter. */
  shutdown(): Promise<void>;
}

/**
 * Routes the agent's invocations through OpenTelemetry's SDK, which is started after the first response; invocations that
 * end before that are kept for it. Where it cannot be started, that is said once, and they leave as they do without it.
 */
export const startOtel = ({ when = 'after the first response' }: OtelOptions = {}): OtelExport => {
  const held: InvocationRecord[] = [];
  let sdk: Sdk | null = null;
  let starting: Promise<void> | null = null;

  /** Our own exporter takes over. */
  const fallBack = (error: unknown): void => {
    const [reason] = String(error).split('\n');
    warnOnce(
      'otel',
      `OpenTelemetry's SDK cannot be started (${reason}), so spans leave through the agent's own exporter: startOtel() needs @opentelemetry/api, sdk-node, exporter-trace-otlp-http and resources.`,
    );
    if (state.sink === sink) state.sink = null;
    if (held.length === 0) return;
    const { enqueue } = require('./after.js');
    held.splice(0).forEach(enqueue);
  };
  const begin = (lookedUp?: Attributes): void => {
    try {
      sdk = startSdk(held[0]?.resource, lookedUp);
    } catch (error) {
      fallBack(error);
    }
    for (const record of held.splice(0)) safely(() => sdk?.emit(record));
  };
  const beginLater = async (): Promise<void> => {
    const { platform } = require('./after.js');
    begin(await platform().lookUp?.(process.env));
  };
  const flushOnce = async (): Promise<void> => {
    try {
      await starting;
      await sdk?.flush();
    } catch (error) {
      warnOnce('otel flush', `OpenTelemetry's SDK could not send spans (${error}).`);
    }
  };
  let flushing: Promise<void> | null = null;
  let nextFlush: Promise<void> | null = null;
  /** The exporter refuses more than some requests at once, so all that comes during a flush waits for the one after it. */
  const flush = (): Promise<void> => {
    if (flushing) {
      nextFlush ??= flushing.then(() => {
        nextFlush = null;
        return flush();
      });
      return nextFlush;
    }
    flushing = flushOnce().finally(() => {
      flushing = null;
    });
    return flushing;
  };
  const sink: Sink = {
    take: (record) => {
      if (sdk) return sdk.emit(record);
      held.push(record);
      if (held.length > maxHeld) held.shift();
      starting ??= beginLater();
    },
    flush,
  };

  state.sink = sink;
  if (when === 'at once') begin();
  return {
    shutdown: async () => {
      // Our own exporter holds no process open, but who waits here wants it to be done.
      const stay = setInterval(() => undefined, 1_000);
      try {
        // Calls that have ended and nobody has looked at.
        await require('./after.js').exportAll(state.ended.splice(0));
        if (state.sink === sink) state.sink = null;
        await sdk?.shutdown();
      } finally {
        clearInterval(stay);
      }
    },
  };
};
