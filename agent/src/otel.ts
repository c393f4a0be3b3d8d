/**
 * The same phases through OpenTelemetry's own SDK: `@coldlens/agent/otel` starts `@opentelemetry/sdk-node` with
 * `exporter-trace-otlp-http` and sends each invocation as spans of that SDK, in place of our own exporter. For
 * applications that run the SDK anyway; it costs a cold start what the SDK costs.
 */
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { tracesUrl } from './export/endpoint.ts';
import { type InvocationRecord, spansOf } from './invocation.ts';
import { resourceAttributes } from './platforms/lambda.ts';
import { state } from './state.ts';
import { attribute } from './vocabulary.ts';

/** Sends one finished invocation through whatever tracer provider is registered. */
const emit = (record: InvocationRecord): void => {
  const tracer = trace.getTracer('coldlens');
  const functionName = String(resourceAttributes(process.env, record.invokedArn)[attribute.functionName]);
  const at = (ms: number): number => record.processStartUnixMs + ms;
  const [rootPhase, ...phases] = spansOf(record, functionName);
  if (!rootPhase) return;
  const root = tracer.startSpan(rootPhase.name, {
    kind: SpanKind.SERVER,
    startTime: at(rootPhase.beginMs),
    attributes: rootPhase.attributes,
    root: true,
  });
  const inRoot = trace.setSpan(context.active(), root);
  for (const phase of phases) {
    tracer
      .startSpan(phase.name, { startTime: at(phase.beginMs), attributes: phase.attributes }, inRoot)
      .end(at(phase.endMs));
  }
  if (rootPhase.failed) root.setStatus({ code: SpanStatusCode.ERROR });
  root.end(at(rootPhase.endMs));
};

/** A running SDK. */
export interface OtelExport {
  /** Sends what is pending and gives the invocations back to the agent's own exporter. */
  shutdown(): Promise<void>;
}

/**
 * Starts the SDK and routes the agent's invocations through it.
 * @param invokedArn function ARN for the account id, if it is known before the first invocation
 */
export const startOtel = (invokedArn: string | null = null): OtelExport => {
  const url = tracesUrl(process.env);
  const sdk = new NodeSDK({
    resource: resourceFromAttributes(resourceAttributes(process.env, invokedArn)),
    ...(url && { traceExporter: new OTLPTraceExporter({ url: url.href }) }),
    instrumentations: [],
  });
  sdk.start();
  state.sink = emit;
  return {
    shutdown: async () => {
      state.sink = null;
      await sdk.shutdown();
    },
  };
};
