/** When the instance could have taken its first event. */
import { flushOnShutdown } from './export/shutdown.ts';
import { state } from './state.ts';
import { safely } from './warn.ts';

/**
 * Notes the end of the modules' evaluation: the main thread is free for an event. A microtask comes right after it; the
 * event loop's next turn may be too late, because a platform that initialises ahead of time freezes the process there.
 */
export const noteReady = (): void => {
  queueMicrotask(() => {
    if (state.invocations === 0) state.readyMs = performance.now();
  });
  setImmediate(() => safely(flushOnShutdown)).unref();
};
