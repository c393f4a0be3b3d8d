/** Which of its process's threads this is. The clocks are the process's in all of them. */

/**
 * Node disables in worker threads what would concern the whole process, and says so. `node:worker_threads` would answer
 * the same, for 3 ms of loading it and the streams that it needs.
 */
export const isMainThread = (process.chdir as { disabled?: boolean }).disabled !== true;

/** Worker threads count from 1, in the order in which the process made them; the main thread is 0. */
export const threadId = (): number => process.getBuiltinModule('node:worker_threads').threadId;
