/**
 * `coldlens(handler)`: one import that explains the function's cold starts.
 *
 * While the caller waits it only reads clocks. Spans are made and sent after the response. It never throws into the
 * handler, never changes its result and never holds the process open.
 */

import { watchDeadline } from './deadline.ts';
import { exportAfterResponse, exportBeforeResponse, exportNow } from './export/after-response.ts';
import {
  callbackIndexOf,
  callWithCallback,
  type Ended,
  endWithResponse,
  type Handler,
  isPromise,
  isStreaming,
  responseOf,
  wrappedMark,
} from './handlers.ts';
import { type Observation, observe } from './observation.ts';
import { configure, isSync, type Options } from './options.ts';
import { entryMs } from './phases/entry.ts';
import { noteReady } from './ready.ts';
import { state } from './state.ts';
import { insideOf } from './trace/otel-context.ts';
import { safely } from './warn.ts';

export type { ExportMode, Options } from './options.ts';

/** Follows one call to its end, whichever comes first: the handler settles, or its time is up. */
const follow = (observation: Observation): Ended => {
  let isOpen = true;
  const close = (hand: (observation: Observation) => void): void => {
    if (!isOpen) return;
    isOpen = false;
    observation.settledMs = performance.now();
    stopWatching();
    hand(observation);
  };
  const stopWatching = watchDeadline(observation.args, () => {
    observation.timedOut = true;
    close((late) => void exportNow(late));
  });
  return (failed, error) =>
    close((ended) => {
      ended.failed = failed;
      ended.error = error;
      if (!ended.isAwaited) exportAfterResponse(ended);
    });
};

/** Lets the response wait for the spans, where that was asked for. */
const afterExport = async (result: PromiseLike<unknown>, observation: Observation): Promise<unknown> => {
  observation.isAwaited = true;
  try {
    return await result;
  } finally {
    await exportBeforeResponse(observation);
  }
};

/**
 * Wraps a handler so that its invocations are measured: of Lambda (async, callback, streaming), of Azure Functions, of
 * Google's functions framework (HTTP, CloudEvent, background), or any other function.
 *
 * Import `@coldlens/agent` before everything else in the handler's file. The spans go as OTLP/HTTP to
 * `COLDLENS_ENDPOINT` (or the standard `OTEL_EXPORTER_OTLP_ENDPOINT`); on Lambda without an endpoint they are one line of
 * the log.
 *
 * @param handler what the function exports; anything but a function is returned as it is, so that the runtime can say
 *   what is wrong with it
 * @returns a function with the handler's own properties. It declares as many parameters as the handler, since Google's
 *   framework looks at them, but none on Lambda, whose runtime rejects more than two
 */
export const coldlens = <H>(handler: H, options?: Options): H => {
  if (typeof handler !== 'function' || wrappedMark in handler) return handler;
  const inner = handler as unknown as Handler;
  const streams = isStreaming(inner);
  const isLambda = process.env.AWS_LAMBDA_RUNTIME_API !== undefined;
  const takesCallback = !streams && isLambda && inner.length >= 3;

  // The handler's own `this` is passed on.
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const observation = safely(() => observe(args));
    const ended: Ended = (observation && safely(() => follow(observation))) ?? (() => undefined);
    const response = streams ? undefined : safely(() => responseOf(args));
    const passesCallback = takesCallback || (!streams && !response && callbackIndexOf(args) > 0);
    const call = (): unknown => (passesCallback ? callWithCallback(inner, this, args, ended) : inner.apply(this, args));
    if (response) safely(() => endWithResponse(response, ended));
    try {
      const ids = observation?.ids;
      const result: unknown = ids ? insideOf(ids.traceId, ids.rootSpanId, call) : call();
      if (isPromise(result)) {
        result.then(
          () => response ?? ended(false),
          (error: unknown) => ended(true, error),
        );
        return observation && !response && isSync() ? afterExport(result, observation) : result;
      }
      if (!response && (!passesCallback || result !== undefined)) ended(false);
      return result;
    } catch (error) {
      ended(true, error);
      throw error;
    }
  };

  safely(() => {
    configure(options);
    Object.assign(wrapper, handler, { [wrappedMark]: true });
    if (!isLambda) Object.defineProperty(wrapper, 'length', { value: inner.length });
    noteReady();
  });
  return wrapper as unknown as H;
};

export default coldlens;

/** Set by the bundler; the compiler's own output is ES modules. */
declare const COLDLENS_ESM: boolean | undefined;
state.isEsm = typeof COLDLENS_ESM === 'undefined' || COLDLENS_ESM;
state.ownLoadMs += performance.now() - entryMs;
