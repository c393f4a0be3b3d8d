/**
 * `spans`: what was received, one row a span, 7 days.
 *
 *   ORDER BY function, time, trace, span: people come from a ranking, so from a function and a time; the ids at the end
 *   make the key the span itself, so that ReplacingMergeTree stores a span once that was sent twice. A trace alone
 *   is found through the bloom filter. Attributes are one String of JSON: more than twice as fast to insert as a Map, and
 *   the facts that are asked for have columns of their own. Resources repeat, so they are LowCardinality.
 *
 * `invocations`: one row an invocation, 90 days, of parts that arrive in any order.
 *
 *   CoalescingMergeTree keeps, of each column, the latest value that is not NULL; so parts of one key may come late,
 *   twice and out of order, and reading with FINAL gives the whole. The sorting key is the identity and holds no time,
 *   because parts of one invocation have different times. The primary index leaves the random id out to stay small.
 *
 * Both are partitioned by the day of the row's own time, so that whole parts expire. `day` is a column of its own: the
 * two sides of midnight stay two rows on disk for ever, and FINAL merges them across partitions when read. A reader
 * therefore prunes by `day` with a margin and filters by time after the merge.
 * The deduplication window makes a retried insert with the same token a no-op.
 */
import { invocationDays, spanDays } from '../../model/time.ts';
import type { Migration } from './migration.ts';
import type { Table } from './table.ts';

const spans: Table = {
  name: 'spans',
  columns: `
    day             Date CODEC(ZSTD(1)),
    function_name   LowCardinality(String),
    started_at      DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    trace_id        String CODEC(ZSTD(1)),
    span_id         String CODEC(ZSTD(1)),
    parent_span_id  String CODEC(ZSTD(1)),
    name            LowCardinality(String),
    kind            UInt8,
    duration_ns     Nullable(UInt64) CODEC(ZSTD(1)),
    status_code     UInt8,
    status_message  String CODEC(ZSTD(1)),
    phase           LowCardinality(String),
    invocation_id   String CODEC(ZSTD(1)),
    scope_name      LowCardinality(String),
    resource        LowCardinality(String) CODEC(ZSTD(1)),
    attributes      String CODEC(ZSTD(1)),
    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1`,
  engine: 'ReplacingMergeTree',
  partitionBy: 'day',
  primaryKey: '(function_name, started_at)',
  orderBy: '(function_name, started_at, trace_id, span_id)',
  kept: { since: 'day', days: spanDays },
  knowsTokens: true,
};

const invocations: Table = {
  name: 'invocations',
  columns: `
    day                    Date CODEC(ZSTD(1)),
    provider               LowCardinality(String),
    account                LowCardinality(String),
    region                 LowCardinality(String),
    function_name          LowCardinality(String),
    invocation_id          String CODEC(ZSTD(1)),
    seen_at                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    started_at             Nullable(DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1)),
    trace_id               Nullable(String) CODEC(ZSTD(1)),
    start_kind             LowCardinality(Nullable(String)),
    start_certainty        LowCardinality(Nullable(String)),
    agent_runtime_start_ns Nullable(UInt64) CODEC(ZSTD(1)),
    agent_init_ns          Nullable(UInt64) CODEC(ZSTD(1)),
    agent_idle_ns          Nullable(UInt64) CODEC(ZSTD(1)),
    agent_execution_ns     Nullable(UInt64) CODEC(ZSTD(1)),
    agent_billed_ms        Nullable(UInt64) CODEC(ZSTD(1)),
    otel_start_kind        LowCardinality(Nullable(String)),
    otel_execution_ns      Nullable(UInt64) CODEC(ZSTD(1)),
    error                  Nullable(UInt8),
    error_type             LowCardinality(Nullable(String)),
    trigger                LowCardinality(Nullable(String)),
    memory_mb              Nullable(UInt32),
    arch                   LowCardinality(Nullable(String)),
    runtime                LowCardinality(Nullable(String)),
    runtime_version        LowCardinality(Nullable(String)),
    function_version       LowCardinality(Nullable(String)),
    instance_id            LowCardinality(Nullable(String))`,
  engine: 'CoalescingMergeTree',
  partitionBy: 'day',
  primaryKey: '(provider, account, region, function_name)',
  orderBy: '(provider, account, region, function_name, invocation_id)',
  kept: { since: 'day', days: invocationDays },
  knowsTokens: true,
};

export const spansAndInvocations: Migration = {
  version: 1,
  name: 'spans and invocations',
  statements: [{ table: spans }, { table: invocations }],
};
