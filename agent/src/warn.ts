/** Trouble of ours inside somebody else's function: one line per kind and instance, and never an exception. */
import { state } from './state.ts';

/** A function's log is not ours to fill. Never throws. */
export const warnOnce = (kind: string, message: string): void => {
  if (state.warned.has(kind)) return;
  state.warned.add(kind);
  try {
    console.warn(`coldlens: ${message}`);
  } catch {
    // A console that throws is the application's own; there is nowhere left to say it.
  }
};

/** Observing must never harm: whatever goes wrong on our side is said once and forgotten. */
export const forgive = (error: unknown): void =>
  warnOnce(
    'internal',
    `instrumentation failed, the handler is not affected: ${error instanceof Error ? error : typeof error}`,
  );

/** {@link forgive}s what `observe` throws. */
export const safely = <T>(observe: () => T): T | undefined => {
  try {
    return observe();
  } catch (error) {
    forgive(error);
    return undefined;
  }
};
