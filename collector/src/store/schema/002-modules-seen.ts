/** How much of an invocation's module tree was seen, and the line that would show the rest. */
import type { Migration } from './migration.ts';

export const modulesSeen: Migration = {
  version: 2,
  name: 'modules seen',
  statements: [
    'ALTER TABLE invocations ADD COLUMN IF NOT EXISTS modules_seen LowCardinality(Nullable(String))',
    'ALTER TABLE invocations ADD COLUMN IF NOT EXISTS modules_hint LowCardinality(Nullable(String))',
  ],
};
