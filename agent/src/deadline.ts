/** A handler that never returns is killed at its deadline; its spans leave shortly before. */
import { after } from './lazy/load-after.ts';
import type { Observation } from './observation.ts';

/** How long before the deadline: enough for a request on a local network. */
const marginMs = 100;

/** Calls `expire` shortly before the platform's deadline, unless the handler settles before. Never rejects. */
export const watchDeadline = async (
  observation: Observation,
  expire: (observation: Observation) => void,
): Promise<void> => {
  try {
    const { platform } = await after();
    const remainingMs = platform().remainingMs(observation.args, process.env);
    if (observation.isSettled || remainingMs === null || remainingMs <= 2 * marginMs) return;
    observation.deadline = setTimeout(expire, remainingMs - marginMs, observation).unref();
  } catch {
    // Without a deadline to watch, the handler is measured all the same.
  }
};
