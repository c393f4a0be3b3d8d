/** What the durable buffer tells about itself: plain figures for health, metrics and logs. */

export interface BufferStats {
  /** Batches that are on disk and not yet known to be in ClickHouse, the one that still grows included. */
  batches: number;
  /** Bytes of the buffer's directory, what was set aside included: this is what the limit is about. */
  bytes: number;
  limitBytes: number;
  /** Milliseconds since the oldest request of those batches came; null when nothing waits. */
  oldestMs: number | null;
  /** Decoded rows in memory that are on their way to the disk, in encoded bytes. */
  queuedBytes: number;
  /** Requests that were made durable, by this process. */
  committedRequests: number;
  /** Writes to the disk that made them durable: several requests share one. */
  commits: number;
  insertedBatches: number;
  insertedRows: number;
  /** Inserts that failed and were, or will be, tried again. */
  retries: number;
  /** Requests that had come before, answered without storing them again. */
  deduplicatedRequests: number;
  /** Requests answered with 503, by what was full or failed. */
  refusedRequests: Readonly<Record<RefusalReason, number>>;
  /** Files in set-aside/, which hold what ClickHouse refused for good; those found at the start included. */
  refusedBatches: number;
  /** Files in damaged/, which do not wholly fit their checksums; those found at the start included. */
  damagedBatches: number;
  /** Inserts fail at the moment. */
  isFailing: boolean;
  /** The latest failure of an insert or of the disk; null when there never was one. */
  lastFailure: { message: string; at: string } | null;
}

/** Why a request was not taken: the limit of the buffer, too much on its way to the disk, the disk itself. */
export type RefusalReason = 'full' | 'busy' | 'disk' | 'closing';

/** Something that a person should read, once. `message` is one sentence, safe to print. */
export interface BufferEvent {
  name: 'damaged' | 'refused' | 'insert-failing' | 'inserting-again' | 'full' | 'disk-failing' | 'recovered';
  message: string;
}

/** Told as it happens, for histograms. Milliseconds. */
export interface BufferWatch {
  /** A group of requests is durable; `ms` since the first of them was handed over. */
  committed?(ms: number, requests: number, bytes: number): void;
  /** A batch is in ClickHouse; `ms` of the try that succeeded. */
  inserted?(ms: number, rows: number): void;
  event?(event: BufferEvent): void;
}
