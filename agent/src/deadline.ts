/** A handler that never returns is killed at its deadline; its spans leave shortly before. */
import { platform } from './platforms/index.ts';
import { safely } from './warn.ts';

/** How long before the deadline: enough for a request on a local network. */
const marginMs = 100;

/**
 * Calls `expire` shortly before the platform's deadline, unless the returned function was called first. The platform is
 * asked a turn of the event loop later: a handler that has settled by then pays nothing.
 */
export const watchDeadline = (args: readonly unknown[], expire: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const arm = setImmediate(() =>
    safely(() => {
      const remainingMs = platform().remainingMs(args);
      if (remainingMs !== null && remainingMs > 2 * marginMs)
        timer = setTimeout(expire, remainingMs - marginMs).unref();
    }),
  ).unref();
  return () => {
    clearImmediate(arm);
    clearTimeout(timer);
  };
};
