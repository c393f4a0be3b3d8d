/** The numbered steps that lead from an empty database to today's tables. They only ever go forward. */
import { spansAndInvocations } from './001-spans-and-invocations.ts';
import { modulesSeen } from './002-modules-seen.ts';
import { benchSamples } from './003-bench-samples.ts';
import { sources } from './004-sources.ts';
import { sealedPeriods } from './005-sealed-periods.ts';
import { packageCosts } from './006-package-costs.ts';
import { packedRollups } from './007-packed-rollups.ts';
import { platformTelemetry } from './008-platform-telemetry.ts';
import { arrival } from './009-arrival.ts';
import { startCertainty } from './010-start-certainty.ts';
import { untoldExecutions } from './011-untold-executions.ts';
import type { Migration } from './migration.ts';
import type { Table } from './table.ts';

export const migrations: readonly Migration[] = [
  spansAndInvocations,
  modulesSeen,
  benchSamples,
  sources,
  sealedPeriods,
  packageCosts,
  packedRollups,
  platformTelemetry,
  arrival,
  startCertainty,
  untoldExecutions,
];

/** All tables that the steps make, in their order. */
export const tables: readonly Table[] = migrations.flatMap(({ statements }) =>
  statements.flatMap((statement) => ('table' in statement ? [statement.table] : [])),
);
