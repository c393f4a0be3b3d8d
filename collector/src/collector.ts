/** The collector: HTTP in front, group commit in the middle, the store behind. */
import { readRoutes } from './api/routes.ts';
import { GroupCommit } from './buffer/group-commit.ts';
import { defaultMaxFunctions, KnownFunctions } from './model/known-functions.ts';
import { ByteBudget } from './receive/byte-budget.ts';
import { type CollectorStats, TraceReceiver } from './receive/otlp/receiver.ts';
import { listen, type Route, type ServerOptions, type TurnedAway } from './receive/server.ts';
import { keepSealed } from './store/sealing/keep-sealed.ts';
import { seedKnown } from './store/seed-known.ts';
import type { Store } from './store/store.ts';

/** Request bodies in memory at once, over all connections: four of the largest. */
const maxBodiesInFlightBytes = 256 * 1024 * 1024;

export interface CollectorOptions extends Pick<ServerOptions, 'access' | 'tls' | 'socketsPerAddress'> {
  /** Address to listen on. */
  host?: string;
  /** 0 picks a free one. */
  port: number;
  /** Stays the caller's: the collector does not close it. */
  store: Store;
  /** Most new functions that one token may bring; further ones are kept together under one name. */
  maxFunctions?: number;
}

export interface Collector {
  /** Base URL, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  stats(): CollectorStats;
  /** What never came so far as to be counted there. */
  turnedAway(): Readonly<TurnedAway>;
  /** Stops accepting, finishes what is in flight, at most 10 s. Safe to call twice. */
  close(): Promise<void>;
}

/** @throws Trouble when the port is in use or may not be opened; for an open address without tokens (wrong usage). */
export async function startCollector({
  host = '127.0.0.1',
  port,
  store,
  maxFunctions = defaultMaxFunctions,
  ...guarded
}: CollectorOptions): Promise<Collector> {
  const commit = new GroupCommit({ insert: (batch) => store.insert(batch) });
  const known = new KnownFunctions(maxFunctions);
  const endSeeding = await seedKnown(known, store);
  const receiver = new TraceReceiver(commit, new ByteBudget(maxBodiesInFlightBytes), known);
  const stats = () => receiver.stats();
  const routes: Route[] = [
    {
      method: 'POST',
      path: '/v1/traces',
      scope: 'write',
      handle: (request, _url, caller) => receiver.receive(request, caller),
    },
    ...readRoutes(store, stats),
  ];
  const server = await listen(host, port, routes, guarded).catch((error: unknown) => {
    endSeeding();
    throw error;
  });
  const endSealing = keepSealed(store);
  return {
    url: `${guarded.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    stats,
    turnedAway: () => server.turnedAway(),
    close: async () => {
      endSeeding();
      await server.close();
      await endSealing();
    },
  };
}
