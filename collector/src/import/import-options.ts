/** What an import is told, and what it tells while it goes on. */
import type { Place } from '../platforms/format.ts';
import type { Store } from '../store/store.ts';
import type { Input } from './inputs.ts';

export interface ImportOptions {
  inputs: readonly Input[];
  store: Pick<Store, 'insert' | 'knownFunctions' | 'bufferDirectory' | 'engine'>;
  /** Where records are from that do not say so. */
  place?: Place;
  /** The name of the only format that is read; absent = each record is recognised. */
  format?: string;
  /** Also files that were imported before. */
  again?: boolean;
  /** Ends the import where it is; the same import goes on from there. */
  signal?: AbortSignal;
  /** Told often. */
  progress?(state: ImportProgress): void;
  threads?: number;
  /** Least bytes of a chunk, and rows of an insert; other ones only in tests. */
  chunkBytes?: number;
  batchRows?: number;
  /** How fast reading alone is: nothing is stored. */
  withoutRows?: boolean;
}

export interface ImportProgress {
  /** Of files as they are, packed; with those that were imported before. */
  bytesRead: number;
  /** `null` where something comes through a pipe. */
  bytesTotal: number | null;
  records: number;
  file: string;
}
