/** A handler that never returns is killed at its deadline; its spans leave shortly before. */
import { after } from './lazy/load-after.ts';
import type { Observation } from './observation.ts';

/** How long before the deadline: enough for a request on a local network. */
const marginMs = 100;
/** No platform but Lambda gives less than some seconds, and most calls are over by then. */
const askedAfterMs = 200;

type Expire = (observation: Observation) => void;

const remainingIn = (context: unknown): number | null => {
  const found = context as { getRemainingTimeInMillis?: unknown } | null | undefined;
  return typeof found?.getRemainingTimeInMillis === 'function' ? Number(found.getRemainingTimeInMillis()) : null;
};

const arm = (observation: Observation, remainingMs: number | null, expire: Expire): void => {
  if (observation.isSettled || remainingMs === null || !(remainingMs > 2 * marginMs)) return;
  observation.deadline = setTimeout(expire, remainingMs - marginMs, observation).unref();
};

/** The platform knows; what it takes to ask is loaded while a handler waits for something long. */
const armByPlatform = async (observation: Observation, expire: Expire): Promise<void> => {
  try {
    const { platform } = await after();
    const remainingMs = platform().remainingMs(observation.args, process.env);
    arm(observation, remainingMs === null ? null : remainingMs - askedAfterMs, expire);
  } catch {
    // Without a deadline to watch, the handler is measured all the same.
  }
};

/** Calls `expire` shortly before the platform's deadline, unless the handler settles before. Never throws. */
export const watchDeadline = (observation: Observation, expire: Expire): void => {
  // Lambda: (event, context), streaming (event, stream, context).
  const remainingMs = remainingIn(observation.args[1]) ?? remainingIn(observation.args[2]);
  if (remainingMs !== null) arm(observation, remainingMs, expire);
  else observation.deadline = setTimeout(armByPlatform, askedAfterMs, observation, expire).unref();
};
