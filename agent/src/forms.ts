/**
 * Calls that need more than two clocks while the caller waits: handlers with callbacks, handlers that answer through an
 * HTTP response, applications with OpenTelemetry, and exports that the response waits for. In CommonJS a file of its own, so
 * that the others do not pay for it.
 */
import type { ServerResponse } from 'node:http';
import { flush } from './export/flush.ts';
import { type Handler, promiseOf } from './handlers.ts';
import { type Observation, settle, settleWith } from './observation.ts';
import { monotonicMs } from './phases/monotonic.ts';
import { idsForApplication, insideOf } from './trace/otel-context.ts';
import { safely } from './warn.ts';

type Callback = (error?: unknown, result?: unknown) => void;

/** What `sync` mode lets the response wait for at most. */
const syncMaxMs = 1_000;

/** The response of `node:http` that Express-style handlers get with the request. */
const responseOf = (args: readonly unknown[]): ServerResponse | undefined => {
  const response = args[1] as Partial<ServerResponse> | null | undefined;
  const isResponse = typeof response?.setHeader === 'function' && typeof response.once === 'function';
  return isResponse ? (response as ServerResponse) : undefined;
};

/**
 * Such a handler may return long before its response is out: the call ends when the response was handed over, or its
 * connection closed. Google's framework marks the answers that it gives in a failed function's place.
 */
const endWithResponse = (response: ServerResponse, observation: Observation): void => {
  const end = (): void => {
    const crashed = response.getHeader('x-google-status') !== undefined;
    settle(observation, crashed, crashed ? new Error() : undefined);
  };
  response.once('finish', end);
  response.once('close', end);
};

/** Where the runtime passed a callback: last of (event, context, callback) or (event, callback); 0 = nowhere. */
const callbackIndexOf = (args: readonly unknown[]): number =>
  typeof args[2] === 'function' ? 2 : typeof args[1] === 'function' ? 1 : 0;

/**
 * Calls a callback handler. Runtimes up to Node 22 pass a callback; AWS's runtime client 4 (Node 24) passes none and
 * expects a promise, so there a promise is made of the callback.
 */
const callWithCallback = (handler: Handler, self: unknown, args: readonly unknown[], ended: Callback): unknown => {
  const index = callbackIndexOf(args);
  const given = args[index];
  if (index > 0) {
    const callback = function (this: unknown, ...told: unknown[]): unknown {
      ended(told[0]);
      return (given as Handler).apply(this, told);
    };
    return handler.apply(self, args.with(index, callback));
  }
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = promiseOf(handler.call(self, args[0], args[1], callback));
    returned?.then(resolve, reject);
  });
};

/** Lets the response wait for the spans. */
const afterExport = async (result: PromiseLike<unknown>): Promise<unknown> => {
  try {
    return await result;
  } finally {
    let limit: NodeJS.Timeout | undefined;
    // Nothing else may keep the event loop alive while the response waits, so this timer does.
    const late = new Promise<void>((resolve) => {
      limit = setTimeout(resolve, syncMaxMs);
    });
    await Promise.race([flush(), late]);
    clearTimeout(limit);
  }
};

/** Its response says when such a call has ended well; it may fail before. */
const settleWhenFailed = (observation: Observation, promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => {
    settle(observation, true, error);
    throw error;
  });

export interface CallForm {
  streams: boolean;
  /** The handler declares a callback, whether the runtime passes one or not. */
  takesCallback: boolean;
  /** The platform passes callbacks to some handlers. */
  hasCallbacks: boolean;
  /** The response waits for the spans. */
  isSync: boolean;
}

/** Calls the handler, and sees to it that the observation settles. */
export const callInForm = (
  handler: Handler,
  self: unknown,
  args: readonly unknown[],
  observation: Observation,
  { streams, takesCallback, hasCallbacks, isSync }: CallForm,
): unknown => {
  const response = streams ? undefined : safely(() => responseOf(args));
  const passesCallback = takesCallback || (hasCallbacks && !streams && !response && callbackIndexOf(args) > 0);
  const ended: Callback = (error) => settle(observation, error !== null && error !== undefined, error);
  const call = (): unknown =>
    passesCallback ? callWithCallback(handler, self, args, ended) : handler.apply(self, args as unknown[]);
  if (response) safely(() => endWithResponse(response, observation));
  observation.ids = safely(() => idsForApplication(observation)) ?? null;
  observation.calledMs = monotonicMs();
  let result: unknown;
  try {
    const { ids } = observation;
    result = ids ? insideOf(ids.traceId, ids.rootSpanId, call) : call();
  } catch (error) {
    settle(observation, true, error);
    throw error;
  }
  const promise = promiseOf(result);
  if (promise) {
    observation.isAwaited = isSync && !response;
    const settled = response ? settleWhenFailed(observation, promise) : settleWith(observation, promise);
    return observation.isAwaited ? afterExport(settled) : settled;
  }
  if (!response && (!passesCallback || result !== undefined)) settle(observation, false);
  return result;
};
