/** One line per kind of trouble and instance: a function's log is not ours to fill. Never throws. */
const warned = new Set<string>();

export const warnOnce = (kind: string, message: string): void => {
  if (warned.has(kind)) return;
  warned.add(kind);
  try {
    console.warn(`coldlens: ${message}`);
  } catch {
    // A console that throws is the application's own; there is nowhere left to say it.
  }
};
