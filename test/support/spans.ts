/** Spans and requests as the agent sends them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { BenchSample, Latency } from '#collector/index.js';
import { untilStored } from './collector.ts';

export const newTraceId = () => randomBytes(16).toString('hex');
export const newSpanId = () => randomBytes(8).toString('hex');

type AttributeInput = Record<string, string | number | boolean>;

export const keyValues = (attributes: AttributeInput) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value) && Math.abs(value) < 1e15
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));

export interface SpanInput {
  name?: string;
  traceId?: string;
  spanId?: string;
  kind?: number;
  startMs: number;
  durationMs: number;
  attributes?: AttributeInput;
  failed?: boolean;
}

const nanoseconds = (ms: number) => String(BigInt(Math.round(ms * 1e6)));

/** A time like Date.now() is exact in a double only to about 0.2 microseconds: start and duration are added as integers. */
export function span({ name, traceId, spanId, kind, startMs, durationMs, attributes, failed }: SpanInput) {
  const startNs = BigInt(Math.round(startMs)) * 1_000_000n;
  return {
    traceId: traceId ?? newTraceId(),
    spanId: spanId ?? newSpanId(),
    name: name ?? 'span',
    kind: kind ?? 1,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + BigInt(nanoseconds(durationMs))),
    attributes: keyValues(attributes ?? {}),
    status: failed ? { code: 2, message: 'failed' } : {},
  };
}

export const lambdaResource: AttributeInput = {
  'cloud.provider': 'aws',
  'cloud.account.id': '123456789012',
  'cloud.region': 'eu-central-1',
  'faas.name': 'shop',
  'faas.version': '1',
  'faas.instance': 'stream-1',
  'faas.max_memory': 512 * 1_048_576,
  'host.arch': 'arm64',
  'coldlens.runtime': 'nodejs24.x',
};

export function request(spans: readonly object[], resource: AttributeInput = lambdaResource) {
  return {
    resourceSpans: [
      { resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope: { name: 'test' }, spans }] },
    ],
  };
}

export interface InvocationInput {
  id: string;
  startMs: number;
  kind: 'cold' | 'warm' | 'prewarmed' | 'restored';
  runtimeStartMs?: number;
  initMs?: number;
  executionMs: number;
  failed?: boolean;
}

/** The spans of one invocation, as the agent sends them: the root first. */
export function invocationSpans({ id, startMs, kind, runtimeStartMs, initMs, executionMs, failed }: InvocationInput) {
  const traceId = newTraceId();
  const phase = (name: string, from: number, durationMs: number, attributes: AttributeInput = {}) =>
    span({
      name,
      traceId,
      startMs: from,
      durationMs,
      attributes: { 'faas.invocation.id': id, 'coldlens.phase': name, ...attributes },
      ...(name === 'invocation' && { kind: 2, failed: failed ?? false }),
    });
  const waitMs = (runtimeStartMs ?? 0) + (initMs ?? 0);
  const start = { 'coldlens.start.kind': kind, 'coldlens.start.certainty': 'certain' };
  return [
    phase('invocation', startMs, waitMs + executionMs, start),
    ...(runtimeStartMs === undefined ? [] : [phase('runtime_start', startMs, runtimeStartMs)]),
    ...(initMs === undefined ? [] : [phase('init', startMs + (runtimeStartMs ?? 0), initMs)]),
    phase('execution', startMs + waitMs, executionMs),
  ];
}

export const post = (collectorUrl: string, body: unknown): Promise<Response> =>
  fetch(`${collectorUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });

/** Once it is acknowledged, waits until the store has it where the collector is `watched`. */
export async function send(collectorUrl: string, body: unknown): Promise<Response> {
  const response = await post(collectorUrl, body);
  if (response.status === 200) await untilStored(collectorUrl);
  return response;
}

/** Sends spans, and wants them stored. */
export const store200 = async (
  collectorUrl: string,
  spans: readonly object[],
  resource: AttributeInput,
): Promise<void> => {
  const response = await send(collectorUrl, request(spans, resource));
  assert.equal(response.status, 200, await response.text());
};

/** Warm quantiles are told within 1 %. */
export const within = (found: Latency, expected: Latency): void => {
  for (const [name, value] of Object.entries(expected)) {
    const actual = found[name as keyof Latency];
    const isNear = value === null || actual === null ? actual === value : Math.abs(actual / value - 1) < 0.0101;
    assert.ok(isNear, `${name} is ${actual}, not ${value}`);
  }
};

/** One cold start that a benchmark has measured. */
export const benchSample = (parts: Partial<BenchSample>): BenchSample => ({
  ...{ measuredMs: Date.now() - 3_600_000, runId: 'run', fingerprint: 'machine', functionName: 'orders' },
  ...{
    platform: 'lambda',
    runtime: 'nodejs24.x',
    node: '24.21.0',
    memoryMb: 512,
    side: 'head',
    commit: 'c0ffee',
    ref: '',
  },
  ...{ pageCache: 'warm', verdict: parts.side === 'base' ? null : 'unchanged', sample: 0 },
  ...{ coldNs: 200e6, readyNs: 150e6, cpuNs: null, rssBytes: 64 * 1_048_576 },
  ...parts,
});
