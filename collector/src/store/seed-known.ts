/** Makes the functions that are stored known to a collector that starts, also where the store cannot answer yet. */
import type { KnownFunctions } from '../model/known-functions.ts';
import type { Store } from './store.ts';

const againAfterMs = 60_000;

/**
 * Resolves after the first try.
 * @returns what ends the further ones
 */
export async function seedKnown(
  known: KnownFunctions,
  store: Pick<Store, 'knownFunctions'>,
  everyMs = againAfterMs,
): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const seed = async (): Promise<void> => {
    try {
      known.add(await store.knownFunctions(known.limit));
    } catch {
      // Questions and inserts tell of a store that is away. Until it is back, new and old functions are counted alike.
      if (!isStopped) timer = setTimeout(seed, everyMs).unref();
    }
  };
  await seed();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
