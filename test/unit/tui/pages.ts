/** A function's page and an invocation's page to show, with something in every part. */
import {
  type ColdStart,
  type FunctionPage,
  type Instance,
  type InstanceList,
  type InvocationPage,
  type InvocationSpan,
  type ModuleNode,
  type ModuleTree,
  startsOf,
} from '#collector/index.js';
import type { FunctionView } from '#tui/screens/function/view.js';

const none = { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null };

const coldStart = (index: number): ColdStart => ({
  at: new Date(Date.UTC(2026, 10, 22, 11, 58, 0) - index * 1_234_567).toISOString(),
  invocationId: `8f5${index}c0de-0000-4000-8000-00000000000${index % 10}`,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  kind: index === 3 ? 'restored' : 'cold',
  startCertainty: index === 1 ? 'inferred' : 'certain',
  version: index < 5 ? '42' : '41',
  memoryMb: index < 5 ? 1024 : 512,
  latencyMs: 812 + index * 9,
  runtimeStartMs: index === 3 ? null : 41.5,
  initMs: index === 3 ? null : 755 + index * 9,
  executionMs: 15.6,
  reportedInitMs: null,
  restoreMs: index === 3 ? 220 : null,
});

const day = Date.UTC(2026, 10, 21, 12);
const hourMs = 3_600_000;

export const functionPage: FunctionPage = {
  since: '2026-11-21T12:00:00.000Z',
  until: '2026-11-22T12:00:00.000Z',
  version: '42',
  runtime: 'nodejs24.x',
  arch: 'arm64',
  memoryMb: 1024,
  invocations: 12_345,
  ...startsOf(310, 12_035),
  coldAffected: 4,
  errors: 3,
  cold: { p50Ms: 812.4, p90Ms: 840, p99Ms: 911.6, maxMs: 930.2 },
  warm: { p50Ms: 12.4, p90Ms: 31, p99Ms: 64.8, maxMs: 122.3 },
  untold: { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null },
  phases: {
    reportedInitMs: 796.8,
    platformMs: 22.1,
    runtimeStartMs: 41.5,
    initMs: 733.2,
    executionMs: 15.6,
    restoreMs: null,
  },
  modules: { seen: 'not observed', hint: 'NODE_OPTIONS="--import @coldlens/agent/register"' },
  coldHistogram: [3, 11, 42, 130, 81, 28, 10, 3, 0, 2].map((count, index) => ({
    fromMs: 600 * 1.1 ** index,
    toMs: 600 * 1.1 ** (index + 1),
    count,
  })),
  warmHistogram: [{ fromMs: 12, toMs: 12.3, count: 12_035 }],
  trend: Array.from({ length: 25 }, (_, index) => index)
    .filter((index) => index !== 7 && index !== 8)
    .map((index) => ({
      at: new Date(day + index * hourMs).toISOString(),
      invocations: 500,
      coldStarts: index === 3 ? 0 : 12,
      errors: 0,
      coldP50Ms: index === 3 ? null : 600,
      coldP99Ms: index === 3 ? null : (index < 14 ? 610 : 890) + (index % 4) * 9,
    })),
  trendStepMs: 3_600_000,
  deployments: [
    { at: '2026-11-21T18:20:00.000Z', changes: [{ what: 'version', from: '40', to: '41' }] },
    {
      at: '2026-11-22T02:04:00.000Z',
      changes: [
        { what: 'version', from: '41', to: '42' },
        { what: 'memoryMb', from: '512', to: '1024' },
      ],
    },
  ],
  versions: [
    {
      ...{ name: '42', invocations: 6_100, coldStarts: 160, errors: 3 },
      cold: { p50Ms: 880, p90Ms: 890, p99Ms: 911.6, maxMs: 930.2 },
    },
    {
      ...{ name: '41', invocations: 6_245, coldStarts: 150, errors: 0 },
      cold: { p50Ms: 604, p90Ms: 611, p99Ms: 640, maxMs: 645 },
    },
  ],
  memorySizes: [
    {
      ...{ name: '1024', invocations: 6_100, coldStarts: 160, errors: 3 },
      cold: { p50Ms: 880, p90Ms: 890, p99Ms: 911.6, maxMs: 930.2 },
    },
    { ...{ name: '', invocations: 6_245, coldStarts: 0, errors: 0 }, cold: none },
  ],
  nearLimits: [
    { limit: 'timeout', share: 0.02, sentence: null },
    { limit: 'memory', share: 0.93, sentence: 'It used 93% of its 1,024 MB: a larger event may end it.' },
  ],
  cost: { totalUsd: 0.018, coldUsd: 0.0061, perMillionUsd: 1.46, monthlyUsd: 13.14, reason: null },
  uploads: [],
  alternatives: [
    { name: 'the function', count: null, monthlyUsd: 13.14, breakEvenPerSecond: null, unverified: false },
    { name: 'Fargate, 0.25 vCPU', count: 2, monthlyUsd: 18.2, breakEvenPerSecond: 0.42, unverified: false },
    { name: 't4g.nano', count: 1, monthlyUsd: 3.07, breakEvenPerSecond: 0.04, unverified: true },
  ],
  recentColdStarts: Array.from({ length: 12 }, (_, index) => coldStart(index)),
};

const instance = (index: number): Instance => ({
  instanceId: `2026/11/22/[$LATEST]0123456789abcdef0123456789abcd${String(index).repeat(2)}`,
  version: index < 3 ? '42' : '41',
  memoryMb: index < 3 ? 1024 : 512,
  startKind: index === 3 ? null : index === 1 ? 'prewarmed' : 'cold',
  startedAt: index === 3 ? null : new Date(Date.UTC(2026, 10, 22, 11 - index)).toISOString(),
  coldLatencyMs: index === 3 || index === 1 ? null : 812 + index,
  firstAt: new Date(Date.UTC(2026, 10, 22, 11 - index)).toISOString(),
  latestAt: new Date(Date.UTC(2026, 10, 22, 12) - index * 754_321).toISOString(),
  invocations: 4_000 - index * 999,
  errors: index,
  busyMs: index === 3 ? null : 600_000 + index,
  memoryUsedMb: index === 1 ? null : 951,
});

export const instanceList: InstanceList = {
  ...{ since: functionPage.since, until: functionPage.until },
  ...{ count: 112, mostAtOnce: 9, invocationsWithoutInstance: 3 },
  instances: [0, 1, 2, 3].map(instance),
};

export const upload = { at: '2026-11-21T18:00:00.000Z', version: '0a1b2c3d', startupMs: 14.2 };

export const functionView: FunctionView = {
  ...{ provider: 'aws', account: '123456789012', region: 'us-east-1', name: 'module-scope-work' },
  ...functionPage,
  instances: instanceList,
};

const span = (
  spanId: string,
  parentSpanId: string,
  name: string,
  startMs: number,
  durationMs: number | null,
  more: Partial<InvocationSpan> = {},
): InvocationSpan => ({
  spanId,
  parentSpanId,
  name,
  phase: '',
  startMs,
  durationMs,
  isError: false,
  module: null,
  ...more,
});

export const invocationPage: InvocationPage = {
  provider: 'aws',
  account: '123456789012',
  region: 'us-east-1',
  name: 'module-scope-work',
  invocationId: '8f50c0de-0000-4000-8000-000000000000',
  at: '2026-11-22T11:58:00.000Z',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  instanceId: '2026/11/22/[$LATEST]0123456789abcdef',
  version: '42',
  startKind: 'cold',
  startCertainty: 'certain',
  isColdAffected: false,
  isError: true,
  latencyMs: 812,
  reportedInitMs: 796.8,
  platformMs: 22.1,
  runtimeStartMs: 41.5,
  initMs: 733.2,
  executionMs: 15.6,
  restoreMs: null,
  billedMs: 813,
  memoryMb: 1024,
  memoryUsedMb: 951,
  traceColdStarts: { coldStarts: 2, functions: 2, latencyMs: 1_310 },
  spans: [
    span('1', '', 'module-scope-work', 0, 812, { phase: 'invocation' }),
    span('2', '1', 'runtime start', 0, 41.5, { phase: 'runtime_start' }),
    span('3', '1', 'init', 41.5, 733.2, { phase: 'init' }),
    span('4', '3', 'src/index.ts', 44, 730, { module: { selfMs: 75.8, totalMs: 606 } }),
    span('5', '4', '@aws-sdk/client-s3', 60, 420, { module: { selfMs: 310, totalMs: 420 } }),
    // Asked for with its sister, and evaluated behind it.
    span('c', '4', '@coldlens/agent', 62, 560, { module: { selfMs: 1.9, totalMs: 2.4 } }),
    span('6', '5', '@smithy/core', 90, 110, { module: { selfMs: 110, totalMs: 110 } }),
    span('7', '4', 'date-fns', 490, 0.2),
    span('8', '1', 'execution', 775, 15.6, { phase: 'execution' }),
    span('9', '8', 'GET https://example.com/a/rather/long/address?with=a&query', 777, 9, { isError: true }),
    span('a', '8', 'not finished', 788, null),
    span('b', 'elsewhere', 'of a parent in another process', 780, 4),
  ],
};

/** `[name, package, totalMs, selfMs, children]` */
type Told = [name: string, of: string | null, totalMs: number, selfMs: number, children?: Told[]];

const told: Told[] = [
  [
    'src/index.mjs',
    '',
    730,
    12,
    [
      [
        'dist-cjs/index.js',
        '@aws-sdk/client-s3',
        420,
        160,
        [
          ['dist-cjs/index.js', '@smithy/core', 110, 70, [['dist/cjs.js', 'tslib', 40, 40]]],
          ['(31 small ones)', null, 150, 150],
        ],
      ],
      ['src/größe-日本.mjs', '', 208, 8, [['index.js', 'date-fns', 200, 200]]],
      ['node:http', 'node', 90, 90],
    ],
  ],
];

const figuresOf = (totalMs: number, selfMs: number) => ({
  ...{
    selfMs,
    totalMs,
    share: totalMs / 730,
    bytes: Math.round(totalMs * 1_234),
    observed: 12,
    importedBy: 'src/index.mjs:3',
  },
  usdPerMonth: totalMs * 0.0021,
});

function flattened(all: readonly Told[], parent: number | null, depth: number, into: ModuleNode[]): void {
  for (const [name, of, totalMs, selfMs, children = []] of all) {
    const place = into.length;
    const node: ModuleNode = {
      ...{
        name,
        package: of,
        packageVersion: of === '' || of === null ? '' : '3.1.0',
        format: 'commonjs',
        parent,
        depth,
      },
      ...{ descendants: 0, isAwaiting: name.endsWith('.mjs'), isCircular: false, hasFailed: false },
      ...figuresOf(totalMs, selfMs),
      ...{ modules: of === null ? 31 : 1, isUnused: of === 'date-fns' ? true : null },
    };
    into.push(node);
    flattened(children, place, depth + 1, into);
    node.descendants = into.length - place - 1;
  }
}

const modules: ModuleNode[] = [];
flattened(told, null, 0, modules);

export const moduleTree: ModuleTree = {
  since: functionPage.since,
  until: functionPage.until,
  prices: '2026-09-19',
  version: '42',
  trees: 12,
  latestAt: '2026-11-22T11:58:00.000Z',
  earliestAt: '2026-11-22T07:00:00.000Z',
  coldStarts: 310,
  initMs: 733,
  totalMs: 730,
  seen: 'complete',
  hint: null,
  modules,
  leftOut: 0,
  packages: ['@aws-sdk/client-s3', 'date-fns', '@smithy/core', 'node', '', 'tslib'].map((name, index) => ({
    ...{ name, versions: name === 'node' || name === '' ? [] : ['3.1.0'], modules: 4 + index },
    ...figuresOf(420 - index * 70, 160 - index * 20),
    isUnused: name === 'date-fns',
  })),
};
