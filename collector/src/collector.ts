/** The collector: HTTP in front, group commit in the middle, the store behind. */
import { readRoutes } from './api/routes.ts';
import { GroupCommit } from './buffer/group-commit.ts';
import { ByteBudget } from './receive/byte-budget.ts';
import { type CollectorStats, TraceReceiver } from './receive/otlp/receiver.ts';
import { listen } from './receive/server.ts';
import { DecodePool, type DecodePoolStats } from './receive/workers/decode-pool.ts';
import { keepSealed } from './store/sealing/keep-sealed.ts';
import type { Store } from './store/store.ts';

/** Request bodies in memory at once, as they came, over all connections: four of the largest. */
const maxBodiesInFlightBytes = 256 * 1024 * 1024;

export interface CollectorOptions {
  /** Address to listen on. */
  host?: string;
  /** 0 picks a free one. */
  port: number;
  /** Stays the caller's: the collector does not close it. */
  store: Store;
}

export interface Collector {
  /** Base URL, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  stats(): CollectorStats;
  /** The threads that decode what is received. */
  decoding(): DecodePoolStats;
  /** Stops accepting, finishes what is in flight, at most 10 s. Safe to call twice. */
  close(): Promise<void>;
}

/** @throws Trouble when the port is in use or may not be opened. */
export async function startCollector({ host = '127.0.0.1', port, store }: CollectorOptions): Promise<Collector> {
  const commit = new GroupCommit({ insert: (batch) => store.insert(batch) });
  const decoder = new DecodePool();
  const receiver = new TraceReceiver(commit, new ByteBudget(maxBodiesInFlightBytes), decoder);
  const stats = () => receiver.stats();
  const server = await listen(host, port, [
    { method: 'POST', path: '/v1/traces', handle: (request) => receiver.receive(request) },
    ...readRoutes(store, stats),
  ]);
  const endSealing = keepSealed(store);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    stats,
    decoding: () => decoder.stats(),
    close: async () => {
      await server.close();
      await decoder.close();
      await endSealing();
    },
  };
}
