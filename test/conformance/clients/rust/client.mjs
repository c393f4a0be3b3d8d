// Spans of Deno's own tracer, which it exports at the end by OpenTelemetry's Rust exporter; named and counted by the arguments.
import { SpanKind, trace } from '@opentelemetry/api';

const [name, count] = process.argv.slice(2);
// With a sign beyond Latin-1: Deno 2.9.6 breaks the umlauts of texts that have none.
const attributes = { numbers: [1, 2.5, -3], text: 'ünïcode ✓' };
for (let at = 0; at < Number(count); at += 1) {
  trace.getTracer('client').startSpan(name, { kind: SpanKind.SERVER, attributes, root: true }).end();
}
