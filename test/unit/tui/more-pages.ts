/** What arrives, how collector and store are, and stored benchmarks, to show: something of everything. */
import type { BenchRun, BenchRuns, BenchSide, Health, LiveInvocation, LiveInvocations } from '#collector/index.js';

const arriving = (index: number, more: Partial<LiveInvocation> = {}): LiveInvocation => ({
  ...{ provider: 'aws', account: '123456789012', region: 'us-east-1', name: index % 3 === 0 ? 'checkout' : 'orders' },
  key: `key-${index}`,
  invocationId: `8f5${index}c0de-0000-4000-8000-000000000000`,
  arrivedAt: new Date(Date.UTC(2026, 10, 22, 11, 59, 58) - index * 1_700).toISOString(),
  at: new Date(Date.UTC(2026, 10, 22, 11, 59, 57) - index * 1_700).toISOString(),
  ...{ startKind: 'warm', startCertainty: 'certain', isCold: false, isError: false },
  ...{
    latencyMs: 4.2 + index,
    readyMs: null,
    executionMs: 4.2 + index,
    version: '42',
    instanceId: 'i-1',
    memoryMb: 512,
  },
  ...more,
});

export const liveInvocations: LiveInvocations = {
  until: '2026-11-22T12:00:00.000Z',
  cursor: 'next',
  arrived: 14,
  invocations: [
    arriving(0),
    arriving(1, { isCold: true, startKind: 'cold', latencyMs: 812, readyMs: 796, executionMs: 16 }),
    arriving(2, { isError: true }),
    arriving(3, { startKind: 'prewarmed', startCertainty: 'inferred' }),
    arriving(4, { startKind: null, startCertainty: null, latencyMs: null, executionMs: null, region: '' }),
    arriving(5, { isCold: true, startKind: 'restored', name: 'größe-日本', latencyMs: 250, readyMs: 210 }),
    ...Array.from({ length: 8 }, (_, index) => arriving(6 + index)),
  ],
  waiting: { batches: 2, oldestMs: 3_200 },
};

export const health: Health = {
  at: '2026-11-22T12:00:00.000Z',
  collector: {
    ...{ version: '0.1.0', node: '24.21.0', startedAt: '2026-11-20T12:00:00.000Z', uptimeMs: 2 * 86_400_000 },
    ...{ isReady: true, error: null, next: null, cpuMs: 5_000_000, rssBytes: 180_000_000 },
    ...{ decodeThreads: 2, decodeWaiting: 0, decodeLost: 0, functions: 412, functionsLimit: 10_000 },
    received: {
      ...{ requests: 123_456, spans: 987_654, acknowledgedSpans: 987_600, rejectedSpans: 54, deduplicatedRequests: 12 },
      rejectedRequests: [
        { name: 'unauthorized', count: 3 },
        { name: 'too_large', count: 1 },
      ],
      refusedConnections: 0,
      platforms: [{ path: '/v1/lambda/telemetry', records: 5_432, unknown: [{ name: 'no such type', count: 7 }] }],
    },
    requests: { count: 123_456, p50Ms: 2.5, p99Ms: 25 },
    inserts: { count: 4_321, p50Ms: 40, p99Ms: 250 },
    eventLoop: { count: 99, p50Ms: 1, p99Ms: 12 },
    buffer: {
      ...{ batches: 2, bytes: 12_345_678, limitBytes: 2 * 1024 ** 3, oldestMs: 3_200, queuedBytes: 0 },
      ...{ setAside: 0, damaged: 0, insertedBatches: 4_321, insertedRows: 12_345_678, retries: 2, isFailing: false },
      lastFailure: { message: 'connect ECONNREFUSED', at: '2026-11-21T03:00:00.000Z' },
    },
    sealing: { lastSuccessAt: '2026-11-22T11:59:30.000Z', lastDurationMs: 84, failures: 0, isFailing: false },
  },
  store: {
    ...{
      description: 'embedded ClickHouse at 127.0.0.1:8123',
      version: '26.5.1',
      answerMs: 3.4,
      error: null,
      next: null,
    },
    latestArrivalAt: '2026-11-22T11:59:58.000Z',
    tables: [
      { name: 'spans', rows: 12_345_678, bytes: 987_654_321 },
      { name: 'invocations', rows: 4_567_890, bytes: 123_456_789 },
    ],
  },
};

/** Everything that can be wrong is. */
export const illHealth: Health = {
  ...health,
  collector: health.collector && {
    ...health.collector,
    ...{ isReady: false, error: 'The buffer is full.', next: 'Look why ClickHouse takes nothing.', decodeLost: 1 },
    buffer: { ...health.collector.buffer, bytes: 2 * 1024 ** 3, isFailing: true, setAside: 3, damaged: 1 },
    sealing: { lastSuccessAt: null, lastDurationMs: 0, failures: 4, isFailing: true },
  },
  store: {
    ...health.store,
    ...{ answerMs: null, error: 'ClickHouse cannot be reached\u001b[31m.', next: 'Start it.', latestArrivalAt: null },
    tables: null,
  },
};

const side = (commit: string, coldP50Ms: number): BenchSide => ({
  ...{ commit, ref: 'main', samples: 30, coldP50Ms, coldP90Ms: coldP50Ms * 1.1 },
  ...{
    coldMinMs: coldP50Ms * 0.9,
    coldMaxMs: coldP50Ms * 1.4,
    coldLowMs: coldP50Ms * 0.97,
    coldHighMs: coldP50Ms * 1.04,
  },
  ...{ readyMs: coldP50Ms * 0.8, cpuMs: coldP50Ms * 0.9, rssMb: 71 },
});

const run = (functionName: string, verdict: string | null, baseMs: number | null, headMs: number | null): BenchRun => ({
  ...{ runId: '0198f0c2-aaaa-7000-8000-000000000001', at: '2026-11-22T10:00:00.000Z', functionName, verdict },
  ...{ platform: 'lambda', runtime: 'nodejs24.x', node: '24.21.0', memoryMb: 512, pageCache: 'warm' },
  fingerprint: 'a1b2c3d4',
  base: baseMs === null ? null : side('0123456789abcdef', baseMs),
  head: headMs === null ? null : side('fedcba9876543210', headMs),
  changeMs: baseMs === null || headMs === null ? null : headMs - baseMs,
  changeRatio: baseMs === null || headMs === null ? null : headMs / baseMs - 1,
});

export const benchRuns: BenchRuns = {
  since: '2026-08-24T12:00:00.000Z',
  until: '2026-11-22T12:00:00.000Z',
  runs: [
    run('checkout', 'regressed', 210, 288),
    run('orders', 'improved', 640, 402),
    run('größe-日本', 'unchanged', 88, 88.4),
    run('new-one', null, null, 55),
  ],
};
