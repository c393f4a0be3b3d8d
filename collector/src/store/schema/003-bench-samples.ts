/**
 * `bench_samples`: one row a cold start that `coldlens bench` measured, 400 days, for the history of a function by commit.
 *
 *   ORDER BY function, machine, time, run, ...: a history is of one function on machines of one kind, because times of
 *   different machines must not be compared; the rest makes the key the sample itself, so that ReplacingMergeTree stores a
 *   run once that was stored twice. One run is of one month, so an insert touches one partition.
 *   A stored run is for trends only: verdicts come from base and head measured together.
 */
import type { Migration } from './migration.ts';
import type { Table } from './table.ts';

/** How long they are kept: a year and a bit, to look back over the same season. */
const benchDays = 400;

const benchTable: Table = {
  name: 'bench_samples',
  columns: `
    day           Date CODEC(ZSTD(1)),
    function_name LowCardinality(String),
    fingerprint   LowCardinality(String),
    measured_at   DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    run_id        String CODEC(ZSTD(1)),
    side          LowCardinality(String),
    node          LowCardinality(String),
    memory_mb     UInt32,
    sample        UInt32 CODEC(Delta(4), ZSTD(1)),
    commit        LowCardinality(String),
    ref           LowCardinality(String),
    platform      LowCardinality(String),
    runtime       LowCardinality(String),
    page_cache    LowCardinality(String),
    verdict       LowCardinality(Nullable(String)),
    cold_ns       UInt64 CODEC(ZSTD(1)),
    ready_ns      Nullable(UInt64) CODEC(ZSTD(1)),
    cpu_ns        Nullable(UInt64) CODEC(ZSTD(1)),
    rss_bytes     Nullable(UInt64) CODEC(ZSTD(1))`,
  engine: 'ReplacingMergeTree',
  partitionBy: 'toYYYYMM(day)',
  primaryKey: '(function_name, fingerprint, measured_at)',
  orderBy: '(function_name, fingerprint, measured_at, run_id, side, node, memory_mb, sample)',
  kept: { since: 'day', days: benchDays },
  knowsTokens: true,
};

export const benchSamples: Migration = { version: 3, name: 'bench samples', statements: [{ table: benchTable }] };
