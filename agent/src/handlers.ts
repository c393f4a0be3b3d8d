/** What a handler call looks like: as little as the hot path has to know. forms.ts has the rest. */

// biome-ignore lint/suspicious/noExplicitAny: a handler takes and gives what its author decides.
export type Handler = (...args: any[]) => any;

/** Lambda's mark of a response-streaming handler, whose arguments are (event, stream, context). */
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

export const isStreaming = (handler: Handler): boolean =>
  (handler as { [streamingMark]?: unknown })[streamingMark] !== undefined;

/** On what `coldlens()` returned: code that wraps its handler itself may run below a layer or a hook that wraps too. */
export const wrappedMark = Symbol.for('coldlens.wrapped');

const isThenable = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function';

/**
 * The result as a promise, `null` when it is none. What only has a `then`, such as a query that runs when it is asked, is
 * asked once: by the promise that takes its place. Never throws.
 */
export const promiseOf = (value: unknown): Promise<unknown> | null => {
  if (value instanceof Promise) return value;
  try {
    return isThenable(value) ? Promise.resolve(value) : null;
  } catch {
    // A `then` that cannot be read: whoever gets the value will see.
    return null;
  }
};

/**
 * Whether a call ends otherwise than by its return: it was given the response of an HTTP server, or a callback where the
 * platform gives such (elsewhere a function among the arguments is anything).
 */
export const endsElsewhere = (args: readonly unknown[], hasCallbacks: boolean): boolean =>
  (hasCallbacks && (typeof args[2] === 'function' || typeof args[1] === 'function')) ||
  typeof (args[1] as { setHeader?: unknown } | null | undefined)?.setHeader === 'function';
