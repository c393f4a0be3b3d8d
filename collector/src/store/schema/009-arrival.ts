/**
 * When a part of an invocation reached a collector: what people watch live goes by that, for many are told minutes late.
 *
 *   The key of the parts holds no time, so the index is what finds the latest: they lie in small parts of the table that were just
 *   inserted, and in few granules of those that were just merged. Of what was told before there is nothing in the column.
 */
import type { Migration } from './migration.ts';

const table = 'invocation_parts';

export const arrival: Migration = {
  version: 9,
  name: 'arrival',
  statements: [
    { column: { table, name: 'arrived_at', type: "Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1))" } },
    { index: { table, name: 'by_arrival', expression: 'arrived_at', type: 'minmax' } },
  ],
};
