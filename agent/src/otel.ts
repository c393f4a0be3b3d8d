/**
 * The same phases through OpenTelemetry's own SDK: `@coldlens/agent/otel` starts `@opentelemetry/sdk-node` with
 * `exporter-trace-otlp-http` and sends each invocation as spans of that SDK, in place of our own exporter. For
 * applications that run the SDK anyway; it costs a cold start what the SDK costs.
 */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { endpointOf, platform, resourceOf, spansOf, tokenOf } from './after.ts';
import type { InvocationRecord, Span } from './invocation.ts';
import { state } from './state.ts';
import { randomSpanId, randomTraceId } from './trace/ids.ts';
import { attribute } from './vocabulary.ts';

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

/** Sends finished invocations through whatever tracer provider is registered. */
const emitWith =
  (ids: GivenIds) =>
  (record: InvocationRecord): void => {
    const tracer = trace.getTracer('coldlens');
    const functionName = String(resourceOf(process.env, record.args)[attribute.functionName]);
    const emit = (span: Span): void => {
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
      const made = tracer.startSpan(span.name, { kind, startTime, attributes: span.attributes }, inParent);
      if (span.failed) made.setStatus({ code: SpanStatusCode.ERROR });
      made.end(record.processStartUnixMs + span.endMs);
    };
    try {
      for (const span of spansOf(record, platform(), functionName)) emit(span);
    } finally {
      ids.traceId = null;
      ids.spanId = null;
    }
  };

/** A running SDK. */
export interface OtelExport {
  /** Sends what is pending and gives the invocations back to the agent's own exporter. */
  shutdown(): Promise<void>;
}

/**
 * Starts the SDK and routes the agent's invocations through it.
 * @param firstArgs what the handler is called with, if it is known: some platforms tell the account only there
 */
export const startOtel = (firstArgs: readonly unknown[] = []): OtelExport => {
  const endpoint = endpointOf(process.env, tokenOf(process.env));
  const ids = new GivenIds();
  const sdk = new NodeSDK({
    resource: resourceFromAttributes(resourceOf(process.env, firstArgs)),
    ...(endpoint && { traceExporter: new OTLPTraceExporter({ url: endpoint.url.href, headers: endpoint.headers }) }),
    idGenerator: ids,
    instrumentations: [],
  });
  sdk.start();
  state.sink = emitWith(ids);
  return {
    shutdown: async () => {
      state.sink = null;
      await sdk.shutdown();
    },
  };
};
