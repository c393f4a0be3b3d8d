/** What a handler call looks like: as little as the hot path has to know. forms.ts has the rest. */

// biome-ignore lint/suspicious/noExplicitAny: a handler takes and gives what its author decides.
export type Handler = (...args: any[]) => any;

/** Lambda's mark of a response-streaming handler, whose arguments are (event, stream, context). */
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

export const isStreaming = (handler: Handler): boolean =>
  (handler as { [streamingMark]?: unknown })[streamingMark] !== undefined;

/** On what `coldlens()` returned: code that wraps its handler itself may run below a layer or a hook that wraps too. */
export const wrappedMark = Symbol.for('coldlens.wrapped');

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function';

/** Whether a call ends otherwise than by its return: it was given a callback, or the response of an HTTP server. */
export const endsElsewhere = (args: readonly unknown[]): boolean =>
  typeof args[2] === 'function' ||
  typeof args[1] === 'function' ||
  typeof (args[1] as { setHeader?: unknown } | null | undefined)?.setHeader === 'function';
