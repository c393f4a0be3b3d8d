/** What the caller of an invocation waited. */
import type { StartKind } from '@coldlens/agent/vocabulary';
import { milliseconds, type Nanoseconds } from './periods.ts';

export const isColdKind = (kind: StartKind | null): boolean => kind === 'cold' || kind === 'restored';

/** Of a cold start whose getting ready nobody told it is not known: its execution alone would be too little. */
export const waitedMs = (row: {
  kind: StartKind | null;
  cold_latency_ns: Nanoseconds;
  handler_ns: Nanoseconds;
}): number | null => milliseconds(isColdKind(row.kind) ? row.cold_latency_ns : row.handler_ns);
