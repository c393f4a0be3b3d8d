/**
 * `coldlens(handler)`: one import that explains the function's cold starts.
 *
 * While the caller waits it only reads clocks. Spans are made and sent after the response. It never throws into the
 * handler, never changes its result and never holds the process open.
 */

import { modeFor } from './export/modes.ts';
import { enqueue, exportAfterResponse, flush } from './export/queue.ts';
import { flushOnShutdown } from './export/shutdown.ts';
import type { InvocationRecord } from './invocation.ts';
import { configure, type Options } from './options.ts';
import { nowMs } from './phases/clock.ts';
import { entryMs } from './phases/entry.ts';
import { platform } from './platforms/index.ts';
import { begin, settle } from './record.ts';
import { state } from './state.ts';
import { insideOf } from './trace/otel-context.ts';
import { warnOnce } from './warn.ts';

export type { ExportMode, Options } from './options.ts';

// biome-ignore lint/suspicious/noExplicitAny: a handler takes and gives what its author decides.
type Handler = (...args: any[]) => any;
type Callback = (error?: unknown, result?: unknown) => void;
type Ended = (failed: boolean, error?: unknown) => void;

/** Lambda's mark of a response-streaming handler, whose arguments are (event, stream, context). */
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

/** How long before the platform's deadline the spans of a handler that has not returned are sent. */
const deadlineMarginMs = 100;
/** What `sync` mode waits for at most. */
const syncMaxMs = 1_000;

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

/** Begins to observe one call; what it returns is told of the call's end, and listens only once. */
const observe = (args: readonly unknown[]): { record: InvocationRecord | undefined; ended: Ended } => {
  const begun = safely(() => begin(args));
  if (!begun) return { record: undefined, ended: () => undefined };
  const { record, remainingMs } = begun;
  let isOpen = true;
  const close = (failed: boolean, error: unknown, hand: (record: InvocationRecord) => void): void => {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(deadline);
    safely(() => (state.sink ?? hand)(settle(record, failed, error)));
  };
  /** The handler has not returned and will be killed: its spans leave now or never. */
  const timedOut = (): void => {
    close(true, null, (late) => {
      late.errorType = 'timeout';
      enqueue(late);
      void flush();
    });
  };
  const deadline =
    remainingMs !== null && remainingMs > 2 * deadlineMarginMs
      ? setTimeout(timedOut, remainingMs - deadlineMarginMs).unref()
      : undefined;
  const hand = modeFor(process.env) === 'sync' ? enqueue : exportAfterResponse;
  return { record, ended: (failed, error) => close(failed, error, hand) };
};

/**
 * Calls a callback handler. Runtimes up to Node 22 pass a callback; AWS's runtime client 4 (Node 24) passes none and
 * expects a promise, so there the wrapper makes one of the callback.
 */
const callWithCallback = (handler: Handler, self: unknown, args: unknown[], ended: Ended): unknown => {
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

/** `sync` mode: the response waits for the spans, so that nothing depends on what the platform does afterwards. */
const afterFlush = async (result: PromiseLike<unknown>): Promise<unknown> => {
  try {
    return await result;
  } finally {
    await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, syncMaxMs).unref())]);
  }
};

let listensForShutdown = false;

/**
 * Wraps a Lambda handler (async, callback or streaming) so that its invocations are measured.
 *
 * Import `@coldlens/agent` before everything else in the handler's file. The spans go as OTLP/HTTP to
 * `COLDLENS_ENDPOINT` (or the standard `OTEL_EXPORTER_OTLP_ENDPOINT`); on Lambda without an endpoint they are one line of
 * the log.
 *
 * @param handler what the function exports; anything but a function is returned as it is, so that the runtime can say
 *   what is wrong with it
 * @returns a function of at most two declared parameters (the runtime rejects more) with the handler's own properties
 */
export const coldlens = <H>(handler: H, options?: Options): H => {
  if (typeof handler !== 'function') return handler;
  safely(() => configure(options));
  const inner = handler as unknown as Handler;
  const streams = (inner as { [streamingMark]?: unknown })[streamingMark] !== undefined;
  const takesCallback = !streams && inner.length >= 3;

  // Rest parameters keep the declared length at 0, and the handler's own `this` is passed on.
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const { record, ended } = observe(args);
    const passesCallback = takesCallback || (typeof args[2] === 'function' && !streams);
    const call = (): unknown => (passesCallback ? callWithCallback(inner, this, args, ended) : inner.apply(this, args));
    try {
      const result: unknown = record ? insideOf(record.traceId, record.rootSpanId, call) : call();
      if (isPromise(result)) {
        result.then(
          () => ended(false),
          (error: unknown) => ended(true, error),
        );
        return modeFor(process.env) === 'sync' ? afterFlush(result) : result;
      }
      if (!passesCallback || result !== undefined) ended(false);
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
    if (platform().name === 'lambda' && !listensForShutdown) {
      listensForShutdown = true;
      flushOnShutdown();
    }
  });
  return wrapper as unknown as H;
};

export default coldlens;

state.ownLoadMs += nowMs() - entryMs;
