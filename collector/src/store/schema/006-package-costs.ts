/**
 * `package_costs`: one row a package and cold start whose module tree was told, 14 days: what an import costs is a question about
 * the code of today.
 *
 *   The key is package and cold start, so that ReplacingMergeTree keeps once what was sent twice. Sorted by function
 *   and package, whose rows differ little.
 */
import { functionId } from './005-sealed-periods.ts';
import type { Migration } from './migration.ts';

const packageCostDays = 14;

const table = `
CREATE TABLE IF NOT EXISTS package_costs
(
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
    is_used         Nullable(UInt8)
)
ENGINE = ReplacingMergeTree
PARTITION BY day
PRIMARY KEY (function_id, package_name)
ORDER BY (function_id, package_name, invocation_key)
TTL day + INTERVAL ${packageCostDays} DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1`;

export const packageCosts: Migration = { version: 6, name: 'package costs', statements: [table] };
