/** Questions that are asked of a collector count what it acknowledged before, although that is only in its buffer yet. */
import type { ReadSource } from '../api/operations.ts';
import type { DurableBuffer } from './buffer.ts';

/** A question waits so long at most. */
const waitUpToMs = 2_000;
/** Where more batches wait than so many, inserting them would take longer than that. */
const mostBatches = 3;

export const freshReads = (source: ReadSource, buffer: Pick<DurableBuffer, 'drained' | 'stats'>): ReadSource => {
  const after =
    <Query, Answer>(ask: (query: Query) => Promise<Answer>) =>
    async (query: Query): Promise<Answer> => {
      if (buffer.stats().batches <= mostBatches) await buffer.drained(waitUpToMs);
      return ask(query);
    };
  return {
    rankingPage: after((query) => source.rankingPage(query)),
    functionPage: after((query) => source.functionPage(query)),
    coldStartsPage: after((query) => source.coldStartsPage(query)),
    invocationPage: after((query) => source.invocationPage(query)),
    packagesPage: after((query) => source.packagesPage(query)),
    bill: after((query) => source.bill(query)),
  };
};
