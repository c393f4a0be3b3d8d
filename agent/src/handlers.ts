/** The forms that handlers have: promise, callback, response stream. */

// biome-ignore lint/suspicious/noExplicitAny: a handler takes and gives what its author decides.
export type Handler = (...args: any[]) => any;
/** Told of a call's end. */
export type Ended = (failed: boolean, error?: unknown) => void;

type Callback = (error?: unknown, result?: unknown) => void;

/** Lambda's mark of a response-streaming handler, whose arguments are (event, stream, context). */
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

export const isStreaming = (handler: Handler): boolean =>
  (handler as { [streamingMark]?: unknown })[streamingMark] !== undefined;

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function';

/**
 * Calls a callback handler. Runtimes up to Node 22 pass a callback; AWS's runtime client 4 (Node 24) passes none and
 * expects a promise, so there a promise is made of the callback.
 */
export const callWithCallback = (handler: Handler, self: unknown, args: readonly unknown[], ended: Ended): unknown => {
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
