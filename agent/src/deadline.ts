/** A handler that never returns is killed at its deadline; its spans leave shortly before. */

/** How long before the deadline: enough for a request on a local network. */
const marginMs = 100;

/**
 * Calls `expire` shortly before the platform's deadline, unless the returned function was called first. The platform is
 * asked a turn of the event loop later: a handler that has settled by then pays nothing.
 */
export const watchDeadline = (args: readonly unknown[], expire: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const arm = async (): Promise<void> => {
    const { platform } = await import('./after.ts');
    const remainingMs = platform().remainingMs(args, process.env);
    if (isOver || remainingMs === null || remainingMs <= 2 * marginMs) return;
    timer = setTimeout(expire, remainingMs - marginMs).unref();
  };
  // Without a deadline to watch, the handler is measured all the same.
  const waiting = setImmediate(() => arm().catch(() => undefined)).unref();
  return () => {
    isOver = true;
    clearImmediate(waiting);
    clearTimeout(timer);
  };
};
