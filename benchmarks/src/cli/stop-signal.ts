/** Being told to stop, so that a command can end what it has started. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface StopSignal {
  /** Resolves at the first signal; further ones are ignored until {@link forget}. */
  received: Promise<void>;
  forget(): void;
}

/** Listens from now on; call it before anything is opened. */
export function stopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<void>();
  const handle = (): void => resolve();
  for (const signal of stopSignals) process.on(signal, handle);
  return {
    received: promise,
    forget() {
      for (const signal of stopSignals) process.off(signal, handle);
    },
  };
}
