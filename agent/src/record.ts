/** Follows one handler call from its beginning to its settling. */
import type { InvocationRecord } from './invocation.ts';
import { currentSettings } from './options.ts';
import { nowMs, processStartUnixMs } from './phases/clock.ts';
import { initBegin, initBeginMark, type Start, warmStart } from './phases/start.ts';
import { platform } from './platforms/index.ts';
import { state } from './state.ts';
import { randomSpanId, randomTraceId } from './trace/ids.ts';
import { activeParent } from './trace/otel-context.ts';

/** Set by the bundler: whether this copy of the agent was loaded as an ES module. */
declare const COLDLENS_ESM: boolean | undefined;
const isEsm = typeof COLDLENS_ESM === 'undefined' ? true : COLDLENS_ESM;

const markedInitBeginMs = (): number | null => {
  const marked: unknown = (globalThis as { [initBeginMark]?: unknown })[initBeginMark];
  return typeof marked === 'number' ? marked : null;
};

/** Where init began and ended, for an instance's first invocation. */
const initOf = (start: Start, calledMs: number, readyMs: number): InvocationRecord['init'] => {
  // A snapshot was taken after it: that init was another process's, at another time.
  if (start.kind === 'restored') return null;
  const { ms, certainty } = initBegin({
    entryMs: state.entryMs,
    markedMs: markedInitBeginMs(),
    bootstrapCompleteMs: performance.nodeTiming.bootstrapComplete,
    importBegins: platform().importBegins,
    isEsm,
  });
  // Without idle time the caller waited through the hand-over of the event too, so init ends with it.
  const endMs = start.idleMs === null ? calledMs : readyMs;
  return { beginMs: Math.min(ms + state.ownLoadMs, endMs), endMs, certainty };
};

/**
 * Begins a record; `settledMs` and `errorType` are filled in by {@link settle}.
 * @returns the record and the milliseconds that the platform leaves the handler; `null` when this call is not sampled
 */
export const begin = (args: readonly unknown[]): { record: InvocationRecord; remainingMs: number | null } | null => {
  const calledMs = nowMs();
  const isFirst = state.invocations === 0;
  state.invocations += 1;
  const { sampleRate } = currentSettings();
  if (!isFirst && sampleRate < 1 && Math.random() >= sampleRate) return null;

  const call = platform().call(process.env, args);
  const parent = activeParent() ?? call.parent;
  const readyMs = Math.min(state.readyMs ?? calledMs, calledMs);
  const start = isFirst ? platform().firstStart(process.env, calledMs - readyMs, args) : warmStart;
  const record: InvocationRecord = {
    invocationId: call.invocationId ?? `${process.pid}-${state.invocations}-${Date.now()}`,
    args,
    traceId: parent?.traceId ?? randomTraceId(),
    rootSpanId: randomSpanId(),
    parentSpanId: parent?.spanId ?? null,
    start,
    processStartUnixMs: processStartUnixMs(),
    init: isFirst ? initOf(start, calledMs, readyMs) : null,
    calledMs,
    settledMs: calledMs,
    errorType: null,
    sampleRate: isFirst ? 1 : sampleRate,
    agentMs: isFirst ? state.ownLoadMs : 0,
  };
  // What came before this line is ours; the handler's own time begins here.
  record.calledMs = nowMs();
  record.agentMs += record.calledMs - calledMs;
  return { record, remainingMs: call.remainingMs };
};

const errorName = (error: unknown): string => {
  if (error instanceof Error) return error.constructor.name || error.name;
  return typeof error;
};

export const settle = (record: InvocationRecord, failed: boolean, error: unknown): InvocationRecord => {
  record.settledMs = nowMs();
  if (failed) record.errorType = errorName(error);
  return record;
};
