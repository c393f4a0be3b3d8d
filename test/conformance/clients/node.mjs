// Exports spans with OpenTelemetry's own exporters, as it is told line by line on stdin; answers each with a line of JSON.
import { createInterface } from 'node:readline';
import { SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';

const Exporter = process.argv[2] === 'json' ? JsonExporter : ProtobufExporter;

const hex = (bytes) => Array.from({ length: bytes * 2 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
let badIds = 0;
const idGenerator = {
  generateTraceId: () => hex(16),
  generateSpanId: () => (badIds-- > 0 ? '0'.repeat(16) : hex(8)),
};
let ended = [];
const keeper = {
  onStart() {},
  onEnd: (span) => ended.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};
const sdk = new NodeSDK({ idGenerator, spanProcessors: [keeper], metricReaders: [], logRecordProcessors: [] });
sdk.start();

for await (const line of createInterface(process.stdin)) {
  const { url, headers, name, spans, bad, padding, timeoutMs, compression } = JSON.parse(line);
  ended = [];
  badIds = bad;
  const tracer = trace.getTracer('client');
  for (let at = 0; at < spans; at += 1) {
    const attributes = { numbers: [1, 2.5, -3], text: 'ünïcode', ...(padding > 0 && { padding: 'x'.repeat(padding) }) };
    tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, root: true }).end();
  }
  const exporter = new Exporter({ url: `${url}/v1/traces`, headers, timeoutMillis: timeoutMs, compression });
  const result = await new Promise((resolve) => exporter.export(ended, resolve));
  await exporter.shutdown();
  const { message = '', code = null } = result.error ?? {};
  process.stdout.write(`${JSON.stringify({ ok: result.code === 0, error: `${code ?? ''} ${message}`.trim() })}\n`);
}
