/** Follows one handler call from its beginning to its settling and hands over what was seen. */
import type { InvocationRecord } from './invocation.ts';
import { nowMs, processStartUnixMs } from './phases/clock.ts';
import { firstStart, initBegin, initBeginMark, warmStart } from './phases/start.ts';
import { type LambdaContext, onLambda } from './platforms/lambda.ts';
import { state } from './state.ts';

/** Set by the bundler: whether this copy of the agent was loaded as an ES module. */
declare const COLDLENS_ESM: boolean | undefined;
const isEsm = typeof COLDLENS_ESM === 'undefined' ? true : COLDLENS_ESM;

const textOr = <T>(value: unknown, fallback: T): string | T => (typeof value === 'string' ? value : fallback);

const markedInitBeginMs = (): number | null => {
  const marked: unknown = (globalThis as { [initBeginMark]?: unknown })[initBeginMark];
  return typeof marked === 'number' ? marked : null;
};

/** Begins a record. `settledMs` and `errorType` are filled in by {@link settle}. */
export const begin = (context: LambdaContext | undefined): InvocationRecord => {
  const calledMs = nowMs();
  const first = state.invocations === 0;
  state.invocations += 1;
  const record: InvocationRecord = {
    invocationId: textOr(context?.awsRequestId, `${process.pid}-${state.invocations}-${Date.now()}`),
    invokedArn: textOr(context?.invokedFunctionArn, null),
    start: warmStart,
    processStartUnixMs: processStartUnixMs(),
    init: null,
    calledMs,
    settledMs: calledMs,
    errorType: null,
  };
  if (!first) return record;

  const readyMs = Math.min(state.readyMs ?? calledMs, calledMs);
  record.start = firstStart(process.env.AWS_LAMBDA_INITIALIZATION_TYPE, calledMs - readyMs);
  if (record.start.kind === 'restored') return record;
  const init = initBegin({
    entryMs: state.entryMs,
    markedMs: markedInitBeginMs(),
    bootstrapCompleteMs: performance.nodeTiming.bootstrapComplete,
    isEsm,
    onLambda: onLambda(process.env),
  });
  // Without idle time the caller waited through the hand-over of the event too, so init ends with it.
  const endMs = record.start.idleMs === null ? calledMs : readyMs;
  record.init = { beginMs: init.ms, endMs, certainty: init.certainty };
  return record;
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
