/** What happens to an observation at the end of its call and after the response. */
import type { Observation } from '../observation.ts';
import { recordOf } from '../record.ts';
import { state } from '../state.ts';
import { safely } from '../warn.ts';
import { enqueue, send } from './queue.ts';

/** What `sync` mode lets the response wait for at most. */
const syncMaxMs = 1_000;

/** Ended calls that nobody has looked at yet. They are noted before the response, so that no freeze can lose them. */
const ended: Observation[] = [];

/** Makes records of all ended calls and sends what is queued. Never rejects. */
export const flush = (): Promise<void> => {
  for (const observation of ended.splice(0)) {
    safely(() => {
      const record = recordOf(observation);
      if (record) (state.sink ?? enqueue)(record);
    });
  }
  return send();
};

/** Takes an observation and sends it now. Never rejects. */
export const exportNow = (observation: Observation): Promise<void> => {
  ended.push(observation);
  return flush();
};

/**
 * Takes an observation and sends it once the response has left. AWS's runtime client posts the response in a
 * setImmediate of its own, queued after ours: only the turn after that one comes after the response.
 */
export const exportAfterResponse = (observation: Observation): void => {
  ended.push(observation);
  setImmediate(() => setImmediate(() => void flush()).unref()).unref();
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
