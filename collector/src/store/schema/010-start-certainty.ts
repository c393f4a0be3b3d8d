/** Whether a cold start was told or found by a rule, which may be wrong. '' = not known, or sealed before this column was there. */
import { bothTiers, tiers } from './005-sealed-periods.ts';
import type { Migration } from './migration.ts';

const tables = tiers.map((tier) => `${tier}_cold_starts`);

export const startCertainty: Migration = {
  version: 10,
  name: 'start certainty',
  statements: [
    ...tables.flatMap((table) =>
      [table, `${table}_next`].map((each) => ({
        column: { table: each, name: 'certainty', type: 'LowCardinality(String)' },
      })),
    ),
    // Its `*` is of the columns that there are when it is made.
    { view: bothTiers('cold_starts') },
  ],
};
