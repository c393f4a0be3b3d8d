/** When the instance could have taken its first event. */
import { monotonicMs } from './phases/monotonic.ts';
import { state } from './state.ts';

const settled = Promise.resolve();

const note = (): void => {
  if (state.invocations === 0) state.readyMs = monotonicMs();
};

/**
 * Notes the end of the modules' evaluation: the main thread is free for an event. A microtask comes right after it; the
 * event loop's next turn may be too late, because a platform that initialises ahead of time freezes the process there.
 */
export const noteReady = (): void => {
  void settled.then(note);
};
