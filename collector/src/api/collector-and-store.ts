/** What a collector answers from: its store, and what it knows of itself. */
import type { Health } from '../model/health.ts';
import type { Waiting } from '../model/live.ts';
import type { QuestionSource } from '../model/question-source.ts';
import type { Store } from '../store/store.ts';
import type { ReadSource } from './operations.ts';

/** What the store is asked as it is. */
const passedOn = [
  ...(['ranking', 'functionPage', 'coldStarts', 'instances', 'invocationPage'] as const),
  ...(['modules', 'packages', 'benchRuns', 'bill'] as const),
  ...(['rankingPage', 'coldStartsPage', 'packagesPage', 'benchRunsPage'] as const),
] as const;

export interface Itself {
  collector(): Health['collector'];
  waiting(): Waiting;
}

export const collectorAndStore = (store: Store, { collector, waiting }: Itself): QuestionSource & ReadSource => {
  const questions = Object.fromEntries(
    passedOn.map((name) => [
      name,
      (query: never) => (store[name] as (query: never) => Promise<unknown>).call(store, query),
    ]),
  ) as unknown as Pick<Store, (typeof passedOn)[number]>;
  return {
    ...questions,
    get description() {
      return store.description;
    },
    live: async (query) => ({ ...(await store.live(query)), waiting: waiting() }),
    health: async () => ({ ...(await store.health()), collector: collector() }),
    // The store is the caller's.
    close: async () => {},
  };
};
