/** A value that changes while the dashboard runs, such as the demo's progress line. */

export interface Live<T> {
  get(): T;
  set(value: T): void;
  /** @returns a function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export function live<T>(initial: T): Live<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(value) {
      if (Object.is(current, value)) return;
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Takes a plain value where one that never changes is enough. */
export const asLive = <T>(value: T | Live<T>): Live<T> => (isLive(value) ? value : live(value));

const isLive = <T>(value: T | Live<T>): value is Live<T> =>
  typeof value === 'object' && value !== null && 'subscribe' in value && 'get' in value;
