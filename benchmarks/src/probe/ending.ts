/** Does something last when the process is told to end, or ends by itself; and lets it end as it would have ended. */

const endingSignal = 'SIGTERM';

/** @param last called once, first of all listeners; must not throw */
export const beforeTheEnd = (last: () => void): void => {
  let isDone = false;
  const once = (): void => {
    if (isDone) return;
    isDone = true;
    last();
  };
  const told = (): void => {
    once();
    process.off(endingSignal, told);
    // Without a listener of the function's own, the signal ends a process. Ours must not have saved it.
    if (process.listenerCount(endingSignal) === 0) process.kill(process.pid, endingSignal);
  };
  process.prependListener(endingSignal, told);
  process.prependListener('exit', once);
};
