/** From what was seen of a handler call to the invocation that it was. Runs after the response. */
import type { Attributes, InvocationRecord } from './invocation.ts';
import type { Observation } from './observation.ts';
import { processStartUnixMs, sinceStart } from './phases/clock.ts';
import { initBegin, initBeginMark, type Start, warmStart } from './phases/start.ts';
import { isMainThread } from './phases/thread.ts';
import { bytesBelow } from './platforms/deployment.ts';
import { platform } from './platforms/index.ts';
import type { Environment } from './platforms/platform.ts';
import { currentSettings } from './settings.ts';
import { state } from './state.ts';
import { randomSpanId, randomTraceId } from './trace/ids.ts';
import type { RemoteParent } from './trace/remote-parent.ts';
import { attribute, otherAgents } from './vocabulary.ts';

const markedInitBeginMs = (): number | null => {
  const marked: unknown = (globalThis as { [initBeginMark]?: unknown })[initBeginMark];
  return typeof marked === 'number' ? sinceStart(marked) : null;
};

/** Where init began and ended, for an instance's first invocation. */
const initOf = (start: Start, enteredMs: number, readyMs: number): InvocationRecord['init'] => {
  // A snapshot was taken after it: that init was another process's, at another time. Warm: another thread tells it.
  if (start.kind === 'restored' || start.kind === 'warm') return null;
  const { ms, certainty } = initBegin({
    entryMs: sinceStart(state.entryMs),
    markedMs: markedInitBeginMs(),
    // Loads a good deal, so it is asked where it is needed.
    get bootstrapCompleteMs() {
      return performance.nodeTiming.bootstrapComplete;
    },
    get bootstrapBeginMs() {
      return isMainThread ? 0 : performance.nodeTiming.environment;
    },
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

const idsOf = ({ ids }: Observation, caller: RemoteParent | null): InvocationRecord['ids'] => {
  // Ids that the application's spans already carry cannot be changed any more.
  const parent = ids ? ids.parent : caller;
  return {
    traceId: ids?.traceId ?? parent?.traceId ?? randomTraceId(),
    rootSpanId: ids?.rootSpanId ?? randomSpanId(),
    parentSpanId: parent?.spanId ?? null,
  };
};

/** Agents beside us, by the variables that start them. */
const agentsBeside = (env: Environment): string | undefined => {
  const starters = [
    env.NODE_OPTIONS?.replace(/\S*@coldlens[\\/]agent\S*/g, ''),
    env.AWS_LAMBDA_EXEC_WRAPPER,
    env.COLDLENS_NEXT_WRAPPER,
    // A layer's handler in the function's place is a path or this name; a function may well be called `otel-demo.handler`.
    env._HANDLER?.match(/^(.*\/|newrelic-lambda).*/)?.[0],
  ];
  return [...new Set(starters.join(' ').match(otherAgents))].join() || undefined;
};

const deploymentOf = ({ args, wallMs, isAwaited }: Observation): Attributes => ({
  ...platform().deployment?.(process.env, args, wallMs),
  // Files are counted after the response, never before it.
  [attribute.packageBytes]: isAwaited ? undefined : bytesBelow(platform().packageRoot?.(process.env)),
  [attribute.otherAgents]: agentsBeside(process.env),
});

let unnamed = 0;
/** Of the instance: the first invocation tells for all. */
let instance: Attributes | undefined;

/** @returns `null` for a warm invocation that the sample leaves out */
export const recordOf = (observation: Observation): InvocationRecord | null => {
  const { args, isFirst } = observation;
  const enteredMs = sinceStart(observation.enteredMs);
  const calledMs = sinceStart(observation.calledMs);
  const { sampleRate } = currentSettings();
  if (!isFirst && sampleRate < 1 && Math.random() >= sampleRate) return null;
  const call = platform().call(args, observation.xRayHeader);
  const readyMs = state.readyMs === null ? enteredMs : Math.min(sinceStart(state.readyMs), enteredMs);
  const start = isFirst ? platform().firstStart(process.env, enteredMs - readyMs, args) : warmStart;
  const init = isFirst ? initOf(start, enteredMs, readyMs) : null;
  unnamed += 1;
  instance ??= platform().resource(process.env, args);
  return {
    ...(start.kind !== 'warm' && { deployment: deploymentOf(observation) }),
    invocationId: call.invocationId ?? `${process.pid}-${unnamed}-${observation.wallMs}`,
    told: platform().attributes(args),
    resource: instance,
    functionName: platform().functionOf?.(args),
    ids: idsOf(observation, call.parent),
    start,
    processStartUnixMs: processStartUnixMs(observation.wallMs, enteredMs),
    init,
    calledMs,
    settledMs: sinceStart(observation.settledMs),
    execution: 'certain',
    errorType: errorTypeOf(observation),
    sampleRate: isFirst ? 1 : sampleRate,
    agentMs: calledMs - enteredMs + (init ? state.ownLoadMs + state.preloadMs : 0),
  };
};
