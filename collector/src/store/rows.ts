/** What goes into which column. The tables themselves are in schema/. */
import { createHash } from 'node:crypto';
import { attributesJson, cut } from '../model/attributes.ts';
import { assembleInvocations } from '../model/invocation/assemble.ts';
import { functionNameOf, invocationIdOf, phaseOf } from '../model/invocation/facts.ts';
import { type InstanceStart, instanceStartsOf } from '../model/invocation/instance-start.ts';
import type { PartialInvocation } from '../model/invocation/partial.ts';
import { type PackageCost, packageCostsOf } from '../model/modules.ts';
import type { Attributes, DecodedSpan } from '../model/span.ts';
import { believableNs, clampToDateTime64, dateTime64, dayOf, durationNs } from '../model/time.ts';
import { type Column, encodeRows, type ReceivedTable, type Rows } from './batch.ts';

/** A span and when it came. */
export interface ReceivedSpan {
  span: DecodedSpan;
  receivedMs: number;
}

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
  { name: 'day', value: ({ span, receivedMs }) => dayOf(believableNs(span.startNs, receivedMs)) },
  { name: 'function_name', value: ({ span }) => functionNameOf(span) ?? '' },
  { name: 'started_at', value: ({ span }) => dateTime64(clampToDateTime64(span.startNs)) },
  { name: 'trace_id', value: ({ span }) => span.traceId },
  { name: 'span_id', value: ({ span }) => span.spanId },
  { name: 'parent_span_id', value: ({ span }) => cut(span.parentSpanId) },
  { name: 'name', value: ({ span }) => cut(span.name) },
  { name: 'kind', value: ({ span }) => (span.kind >= 0 && span.kind <= 5 ? span.kind : 0) },
  { name: 'duration_ns', value: ({ span }) => integer(durationNs(span.startNs, span.endNs)) },
  { name: 'status_code', value: ({ span }) => (span.statusCode >= 0 && span.statusCode <= 2 ? span.statusCode : 0) },
  { name: 'status_message', value: ({ span }) => cut(span.statusMessage) },
  { name: 'phase', value: ({ span }) => phaseOf(span) ?? '' },
  { name: 'invocation_id', value: ({ span }) => invocationIdOf(span) ?? '' },
  { name: 'scope_name', value: ({ span }) => cut(span.scopeName) },
  { name: 'resource', value: ({ span }) => resourceJson(span.resource) },
  { name: 'attributes', value: ({ span }) => attributesJson(span.attributes) },
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
  { name: 'slot', value: (part) => slotOf(part, receivedMs) },
  { name: 'provider', value: (part) => part.provider },
  { name: 'account', value: (part) => part.account },
  { name: 'region', value: (part) => part.region },
  { name: 'function_name', value: (part) => part.functionName },
  { name: 'invocation_key', value: ({ invocationId }) => invocationKey(invocationId) },
  { name: 'invocation_id', value: ({ invocationId }) => (uuid.test(invocationId) ? null : invocationId) },
  // Once it is known when the invocation began, nobody asks when the part was seen.
  { name: 'seen_at', value: (part) => (part.startedNs === null ? dateTime64(part.seenNs) : null) },
  { name: 'started_at', value: (part) => moment(part.startedNs) },
  { name: 'trace_id', value: (part) => part.traceId },
  { name: 'start_kind', value: (part) => part.startKind },
  { name: 'start_certainty', value: (part) => part.startCertainty },
  { name: 'agent_runtime_start_ns', value: (part) => integer(part.agentRuntimeStartNs) },
  { name: 'agent_init_ns', value: (part) => integer(part.agentInitNs) },
  { name: 'agent_idle_ns', value: (part) => integer(part.agentIdleNs) },
  { name: 'agent_execution_ns', value: (part) => integer(part.agentExecutionNs) },
  { name: 'agent_billed_ms', value: (part) => integer(part.agentBilledMs) },
  { name: 'otel_start_kind', value: (part) => part.otelStartKind },
  { name: 'otel_execution_ns', value: (part) => integer(part.otelExecutionNs) },
  { name: 'error', value: (part) => part.error },
  { name: 'error_type', value: (part) => part.errorType },
  { name: 'trigger', value: (part) => part.trigger },
  { name: 'memory_mb', value: (part) => part.memoryMb },
  { name: 'arch', value: (part) => part.arch },
  { name: 'runtime', value: (part) => part.runtime },
  { name: 'runtime_version', value: (part) => part.runtimeVersion },
  { name: 'function_version', value: (part) => part.functionVersion },
  { name: 'instance_id', value: (part) => part.instanceId },
  { name: 'cloud_platform', value: (part) => part.cloudPlatform },
  { name: 'sku', value: (part) => part.sku },
  { name: 'milli_vcpu', value: (part) => part.milliVcpu },
  { name: 'platform_cpu_us', value: (part) => integer(part.platformCpuUs) },
  { name: 'modules_seen', value: (part) => part.modulesSeen },
  { name: 'modules_hint', value: (part) => part.modulesHint },
  { name: 'weight_ppm', value: (part) => integer(part.weightPpm) },
  { name: 'platform_start_kind', value: (part) => part.platformStartKind },
  { name: 'platform_reported_init_ns', value: (part) => integer(part.platformReportedInitNs) },
  { name: 'platform_init_inside', value: (part) => part.platformInitInside },
  { name: 'platform_restore_ns', value: (part) => integer(part.platformRestoreNs) },
  { name: 'platform_duration_ns', value: (part) => integer(part.platformDurationNs) },
  { name: 'platform_billed_ms', value: (part) => integer(part.platformBilledMs) },
  { name: 'platform_memory_used_mb', value: (part) => part.platformMemoryUsedMb },
  { name: 'platform_status', value: (part) => part.platformStatus },
  { name: 'platform_error_type', value: (part) => part.platformErrorType },
  { name: 'platform_started_at', value: (part) => moment(part.platformStartedNs) },
  { name: 'timeout_ms', value: (part) => part.timeoutMs },
];

export const instanceStartColumns: readonly Column<InstanceStart>[] = [
  { name: 'day', value: (start) => dayOf(start.startedNs) },
  { name: 'provider', value: (start) => start.provider },
  { name: 'account', value: (start) => start.account },
  { name: 'region', value: (start) => start.region },
  { name: 'function_name', value: (start) => start.functionName },
  { name: 'instance_id', value: (start) => start.instanceId },
  { name: 'started_at', value: (start) => dateTime64(start.startedNs) },
  { name: 'init_ns', value: (start) => String(start.initNs) },
];

const packageCostColumns: readonly Column<PackageCost>[] = [
  { name: 'day', value: (cost) => dayOf(cost.seenNs) },
  { name: 'provider', value: (cost) => cost.provider },
  { name: 'account', value: (cost) => cost.account },
  { name: 'region', value: (cost) => cost.region },
  { name: 'function_name', value: (cost) => cost.functionName },
  { name: 'package_name', value: (cost) => cost.packageName },
  { name: 'invocation_key', value: (cost) => invocationKey(cost.invocationId) },
  { name: 'seen_at', value: (cost) => dateTime64(cost.seenNs) },
  { name: 'package_version', value: (cost) => cost.packageVersion },
  { name: 'self_ns', value: (cost) => String(cost.selfNs) },
  { name: 'total_ns', value: (cost) => String(cost.totalNs) },
  { name: 'modules', value: (cost) => cost.modules },
  { name: 'bytes', value: (cost) => cost.bytes },
  { name: 'imported_by', value: (cost) => cost.importedBy },
  { name: 'is_used', value: (cost) => (cost.isUsed === null ? null : Number(cost.isUsed)) },
];

/** Only their names, which is all that an insert needs of them. */
export const columnsOf: Readonly<Record<ReceivedTable, readonly { name: string }[]>> = {
  spans: spanColumns,
  invocation_parts: invocationColumns(0),
  instance_starts: instanceStartColumns,
  package_costs: packageCostColumns,
};

const nsPerHour = 3_600_000_000_000n;

/** The rows that spans become. */
export const rowsOf = async (spans: readonly DecodedSpan[], receivedMs: number): Promise<Rows> => {
  const received = spans.map((span) => ({ span, receivedMs }));
  const parts = assembleInvocations(spans, receivedMs);
  const starts = instanceStartsOf(spans, receivedMs);
  const moments = [...parts.map(({ seenNs }) => seenNs), ...starts.map(({ startedNs }) => startedNs)];
  return {
    spans: await encodeRows(spanColumns, received),
    invocation_parts: await encodeRows(invocationColumns(receivedMs), parts),
    instance_starts: await encodeRows(instanceStartColumns, starts),
    package_costs: await encodeRows(packageCostColumns, packageCostsOf(spans, receivedMs)),
    hours: new Set(moments.map((ns) => Number(ns / nsPerHour))),
  };
};

function moment(ns: bigint | null): string | null {
  return ns === null ? null : dateTime64(ns);
}

/** 64-bit integers go as text: JSON numbers lose digits beyond 2^53. */
function integer(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
