/** A span as every part of the collector sees it, whatever encoding it came in. */

/** A value of an attribute. Integers beyond 2^53 are bigint; maps keep hostile keys such as `__proto__` harmless. */
export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | AttributeValue[]
  | Map<string, AttributeValue>;

export type Attributes = Map<string, AttributeValue>;

export interface DecodedSpan {
  /** Lower-case hex; any length when the sender was wrong, see {@link hasValidIds}. */
  traceId: string;
  spanId: string;
  /** Empty for a root span. */
  parentSpanId: string;
  name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  /** Nanoseconds since 1970, as sent: 0 to 2^64 - 1. */
  startNs: bigint;
  endNs: bigint;
  attributes: Attributes;
  /** Shared by all spans of one resource. */
  resource: Attributes;
  scopeName: string;
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  statusMessage: string;
  /** Its function is one too many; see known-functions.ts. */
  isOverflow: boolean;
}

/** What functions that are too many are called together. */
export const overflowName = '(too many functions)';

export const spanKindServer = 2;
export const spanKindConsumer = 5;
export const statusCodeError = 2;

/** A span as it is before its first field is read. */
export function emptySpan(resource: Attributes): DecodedSpan {
  return {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    kind: 0,
    startNs: 0n,
    endNs: 0n,
    attributes: new Map(),
    resource,
    scopeName: '',
    statusCode: 0,
    statusMessage: '',
    isOverflow: false,
  };
}

/** OTLP's rule for ids: 16 and 8 bytes, not all zero. Other spans are refused one by one, as a partial success. */
export function hasValidIds(span: DecodedSpan): boolean {
  return isId(span.traceId, 32) && isId(span.spanId, 16);
}

/** So many lower-case digits of base 16, not all of them zero. */
function isId(id: string, digits: number): boolean {
  if (id.length !== digits) return false;
  let isZero = true;
  for (let at = 0; at < digits; at++) {
    const code = id.charCodeAt(at);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
    if (code !== 0x30) isZero = false;
  }
  return !isZero;
}
