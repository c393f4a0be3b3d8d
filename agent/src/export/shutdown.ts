/** Some platforms announce the end of an instance by SIGTERM: the last chance to send. */
import { state } from '../state.ts';

/** Variables that only these platforms set, and for how long a last flush may keep other listeners waiting, milliseconds. */
const lastFlushMaxMs: Readonly<Record<string, number>> = {
  // Lambda kills the runtime 500 ms (internal) or 2 s (external extensions) after SIGTERM; leave before either.
  AWS_LAMBDA_RUNTIME_API: 400,
  // Cloud Run leaves 10 s, to the application too.
  K_SERVICE: 2_000,
};

/**
 * Puts `process.exit` off until the returned function is called: Google's framework, and many an application, answer
 * SIGTERM with it, which would cut our request off.
 */
const holdExit = (): (() => void) => {
  const { exit } = process;
  let asked: Parameters<typeof exit> | null = null;
  const hold = (...args: Parameters<typeof exit>): void => {
    asked ??= args;
  };
  process.exit = hold as typeof exit;
  return () => {
    if (process.exit === (hold as typeof exit)) process.exit = exit;
    if (asked) exit.apply(process, asked);
  };
};

/**
 * Calls `flush` at SIGTERM. Whoever else listens decides when the process ends; alone, we end it as if we had not
 * listened, when all is sent: nobody waits then but the platform, which knows when to kill.
 */
export const flushOnShutdown = (flush: () => Promise<void>): void => {
  const variable = Object.keys(lastFlushMaxMs).find((name) => name in process.env);
  if (state.listensForEnd || variable === undefined) return;
  state.listensForEnd = true;
  const onSigterm = async (): Promise<void> => {
    process.off('SIGTERM', onSigterm);
    const isAlone = process.listenerCount('SIGTERM') === 0;
    const release = holdExit();
    await Promise.race([flush(), new Promise((end) => isAlone || setTimeout(end, lastFlushMaxMs[variable]))]);
    release();
    if (isAlone) process.kill(process.pid, 'SIGTERM');
  };
  // Before the listeners that would exit at once.
  process.prependListener('SIGTERM', onSigterm);
};
