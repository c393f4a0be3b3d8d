/** What the main thread and one that reads say to each other. */
import type { SharedKnownFunctions } from '../model/known-functions.ts';
import type { UnknownCount } from '../model/unknown-records.ts';
import type { Place } from '../platforms/format.ts';
import type { Rows } from '../store/batch.ts';
import type { FormatCounts } from './asked-formats.ts';
import type { Chunk } from './chunk.ts';
import type { Hashes } from './distinct.ts';

/** Of all chunks that a thread reads. */
export interface ReaderSettings {
  known: SharedKnownFunctions;
  /** Only this one is asked; absent = all. */
  format?: string;
  /** What is read is not wanted as rows: how fast reading alone is, is measured so. */
  withoutRows?: boolean;
}

export interface Work extends Chunk {
  /** Chunks of one file go to one thread, in their order, before those of the next that it reads. */
  file: number;
  isLast: boolean;
  /** It was stored before: it is read for what it tells of those behind it. */
  isPast: boolean;
  place: Place;
  receivedMs: number;
}

export interface ChunkRead {
  records: number;
  unknown: readonly UnknownCount[];
  byFormat: FormatCounts;
  /** Of the invocations that were told of; some of them several times. */
  invocations: Hashes;
  /** `null` where there are none. */
  rows: Rows | null;
}
