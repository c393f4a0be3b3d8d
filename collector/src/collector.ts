/** The collector: HTTP in front, the durable buffer in the middle, the store behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readRoutes } from './api/routes.ts';
import { DurableBuffer } from './buffer/buffer.ts';
import type { Disk } from './buffer/disk.ts';
import type { BufferStats, BufferWatch } from './buffer/stats.ts';
import { defaultMaxFunctions, KnownFunctions } from './model/known-functions.ts';
import { ByteBudget } from './receive/byte-budget.ts';
import { type CollectorStats, TraceReceiver } from './receive/otlp/receiver.ts';
import { listen, type Route, type RunningServer, type ServerOptions } from './receive/server.ts';
import { keepSealed } from './store/sealing/keep-sealed.ts';
import type { Store } from './store/store.ts';

/** Request bodies in memory at once, over all connections: four of the largest. */
const maxBodiesInFlightBytes = 256 * 1024 * 1024;
/** What is asked counts what was acknowledged before, if that is inserted within so long. */
const askAfterMs = 2_000;
/** Where more batches wait than so many, inserting them would take longer than that. */
const mostBatchesAwaited = 3;
/** From the signal on, so that with what its store takes a collector ends within 10 s. The server has 3 s of it at most. */
const closesWithinMs = 8_000;
const drainOnCloseMs = 2_000;
const lastInsertMs = 1_000;

export interface CollectorOptions extends Pick<ServerOptions, 'access' | 'tls' | 'socketsPerAddress'> {
  /** Address to listen on. */
  host?: string;
  /** 0 picks a free one. */
  port: number;
  /** Stays the caller's: the collector does not close it. */
  store: Store;
  /** Most new functions that one token may bring; further ones are kept together under one name. */
  maxFunctions?: number;
  /** Where what is acknowledged lies until the store has it; absent = where the store says. One collector has it. */
  bufferDirectory?: string;
  /** Most bytes there; then requests are answered with 503. Absent = 2 GB. */
  bufferBytes?: number;
  /** What the buffer's files lie on; absent = the disk. */
  bufferDisk?: Disk;
  /** Told what a person should read, and of each commit and insert. */
  watch?: BufferWatch;
}

export interface Collector {
  /** Base URL, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  stats(): CollectorStats;
  bufferStats(): BufferStats;
  /**
   * Waits until all that was acknowledged is in the store.
   * @returns false when that took too long, or the store is away
   */
  drained(withinMs: number): Promise<boolean>;
  /** Stops accepting, finishes what is in flight, leaves the rest in the buffer: at most 8 s. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * @throws Trouble when the port is in use or may not be opened, or the buffer's directory is; for an open address without
 *   tokens (wrong usage).
 */
export async function startCollector({
  host = '127.0.0.1',
  port,
  store,
  maxFunctions = defaultMaxFunctions,
  bufferDirectory = store.bufferDirectory,
  bufferBytes,
  bufferDisk,
  watch,
  ...guarded
}: CollectorOptions): Promise<Collector> {
  const buffer = await DurableBuffer.open({
    directory: bufferDirectory,
    insert: (batch) => store.insert(batch),
    ...(bufferBytes !== undefined && { limitBytes: bufferBytes }),
    ...(bufferDisk !== undefined && { disk: bufferDisk }),
    ...(watch !== undefined && { watch }),
  });
  const known = new KnownFunctions(maxFunctions);
  // Also where the store cannot answer yet: then new and old ones are counted alike.
  known.add(await store.knownFunctions(known.limit).catch(() => []));
  const receiver = new TraceReceiver(buffer, new ByteBudget(maxBodiesInFlightBytes), known);
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
  let server: RunningServer;
  try {
    server = await listen(host, port, routes, guarded);
  } catch (error) {
    await buffer.close(lastInsertMs);
    throw error;
  }
  const endWaiting = store.askAfter(async () => {
    if (buffer.stats().batches <= mostBatchesAwaited) await buffer.drained(askAfterMs);
  });
  const endSealing = keepSealed(store);
  const close = async (): Promise<void> => {
    const beganMs = performance.now();
    await server.close();
    await buffer.drained(drainOnCloseMs);
    await buffer.close(lastInsertMs);
    endWaiting();
    await Promise.race([
      endSealing(),
      sleep(closesWithinMs - (performance.now() - beganMs), undefined, { ref: false }),
    ]);
  };
  let closing: Promise<void> | undefined;
  return {
    url: `${guarded.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    stats,
    bufferStats: () => buffer.stats(),
    drained: (withinMs) => buffer.drained(withinMs),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
