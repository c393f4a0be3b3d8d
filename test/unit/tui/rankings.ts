/** Rankings to show: six functions that differ in every respect, and small helpers to make others. */
import { type RankedFunction, type Ranking, startsOf } from '#collector/index.js';

type Overrides = { [K in keyof RankedFunction]?: Partial<RankedFunction[K]> | RankedFunction[K] };

/** A function with believable values; nested parts are merged. */
export function rankedFunction(overrides: Overrides & { name: string }): RankedFunction {
  const base: RankedFunction = {
    provider: 'aws',
    account: '123456789012',
    region: 'us-east-1',
    name: '',
    version: '$LATEST',
    runtime: 'nodejs24.x',
    arch: 'x86_64',
    memoryMb: 512,
    invocations: 48,
    ...startsOf(12, 36),
    coldBurst: 3,
    coldAffected: 2,
    errors: 0,
    cold: { p50Ms: 366.2, p90Ms: 380.4, p99Ms: 402.7, maxMs: 410 },
    warm: { p50Ms: 1.24, p90Ms: 2.1, p99Ms: 4.8, maxMs: 12.3 },
    untold: { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null },
    phases: {
      reportedInitMs: null,
      platformMs: null,
      runtimeStartMs: 42.1,
      initMs: 312,
      executionMs: 12.1,
      restoreMs: null,
    },
    limits: { memoryUsedMb: null, timeoutMs: 30_000 },
    modules: { seen: 'not observed', hint: 'NODE_OPTIONS="--import @coldlens/agent/register"' },
    before: null,
    trend: null,
    uploaded: null,
    cost: { totalUsd: 0.000_052, coldUsd: 0.000_036, perMillionUsd: 1.08, monthlyUsd: 0.0019, reason: null },
  };
  const { invocations, coldStarts } = { ...base, ...overrides } as RankedFunction;
  const starts = coldStarts === null ? startsOf(0, 0) : startsOf(coldStarts, Math.max(0, invocations - coldStarts));
  const parts = (key: 'cold' | 'warm' | 'untold' | 'phases' | 'cost') => ({ ...base[key], ...overrides[key] });
  return {
    ...base,
    ...overrides,
    ...starts,
    cold: parts('cold'),
    warm: parts('warm'),
    untold: parts('untold'),
    phases: parts('phases'),
    cost: parts('cost'),
  } as RankedFunction;
}

export const ranking = (functions: RankedFunction[]): Ranking => ({
  since: '2026-11-21T12:00:00.000Z',
  until: '2026-11-22T12:00:00.000Z',
  prices: '2026-09-19',
  trend: null,
  totals: null,
  functions,
});

export const sixFunctions: Ranking = ranking([
  rankedFunction({
    name: 'module-scope-work',
    memoryMb: 1024,
    cold: { p50Ms: 812.4, p90Ms: 840, p99Ms: 911.6, maxMs: 930.2 },
    phases: { runtimeStartMs: 41.5, initMs: 755.3, executionMs: 15.6 },
    cost: { totalUsd: 0.000_21, coldUsd: 0.000_17, perMillionUsd: 4.4, monthlyUsd: 0.0064 },
  }),
  rankedFunction({ name: 'sdk-s3-upload', errors: 3 }),
  rankedFunction({
    name: 'esm-date-fns-formatter-with-a-rather-long-name',
    region: 'eu-central-1',
    invocations: 12_345,
    coldStarts: 310,
    cold: { p50Ms: 254, p90Ms: 270, p99Ms: 288.8, maxMs: 301 },
    phases: { runtimeStartMs: 40.2, initMs: 208.1, executionMs: 5.7 },
    cost: { totalUsd: 0.018, coldUsd: 0.0021, perMillionUsd: 1.46, monthlyUsd: 13.14 },
  }),
  rankedFunction({
    name: 'logs-only-java',
    provider: 'aws',
    runtime: 'java25',
    arch: 'arm64',
    memoryMb: 2048,
    cold: { p50Ms: 240, p90Ms: 250, p99Ms: 260, maxMs: 262 },
    phases: { reportedInitMs: 228, runtimeStartMs: null, initMs: null, executionMs: 12 },
    limits: { memoryUsedMb: 118, timeoutMs: null },
    modules: { seen: null, hint: null },
    cost: { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null },
  }),
  rankedFunction({
    name: 'bundled-single-file',
    memoryMb: 256,
    cold: { p50Ms: 72, p90Ms: 75, p99Ms: 81, maxMs: 83 },
    phases: { runtimeStartMs: 41, initMs: 28, executionMs: 3 },
    cost: { totalUsd: 0.000_004, coldUsd: 0.000_001_8, perMillionUsd: 0.083, monthlyUsd: 0.000_12 },
  }),
  rankedFunction({
    name: 'bare',
    memoryMb: 128,
    cold: { p50Ms: 48.2, p90Ms: 50, p99Ms: 55.1, maxMs: 56 },
    warm: { p50Ms: 0.42, p90Ms: 0.6, p99Ms: 0.9, maxMs: 1.4 },
    phases: { runtimeStartMs: 41, initMs: 6.3, executionMs: 0.9 },
    cost: { totalUsd: 0.000_000_9, coldUsd: 0.000_000_21, perMillionUsd: 0.018, monthlyUsd: 0.000_027 },
  }),
]);

const unknown = { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null };

/** As our agent tells of one: starts are counted, and nothing of them is on a clock. */
export const aWorker = rankedFunction({
  ...{ provider: 'cloudflare', account: '', region: '', name: 'workers-redirect', version: '', runtime: 'workerd' },
  ...{ arch: '', memoryMb: null, limits: { memoryUsedMb: null, timeoutMs: null } },
  cold: unknown,
  phases: { runtimeStartMs: null, initMs: null, executionMs: null },
  modules: { seen: null, hint: null },
  cost: {
    ...{ totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null },
    reason: 'CPU time was not told, which the agent cannot see and Cloudflare exports itself',
  },
});

const before = (coldP50Ms: number | null, isColdChangeSure: boolean | null): RankedFunction['before'] => ({
  ...{ invocations: 40, coldStarts: 10, coldP50Ms, coldP99Ms: null, monthlyUsd: null, isColdChangeSure },
});

/** With the window before: slower for sure, hardly faster, too few to say, without cold starts then, and new. */
export const compared: Ranking = ranking([
  rankedFunction({ name: 'slower', before: before(280, true) }),
  rankedFunction({ name: 'hardly-faster', before: before(370, false) }),
  rankedFunction({ name: 'seldom', before: before(20, null) }),
  rankedFunction({ name: 'never-cold-then', before: before(null, null) }),
  rankedFunction({ name: 'new' }),
]);

const steps = 24;

/** With the trend of each: rising, seldom, and none. */
export const withTrends: Ranking = {
  ...ranking(
    sixFunctions.functions.map((ranked, index) => ({
      ...ranked,
      trend: Array.from({ length: steps }, (_, step) =>
        index === 5 || (index > 2 && step % index !== 0) ? null : 300 + 40 * ((step * (index + 1)) % 9),
      ),
    })),
  ),
  trend: { from: '2026-11-21T12:00:00.000Z', stepMs: 3_600_000, steps },
};
