/** One invocation, from a link that carries its function and hour. */
import { type Certainty, moduleAttribute, type StartKind } from '@coldlens/agent/vocabulary';
import type { InvocationPage, InvocationQuery, InvocationSpan } from '../model/invocation-page.ts';
import type { Connection } from './connection.ts';
import { mergedInvocations } from './merged-invocations.ts';
import { daysTable, isOpenSince, milliseconds, type Nanoseconds } from './periods.ts';
import { invocationKey } from './rows.ts';
import { functionId } from './schema/005-sealed-periods.ts';
import { handedOverMs } from './sealing/statements.ts';
import { waitedMs } from './waited.ts';

const mostSpans = 1_000;
/** The link's time may be that of any part of the invocation. */
const aroundS = 3_600;

const window = { since: '{since_s:Int64}', until: '{until_s:Int64}' };
const isIt = `provider = {provider:String} AND account = {account:String} AND region = {region:String} AND function_name = {name:String}
  AND invocation_key = {key:UUID}`;

const only = [
  ...([
    'at',
    'platform_at',
    'trace_id',
    'instance',
    'version',
    'kind',
    'certainty',
    'failed',
    'cold_latency_ns',
  ] as const),
  ...(['handler_ns', 'reported_init_ns', 'platform_ns', 'runtime_start_ns', 'own_init_ns', 'restore_ns'] as const),
  ...(['billed', 'given_mb', 'memory_used_mb'] as const),
] as const;

const invocation = `
SELECT ${only.filter((name) => name !== 'at').join(', ')}, toString(at) AS at_text
FROM (${mergedInvocations(window, isIt, { only })})
LIMIT 1`;

const isOfItsTrace = `
  day >= toDate(toDateTime({since_s:Int64}, 'UTC')) AND day <= toDate(toDateTime({until_s:Int64}, 'UTC')) AND trace_id = {trace:String}`;

/** Outside text may say anything: what is no time is not told. */
const figure = (name: string): string => {
  const told = `JSONExtract(attributes, '${name}', 'Nullable(Float64)')`;
  return `if(phase = '' AND position(attributes, '"${name}":') > 0 AND ${told} >= 0, ${told}, NULL)`;
};

const spans = `
SELECT span_id, parent_span_id, name, phase, toUnixTimestamp64Nano(started_at) AS started_ns,
  duration_ns, status_code, ${figure(moduleAttribute.selfMs)} AS self_ms, ${figure(moduleAttribute.totalMs)} AS total_ms
FROM spans FINAL
WHERE ${isOfItsTrace}
ORDER BY started_at, span_id
LIMIT ${mostSpans}`;

const traceColdStarts = (coldStarts: string): string => `
SELECT count() AS cold_starts, uniqExact(function_id) AS functions, sum(ifNull(latency_ns, 0)) AS latency_ns
FROM ${coldStarts}
WHERE ${isOfItsTrace}`;

/** What the instance began with; more than one says that its id was used again. */
const coldOfInstance = (coldStarts: string): string => `
SELECT toUnixTimestamp64Milli(at) AS at_ms, latency_ns, execution_ns
FROM ${coldStarts}
WHERE day >= toDate(toDateTime({since_s:Int64}, 'UTC')) AND day <= toDate(toDateTime({until_s:Int64}, 'UTC'))
  AND function_id = ${functionId((column) => `{${column === 'function_name' ? 'name' : column}:String}`)}
  AND instance_id = {instance:String} AND isNotNull(latency_ns)
LIMIT 2`;

interface ColdRow {
  at_ms: string;
  latency_ns: string;
  execution_ns: string;
}

interface TraceRow {
  cold_starts: string;
  functions: string;
  latency_ns: string;
}

interface Row {
  at_text: string;
  platform_at: string | null;
  trace_id: string | null;
  instance: string;
  version: string;
  kind: StartKind | null;
  certainty: Certainty | null;
  failed: 0 | 1;
  cold_latency_ns: Nanoseconds;
  handler_ns: Nanoseconds;
  reported_init_ns: Nanoseconds;
  platform_ns: Nanoseconds;
  runtime_start_ns: Nanoseconds;
  own_init_ns: Nanoseconds;
  restore_ns: Nanoseconds;
  billed: string | number | null;
  given_mb: number;
  memory_used_mb: number | null;
}

interface SpanRow {
  span_id: string;
  parent_span_id: string;
  name: string;
  phase: string;
  started_ns: string;
  duration_ns: Nanoseconds;
  status_code: number;
  self_ms: number | null;
  total_ms: number | null;
}

const spanOf = (row: SpanRow, beganNs: bigint): InvocationSpan => ({
  spanId: row.span_id,
  parentSpanId: row.parent_span_id,
  name: row.name,
  phase: row.phase,
  startMs: Number(BigInt(row.started_ns) - beganNs) / 1e6,
  durationMs: milliseconds(row.duration_ns),
  isError: row.status_code === 2,
  module: row.self_ms === null || row.total_ms === null ? null : { selfMs: row.self_ms, totalMs: row.total_ms },
});

const msOf = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);

/** By the rule that the sums of sealing/statements.ts are made by. */
const isAffected = (row: Row, colds: readonly ColdRow[]): boolean => {
  const [cold, another] = colds;
  if (!cold || another) return false;
  const endedMs = Number(cold.at_ms) + Number(cold.latency_ns) / 1e6;
  const readyMs = endedMs - Number(cold.execution_ns) / 1e6;
  const atMs = msOf(row.at_text);
  const hadItMs = row.platform_at === null ? atMs : msOf(row.platform_at);
  return atMs < endedMs && (atMs <= readyMs + handedOverMs || hadItMs < readyMs);
};

/**
 * @returns `null` where there is no such invocation
 * @throws what the client throws
 */
export async function invocationPage(
  connection: Connection,
  { provider, account, region, name, invocationId, atMs }: InvocationQuery,
): Promise<InvocationPage | null> {
  const atS = Math.floor(atMs / 1_000);
  const identity = { provider, account, region, name };
  const around = { since_s: atS - aroundS, until_s: atS + aroundS };
  const parameters = { ...around, ...identity, key: invocationKey(invocationId) };
  const [row] = await connection.select<Row>(invocation, parameters);
  if (row === undefined) return null;
  const trace = row.trace_id;
  const coldStarts = daysTable('cold_starts', isOpenSince(around.since_s * 1_000));
  const mayHaveWaited = row.kind === 'warm' && row.instance !== '';
  const [spanRows, [inTrace], colds] = await Promise.all([
    trace === null ? [] : connection.select<SpanRow>(spans, { ...around, trace }),
    trace === null ? [] : connection.select<TraceRow>(traceColdStarts(coldStarts), { ...around, trace }),
    mayHaveWaited
      ? connection.select<ColdRow>(coldOfInstance(coldStarts), { ...around, ...identity, instance: row.instance })
      : [],
  ]);
  const at = `${row.at_text.replace(' ', 'T')}Z`;
  const beganNs = BigInt(Date.parse(at)) * 1_000_000n;
  return {
    ...identity,
    invocationId,
    at,
    traceId: row.trace_id,
    instanceId: row.instance,
    version: row.version,
    startKind: row.kind,
    startCertainty: row.certainty,
    isColdAffected: isAffected(row, colds),
    isError: row.failed === 1,
    latencyMs: waitedMs(row),
    reportedInitMs: milliseconds(row.reported_init_ns),
    platformMs: milliseconds(row.platform_ns),
    runtimeStartMs: milliseconds(row.runtime_start_ns),
    initMs: milliseconds(row.own_init_ns),
    executionMs: milliseconds(row.handler_ns),
    restoreMs: milliseconds(row.restore_ns),
    billedMs: row.billed === null ? null : Number(row.billed),
    memoryMb: row.given_mb === 0 ? null : row.given_mb,
    memoryUsedMb: row.memory_used_mb,
    traceColdStarts: inTrace
      ? {
          coldStarts: Number(inTrace.cold_starts),
          functions: Number(inTrace.functions),
          latencyMs: Number(inTrace.latency_ns) / 1e6,
        }
      : null,
    spans: spanRows.map((each) => spanOf(each, beganNs)),
  };
}
