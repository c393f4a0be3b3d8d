CREATE DATABASE IF NOT EXISTS coldlens_shard ON CLUSTER 'prod';

CREATE DATABASE IF NOT EXISTS coldlens ON CLUSTER 'prod';

CREATE TABLE IF NOT EXISTS schema_migrations ON CLUSTER 'prod'
(
    version    UInt32,
    name       String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/schema_migrations', '{replica}')
ORDER BY version;

CREATE TABLE IF NOT EXISTS spans ON CLUSTER 'prod'
(
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
    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/spans', '{replica}')
PARTITION BY day
PRIMARY KEY (function_name, started_at)
ORDER BY (function_name, started_at, trace_id, span_id)
TTL day + INTERVAL 7 DAY
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS invocations ON CLUSTER 'prod'
(
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
    instance_id            LowCardinality(Nullable(String))
)
ENGINE = ReplicatedCoalescingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/invocations', '{replica}')
PARTITION BY day
PRIMARY KEY (provider, account, region, function_name)
ORDER BY (provider, account, region, function_name, invocation_id)
TTL day + INTERVAL 90 DAY
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

ALTER TABLE invocations ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS modules_seen LowCardinality(Nullable(String)),
  ADD COLUMN IF NOT EXISTS modules_hint LowCardinality(Nullable(String));

CREATE TABLE IF NOT EXISTS bench_samples ON CLUSTER 'prod'
(
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
    rss_bytes     Nullable(UInt64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/bench_samples', '{replica}')
PARTITION BY toYYYYMM(day)
PRIMARY KEY (function_name, fingerprint, measured_at)
ORDER BY (function_name, fingerprint, measured_at, run_id, side, node, memory_mb, sample)
TTL day + INTERVAL 400 DAY
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

ALTER TABLE invocations ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS weight_ppm Nullable(UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS platform_start_kind LowCardinality(Nullable(String)),
  ADD COLUMN IF NOT EXISTS platform_reported_init_ns Nullable(UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS platform_init_inside Nullable(UInt8),
  ADD COLUMN IF NOT EXISTS platform_restore_ns Nullable(UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS platform_duration_ns Nullable(UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS platform_billed_ms Nullable(UInt64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS platform_memory_used_mb Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS platform_status LowCardinality(Nullable(String)),
  ADD COLUMN IF NOT EXISTS platform_error_type LowCardinality(Nullable(String)),
  ADD COLUMN IF NOT EXISTS platform_started_at Nullable(DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1)),
  ADD COLUMN IF NOT EXISTS timeout_ms Nullable(UInt32);

CREATE TABLE IF NOT EXISTS instance_starts ON CLUSTER 'prod'
(
    day           Date CODEC(ZSTD(1)),
    provider      LowCardinality(String),
    account       LowCardinality(String),
    region        LowCardinality(String),
    function_name LowCardinality(String),
    instance_id   String CODEC(ZSTD(1)),
    started_at    DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    init_ns       UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/instance_starts', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (function_name, started_at, region, instance_id)
TTL day + INTERVAL 90 DAY
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS invocation_parts ON CLUSTER 'prod'
(
    slot           DateTime('UTC') CODEC(ZSTD(1)),
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    invocation_key UUID CODEC(NONE),
    invocation_id Nullable(String) CODEC(ZSTD(1)),
    seen_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1)),
    started_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1)),
    trace_id Nullable(String) CODEC(ZSTD(1)),
    start_kind LowCardinality(Nullable(String)),
    start_certainty LowCardinality(Nullable(String)),
    agent_runtime_start_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    agent_init_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    agent_idle_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    agent_execution_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    agent_billed_ms Nullable(UInt64) CODEC(T64, ZSTD(1)),
    weight_ppm Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_start_kind LowCardinality(Nullable(String)),
    platform_reported_init_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_init_inside Nullable(UInt8),
    platform_restore_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_duration_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_billed_ms Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_memory_used_mb Nullable(UInt32),
    platform_status LowCardinality(Nullable(String)),
    platform_error_type LowCardinality(Nullable(String)),
    platform_started_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1)),
    otel_start_kind LowCardinality(Nullable(String)),
    otel_execution_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    error Nullable(UInt8),
    error_type LowCardinality(Nullable(String)),
    trigger LowCardinality(Nullable(String)),
    memory_mb Nullable(UInt32),
    timeout_ms Nullable(UInt32),
    arch LowCardinality(Nullable(String)),
    runtime LowCardinality(Nullable(String)),
    runtime_version LowCardinality(Nullable(String)),
    function_version LowCardinality(Nullable(String)),
    instance_id Nullable(String) CODEC(ZSTD(1)),
    modules_seen LowCardinality(Nullable(String)),
    modules_hint LowCardinality(Nullable(String)),
    cloud_platform LowCardinality(Nullable(String)),
    sku LowCardinality(Nullable(String)),
    milli_vcpu Nullable(UInt32),
    platform_cpu_us Nullable(UInt64) CODEC(T64, ZSTD(1))
)
ENGINE = ReplicatedCoalescingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/invocation_parts', '{replica}')
PARTITION BY slot
PRIMARY KEY (provider, account, region, function_name)
ORDER BY (provider, account, region, function_name, invocation_key)
TTL slot + INTERVAL 90 DAY
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, invocation_id, seen_at, started_at, trace_id, start_kind, start_certainty, agent_runtime_start_ns, agent_init_ns, agent_idle_ns, agent_execution_ns, agent_billed_ms, weight_ppm, platform_start_kind, platform_reported_init_ns, platform_init_inside, platform_restore_ns, platform_duration_ns, platform_billed_ms, platform_memory_used_mb, platform_status, platform_error_type, platform_started_at, otel_start_kind, otel_execution_ns, error, error_type, trigger, memory_mb, timeout_ms, arch, runtime, runtime_version, function_version, instance_id, modules_seen, modules_hint)
SELECT if(day >= today() - 3, toStartOfHour(coalesce(started_at, seen_at)), toDateTime(day)), provider, account, region, function_name, 
    if(match(invocation_id, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
      toUUID(invocation_id),
      toUUID(replaceRegexpOne(lower(hex(MD5(invocation_id))), '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\1-\\2-\\3-\\4-\\5'))) AS invocation_key,
    if(toString(invocation_key) = invocations.invocation_id, NULL, invocations.invocation_id), seen_at, started_at, trace_id, start_kind, start_certainty, agent_runtime_start_ns, agent_init_ns, agent_idle_ns, agent_execution_ns, agent_billed_ms, weight_ppm, platform_start_kind, platform_reported_init_ns, platform_init_inside, platform_restore_ns, platform_duration_ns, platform_billed_ms, platform_memory_used_mb, platform_status, platform_error_type, platform_started_at, otel_start_kind, otel_execution_ns, error, error_type, trigger, memory_mb, timeout_ms, arch, runtime, runtime_version, function_version, instance_id, modules_seen, modules_hint
FROM invocations
SETTINGS max_partitions_per_insert_block = 0;

CREATE TABLE IF NOT EXISTS open_cold_starts ON CLUSTER 'prod'
(
    day            Date,
    function_id    UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    at             DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    invocation_key UUID CODEC(NONE),
    invocation_id  Nullable(String) CODEC(ZSTD(1)),
    trace_id       Nullable(String) CODEC(ZSTD(1)),
    instance_id    String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    kind           LowCardinality(String),
    latency_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    runtime_start_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    init_ns          Nullable(UInt64) CODEC(T64, ZSTD(1)),
    execution_ns     Nullable(UInt64) CODEC(T64, ZSTD(1)),
    reported_init_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_ns      Nullable(UInt64) CODEC(T64, ZSTD(1)),
    restore_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    billed_ms        Nullable(UInt64) CODEC(T64, ZSTD(1)),
    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/open_cold_starts', '{replica}')
PARTITION BY day
ORDER BY (function_id, at)
TTL day + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1, index_granularity = 512, min_compress_block_size = 65536, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS open_cold_starts_next ON CLUSTER 'prod'
(
    day            Date,
    function_id    UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    at             DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    invocation_key UUID CODEC(NONE),
    invocation_id  Nullable(String) CODEC(ZSTD(1)),
    trace_id       Nullable(String) CODEC(ZSTD(1)),
    instance_id    String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    kind           LowCardinality(String),
    latency_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    runtime_start_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    init_ns          Nullable(UInt64) CODEC(T64, ZSTD(1)),
    execution_ns     Nullable(UInt64) CODEC(T64, ZSTD(1)),
    reported_init_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_ns      Nullable(UInt64) CODEC(T64, ZSTD(1)),
    restore_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    billed_ms        Nullable(UInt64) CODEC(T64, ZSTD(1)),
    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/open_cold_starts_next', '{replica}')
PARTITION BY day
ORDER BY (function_id, at)
SETTINGS index_granularity = 512, min_compress_block_size = 65536, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS settled_cold_starts ON CLUSTER 'prod'
(
    day            Date,
    function_id    UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    at             DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    invocation_key UUID CODEC(NONE),
    invocation_id  Nullable(String) CODEC(ZSTD(1)),
    trace_id       Nullable(String) CODEC(ZSTD(1)),
    instance_id    String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    kind           LowCardinality(String),
    latency_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    runtime_start_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    init_ns          Nullable(UInt64) CODEC(T64, ZSTD(1)),
    execution_ns     Nullable(UInt64) CODEC(T64, ZSTD(1)),
    reported_init_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_ns      Nullable(UInt64) CODEC(T64, ZSTD(1)),
    restore_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    billed_ms        Nullable(UInt64) CODEC(T64, ZSTD(1)),
    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/settled_cold_starts', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (function_id, at)
TTL day + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1, index_granularity = 512, min_compress_block_size = 65536, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS settled_cold_starts_next ON CLUSTER 'prod'
(
    day            Date,
    function_id    UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    at             DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    invocation_key UUID CODEC(NONE),
    invocation_id  Nullable(String) CODEC(ZSTD(1)),
    trace_id       Nullable(String) CODEC(ZSTD(1)),
    instance_id    String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    kind           LowCardinality(String),
    latency_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    runtime_start_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    init_ns          Nullable(UInt64) CODEC(T64, ZSTD(1)),
    execution_ns     Nullable(UInt64) CODEC(T64, ZSTD(1)),
    reported_init_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
    platform_ns      Nullable(UInt64) CODEC(T64, ZSTD(1)),
    restore_ns       Nullable(UInt64) CODEC(T64, ZSTD(1)),
    billed_ms        Nullable(UInt64) CODEC(T64, ZSTD(1)),
    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/settled_cold_starts_next', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (function_id, at)
SETTINGS index_granularity = 512, min_compress_block_size = 65536, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS open_function_days ON CLUSTER 'prod'
(
    day Date,
    function_id UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    invocations UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    cold_starts UInt64 CODEC(T64, ZSTD(1)),
    cold_affected UInt64 CODEC(T64, ZSTD(1)),
    warm UInt64 CODEC(T64, ZSTD(1)),
    requests UInt64 CODEC(T64, ZSTD(1)),
    inferred_requests UInt64 CODEC(T64, ZSTD(1)),
    mb_ms UInt128 CODEC(ZSTD(1)),
    cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb UInt128 CODEC(ZSTD(1)),
    cold_cpu UInt128 CODEC(ZSTD(1)),
    cold_execution_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_execution_cpu_ms UInt128 CODEC(ZSTD(1)),
    warm_requests UInt64 CODEC(T64, ZSTD(1)),
    warm_billed_ms UInt128 CODEC(ZSTD(1)),
    cold_burst     UInt32,
    memory_used_mb Nullable(UInt32),
    timeout_ms     Nullable(UInt32),
    latest_at      DateTime64(3, 'UTC'),
    modules_seen   LowCardinality(Nullable(String)),
    modules_hint   LowCardinality(Nullable(String)),
    warm_buckets   Map(UInt16, UInt64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/open_function_days', '{replica}')
PARTITION BY day
ORDER BY (function_id, day)
TTL day + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1, index_granularity = 32, min_compress_block_size = 2048, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS open_function_days_next ON CLUSTER 'prod'
(
    day Date,
    function_id UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    invocations UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    cold_starts UInt64 CODEC(T64, ZSTD(1)),
    cold_affected UInt64 CODEC(T64, ZSTD(1)),
    warm UInt64 CODEC(T64, ZSTD(1)),
    requests UInt64 CODEC(T64, ZSTD(1)),
    inferred_requests UInt64 CODEC(T64, ZSTD(1)),
    mb_ms UInt128 CODEC(ZSTD(1)),
    cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb UInt128 CODEC(ZSTD(1)),
    cold_cpu UInt128 CODEC(ZSTD(1)),
    cold_execution_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_execution_cpu_ms UInt128 CODEC(ZSTD(1)),
    warm_requests UInt64 CODEC(T64, ZSTD(1)),
    warm_billed_ms UInt128 CODEC(ZSTD(1)),
    cold_burst     UInt32,
    memory_used_mb Nullable(UInt32),
    timeout_ms     Nullable(UInt32),
    latest_at      DateTime64(3, 'UTC'),
    modules_seen   LowCardinality(Nullable(String)),
    modules_hint   LowCardinality(Nullable(String)),
    warm_buckets   Map(UInt16, UInt64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/open_function_days_next', '{replica}')
PARTITION BY day
ORDER BY (function_id, day)
SETTINGS index_granularity = 32, min_compress_block_size = 2048, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS settled_function_days ON CLUSTER 'prod'
(
    day Date,
    function_id UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    invocations UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    cold_starts UInt64 CODEC(T64, ZSTD(1)),
    cold_affected UInt64 CODEC(T64, ZSTD(1)),
    warm UInt64 CODEC(T64, ZSTD(1)),
    requests UInt64 CODEC(T64, ZSTD(1)),
    inferred_requests UInt64 CODEC(T64, ZSTD(1)),
    mb_ms UInt128 CODEC(ZSTD(1)),
    cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb UInt128 CODEC(ZSTD(1)),
    cold_cpu UInt128 CODEC(ZSTD(1)),
    cold_execution_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_execution_cpu_ms UInt128 CODEC(ZSTD(1)),
    warm_requests UInt64 CODEC(T64, ZSTD(1)),
    warm_billed_ms UInt128 CODEC(ZSTD(1)),
    cold_burst     UInt32,
    memory_used_mb Nullable(UInt32),
    timeout_ms     Nullable(UInt32),
    latest_at      DateTime64(3, 'UTC'),
    modules_seen   LowCardinality(Nullable(String)),
    modules_hint   LowCardinality(Nullable(String)),
    warm_buckets   Map(UInt16, UInt64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/settled_function_days', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (function_id, day)
TTL day + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1, index_granularity = 32, min_compress_block_size = 2048, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS settled_function_days_next ON CLUSTER 'prod'
(
    day Date,
    function_id UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    invocations UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    cold_starts UInt64 CODEC(T64, ZSTD(1)),
    cold_affected UInt64 CODEC(T64, ZSTD(1)),
    warm UInt64 CODEC(T64, ZSTD(1)),
    requests UInt64 CODEC(T64, ZSTD(1)),
    inferred_requests UInt64 CODEC(T64, ZSTD(1)),
    mb_ms UInt128 CODEC(ZSTD(1)),
    cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb UInt128 CODEC(ZSTD(1)),
    cold_cpu UInt128 CODEC(ZSTD(1)),
    cold_execution_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_execution_cpu_ms UInt128 CODEC(ZSTD(1)),
    warm_requests UInt64 CODEC(T64, ZSTD(1)),
    warm_billed_ms UInt128 CODEC(ZSTD(1)),
    cold_burst     UInt32,
    memory_used_mb Nullable(UInt32),
    timeout_ms     Nullable(UInt32),
    latest_at      DateTime64(3, 'UTC'),
    modules_seen   LowCardinality(Nullable(String)),
    modules_hint   LowCardinality(Nullable(String)),
    warm_buckets   Map(UInt16, UInt64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/settled_function_days_next', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (function_id, day)
SETTINGS index_granularity = 32, min_compress_block_size = 2048, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS function_hours ON CLUSTER 'prod'
(
    day Date,
    hour DateTime('UTC'),
    function_id UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    invocations UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    cold_starts UInt64 CODEC(T64, ZSTD(1)),
    cold_affected UInt64 CODEC(T64, ZSTD(1)),
    warm UInt64 CODEC(T64, ZSTD(1)),
    requests UInt64 CODEC(T64, ZSTD(1)),
    inferred_requests UInt64 CODEC(T64, ZSTD(1)),
    mb_ms UInt128 CODEC(ZSTD(1)),
    cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb UInt128 CODEC(ZSTD(1)),
    cold_cpu UInt128 CODEC(ZSTD(1)),
    cold_execution_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_execution_cpu_ms UInt128 CODEC(ZSTD(1)),
    warm_requests UInt64 CODEC(T64, ZSTD(1)),
    warm_billed_ms UInt128 CODEC(ZSTD(1)),
    cold_burst     UInt32,
    memory_used_mb Nullable(UInt32),
    timeout_ms     Nullable(UInt32),
    latest_at      DateTime64(3, 'UTC'),
    modules_seen   LowCardinality(Nullable(String)),
    modules_hint   LowCardinality(Nullable(String)),
    warm_buckets   Map(UInt16, UInt64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/function_hours', '{replica}')
PARTITION BY day
ORDER BY function_id
TTL day + INTERVAL 35 DAY
SETTINGS ttl_only_drop_parts = 1, index_granularity = 64, min_compress_block_size = 4096, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS function_hours_next ON CLUSTER 'prod'
(
    day Date,
    hour DateTime('UTC'),
    function_id UInt64,
    provider       LowCardinality(String),
    account        LowCardinality(String),
    region         LowCardinality(String),
    function_name  String CODEC(ZSTD(1)),
    function_version LowCardinality(String),
    runtime          LowCardinality(String),
    arch             LowCardinality(String),
    memory_mb        UInt32,
    trigger          LowCardinality(String),
    product          LowCardinality(String),
    invocations UInt64 CODEC(T64, ZSTD(1)),
    errors UInt64 CODEC(T64, ZSTD(1)),
    cold_starts UInt64 CODEC(T64, ZSTD(1)),
    cold_affected UInt64 CODEC(T64, ZSTD(1)),
    warm UInt64 CODEC(T64, ZSTD(1)),
    requests UInt64 CODEC(T64, ZSTD(1)),
    inferred_requests UInt64 CODEC(T64, ZSTD(1)),
    mb_ms UInt128 CODEC(ZSTD(1)),
    cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_cpu_ms UInt128 CODEC(ZSTD(1)),
    cold_mb UInt128 CODEC(ZSTD(1)),
    cold_cpu UInt128 CODEC(ZSTD(1)),
    cold_execution_mb_ms UInt128 CODEC(ZSTD(1)),
    cold_execution_cpu_ms UInt128 CODEC(ZSTD(1)),
    warm_requests UInt64 CODEC(T64, ZSTD(1)),
    warm_billed_ms UInt128 CODEC(ZSTD(1)),
    cold_burst     UInt32,
    memory_used_mb Nullable(UInt32),
    timeout_ms     Nullable(UInt32),
    latest_at      DateTime64(3, 'UTC'),
    modules_seen   LowCardinality(Nullable(String)),
    modules_hint   LowCardinality(Nullable(String)),
    warm_buckets   Map(UInt16, UInt64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/function_hours_next', '{replica}')
PARTITION BY day
ORDER BY function_id
SETTINGS index_granularity = 64, min_compress_block_size = 4096, max_compress_block_size = 65536;

CREATE TABLE IF NOT EXISTS settlements ON CLUSTER 'prod'
(
    until      Date,
    settled_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/settlements', '{replica}')
ORDER BY until;

CREATE OR REPLACE VIEW cold_starts ON CLUSTER 'prod' AS
SELECT * FROM settled_cold_starts WHERE day < (SELECT max(until) FROM settlements)
UNION ALL
SELECT * FROM open_cold_starts WHERE day >= (SELECT max(until) FROM settlements);

CREATE OR REPLACE VIEW function_days ON CLUSTER 'prod' AS
SELECT * FROM settled_function_days WHERE day < (SELECT max(until) FROM settlements)
UNION ALL
SELECT * FROM open_function_days WHERE day >= (SELECT max(until) FROM settlements);

CREATE TABLE IF NOT EXISTS seals ON CLUSTER 'prod'
(
    hour      DateTime('UTC'),
    sealed_at DateTime64(3, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/seals', '{replica}', sealed_at)
ORDER BY hour;

CREATE TABLE IF NOT EXISTS package_costs ON CLUSTER 'prod'
(
    day             Date,
    function_id     UInt64 DEFAULT sipHash64(provider, account, region, function_name),
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/coldlens_shard/package_costs', '{replica}')
PARTITION BY day
PRIMARY KEY (function_id, package_name)
ORDER BY (function_id, package_name, invocation_key)
TTL day + INTERVAL 14 DAY
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

ALTER TABLE open_function_days ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS packed_identity String MATERIALIZED toJSONString(CAST([provider, account, region, function_name], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_latest String MATERIALIZED toJSONString(CAST([function_version, runtime, arch, toString(memory_mb), ifNull(toString(timeout_ms), '')], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_modules String MATERIALIZED if(isNull(modules_seen), '', toJSONString(CAST([modules_seen, modules_hint], 'Array(Nullable(String))'))) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_maxima Array(UInt32) MATERIALIZED [cold_burst, ifNull(memory_used_mb, 0)] CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_sums Array(UInt128) MATERIALIZED CAST([invocations, errors, cold_starts, cold_affected, warm, requests, inferred_requests, mb_ms, cpu_ms, cold_mb_ms, cold_cpu_ms, cold_mb, cold_cpu, cold_execution_mb_ms, cold_execution_cpu_ms, warm_requests, warm_billed_ms], 'Array(UInt128)') CODEC(LZ4);

ALTER TABLE open_function_days_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS packed_identity String MATERIALIZED toJSONString(CAST([provider, account, region, function_name], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_latest String MATERIALIZED toJSONString(CAST([function_version, runtime, arch, toString(memory_mb), ifNull(toString(timeout_ms), '')], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_modules String MATERIALIZED if(isNull(modules_seen), '', toJSONString(CAST([modules_seen, modules_hint], 'Array(Nullable(String))'))) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_maxima Array(UInt32) MATERIALIZED [cold_burst, ifNull(memory_used_mb, 0)] CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_sums Array(UInt128) MATERIALIZED CAST([invocations, errors, cold_starts, cold_affected, warm, requests, inferred_requests, mb_ms, cpu_ms, cold_mb_ms, cold_cpu_ms, cold_mb, cold_cpu, cold_execution_mb_ms, cold_execution_cpu_ms, warm_requests, warm_billed_ms], 'Array(UInt128)') CODEC(LZ4);

ALTER TABLE settled_function_days ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS packed_identity String MATERIALIZED toJSONString(CAST([provider, account, region, function_name], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_latest String MATERIALIZED toJSONString(CAST([function_version, runtime, arch, toString(memory_mb), ifNull(toString(timeout_ms), '')], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_modules String MATERIALIZED if(isNull(modules_seen), '', toJSONString(CAST([modules_seen, modules_hint], 'Array(Nullable(String))'))) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_maxima Array(UInt32) MATERIALIZED [cold_burst, ifNull(memory_used_mb, 0)] CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_sums Array(UInt128) MATERIALIZED CAST([invocations, errors, cold_starts, cold_affected, warm, requests, inferred_requests, mb_ms, cpu_ms, cold_mb_ms, cold_cpu_ms, cold_mb, cold_cpu, cold_execution_mb_ms, cold_execution_cpu_ms, warm_requests, warm_billed_ms], 'Array(UInt128)') CODEC(LZ4);

ALTER TABLE settled_function_days_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS packed_identity String MATERIALIZED toJSONString(CAST([provider, account, region, function_name], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_latest String MATERIALIZED toJSONString(CAST([function_version, runtime, arch, toString(memory_mb), ifNull(toString(timeout_ms), '')], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_modules String MATERIALIZED if(isNull(modules_seen), '', toJSONString(CAST([modules_seen, modules_hint], 'Array(Nullable(String))'))) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_maxima Array(UInt32) MATERIALIZED [cold_burst, ifNull(memory_used_mb, 0)] CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_sums Array(UInt128) MATERIALIZED CAST([invocations, errors, cold_starts, cold_affected, warm, requests, inferred_requests, mb_ms, cpu_ms, cold_mb_ms, cold_cpu_ms, cold_mb, cold_cpu, cold_execution_mb_ms, cold_execution_cpu_ms, warm_requests, warm_billed_ms], 'Array(UInt128)') CODEC(LZ4);

ALTER TABLE function_hours ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS packed_identity String MATERIALIZED toJSONString(CAST([provider, account, region, function_name], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_latest String MATERIALIZED toJSONString(CAST([function_version, runtime, arch, toString(memory_mb), ifNull(toString(timeout_ms), '')], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_modules String MATERIALIZED if(isNull(modules_seen), '', toJSONString(CAST([modules_seen, modules_hint], 'Array(Nullable(String))'))) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_maxima Array(UInt32) MATERIALIZED [cold_burst, ifNull(memory_used_mb, 0)] CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_sums Array(UInt128) MATERIALIZED CAST([invocations, errors, cold_starts, cold_affected, warm, requests, inferred_requests, mb_ms, cpu_ms, cold_mb_ms, cold_cpu_ms, cold_mb, cold_cpu, cold_execution_mb_ms, cold_execution_cpu_ms, warm_requests, warm_billed_ms], 'Array(UInt128)') CODEC(LZ4);

ALTER TABLE function_hours_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS packed_identity String MATERIALIZED toJSONString(CAST([provider, account, region, function_name], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_latest String MATERIALIZED toJSONString(CAST([function_version, runtime, arch, toString(memory_mb), ifNull(toString(timeout_ms), '')], 'Array(String)')) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_modules String MATERIALIZED if(isNull(modules_seen), '', toJSONString(CAST([modules_seen, modules_hint], 'Array(Nullable(String))'))) CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_maxima Array(UInt32) MATERIALIZED [cold_burst, ifNull(memory_used_mb, 0)] CODEC(LZ4),
  ADD COLUMN IF NOT EXISTS packed_sums Array(UInt128) MATERIALIZED CAST([invocations, errors, cold_starts, cold_affected, warm, requests, inferred_requests, mb_ms, cpu_ms, cold_mb_ms, cold_cpu_ms, cold_mb, cold_cpu, cold_execution_mb_ms, cold_execution_cpu_ms, warm_requests, warm_billed_ms], 'Array(UInt128)') CODEC(LZ4);

CREATE OR REPLACE VIEW function_days ON CLUSTER 'prod' AS
SELECT *, packed_identity, packed_latest, packed_modules, packed_maxima, packed_sums FROM open_function_days WHERE day >= (SELECT max(until) FROM settlements)
UNION ALL
SELECT *, packed_identity, packed_latest, packed_modules, packed_maxima, packed_sums FROM settled_function_days WHERE day < (SELECT max(until) FROM settlements);

ALTER TABLE invocation_parts ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS platform_is_certain Nullable(UInt8),
  ADD COLUMN IF NOT EXISTS platform_process Nullable(String) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS platform_served_ns Nullable(UInt64) CODEC(T64, ZSTD(1)),
  ADD COLUMN IF NOT EXISTS told_elsewhere Nullable(UInt8),
  ADD COLUMN IF NOT EXISTS otel_init_ns Nullable(UInt64) CODEC(T64, ZSTD(1));

ALTER TABLE instance_starts ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS moment LowCardinality(String) DEFAULT 'init',
  ADD COLUMN IF NOT EXISTS is_ahead UInt8;

ALTER TABLE invocation_parts ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS arrived_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1)),
  ADD INDEX IF NOT EXISTS by_arrival arrived_at TYPE minmax;

ALTER TABLE open_cold_starts ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS certainty LowCardinality(String);

ALTER TABLE open_cold_starts_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS certainty LowCardinality(String);

ALTER TABLE settled_cold_starts ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS certainty LowCardinality(String);

ALTER TABLE settled_cold_starts_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS certainty LowCardinality(String);

CREATE OR REPLACE VIEW cold_starts ON CLUSTER 'prod' AS
SELECT * FROM settled_cold_starts WHERE day < (SELECT max(until) FROM settlements)
UNION ALL
SELECT * FROM open_cold_starts WHERE day >= (SELECT max(until) FROM settlements);

ALTER TABLE open_function_days ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS untold_buckets Map(UInt16, UInt64) CODEC(ZSTD(1));

ALTER TABLE open_function_days_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS untold_buckets Map(UInt16, UInt64) CODEC(ZSTD(1));

ALTER TABLE settled_function_days ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS untold_buckets Map(UInt16, UInt64) CODEC(ZSTD(1));

ALTER TABLE settled_function_days_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS untold_buckets Map(UInt16, UInt64) CODEC(ZSTD(1));

ALTER TABLE function_hours ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS untold_buckets Map(UInt16, UInt64) CODEC(ZSTD(1));

ALTER TABLE function_hours_next ON CLUSTER 'prod'
  ADD COLUMN IF NOT EXISTS untold_buckets Map(UInt16, UInt64) CODEC(ZSTD(1));

CREATE OR REPLACE VIEW function_days ON CLUSTER 'prod' AS
SELECT *, packed_identity, packed_latest, packed_modules, packed_maxima, packed_sums FROM open_function_days WHERE day >= (SELECT max(until) FROM settlements)
UNION ALL
SELECT *, packed_identity, packed_latest, packed_modules, packed_maxima, packed_sums FROM settled_function_days WHERE day < (SELECT max(until) FROM settlements);

CREATE OR REPLACE TABLE coldlens.spans ON CLUSTER 'prod' AS coldlens_shard.spans
ENGINE = Distributed('prod', 'coldlens_shard', 'spans', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.invocations ON CLUSTER 'prod' AS coldlens_shard.invocations
ENGINE = Distributed('prod', 'coldlens_shard', 'invocations', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.bench_samples ON CLUSTER 'prod' AS coldlens_shard.bench_samples
ENGINE = Distributed('prod', 'coldlens_shard', 'bench_samples', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.instance_starts ON CLUSTER 'prod' AS coldlens_shard.instance_starts
ENGINE = Distributed('prod', 'coldlens_shard', 'instance_starts', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.invocation_parts ON CLUSTER 'prod' AS coldlens_shard.invocation_parts
ENGINE = Distributed('prod', 'coldlens_shard', 'invocation_parts', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.open_cold_starts ON CLUSTER 'prod' AS coldlens_shard.open_cold_starts
ENGINE = Distributed('prod', 'coldlens_shard', 'open_cold_starts', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.open_function_days ON CLUSTER 'prod' AS coldlens_shard.open_function_days
ENGINE = Distributed('prod', 'coldlens_shard', 'open_function_days', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.function_hours ON CLUSTER 'prod' AS coldlens_shard.function_hours
ENGINE = Distributed('prod', 'coldlens_shard', 'function_hours', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.cold_starts ON CLUSTER 'prod' AS coldlens_shard.cold_starts
ENGINE = Distributed('prod', 'coldlens_shard', 'cold_starts', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.function_days ON CLUSTER 'prod' AS coldlens_shard.function_days
ENGINE = Distributed('prod', 'coldlens_shard', 'function_days', cityHash64(function_name));

CREATE OR REPLACE TABLE coldlens.package_costs ON CLUSTER 'prod' AS coldlens_shard.package_costs
ENGINE = Distributed('prod', 'coldlens_shard', 'package_costs', cityHash64(function_name));

ALTER TABLE spans ON CLUSTER 'prod' MODIFY TTL day + INTERVAL 14 DAY;

CREATE TABLE sealing_lock (taken UInt8) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/coldlens_shard/sealing_lock', 'holder') ORDER BY taken COMMENT 'f3c2a1b0-1234-4abc-8def-0123456789ab';
