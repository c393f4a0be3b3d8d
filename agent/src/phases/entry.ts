/**
 * The moment the agent's code begins to run. Imported before everything else, so that nothing of ours comes first.
 * Milliseconds since the process started (`performance.timeOrigin`), on the monotonic clock.
 */
export const entryMs = performance.now();
