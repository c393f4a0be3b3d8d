/** Seals again and again while a collector runs, and takes at most a tenth of the time for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../store.ts';

const leastPauseMs = 1_000;
const mostPauseMs = 60_000;
/** Pauses are so many times as long as the pass before. */
const pauseFactor = 9;

/** @returns what ends it, after one last pass where the store is still there */
export const keepSealed = (store: Pick<Store, 'seal'>): (() => Promise<void>) => {
  const stop = new AbortController();
  const pass = async (): Promise<number> => {
    try {
      return Math.min(mostPauseMs, Math.max(leastPauseMs, pauseFactor * (await store.seal())));
    } catch {
      // The store is away, which whoever sends is told with 503; what is unsealed stays so until the next pass.
      return leastPauseMs;
    }
  };
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const pauseMs = await pass();
      await sleep(pauseMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
    await pass();
  };
  const ended = loop();
  return async () => {
    stop.abort();
    await ended;
  };
};
