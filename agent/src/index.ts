/**
 * `coldlens(handler)`: one import that explains the function's cold starts.
 *
 * While the caller waits it only reads clocks. Spans are made and sent after the response. It never throws into the
 * handler, never changes its result and never holds the process open.
 */
import './phases/entry.ts';
import { exportAfterResponse } from './export/queue.ts';
import { flushOnShutdown } from './export/shutdown.ts';
import type { InvocationRecord } from './invocation.ts';
import { nowMs } from './phases/clock.ts';
import { type LambdaContext, onLambda } from './platforms/lambda.ts';
import { begin, settle } from './record.ts';
import { state } from './state.ts';
import { warnOnce } from './warn.ts';

// biome-ignore lint/suspicious/noExplicitAny: a handler takes and gives what its author decides.
type Handler = (...args: any[]) => any;
type Callback = (error?: unknown, result?: unknown) => void;

/** Lambda's mark of a response-streaming handler, whose arguments are (event, stream, context). */
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function';

/** Observing must never harm: whatever goes wrong on our side is said once and forgotten. */
const safely = <T>(observe: () => T): T | undefined => {
  try {
    return observe();
  } catch (error) {
    warnOnce('internal', `instrumentation failed, the handler is not affected: ${error}`);
    return undefined;
  }
};

const observeOnce = (record: InvocationRecord | undefined): ((failed: boolean, error?: unknown) => void) => {
  let open = record !== undefined;
  return (failed, error) => {
    if (!open || !record) return;
    open = false;
    safely(() => (state.sink ?? exportAfterResponse)(settle(record, failed, error)));
  };
};

/**
 * Calls a callback handler. Runtimes up to Node 22 pass a callback; AWS's runtime client 4 (Node 24) passes none and
 * expects a promise, so there the wrapper makes one of the callback.
 */
const callWithCallback = (
  handler: Handler,
  self: unknown,
  args: unknown[],
  ended: (failed: boolean, error?: unknown) => void,
): unknown => {
  const given = args[2];
  if (typeof given === 'function') {
    const callback: Callback = (error, result) => {
      ended(error !== null && error !== undefined, error);
      (given as Callback)(error, result);
    };
    return handler.apply(self, [args[0], args[1], callback, ...args.slice(3)]);
  }
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned: unknown = handler.call(self, args[0], args[1], callback);
    if (isPromise(returned)) returned.then(resolve, reject);
  });
};

let listensForShutdown = false;

/**
 * Wraps a Lambda handler (async, callback or streaming) so that its invocations are measured.
 *
 * Import `@coldlens/agent` before everything else in the handler's file. The spans go as OTLP/HTTP to
 * `COLDLENS_ENDPOINT` (or the standard `OTEL_EXPORTER_OTLP_ENDPOINT`; default `http://127.0.0.1:4318`).
 *
 * @param handler what the function exports; anything but a function is returned as it is, so that the runtime can say
 *   what is wrong with it
 * @returns a function of at most two declared parameters (the runtime rejects more) with the handler's own properties
 */
export const coldlens = <H>(handler: H): H => {
  if (typeof handler !== 'function') return handler;
  const inner = handler as unknown as Handler;
  const streams = (inner as { [streamingMark]?: unknown })[streamingMark] !== undefined;
  const takesCallback = !streams && inner.length >= 3;

  // Rest parameters keep the declared length at 0, and the handler's own `this` is passed on.
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const record = safely(() => begin((streams ? args[2] : args[1]) as LambdaContext | undefined));
    const ended = observeOnce(record);
    try {
      const passesCallback = takesCallback || (typeof args[2] === 'function' && !streams);
      const result: unknown = passesCallback ? callWithCallback(inner, this, args, ended) : inner.apply(this, args);
      if (isPromise(result)) {
        result.then(
          () => ended(false),
          (error: unknown) => ended(true, error),
        );
      } else if (!passesCallback || result !== undefined) {
        ended(false);
      }
      return result;
    } catch (error) {
      ended(true, error);
      throw error;
    }
  };

  safely(() => {
    Object.assign(wrapper, handler);
    // The first turn of the event loop after the module was evaluated: the main thread is free for an event.
    setImmediate(() => {
      if (state.invocations === 0) state.readyMs = nowMs();
    }).unref();
    if (onLambda(process.env) && !listensForShutdown) {
      listensForShutdown = true;
      flushOnShutdown();
    }
  });
  return wrapper as unknown as H;
};

export default coldlens;
