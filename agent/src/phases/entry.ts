/** The moment the agent's code begins to run. Imported before everything else, so that nothing of ours comes first. */
import { monotonicMs } from './monotonic.ts';

/** Monotonic milliseconds. */
export const entryMs = monotonicMs();
