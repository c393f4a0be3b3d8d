/**
 * What the platforms' own logs tell that does not name its invocation, and what is found by comparing it (see ../pairing).
 *
 *   A start may be told in halves: that it began, and later that the instance was ready.
 */
import type { Migration } from './migration.ts';

const columns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  invocation_parts: {
    platform_is_certain: 'Nullable(UInt8)',
    platform_process: 'Nullable(String) CODEC(ZSTD(1))',
    platform_served_ns: 'Nullable(UInt64) CODEC(T64, ZSTD(1))',
    told_elsewhere: 'Nullable(UInt8)',
    otel_init_ns: 'Nullable(UInt64) CODEC(T64, ZSTD(1))',
  },
  instance_starts: {
    moment: "LowCardinality(String) DEFAULT 'init'",
    is_ahead: 'UInt8',
  },
};

/** Facts of an invocation that the tables before did not have. */
export const laterFactNames = Object.keys(columns.invocation_parts ?? {});

export const platformTelemetry: Migration = {
  version: 8,
  name: 'platform telemetry',
  statements: Object.entries(columns).flatMap(([table, own]) =>
    Object.entries(own).map(([name, type]) => ({ column: { table, name, type } })),
  ),
};
