/** Invocations as an OTLP/JSON trace request (opentelemetry-proto 1.11). */
import { type AttributeValue, type InvocationRecord, spansOf } from '../invocation.ts';
import { unixNanos } from '../phases/clock.ts';
import { attribute } from '../vocabulary.ts';

/** A record with the ids it was given when it was made, so that every re-send is the same data. */
export interface IdentifiedRecord {
  record: InvocationRecord;
  traceId: string;
  /** Root span, then as many children as there are phases. */
  spanIds: string[];
}

const random32 = (): string =>
  Math.floor(Math.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');

/** Random and never all zero. `node:crypto` would cost the cold start 5 ms; ids need to differ, not to be secret. */
const randomId = (bytes: 8 | 16): string => {
  let id = '';
  while (id.length < bytes * 2) id += random32();
  return /^0+$/.test(id) ? randomId(bytes) : id;
};

/** At most four spans are made of a record: root, runtime start, init, execution. */
const maxSpans = 4;

export const identify = (record: InvocationRecord): IdentifiedRecord => ({
  record,
  traceId: randomId(16),
  spanIds: Array.from({ length: maxSpans }, () => randomId(8)),
});

const anyValue = (value: AttributeValue): object =>
  typeof value === 'string'
    ? { stringValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : Number.isSafeInteger(value)
        ? { intValue: String(value) }
        : { doubleValue: value };

const keyValues = (attributes: Record<string, AttributeValue>): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

/** Span kinds and status codes of OTLP. */
const kindInternal = 1;
const kindServer = 2;
const statusError = 2;

/** Body of `POST /v1/traces`. */
export const traceRequest = (
  resource: Record<string, AttributeValue>,
  records: readonly IdentifiedRecord[],
): string => {
  const functionName = String(resource[attribute.functionName]);
  const spans = records.flatMap(({ record, traceId, spanIds }) =>
    spansOf(record, functionName).map((span, index) => ({
      traceId,
      spanId: spanIds[index],
      ...(index > 0 && { parentSpanId: spanIds[0] }),
      name: span.name,
      kind: index === 0 ? kindServer : kindInternal,
      startTimeUnixNano: unixNanos(record.processStartUnixMs + span.beginMs),
      endTimeUnixNano: unixNanos(record.processStartUnixMs + span.endMs),
      attributes: keyValues(span.attributes),
      ...(span.failed && { status: { code: statusError } }),
    })),
  );
  return JSON.stringify({
    resourceSpans: [
      { resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope: { name: 'coldlens' }, spans }] },
    ],
  });
};
