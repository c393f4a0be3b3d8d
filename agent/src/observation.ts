/**
 * The hot path: what is noted while the caller waits. Only clocks are read and references kept; everything that can be
 * found out later is found out after the response (record.ts). A function that runs for the first time costs the cold
 * start its compilation, so what is not here is not paid.
 */
import { watchDeadline } from './deadline.ts';
import { flush } from './export/flush.ts';
import { flushOnShutdown } from './export/shutdown.ts';
import { monotonicMs } from './phases/monotonic.ts';
import { state } from './state.ts';
import type { RemoteParent } from './trace/remote-parent.ts';
import { safely } from './warn.ts';

/** The ids that the application's own spans were given as their parent. */
export interface TraceIds {
  traceId: string;
  rootSpanId: string;
  /** The span that was active around the call, or else the caller's. */
  parent: RemoteParent | null;
}

/** One handler call, as it was seen. Instants are monotonic milliseconds. */
export interface Observation {
  args: readonly unknown[];
  isFirst: boolean;
  /** When our own part before the handler's call began, and when the handler was called. */
  enteredMs: number;
  calledMs: number;
  settledMs: number;
  isSettled: boolean;
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
  /** Until the event loop's first turn after the call. */
  turn: NodeJS.Immediate | undefined;
  /** Set where the call has a deadline and did not settle at once. */
  deadline: NodeJS.Timeout | undefined;
}

const expire = (observation: Observation): void => {
  observation.timedOut = true;
  settle(observation, false);
  void flush();
};

/** Nobody looks at them only when something is wrong with us. */
const maxEnded = 1_000;

/** A call that has settled by now needs no deadline, and its spans may leave in the next turn. */
const afterTurn = (observation: Observation): void => {
  observation.turn = undefined;
  // From now on there is something to lose. A handler that awaits something does not wait for this.
  safely(() => flushOnShutdown(flush));
  if (!observation.isSettled) safely(() => watchDeadline(observation, expire));
  else if (!observation.isAwaited) setImmediate(flush);
};

/** A call begins. Its `calledMs` is set by whoever calls the handler. */
export const observe = (args: readonly unknown[]): Observation => {
  const enteredMs = monotonicMs();
  const isFirst = state.invocations === 0;
  state.invocations += 1;
  if (isFirst) state.initEnded?.();
  const observation: Observation = {
    args,
    isFirst,
    enteredMs,
    calledMs: enteredMs,
    settledMs: enteredMs,
    isSettled: false,
    wallMs: Date.now(),
    xRayHeader: process.env._X_AMZN_TRACE_ID,
    ids: null,
    error: undefined,
    failed: false,
    timedOut: false,
    isAwaited: false,
    turn: undefined,
    deadline: undefined,
  };
  // Not unref'ed: on Managed Instances the handler is called from an immediate, and the next turn may be long in coming.
  observation.turn = setImmediate(afterTurn, observation);
  return observation;
};

/**
 * A call has ended, whichever came first: the handler settled, or its time was up.
 *
 * Its spans leave once the response has left. AWS's runtime client posts the response in a setImmediate of its own, which
 * comes after ours in one turn of the event loop, so only the turn after that one comes after the response. These are not
 * unref'ed: an event loop that waits for the next event runs such immediates only when that has come.
 */
export const settle = (observation: Observation, failed: boolean, error?: unknown): void => {
  if (observation.isSettled) return;
  observation.isSettled = true;
  observation.settledMs = monotonicMs();
  observation.failed = failed;
  observation.error = error;
  if (observation.deadline) clearTimeout(observation.deadline);
  // Noted before the response, so that no freeze can lose it.
  state.ended.push(observation);
  if (state.ended.length > maxEnded) state.ended.shift();
  if (!observation.turn && !observation.isAwaited) setImmediate(setImmediate, flush);
};

/** Settles with the promise. The caller gets the one that comes after: what nobody handles stays unhandled. */
export const settleWith = (observation: Observation, promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      settle(observation, false);
      return value;
    },
    (error: unknown) => {
      settle(observation, true, error);
      throw error;
    },
  );
