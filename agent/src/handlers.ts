/** The forms that handlers have: promise, callback, response stream, response of an HTTP server. */
import type { ServerResponse } from 'node:http';

// biome-ignore lint/suspicious/noExplicitAny: a handler takes and gives what its author decides.
export type Handler = (...args: any[]) => any;
/** Told of a call's end. */
export type Ended = (failed: boolean, error?: unknown) => void;

type Callback = (error?: unknown, result?: unknown) => void;

/** Lambda's mark of a response-streaming handler, whose arguments are (event, stream, context). */
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

export const isStreaming = (handler: Handler): boolean =>
  (handler as { [streamingMark]?: unknown })[streamingMark] !== undefined;

/** On what `coldlens()` returned: code that wraps its handler itself may run below a layer or a hook that wraps too. */
export const wrappedMark = Symbol.for('coldlens.wrapped');

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function';

/** The response of `node:http` that Express-style handlers get with the request. */
export const responseOf = (args: readonly unknown[]): ServerResponse | undefined => {
  const response = args[1] as Partial<ServerResponse> | null | undefined;
  const isResponse = typeof response?.setHeader === 'function' && typeof response.once === 'function';
  return isResponse ? (response as ServerResponse) : undefined;
};

/**
 * Such a handler may return long before its response is out: the call ends when the response was handed over, or its
 * connection closed. Google's framework marks the answers that it gives in a failed function's place.
 */
export const endWithResponse = (response: ServerResponse, ended: Ended): void => {
  const end = (): void => {
    const crashed = response.getHeader('x-google-status') !== undefined;
    ended(crashed, crashed ? new Error() : undefined);
  };
  response.once('finish', end);
  response.once('close', end);
};

/**
 * Where the runtime passed a callback: last of (event, context, callback) or (event, callback); 0 = nowhere.
 */
export const callbackIndexOf = (args: readonly unknown[]): number =>
  typeof args[2] === 'function' ? 2 : typeof args[1] === 'function' ? 1 : 0;

/**
 * Calls a callback handler. Runtimes up to Node 22 pass a callback; AWS's runtime client 4 (Node 24) passes none and
 * expects a promise, so there a promise is made of the callback.
 */
export const callWithCallback = (handler: Handler, self: unknown, args: readonly unknown[], ended: Ended): unknown => {
  const index = callbackIndexOf(args);
  const given = args[index];
  if (index > 0) {
    const callback: Callback = (error, result) => {
      ended(error !== null && error !== undefined, error);
      (given as Callback)(error, result);
    };
    return handler.apply(self, args.with(index, callback));
  }
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned: unknown = handler.call(self, args[0], args[1], callback);
    if (isPromise(returned)) returned.then(resolve, reject);
  });
};
