/**
 * `package_costs`: one row a package and cold start whose module tree was told, 14 days: what an import costs is a question about
 * the code of today.
 *
 *   The key is package and cold start, so that ReplacingMergeTree keeps once what was sent twice. Sorted by function
 *   and package, whose rows differ little.
 */
import { functionId } from './005-sealed-periods.ts';
import type { Migration } from './migration.ts';
import type { Table } from './table.ts';

const packageCostDays = 14;

const table: Table = {
  name: 'package_costs',
  columns: `
    day             Date,
    function_id     UInt64 DEFAULT ${functionId()},
    provider        LowCardinality(String),
    account         LowCardinality(String),
    region          LowCardinality(String),
    function_name   LowCardinality(String),
    package_name    LowCardinality(String),
    invocation_key  UUID CODEC(NONE),
    seen_at         DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    package_version LowCardinality(String),
    self_ns         UInt64 CODEC(T64, ZSTD(1)),
    total_ns        UInt64 CODEC(T64, ZSTD(1)),
    modules         UInt32 CODEC(T64, ZSTD(1)),
    bytes           UInt64 CODEC(T64, ZSTD(1)),
    imported_by     LowCardinality(String),
    is_used         Nullable(UInt8)`,
  engine: 'ReplacingMergeTree',
  partitionBy: 'day',
  primaryKey: '(function_id, package_name)',
  orderBy: '(function_id, package_name, invocation_key)',
  kept: { since: 'day', days: packageCostDays },
  knowsTokens: true,
};

export const packageCosts: Migration = { version: 6, name: 'package costs', statements: [{ table }] };
