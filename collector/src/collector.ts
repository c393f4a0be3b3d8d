/** The collector: HTTP in front, group commit in the middle, the store behind. */
import { readRoutes } from './api/routes.ts';
import { GroupCommit } from './buffer/group-commit.ts';
import type { BufferStats } from './buffer/stats.ts';
import { ByteBudget } from './receive/byte-budget.ts';
import { type CollectorStats, TraceReceiver } from './receive/otlp/receiver.ts';
import { listen, type Route, type ServerOptions } from './receive/server.ts';
import { keepSealed } from './store/sealing/keep-sealed.ts';
import type { Store } from './store/store.ts';
import { type Log, silentLog } from './watch/log.ts';
import type { Measured } from './watch/metrics.ts';
import { version, watchRoutes } from './watch/routes.ts';
import { startTelemetry } from './watch/telemetry.ts';
import type { Environment } from './watch/telemetry-settings.ts';
import { Watch } from './watch/watch.ts';

/** Request bodies in memory at once, over all connections: four of the largest. */
const maxBodiesInFlightBytes = 256 * 1024 * 1024;

export interface CollectorOptions extends Pick<ServerOptions, 'access' | 'tls' | 'socketsPerAddress' | 'limits'> {
  /** Address to listen on. */
  host?: string;
  /** 0 picks a free one. */
  port: number;
  /** Stays the caller's: the collector does not close it. */
  store: Store;
  /** Absent = says nothing. */
  log?: Log;
  /** Variables in which `OTEL_*` may ask for the collector's own traces and metrics; absent = none are sent. */
  environment?: Environment;
}

export interface Collector {
  /** Base URL, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  stats(): CollectorStats;
  /** Stops accepting, finishes what is in flight, at most 10 s. Safe to call twice. */
  close(): Promise<void>;
}

/** @throws Trouble when the port is in use or may not be opened; for an open address without tokens (wrong usage). */
export async function startCollector({
  host = '127.0.0.1',
  port,
  store,
  log = silentLog,
  environment = {},
  ...guarded
}: CollectorOptions): Promise<Collector> {
  const watch = new Watch(log);
  const commit = new GroupCommit({ insert: (batch) => store.insert(batch) });
  const receiver = new TraceReceiver(commit, new ByteBudget(maxBodiesInFlightBytes));
  const stats = () => receiver.stats();
  const measured: Measured = {
    ...{ stats, buffer: noBuffer, watch, version },
    refusedConnections: () => server.turnedAway().sockets,
  };
  let isClosing = false;
  const routes: Route[] = [
    { method: 'POST', path: '/v1/traces', scope: 'write', handle: (request) => receiver.receive(request) },
    ...readRoutes(store),
    ...watchRoutes(measured, () => isClosing),
  ];
  const server = await listen(host, port, routes, { ...guarded, watch: watch.server }).catch((error: unknown) => {
    watch.close();
    throw error;
  });
  const endSealing = keepSealed({ seal: () => watch.sealed(() => store.seal()) });
  const endTelemetry = await startTelemetry({ environment, port: server.port, measured, log });
  return {
    url: `${guarded.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    stats,
    close: async () => {
      isClosing = true;
      await server.close();
      await endSealing();
      await endTelemetry();
      watch.close();
    },
  };
}

const noBuffer = (): BufferStats => ({
  ...{ batches: 0, bytes: 0, limitBytes: 2 ** 31, oldestMs: null, queuedBytes: 0, committedRequests: 0 },
  ...{ commits: 0, insertedBatches: 0, insertedRows: 0, retries: 0, deduplicatedRequests: 0, refusedBatches: 0 },
  refusedRequests: { full: 0, busy: 0, disk: 0, closing: 0 },
  ...{ damagedStretches: 0, isFailing: false, lastFailure: null },
});
