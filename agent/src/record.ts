/** From what was seen of a handler call to the invocation that it was. Runs after the response. */
import type { InvocationRecord } from './invocation.ts';
import type { Observation } from './observation.ts';
import { processStartUnixMs } from './phases/clock.ts';
import { initBegin, initBeginMark, type Start, warmStart } from './phases/start.ts';
import { platform } from './platforms/index.ts';
import { currentSettings } from './settings.ts';
import { state } from './state.ts';
import { randomSpanId, randomTraceId } from './trace/ids.ts';
import type { RemoteParent } from './trace/remote-parent.ts';

const markedInitBeginMs = (): number | null => {
  const marked: unknown = (globalThis as { [initBeginMark]?: unknown })[initBeginMark];
  return typeof marked === 'number' ? marked : null;
};

/** Where init began and ended, for an instance's first invocation. */
const initOf = (start: Start, enteredMs: number, readyMs: number): InvocationRecord['init'] => {
  // A snapshot was taken after it: that init was another process's, at another time.
  if (start.kind === 'restored') return null;
  const { ms, certainty } = initBegin({
    entryMs: state.entryMs,
    markedMs: markedInitBeginMs(),
    bootstrapCompleteMs: performance.nodeTiming.bootstrapComplete,
    importBegins: platform().importBegins,
    isEsm: state.isEsm,
  });
  // Without idle time the caller waited through the hand-over of the event too, so init ends with it.
  const endMs = start.idleMs === null ? enteredMs : readyMs;
  const hidesRuntimeStart = platform().startedAsPlaceholder?.(process.env) ?? false;
  return { beginMs: Math.min(ms + state.ownLoadMs, endMs), endMs, certainty, hidesRuntimeStart };
};

const errorName = (error: unknown): string => {
  if (error instanceof Error) return error.constructor.name || error.name;
  return typeof error;
};

const errorTypeOf = ({ failed, timedOut, error }: Observation): string | null => {
  if (timedOut) return 'timeout';
  return failed ? errorName(error) : null;
};

const idsOf = (observation: Observation, caller: RemoteParent | null): InvocationRecord['ids'] => {
  const parent = observation.ids?.parent ?? caller;
  return {
    // An id that the application's spans already carry cannot be changed any more.
    traceId: observation.ids?.traceId ?? parent?.traceId ?? randomTraceId(),
    rootSpanId: observation.ids?.rootSpanId ?? randomSpanId(),
    parentSpanId: observation.ids && !observation.ids.parent ? null : (parent?.spanId ?? null),
  };
};

let unnamed = 0;

/** @returns `null` for a warm invocation that the sample leaves out */
export const recordOf = (observation: Observation): InvocationRecord | null => {
  const { args, isFirst, enteredMs, calledMs } = observation;
  const { sampleRate } = currentSettings();
  if (!isFirst && sampleRate < 1 && Math.random() >= sampleRate) return null;
  const call = platform().call(args, observation.xRayHeader);
  const readyMs = Math.min(state.readyMs ?? enteredMs, enteredMs);
  const start = isFirst ? platform().firstStart(process.env, enteredMs - readyMs, args) : warmStart;
  unnamed += 1;
  return {
    invocationId: call.invocationId ?? `${process.pid}-${unnamed}-${observation.wallMs}`,
    args,
    ids: idsOf(observation, call.parent),
    start,
    processStartUnixMs: processStartUnixMs(observation.wallMs, enteredMs),
    init: isFirst ? initOf(start, enteredMs, readyMs) : null,
    calledMs,
    settledMs: observation.settledMs,
    execution: 'certain',
    errorType: errorTypeOf(observation),
    sampleRate: isFirst ? 1 : sampleRate,
    agentMs: calledMs - enteredMs + (isFirst ? state.ownLoadMs + state.preloadMs : 0),
  };
};
