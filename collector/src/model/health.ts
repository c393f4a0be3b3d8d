/** How a collector, its buffer and its store are. Sizes are bytes. */

/** By name, such as why requests were refused. */
export interface Counted {
  name: string;
  count: number;
}

/** What came to one path from platforms' own telemetry. */
export interface PlatformPath {
  path: string;
  records: number;
  /** Of these, what told nothing, by reason. */
  unknown: Counted[];
}

/** Since the collector's process began. */
export interface Received {
  requests: number;
  spans: number;
  acknowledgedSpans: number;
  rejectedSpans: number;
  deduplicatedRequests: number;
  /** By reason; those that never happened are not there. */
  rejectedRequests: Counted[];
  refusedConnections: number;
  platforms: PlatformPath[];
}

export interface BufferHealth {
  /** What waits for ClickHouse. */
  batches: number;
  /** On the disk, what was set aside included. */
  bytes: number;
  /** At which it takes no more. */
  limitBytes: number;
  /** How long the oldest has waited, milliseconds; `null` = nothing waits. */
  oldestMs: number | null;
  /** In memory, on the way to the disk. */
  queuedBytes: number;
  /** Files that ClickHouse refused for good, and that do not fit their checksums: for a person to look at. */
  setAside: number;
  damaged: number;
  insertedBatches: number;
  insertedRows: number;
  /** Inserts that failed and are tried again. */
  retries: number;
  /** Inserts fail at the moment. */
  isFailing: boolean;
  lastFailure: { message: string; at: string } | null;
}

export interface SealingHealth {
  /** ISO 8601, UTC: end of the latest pass that succeeded; `null` = none yet. */
  lastSuccessAt: string | null;
  lastDurationMs: number;
  failures: number;
  isFailing: boolean;
}

/** From a histogram, so within the width of its bars. `null` = nothing yet, or above them all. */
export interface Delays {
  count: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

export interface CollectorHealth {
  version: string;
  node: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  uptimeMs: number;
  /** What is sent now would be acknowledged. Else why not, and what to do. */
  isReady: boolean;
  error: string | null;
  next: string | null;
  /** Of its process. */
  cpuMs: number;
  rssBytes: number;
  /** Threads that decode, how many requests wait for one, and how many have died. */
  decodeThreads: number;
  decodeWaiting: number;
  decodeLost: number;
  /** Functions that are kept apart by their names, and how many may be. */
  functions: number;
  functionsLimit: number;
  received: Received;
  requests: Delays;
  inserts: Delays;
  eventLoop: Delays;
  buffer: BufferHealth;
  sealing: SealingHealth;
}

export interface TableSize {
  name: string;
  rows: number;
  bytes: number;
}

export interface StoreHealth {
  /** `embedded ClickHouse at 127.0.0.1:8123` */
  description: string;
  version: string;
  /** How long it took to answer; `null` = it did not. */
  answerMs: number | null;
  /** Why it did not, and what to do. */
  error: string | null;
  next: string | null;
  /** ISO 8601, UTC: when the latest part of an invocation reached a collector; `null` = none within a day. */
  latestArrivalAt: string | null;
  /** The largest first; `null` where rows lie on several servers, of which only one was asked. */
  tables: TableSize[] | null;
}

export interface Health {
  /** ISO 8601, UTC. */
  at: string;
  /** `null` = ClickHouse was asked without a collector, so nothing is known of one. */
  collector: CollectorHealth | null;
  store: StoreHealth;
}
