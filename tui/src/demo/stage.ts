/**
 * The demo's stage: ClickHouse, collector and example functions on this machine, raised step by step while somebody
 * watches, and taken down completely.
 */
import { randomBytes } from 'node:crypto';
import {
  examples,
  findRuntimeClient,
  otherRuntimes,
  type RuntimeClient,
  Traffic,
  tellingModules,
} from '@coldlens/benchmarks';
import {
  accessOf,
  type Collector,
  openStore,
  type QuestionSource,
  type Store,
  type StoreOptions,
  startCollector,
} from '@coldlens/collector';
import { type Live, live } from '../state/live.ts';

export interface StageOptions {
  /** Which ClickHouse: a data directory for the embedded one, or a server's URL; and the prices. */
  store: StoreOptions;
  /** What runs the Lambda functions; absent = AWS's runtime client where it was built. */
  client: RuntimeClient['name'] | undefined;
  /** Every function is started cold once a round before anything else happens. */
  coldRounds: number;
  /** Whether uneven traffic follows the rounds until the stage is closed. */
  keepsPlaying: boolean;
}

export interface Stage {
  /** The store and what the collector knows of itself. Opens first; rejects when there is no ClickHouse to be had. */
  source: Promise<QuestionSource>;
  progress: Live<string>;
  notices: Live<readonly string[]>;
  /** Fulfilled after the cold rounds; rejects with what stopped them. */
  rounds: Promise<void>;
  /** How many invocations of each function were answered so far. */
  answered: ReadonlyMap<string, number>;
  /** What has arrived is in every ranking afterwards. */
  settle(): Promise<void>;
  /** Lets the instances shut down, so that their last spans arrive; the source stays open. */
  endTraffic(): Promise<void>;
  /** Ends all that was started. Safe to call twice, and before anything is ready. */
  close(): Promise<void>;
}

/** Those that are slow by what they import. The others say how to see their modules. */
const ofModules: ReadonlySet<string> = new Set(['weekly-report', 'thumbnails']);

/** Begins at once; the returned stage fills while it is watched. */
export function raiseStage({ store: where, client: wantedClient, coldRounds, keepsPlaying }: StageOptions): Stage {
  const leaving = new AbortController();
  const client = findRuntimeClient(wantedClient);
  const progress = live('starting ClickHouse');
  const notices = live<readonly string[]>(client.name === 'coldlens-loader' ? [client.description] : []);
  const answered = new Map<string, number>();
  let traffic: Traffic | undefined;

  const open = async (): Promise<Store> => {
    const store = await openStore(where);
    if (store.engine.kind === 'attached') {
      notices.set([
        ...notices.get(),
        `ClickHouse belongs to another process at ${store.engine.url}; this demo shares it`,
      ]);
    }
    return store;
  };

  // Other users of this machine may reach it, but have no business in it.
  const token = randomBytes(24).toString('base64url');
  const collect = (store: Store): Promise<Collector> =>
    startCollector({ port: 0, store, ...bufferBeside(store), access: accessOf({ text: `write ${token}` }) });

  const playRounds = async (collector: Collector): Promise<void> => {
    traffic = new Traffic({
      functions: examples.map((fn) => (ofModules.has(fn.name) ? tellingModules(fn) : fn)),
      client,
      environment: { COLDLENS_ENDPOINT: collector.url, COLDLENS_TOKEN: token },
      events: {
        onInvocation: (fn) => answered.set(fn.name, (answered.get(fn.name) ?? 0) + 1),
        onTrouble: (_fn, trouble) => notices.set([...notices.get(), trouble.message]),
      },
    });
    for (let round = 1; round <= coldRounds && !leaving.signal.aborted; round += 1) {
      const runtimes = `${client.name}, ${otherRuntimes}`;
      progress.set(`starting ${examples.length} functions cold in ${runtimes}, round ${round} of ${coldRounds}`);
      await traffic.coldRound(leaving.signal);
    }
    progress.set('');
  };

  const opening = open();
  const collecting = opening.then(collect);
  const source = collecting.then((collector) => collector.source);
  const rounds = collecting.then(playRounds);
  const played = rounds.then(() => (keepsPlaying ? traffic?.run(leaving.signal) : undefined));
  // Whoever waits for the rounds is told; the screen shows it to everyone else.
  played.catch((error: unknown) =>
    notices.set([...notices.get(), error instanceof Error ? error.message : String(error)]),
  );

  const endTraffic = async (): Promise<void> => {
    leaving.abort();
    await played.catch(() => undefined);
    await traffic?.stop();
  };
  const settle = async (): Promise<void> => {
    await (await opening).seal();
  };
  const takeDown = async (): Promise<void> => {
    await endTraffic();
    await (await collecting.catch(() => undefined))?.close();
    await (await opening.catch(() => undefined))?.close();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= takeDown();
    return closing;
  };
  return { source, progress, notices, rounds, answered, settle, endTraffic, close };
}

/** The buffer of a data directory belongs to whoever collects there; this demo shares the ClickHouse only. */
const bufferBeside = ({ engine, bufferDirectory }: Store): { bufferDirectory?: string } =>
  engine.kind === 'attached' ? { bufferDirectory: `${bufferDirectory}-demo` } : {};
