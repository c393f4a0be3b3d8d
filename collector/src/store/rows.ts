/** What goes into which column. The tables themselves are in schema/. */
import { createHash } from 'node:crypto';
import { attributesJson, cut } from '../model/attributes.ts';
import { assembleInvocations } from '../model/invocation/assemble.ts';
import { type ReceivedSpan, received } from '../model/invocation/facts.ts';
import { type InstanceStart, instanceStartsOf } from '../model/invocation/instance-start.ts';
import type { PartialInvocation } from '../model/invocation/partial.ts';
import { type PackageCost, packageCostsOf } from '../model/modules.ts';
import type { Attributes } from '../model/span.ts';
import type { Told } from '../model/telling.ts';
import { clampToDateTime64, dayOf, durationNs, msOf } from '../model/time.ts';
import { encodeRows, type ReceivedTable, type Rows } from './batch.ts';
import type { Column } from './native.ts';

/** All spans of a resource share one map, so its text is made once. */
const resourceTexts = new WeakMap<Attributes, string>();

function resourceJson(resource: Attributes): string {
  let json = resourceTexts.get(resource);
  if (json === undefined) {
    json = attributesJson(resource);
    resourceTexts.set(resource, json);
  }
  return json;
}

export const spanColumns: readonly Column<ReceivedSpan>[] = [
  { name: 'day', type: 'Date', value: ({ seenNs }) => dayOf(seenNs) },
  { name: 'function_name', type: 'LowCardinality(String)', value: ({ of }) => of.functionName ?? '' },
  { name: 'started_at', type: "DateTime64(9, 'UTC')", value: ({ span }) => clampToDateTime64(span.startNs) },
  { name: 'trace_id', type: 'String', value: ({ span }) => span.traceId },
  { name: 'span_id', type: 'String', value: ({ span }) => span.spanId },
  { name: 'parent_span_id', type: 'String', value: ({ span }) => cut(span.parentSpanId) },
  { name: 'name', type: 'LowCardinality(String)', value: ({ span }) => cut(span.name) },
  { name: 'kind', type: 'UInt8', value: ({ span }) => (span.kind >= 0 && span.kind <= 5 ? span.kind : 0) },
  { name: 'duration_ns', type: 'Nullable(UInt64)', value: ({ span }) => durationNs(span.startNs, span.endNs) },
  {
    name: 'status_code',
    type: 'UInt8',
    value: ({ span }) => (span.statusCode >= 0 && span.statusCode <= 2 ? span.statusCode : 0),
  },
  { name: 'status_message', type: 'String', value: ({ span }) => cut(span.statusMessage) },
  { name: 'phase', type: 'LowCardinality(String)', value: ({ phase }) => phase ?? '' },
  { name: 'invocation_id', type: 'String', value: ({ invocationId }) => invocationId ?? '' },
  { name: 'scope_name', type: 'LowCardinality(String)', value: ({ span }) => cut(span.scopeName) },
  { name: 'resource', type: 'LowCardinality(String)', value: ({ span }) => resourceJson(span.resource) },
  { name: 'attributes', type: 'String', value: ({ span }) => attributesJson(span.attributes) },
];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** 16 bytes for any id: a UUID is its own key, any other text is hashed to one. */
export const invocationKey = (id: string): string =>
  uuid.test(id)
    ? id
    : createHash('md5')
        .update(id)
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** What comes later than this goes to the partition of its day: no insert may touch thousands of them. */
const lateMs = 48 * 3_600_000;

const slotOf = ({ seenNs }: PartialInvocation, receivedMs: number): number => {
  const ms = Number(seenNs / 1_000_000n);
  const stepS = receivedMs - ms > lateMs ? 86_400 : 3_600;
  return Math.floor(ms / 1_000 / stepS) * stepS;
};

const invocationColumns = (receivedMs: number): readonly Column<PartialInvocation>[] => [
  { name: 'slot', type: "DateTime('UTC')", value: (part) => slotOf(part, receivedMs) },
  { name: 'provider', type: 'LowCardinality(String)', value: (part) => part.provider },
  { name: 'account', type: 'LowCardinality(String)', value: (part) => part.account },
  { name: 'region', type: 'LowCardinality(String)', value: (part) => part.region },
  { name: 'function_name', type: 'String', value: (part) => part.functionName },
  { name: 'invocation_key', type: 'UUID', value: ({ invocationId }) => invocationKey(invocationId) },
  {
    name: 'invocation_id',
    type: 'Nullable(String)',
    value: ({ invocationId }) => (uuid.test(invocationId) ? null : invocationId),
  },
  // Once it is known when the invocation began, nobody asks when the part was seen.
  {
    name: 'seen_at',
    type: "Nullable(DateTime64(3, 'UTC'))",
    value: (part) => (part.startedNs === null ? msOf(part.seenNs) : null),
  },
  { name: 'started_at', type: "Nullable(DateTime64(3, 'UTC'))", value: (part) => moment(part.startedNs) },
  { name: 'trace_id', type: 'Nullable(String)', value: (part) => part.traceId },
  { name: 'start_kind', type: 'LowCardinality(Nullable(String))', value: (part) => part.startKind },
  { name: 'start_certainty', type: 'LowCardinality(Nullable(String))', value: (part) => part.startCertainty },
  { name: 'agent_runtime_start_ns', type: 'Nullable(UInt64)', value: (part) => part.agentRuntimeStartNs },
  { name: 'agent_init_ns', type: 'Nullable(UInt64)', value: (part) => part.agentInitNs },
  { name: 'agent_idle_ns', type: 'Nullable(UInt64)', value: (part) => part.agentIdleNs },
  { name: 'agent_execution_ns', type: 'Nullable(UInt64)', value: (part) => part.agentExecutionNs },
  { name: 'agent_billed_ms', type: 'Nullable(UInt64)', value: (part) => part.agentBilledMs },
  { name: 'otel_start_kind', type: 'LowCardinality(Nullable(String))', value: (part) => part.otelStartKind },
  { name: 'otel_execution_ns', type: 'Nullable(UInt64)', value: (part) => part.otelExecutionNs },
  { name: 'otel_init_ns', type: 'Nullable(UInt64)', value: (part) => part.otelInitNs },
  { name: 'error', type: 'Nullable(UInt8)', value: (part) => part.error },
  { name: 'error_type', type: 'LowCardinality(Nullable(String))', value: (part) => part.errorType },
  { name: 'trigger', type: 'LowCardinality(Nullable(String))', value: (part) => part.trigger },
  { name: 'memory_mb', type: 'Nullable(UInt32)', value: (part) => part.memoryMb },
  { name: 'arch', type: 'LowCardinality(Nullable(String))', value: (part) => part.arch },
  { name: 'runtime', type: 'LowCardinality(Nullable(String))', value: (part) => part.runtime },
  { name: 'runtime_version', type: 'LowCardinality(Nullable(String))', value: (part) => part.runtimeVersion },
  { name: 'function_version', type: 'LowCardinality(Nullable(String))', value: (part) => part.functionVersion },
  { name: 'instance_id', type: 'Nullable(String)', value: (part) => part.instanceId },
  { name: 'platform_process', type: 'Nullable(String)', value: (part) => part.platformProcess },
  { name: 'cloud_platform', type: 'LowCardinality(Nullable(String))', value: (part) => part.cloudPlatform },
  { name: 'sku', type: 'LowCardinality(Nullable(String))', value: (part) => part.sku },
  { name: 'milli_vcpu', type: 'Nullable(UInt32)', value: (part) => part.milliVcpu },
  { name: 'platform_cpu_us', type: 'Nullable(UInt64)', value: (part) => part.platformCpuUs },
  { name: 'modules_seen', type: 'LowCardinality(Nullable(String))', value: (part) => part.modulesSeen },
  { name: 'modules_hint', type: 'LowCardinality(Nullable(String))', value: (part) => part.modulesHint },
  { name: 'weight_ppm', type: 'Nullable(UInt64)', value: (part) => part.weightPpm },
  { name: 'platform_start_kind', type: 'LowCardinality(Nullable(String))', value: (part) => part.platformStartKind },
  { name: 'platform_is_certain', type: 'Nullable(UInt8)', value: (part) => part.platformIsCertain },
  { name: 'platform_reported_init_ns', type: 'Nullable(UInt64)', value: (part) => part.platformReportedInitNs },
  { name: 'platform_init_inside', type: 'Nullable(UInt8)', value: (part) => part.platformInitInside },
  { name: 'platform_restore_ns', type: 'Nullable(UInt64)', value: (part) => part.platformRestoreNs },
  { name: 'platform_served_ns', type: 'Nullable(UInt64)', value: (part) => part.platformServedNs },
  { name: 'told_elsewhere', type: 'Nullable(UInt8)', value: (part) => part.toldElsewhere },
  { name: 'platform_duration_ns', type: 'Nullable(UInt64)', value: (part) => part.platformDurationNs },
  { name: 'platform_billed_ms', type: 'Nullable(UInt64)', value: (part) => part.platformBilledMs },
  { name: 'platform_memory_used_mb', type: 'Nullable(UInt32)', value: (part) => part.platformMemoryUsedMb },
  { name: 'platform_status', type: 'LowCardinality(Nullable(String))', value: (part) => part.platformStatus },
  { name: 'platform_error_type', type: 'LowCardinality(Nullable(String))', value: (part) => part.platformErrorType },
  {
    name: 'platform_started_at',
    type: "Nullable(DateTime64(3, 'UTC'))",
    value: (part) => moment(part.platformStartedNs),
  },
  { name: 'timeout_ms', type: 'Nullable(UInt32)', value: (part) => part.timeoutMs },
  { name: 'arrived_at', type: "Nullable(DateTime64(3, 'UTC'))", value: () => receivedMs },
];

export const instanceStartColumns: readonly Column<InstanceStart>[] = [
  { name: 'day', type: 'Date', value: (start) => dayOf(start.startedNs) },
  { name: 'provider', type: 'LowCardinality(String)', value: (start) => start.of.told.provider },
  { name: 'account', type: 'LowCardinality(String)', value: (start) => start.of.told.account },
  { name: 'region', type: 'LowCardinality(String)', value: (start) => start.of.told.region },
  { name: 'function_name', type: 'LowCardinality(String)', value: (start) => start.functionName },
  { name: 'instance_id', type: 'String', value: (start) => start.instanceId },
  { name: 'started_at', type: "DateTime64(9, 'UTC')", value: (start) => clampToDateTime64(start.startedNs) },
  { name: 'init_ns', type: 'UInt64', value: (start) => start.initNs },
  { name: 'moment', type: 'LowCardinality(String)', value: (start) => start.moment },
  { name: 'is_ahead', type: 'UInt8', value: (start) => Number(start.isAhead) },
];

const packageCostColumns: readonly Column<PackageCost>[] = [
  { name: 'day', type: 'Date', value: (cost) => dayOf(cost.seenNs) },
  { name: 'provider', type: 'LowCardinality(String)', value: (cost) => cost.provider },
  { name: 'account', type: 'LowCardinality(String)', value: (cost) => cost.account },
  { name: 'region', type: 'LowCardinality(String)', value: (cost) => cost.region },
  { name: 'function_name', type: 'LowCardinality(String)', value: (cost) => cost.functionName },
  { name: 'package_name', type: 'LowCardinality(String)', value: (cost) => cost.packageName },
  { name: 'invocation_key', type: 'UUID', value: (cost) => invocationKey(cost.invocationId) },
  { name: 'seen_at', type: "DateTime64(3, 'UTC')", value: (cost) => msOf(cost.seenNs) },
  { name: 'package_version', type: 'LowCardinality(String)', value: (cost) => cost.packageVersion },
  { name: 'self_ns', type: 'UInt64', value: (cost) => cost.selfNs },
  { name: 'total_ns', type: 'UInt64', value: (cost) => cost.totalNs },
  { name: 'modules', type: 'UInt32', value: (cost) => Math.min(cost.modules, 0xffff_ffff) },
  { name: 'bytes', type: 'UInt64', value: (cost) => cost.bytes },
  { name: 'imported_by', type: 'LowCardinality(String)', value: (cost) => cost.importedBy },
  { name: 'is_used', type: 'Nullable(UInt8)', value: (cost) => (cost.isUsed === null ? null : Number(cost.isUsed)) },
];

/** Only their names and types, which is all that can be told without rows. */
export const columnsOf: Readonly<Record<ReceivedTable, readonly Pick<Column<never>, 'name' | 'type'>[]>> = {
  spans: spanColumns,
  invocation_parts: invocationColumns(0),
  instance_starts: instanceStartColumns,
  package_costs: packageCostColumns,
};

const nsPerHour = 3_600_000_000_000n;

/** The rows that what was told becomes. */
export const rowsOf = ({ spans = [], reports = [], starts: told = [] }: Partial<Told>, receivedMs: number): Rows => {
  const all = spans.map((span) => received(span, receivedMs));
  const parts = assembleInvocations(all, reports);
  const starts = [...instanceStartsOf(all), ...told];
  const moments = [...parts.map(({ seenNs }) => seenNs), ...starts.map(({ startedNs }) => startedNs)];
  return {
    spans: encodeRows(spanColumns, all),
    invocation_parts: encodeRows(invocationColumns(receivedMs), parts),
    instance_starts: encodeRows(instanceStartColumns, starts),
    package_costs: encodeRows(packageCostColumns, packageCostsOf(all)),
    hours: new Set(moments.map((ns) => Number(ns / nsPerHour))),
  };
};

function moment(ns: bigint | null): number | null {
  return ns === null ? null : msOf(ns);
}
