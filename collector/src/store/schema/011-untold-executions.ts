/**
 * Executions of invocations of which nobody told how they started, in buckets as the warm ones: platforms that tell no kinds (Workers,
 * Google's 1st gen) still tell how long functions ran. Empty in what was sealed before this column was there.
 */
import { bothPackedTiers, rollups } from './007-packed-rollups.ts';
import type { Migration } from './migration.ts';

export const untoldExecutions: Migration = {
  version: 11,
  name: 'untold executions',
  statements: [
    ...rollups.flatMap((table) =>
      [table, `${table}_next`].map((each) => ({
        column: { table: each, name: 'untold_buckets', type: 'Map(UInt16, UInt64) CODEC(ZSTD(1))' },
      })),
    ),
    // Its `*` is of the columns that there are when it is made.
    { view: bothPackedTiers },
  ],
};
