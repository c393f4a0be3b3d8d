/** Lambda announces the end of an instance by SIGTERM when an extension is registered: the last chance to send. */
import { flush } from './after-response.ts';

/** Lambda kills the runtime 500 ms (internal) or 2 s (external extensions) after SIGTERM; leave before either. */
const lastFlushMaxMs = 400;

let isListening = false;

/** Whoever else listens for SIGTERM decides when the process ends; alone, we end it as if we had not listened. */
export const flushOnShutdown = (): void => {
  if (isListening) return;
  isListening = true;
  const onSigterm = async (): Promise<void> => {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, lastFlushMaxMs));
    await Promise.race([flush(), limit]);
    process.off('SIGTERM', onSigterm);
    if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
  };
  process.on('SIGTERM', onSigterm);
};
