/** Invocations as an OTLP/JSON trace request (opentelemetry-proto 1.11). Nothing here needs Node. */
import { type Attributes, type AttributeValue, type InvocationRecord, type Span, spansOf } from '../invocation.ts';
import { unixNanos } from '../phases/clock.ts';
import { attribute } from '../vocabulary.ts';

const anyValue = (value: AttributeValue): object =>
  typeof value === 'string'
    ? { stringValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : Number.isSafeInteger(value)
        ? { intValue: String(value) }
        : { doubleValue: value };

export const keyValues = (attributes: Attributes): object[] =>
  Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValue(value) }]));

/** Span kinds and status codes of OTLP. */
const kindInternal = 1;
const kindServer = 2;
const statusError = 2;

export const spanJson = ({ ids, processStartUnixMs }: InvocationRecord, span: Span): object => ({
  traceId: ids.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId !== null && { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: span.phase === 'invocation' ? kindServer : kindInternal,
  startTimeUnixNano: unixNanos(processStartUnixMs + span.beginMs),
  endTimeUnixNano: unixNanos(processStartUnixMs + span.endMs),
  attributes: keyValues(span.attributes),
  ...(span.failed && { status: { code: statusError } }),
});

/** Who made the spans. */
export const scope = { name: 'coldlens' };

/** Body of `POST /v1/traces`. */
export const traceRequest = (
  resource: Record<string, AttributeValue>,
  records: readonly InvocationRecord[],
): string => {
  const functionName = String(resource[attribute.functionName]);
  const spans = records.flatMap((record) => spansOf(record, functionName).map((span) => spanJson(record, span)));
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope, spans }] }],
  });
};
