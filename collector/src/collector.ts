/** The collector: HTTP in front, the durable buffer in the middle, the store behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { collectorAndStore } from './api/collector-and-store.ts';
import { readRoutes } from './api/routes.ts';
import { DurableBuffer } from './buffer/buffer.ts';
import type { Disk } from './buffer/disk.ts';
import type { BufferStats, BufferWatch } from './buffer/stats.ts';
import { defaultMaxFunctions, KnownFunctions } from './model/known-functions.ts';
import type { QuestionSource } from './model/question-source.ts';
import { ByteBudget } from './receive/byte-budget.ts';
import { Intake } from './receive/intake.ts';
import { type CollectorStats, TraceReceiver } from './receive/otlp/receiver.ts';
import { PlatformReceiver, type PlatformStats } from './receive/platforms/receiver.ts';
import { listen, type Route, type RunningServer, type ServerOptions } from './receive/server.ts';
import { DecodePool, type DecodePoolStats } from './receive/workers/decode-pool.ts';
import { keepSealed } from './store/sealing/keep-sealed.ts';
import { seedKnown } from './store/seed-known.ts';
import type { Store } from './store/store.ts';
import { collectorHealth } from './watch/health.ts';
import { type Log, silentLog } from './watch/log.ts';
import type { Measured } from './watch/metrics.ts';
import { readinessOverTime } from './watch/readiness.ts';
import { version, watchRoutes } from './watch/routes.ts';
import { startTelemetry } from './watch/telemetry.ts';
import type { Environment } from './watch/telemetry-settings.ts';
import { Watch } from './watch/watch.ts';

/** Request bodies in memory at once, as they came, over all connections: four of the largest. */
const maxBodiesInFlightBytes = 256 * 1024 * 1024;
/** What is asked counts what was acknowledged before, if that is inserted within so long. */
const askAfterMs = 2_000;
/** Where more batches wait than so many, inserting them would take longer than that. */
const mostBatchesAwaited = 3;
/** From the signal on, so that with what its store takes a collector ends within 10 s. The server has 3 s of it at most. */
const closesWithinMs = 6_000;
const drainOnCloseMs = 2_000;
const lastInsertMs = 1_000;

export interface CollectorOptions extends Pick<ServerOptions, 'access' | 'tls' | 'socketsPerAddress' | 'limits'> {
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
  /** Told what a person should read, and of each commit and insert, beside the log and the metrics. */
  watch?: BufferWatch;
  /** Absent = says nothing. */
  log?: Log;
  /** Variables in which `OTEL_*` may ask for the collector's own traces and metrics; absent = none are sent. */
  environment?: Environment;
}

export interface Collector {
  /** Base URL, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  /** Whoever is in this process asks it so; it is not to be closed. */
  readonly source: QuestionSource;
  stats(): CollectorStats;
  /** What came in at each path of the platforms' own telemetry. */
  platformStats(): readonly PlatformStats[];
  /** The threads that decode what is received. */
  decoding(): DecodePoolStats;
  bufferStats(): BufferStats;
  /**
   * Waits until all that was acknowledged is in the store.
   * @returns false when that took too long, or the store is away
   */
  drained(withinMs: number): Promise<boolean>;
  /** Stops accepting, finishes what is in flight, leaves the rest in the buffer: at most 6 s. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * @throws Trouble when the port is in use or may not be opened, or the buffer's directory is; for an open address without
 *   tokens (wrong usage).
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { host = '127.0.0.1', port, store, bufferBytes, bufferDisk, log = silentLog, environment = {} } = options;
  const watch = new Watch(log, options.watch);
  const known = new KnownFunctions(options.maxFunctions ?? defaultMaxFunctions);
  const decoder = new DecodePool({ known, lost: (reason) => watch.lostThread(reason) });
  const buffer = await DurableBuffer.open({
    directory: options.bufferDirectory ?? store.bufferDirectory,
    insert: (batch) => store.insert(batch),
    // A server elsewhere takes nothing of this machine's processor.
    givesWay: () => store.engine.kind !== 'server' && decoder.isBehind,
    ...(bufferBytes !== undefined && { limitBytes: bufferBytes }),
    ...(bufferDisk !== undefined && { disk: bufferDisk }),
    watch: watch.buffer,
  }).catch((error: unknown) => {
    watch.close();
    throw error;
  });
  const endSeeding = await seedKnown(known, store);
  const intake = new Intake(buffer, new ByteBudget(maxBodiesInFlightBytes), decoder);
  const receiver = new TraceReceiver(intake);
  const platforms = new PlatformReceiver(intake);
  const stats = () => receiver.stats();
  let server: RunningServer | undefined;
  let isClosing = false;
  const measured: Measured = {
    ...{
      stats,
      platforms: () => platforms.stats(),
      buffer: () => buffer.stats(),
      decoding: () => decoder.stats(),
      watch,
      version,
    },
    knownFunctions: () => ({ count: known.size, limit: known.limit }),
    refusedConnections: () => server?.turnedAway().sockets ?? 0,
  };
  const readinessOf = readinessOverTime();
  const readiness = () => readinessOf({ buffer: buffer.stats(), sealing: watch.sealing, isClosing });
  const source = collectorAndStore(store, {
    collector: () => collectorHealth(measured, readiness()),
    waiting: () => {
      const { batches, oldestMs } = buffer.stats();
      return { batches, oldestMs };
    },
  });
  const routes: Route[] = [
    {
      method: 'POST',
      path: '/v1/traces',
      scope: 'write',
      handle: (request, _url, caller) => receiver.receive(request, caller),
    },
    ...platforms.routes(),
    ...readRoutes(source),
    ...watchRoutes(measured, readiness),
  ];
  try {
    server = await listen(host, port, routes, { ...options, watch: watch.server });
  } catch (error) {
    endSeeding();
    await buffer.close(lastInsertMs);
    watch.close();
    throw error;
  }
  const listening = server;
  const endWaiting = store.askAfter(async () => {
    if (buffer.stats().batches <= mostBatchesAwaited) await buffer.drained(askAfterMs);
  });
  const endSealing = keepSealed({ seal: () => watch.sealed(() => store.seal()) });
  const endTelemetry = await startTelemetry({ environment, port: listening.port, measured, log });
  const close = async (): Promise<void> => {
    isClosing = true;
    endSeeding();
    const beganMs = performance.now();
    await listening.close();
    await decoder.close();
    await buffer.drained(drainOnCloseMs);
    await buffer.close(lastInsertMs);
    endWaiting();
    const leftMs = Math.max(0, closesWithinMs - (performance.now() - beganMs));
    const sealed = Promise.race([endSealing(), sleep(leftMs, undefined, { ref: false })]);
    await Promise.all([sealed, endTelemetry()]);
    watch.close();
  };
  let closing: Promise<void> | undefined;
  const scheme = options.tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${listening.port}`,
    port: listening.port,
    source,
    stats,
    platformStats: () => platforms.stats(),
    decoding: () => decoder.stats(),
    bufferStats: () => buffer.stats(),
    drained: (withinMs) => buffer.drained(withinMs),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
