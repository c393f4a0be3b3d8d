/**
 * `coldlens(handler)`: one import that explains the function's cold starts.
 *
 * While the caller waits it only reads clocks. Spans are made and sent after the response. It never throws into the
 * handler, never changes its result and never holds the process open.
 */

import { entryMs } from './phases/entry.ts';

// The rest is ours to load too, so it comes after the clock.

import { endsElsewhere, type Handler, isStreaming, promiseOf, wrappedMark } from './handlers.ts';
import { isEsm } from './lazy/load-after.ts';
import { forms } from './lazy/load-forms.ts';
import { observe, settle, settleWith } from './observation.ts';
import { configure, isSync, type Options } from './options.ts';
import { monotonicMs } from './phases/monotonic.ts';
import { noteReady } from './ready.ts';
import { state } from './state.ts';
import { contextManager } from './trace/otel-global.ts';
import { safely } from './warn.ts';

export type { ExportMode, Options } from './options.ts';

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
  const isLambda = process.env.AWS_LAMBDA_RUNTIME_API !== undefined;
  const hasCallbacks = isLambda || process.env.FUNCTION_TARGET !== undefined;

  // The handler's own `this` is passed on.
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const observation = safely(() => observe(args));
    if (!observation) return inner.apply(this, args);
    // The mark may be set on the handler, or by the runtime's helper on what we returned.
    const streams = isStreaming(inner) || isStreaming(wrapper);
    const takesCallback = !streams && isLambda && inner.length >= 3;
    const isElsewhere = takesCallback || (!streams && endsElsewhere(args, hasCallbacks));
    const form = isElsewhere || isSync() || contextManager() !== undefined ? safely(forms) : undefined;
    if (form) {
      const shape = { streams, takesCallback, hasCallbacks, isSync: isSync() };
      return form.callInForm(inner, this, args, observation, shape);
    }
    // What came before this line is ours; the handler's own time begins here.
    observation.calledMs = monotonicMs();
    let result: unknown;
    try {
      result = inner.apply(this, args);
    } catch (error) {
      settle(observation, true, error);
      throw error;
    }
    const promise = promiseOf(result);
    if (promise) return settleWith(observation, promise);
    settle(observation, false);
    return result;
  };

  safely(() => {
    configure(options);
    Object.defineProperty(wrapper, wrappedMark, { value: true });
    if (!isLambda) Object.defineProperty(wrapper, 'length', { value: inner.length });
    noteReady();
    for (const key of Reflect.ownKeys(inner)) {
      const property = Object.getOwnPropertyDescriptor(inner, key);
      if (property?.enumerable) Object.defineProperty(wrapper, key, property);
    }
  });
  return wrapper as unknown as H;
};

export default coldlens;

// An application may load the agent twice.
state.entryMs = Math.min(state.entryMs, entryMs);
state.isEsm = isEsm;
state.ownLoadMs += monotonicMs() - entryMs;
