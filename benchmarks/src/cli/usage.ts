/** Wrong usage: what was asked for cannot be done as asked. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';

/** @returns a `Trouble` with exit code 2 */
export const usage = (message: string, next: string, cause?: unknown): Trouble =>
  new Trouble(message, next, exitCode.usage, cause === undefined ? {} : { cause });
