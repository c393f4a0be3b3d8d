/** What @bufbuild/protobuf reads, in our own shape. */
import { type AttributeValue, type DecodedSpan, emptySpan } from '#collector/model/span.js';
import { readRequest } from '../unit/collector/otlp-schema.ts';

interface AnyValue {
  value: { case?: string; value?: unknown };
}
interface KeyValue {
  key: string;
  value?: AnyValue;
}
interface Request {
  resourceSpans: {
    resource?: { attributes: KeyValue[] };
    scopeSpans: {
      scope?: { name: string };
      spans: (Record<'traceId' | 'spanId' | 'parentSpanId', Uint8Array> &
        Record<'startTimeUnixNano' | 'endTimeUnixNano', bigint> & {
          name: string;
          kind: number;
          attributes: KeyValue[];
          status?: { code: number; message: string };
        })[];
    }[];
  }[];
}

const attributesOf = (pairs: readonly KeyValue[]): Map<string, AttributeValue> =>
  new Map(pairs.map(({ key, value }) => [key, plainOf(value)]));

function plainOf(any: AnyValue | undefined): AttributeValue {
  const { case: kind, value } = any?.value ?? {};
  if (kind === undefined) return null;
  if (kind === 'arrayValue') return (value as { values: AnyValue[] }).values.map(plainOf);
  if (kind === 'kvlistValue') return attributesOf((value as { values: KeyValue[] }).values);
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  return value as AttributeValue;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** `null` where the oracle refuses the bytes. */
export function spansByOracle(bytes: Uint8Array): DecodedSpan[] | null {
  let request: Request;
  try {
    request = readRequest(bytes) as Request;
  } catch {
    return null;
  }
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const of = attributesOf(resource?.attributes ?? []);
    return scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        ...emptySpan(of),
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        name: span.name,
        kind: span.kind,
        startNs: span.startTimeUnixNano,
        endNs: span.endTimeUnixNano,
        attributes: attributesOf(span.attributes),
        scopeName: scope?.name ?? '',
        statusCode: span.status?.code ?? 0,
        statusMessage: span.status?.message ?? '',
      })),
    );
  });
}

/** Bytes of whatever kind as plain bytes, so that a comparison is of what they hold. */
export function plain(value: AttributeValue): unknown {
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (value instanceof Map) return { map: [...value].map(([key, each]) => [key, plain(each)]) };
  if (Array.isArray(value)) return value.map(plain);
  return value;
}

export const plainSpans = (spans: readonly DecodedSpan[]): unknown[] =>
  spans.map((span) => ({ ...span, attributes: plain(span.attributes), resource: plain(span.resource) }));
