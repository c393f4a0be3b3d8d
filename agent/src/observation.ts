/**
 * The hot path: what is noted while the caller waits. Only clocks are read and references kept; everything that can be
 * found out later is found out after the response (record.ts). A function that runs for the first time costs the cold
 * start its compilation, so what is not here is not paid.
 */
import { state } from './state.ts';
import { randomSpanId, randomTraceId } from './trace/ids.ts';
import { activeParent, hasContextManager } from './trace/otel-context.ts';
import type { RemoteParent } from './trace/remote-parent.ts';

/** The ids that the application's own spans were given as their parent. */
export interface TraceIds {
  traceId: string;
  rootSpanId: string;
  /** The span that was active around the call. */
  parent: RemoteParent | null;
}

/** One handler call, as it was seen. Instants are milliseconds since process start, monotonic. */
export interface Observation {
  args: readonly unknown[];
  isFirst: boolean;
  /** When the handler was called, and when our own part before it began. */
  calledMs: number;
  enteredMs: number;
  settledMs: number;
  /** `Date.now()` at the call, to see whether the two clocks have come apart. */
  wallMs: number;
  /** X-Ray's header, which Lambda passes in a variable that changes with every invocation. */
  xRayHeader: string | undefined;
  /** Set where the application has an OpenTelemetry context to put our root into. */
  ids: TraceIds | null;
  /** What the handler threw or rejected with; looked at only when `failed`. */
  error: unknown;
  failed: boolean;
  timedOut: boolean;
  /** Whether the response waits for the spans, and sends them. */
  isAwaited: boolean;
}

export const observe = (args: readonly unknown[]): Observation => {
  const enteredMs = performance.now();
  const isFirst = state.invocations === 0;
  state.invocations += 1;
  if (isFirst) state.initEnded?.();
  let ids: TraceIds | null = null;
  if (hasContextManager()) {
    const parent = activeParent();
    ids = { traceId: parent?.traceId ?? randomTraceId(), rootSpanId: randomSpanId(), parent };
  }
  const observation = {
    args,
    isFirst,
    calledMs: enteredMs,
    enteredMs,
    settledMs: enteredMs,
    wallMs: Date.now(),
    xRayHeader: process.env._X_AMZN_TRACE_ID,
    ids,
    error: undefined,
    failed: false,
    timedOut: false,
    isAwaited: false,
  };
  // What came before this line is ours; the handler's own time begins here.
  observation.calledMs = performance.now();
  return observation;
};
