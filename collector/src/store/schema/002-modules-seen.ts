/** How much of an invocation's module tree was seen, and the line that would show the rest. */
import type { Migration } from './migration.ts';

export const modulesSeen: Migration = {
  version: 2,
  name: 'modules seen',
  statements: [
    { column: { table: 'invocations', name: 'modules_seen', type: 'LowCardinality(Nullable(String))' } },
    { column: { table: 'invocations', name: 'modules_hint', type: 'LowCardinality(Nullable(String))' } },
  ],
};
