// The least that OpenTelemetry's own packages allow: provider, batch processor and exporter, bundled and minified.
const { SpanKind, trace } = require('@opentelemetry/api');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { BatchSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');
const work = require('./work.cjs');

const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
trace.setGlobalTracerProvider(provider);
const tracer = trace.getTracer('bundled');

exports.handler = (event) =>
  tracer.startActiveSpan('handler', { kind: SpanKind.SERVER }, async (span) => {
    try {
      return await work(event);
    } finally {
      span.end();
      setImmediate(() => setImmediate(() => provider.forceFlush().catch(() => undefined)));
    }
  });
