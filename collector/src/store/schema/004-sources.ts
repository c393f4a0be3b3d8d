/**
 * What the platforms tell of an invocation beside what the agent and other senders tell, a column a source; and starts of
 * instances that are told without the invocation that waited for them.
 *
 *   `instance_starts` is small: one row a cold start, and only of senders that cannot name the invocation. Its key is the
 *   start itself, so that ReplacingMergeTree keeps a start once that was sent twice.
 */
import { invocationDays } from '../../model/time.ts';
import type { Migration } from './migration.ts';
import type { Table } from './table.ts';

const columns: Readonly<Record<string, string>> = {
  weight_ppm: 'Nullable(UInt64) CODEC(ZSTD(1))',
  platform_start_kind: 'LowCardinality(Nullable(String))',
  platform_reported_init_ns: 'Nullable(UInt64) CODEC(ZSTD(1))',
  platform_init_inside: 'Nullable(UInt8)',
  platform_restore_ns: 'Nullable(UInt64) CODEC(ZSTD(1))',
  platform_duration_ns: 'Nullable(UInt64) CODEC(ZSTD(1))',
  platform_billed_ms: 'Nullable(UInt64) CODEC(ZSTD(1))',
  platform_memory_used_mb: 'Nullable(UInt32)',
  platform_status: 'LowCardinality(Nullable(String))',
  platform_error_type: 'LowCardinality(Nullable(String))',
  platform_started_at: "Nullable(DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1))",
  timeout_ms: 'Nullable(UInt32)',
};

const instanceStarts: Table = {
  name: 'instance_starts',
  columns: `
    day           Date CODEC(ZSTD(1)),
    provider      LowCardinality(String),
    account       LowCardinality(String),
    region        LowCardinality(String),
    function_name LowCardinality(String),
    instance_id   String CODEC(ZSTD(1)),
    started_at    DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    init_ns       UInt64 CODEC(ZSTD(1))`,
  engine: 'ReplacingMergeTree',
  partitionBy: 'toYYYYMM(day)',
  orderBy: '(function_name, started_at, region, instance_id)',
  kept: { since: 'day', days: invocationDays },
  knowsTokens: true,
};

export const sources: Migration = {
  version: 4,
  name: 'sources',
  statements: [
    ...Object.entries(columns).map(([name, type]) => ({ column: { table: 'invocations', name, type } })),
    { table: instanceStarts },
  ],
};
