/** Ended calls, and when they are looked at: what turns them into spans is loaded after the first response. */
import type { Observation } from '../observation.ts';
import { state } from '../state.ts';

/** What `sync` mode lets the response wait for at most. */
const syncMaxMs = 1_000;

/** Makes spans of all ended calls and sends what is queued. Never rejects. */
export const flush = async (): Promise<void> => {
  const { exportAll } = await import('../after.ts');
  await exportAll(state.ended.splice(0));
};

/** Takes an observation and sends it now. Never rejects. */
export const exportNow = (observation: Observation): Promise<void> => {
  // Noted before the response, so that no freeze can lose it.
  state.ended.push(observation);
  return flush();
};

/**
 * Takes an observation and sends it once the response has left. AWS's runtime client posts the response in a
 * setImmediate of its own, queued after ours: only the turn after that one comes after the response. Not unref'ed: an
 * event loop that waits for the next event runs such immediates only when that has come.
 */
export const exportAfterResponse = (observation: Observation): void => {
  // Noted before the response, so that no freeze can lose it.
  state.ended.push(observation);
  setImmediate(() => setImmediate(() => void flush()));
};

/** `sync` mode: the response waits for the spans, so that nothing depends on what the platform does afterwards. */
export const exportBeforeResponse = async (observation: Observation): Promise<void> => {
  let limit: NodeJS.Timeout | undefined;
  // Nothing else may keep the event loop alive while the response waits, so this timer does.
  const late = new Promise<void>((resolve) => {
    limit = setTimeout(resolve, syncMaxMs);
  });
  await Promise.race([exportNow(observation), late]);
  clearTimeout(limit);
};
