/** Export as lines of the function's log, which the platform carries away by itself. */
import type { PostOutcome } from './http.ts';

/** Written straight to the descriptor: `process.stdout` would load `node:tty` or `node:net`, 3 ms of a cold start. */
export const writeText = async (text: string): Promise<PostOutcome> => {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    // A pipe takes only as much at once as it has room for.
    while (written < bytes.length) written += process.getBuiltinModule('node:fs').writeSync(1, bytes, written);
  } catch (error) {
    // A full pipe that does not block: the stream knows how to wait.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
      return { state: 'refused', reason: (error as Error).message };
    }
    process.stdout.write(bytes.subarray(written));
  }
  return { state: 'accepted' };
};
