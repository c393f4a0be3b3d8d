/** Where an invocation's trace comes from: W3C `traceparent`, AWS's X-Ray header or Google's older header. */

/** A span elsewhere that caused this invocation; `spanId` is `null` where only the trace is known. */
export interface RemoteParent {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  spanId: string | null;
}

const isZero = (id: string): boolean => /^0+$/.test(id);

/** https://www.w3.org/TR/trace-context/#traceparent-header; anything malformed is no parent. */
export const fromTraceparent = (header: unknown): RemoteParent | null => {
  if (typeof header !== 'string') return null;
  const [, version, traceId, spanId, rest] =
    /^\s*([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?\s*$/.exec(header) ?? [];
  if (!version || !traceId || !spanId || version === 'ff' || (version === '00' && rest)) return null;
  return isZero(traceId) || isZero(spanId) ? null : { traceId, spanId };
};

/** `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1`: root's two numbers together are a W3C trace id. */
export const fromXRay = (header: unknown): RemoteParent | null => {
  if (typeof header !== 'string') return null;
  const [, time, random] = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i.exec(header) ?? [];
  if (!time || !random) return null;
  const [, spanId] = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/i.exec(header) ?? [];
  const traceId = `${time}${random}`.toLowerCase();
  return isZero(traceId) ? null : { traceId, spanId: spanId && !isZero(spanId) ? spanId.toLowerCase() : null };
};

/** `<32 hex trace id>/<decimal span id>;o=1`: https://cloud.google.com/trace/docs/trace-context#legacy-http-header */
export const fromCloudTrace = (header: unknown): RemoteParent | null => {
  if (typeof header !== 'string') return null;
  const [, traceId, span] = /^\s*([0-9a-f]{32})(?:\/(\d{1,20}))?(?:;|\s*$)/i.exec(header) ?? [];
  if (!traceId || isZero(traceId)) return null;
  const spanId = span ? BigInt(span).toString(16).padStart(16, '0') : '0';
  return { traceId: traceId.toLowerCase(), spanId: isZero(spanId) || spanId.length > 16 ? null : spanId };
};
