/**
 * A store whose server was away when it was to be opened: whoever needs it opens it then, and until that succeeds is told why
 * not. A collector that is started again while ClickHouse is away takes requests all the same.
 */
import { Trouble } from '../trouble.ts';
import { healthOf } from './health.ts';
import type { Store, StoreEngine } from './store.ts';

/** What a store is asked to do, and to which waiting is nothing new. */
const tasks = [
  ...(['insert', 'seal', 'knownFunctions', 'insertBenchSamples'] as const),
  ...(['ranking', 'rankingPage', 'functionPage', 'coldStartsPage', 'invocationPage'] as const),
  ...(['packages', 'packagesPage', 'modules', 'live', 'bill'] as const),
  ...(['coldStarts', 'instances', 'benchRuns', 'benchRunsPage'] as const),
] as const;
type Task = (typeof tasks)[number];

export interface LateStoreOptions {
  open(): Promise<Store>;
  /** What is known of it before it is open: its version is empty. */
  engine: StoreEngine;
  bufferDirectory: string;
}

export const lateStore = ({ open, engine, bufferDirectory }: LateStoreOptions): Store => {
  let opened: Store | undefined;
  let opening: Promise<Store> | undefined;
  let isClosed = false;
  /** Of those who want to be asked before every question, and how that is ended once the store is open. */
  const before = new Map<() => Promise<unknown>, () => void>();

  const openNow = async (): Promise<Store> => {
    const store = await open();
    if (isClosed) {
      await store.close();
      throw new Trouble('The store is closed.', 'Open it again.');
    }
    for (const inserted of before.keys()) before.set(inserted, store.askAfter(inserted));
    opened = store;
    return store;
  };
  /** One at a time: an inserter, a sealer and people may all ask for it. */
  const reach = (): Promise<Store> => {
    if (opened) return Promise.resolve(opened);
    opening ??= openNow().finally(() => {
      opening = undefined;
    });
    return opening;
  };
  const passedOn = Object.fromEntries(
    tasks.map((name) => [
      name,
      async (argument: never): Promise<unknown> => {
        const store = await reach();
        return await (store[name] as (argument: never) => Promise<unknown>).call(store, argument);
      },
    ]),
  ) as unknown as Pick<Store, Task>;

  const describe = (): string => opened?.description ?? `ClickHouse at ${new URL(engine.url).host}`;
  return {
    ...passedOn,
    health: async () => {
      const about = { description: describe(), version: engine.version };
      if (opened) return opened.health();
      // What keeps it from being opened is what there is to say.
      const health = await healthOf(about, async () => {
        await reach();
        return {};
      });
      return opened === undefined ? health : (opened as Store).health();
    },
    get engine() {
      return opened?.engine ?? engine;
    },
    get description() {
      return describe();
    },
    bufferDirectory,
    askAfter: (inserted) => {
      before.set(inserted, opened?.askAfter(inserted) ?? (() => undefined));
      return () => {
        before.get(inserted)?.();
        before.delete(inserted);
      };
    },
    close: async () => {
      isClosed = true;
      await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
};
