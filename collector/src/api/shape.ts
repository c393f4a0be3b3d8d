/** What an answer looks like, in a few words, for the description of the API; tests hold real answers to it. */

/** `?` = may be `null`, which means "not observable", or "not told"; of an object, `{ '?': members }`. */
type Primitive = 'text' | 'number' | 'boolean' | 'text?' | 'number?' | 'boolean?';
export type Shape = Primitive | { readonly [name: string]: Shape } | readonly [Shape];

const types = { text: 'string', number: 'number', boolean: 'boolean' } as const;

/** As JSON Schema. */
export const schemaOf = (shape: Shape): object => {
  if (typeof shape === 'string') {
    const type = types[shape.replace('?', '') as keyof typeof types];
    return { type: shape.endsWith('?') ? [type, 'null'] : type };
  }
  if (Array.isArray(shape)) return { type: 'array', items: schemaOf(shape[0] as Shape) };
  if ('?' in shape) return { anyOf: [schemaOf(shape['?'] as Shape), { type: 'null' }] };
  const members = Object.entries(shape);
  return {
    type: 'object',
    required: members.map(([name]) => name),
    properties: Object.fromEntries(members.map(([name, member]) => [name, schemaOf(member)])),
  };
};

const latency = { p50Ms: 'number?', p90Ms: 'number?', p99Ms: 'number?', maxMs: 'number?' } as const;
const phases = {
  reportedInitMs: 'number?',
  platformMs: 'number?',
  runtimeStartMs: 'number?',
  initMs: 'number?',
  executionMs: 'number?',
  restoreMs: 'number?',
} as const;
const identity = { provider: 'text', account: 'text', region: 'text', name: 'text' } as const;
const window = { since: 'text', until: 'text' } as const;
const counts = { invocations: 'number', coldStarts: 'number', errors: 'number' } as const;
const cost = {
  totalUsd: 'number?',
  coldUsd: 'number?',
  perMillionUsd: 'number?',
  monthlyUsd: 'number?',
  reason: 'text?',
} as const;
const group = [{ name: 'text', ...counts, cold: latency }] as const;
const coldStarts = [
  {
    at: 'text',
    invocationId: 'text',
    traceId: 'text?',
    kind: 'text',
    version: 'text',
    memoryMb: 'number?',
    latencyMs: 'number?',
    runtimeStartMs: 'number?',
    initMs: 'number?',
    executionMs: 'number?',
    reportedInitMs: 'number?',
    restoreMs: 'number?',
  },
] as const;
const bars = [{ fromMs: 'number', toMs: 'number', count: 'number' }] as const;

export const rankingShape = {
  ...window,
  prices: 'text',
  functions: [
    {
      ...identity,
      version: 'text',
      runtime: 'text',
      arch: 'text',
      memoryMb: 'number?',
      ...counts,
      coldRatio: 'number',
      coldBurst: 'number',
      coldAffected: 'number',
      cold: latency,
      warm: latency,
      phases,
      limits: { memoryUsedMb: 'number?', timeoutMs: 'number?' },
      modules: { seen: 'text?', hint: 'text?' },
      cost,
      before: {
        '?': { invocations: 'number', coldStarts: 'number', coldP50Ms: 'number?', isColdChangeSure: 'boolean?' },
      },
    },
  ],
} as const satisfies Shape;

export const functionShape = {
  ...window,
  ...counts,
  coldAffected: 'number',
  cold: latency,
  warm: latency,
  coldHistogram: bars,
  warmHistogram: bars,
  trend: [{ at: 'text', ...counts, coldP50Ms: 'number?', coldP99Ms: 'number?' }],
  versions: group,
  memorySizes: group,
  nearLimits: [{ limit: 'text', share: 'number?', sentence: 'text?' }],
  cost,
  alternatives: [
    { name: 'text', count: 'number?', monthlyUsd: 'number', breakEvenPerSecond: 'number?', unverified: 'boolean' },
  ],
  recentColdStarts: coldStarts,
} as const satisfies Shape;

export const coldStartsShape = { ...window, coldStarts } as const satisfies Shape;

export const invocationShape = {
  ...identity,
  invocationId: 'text',
  at: 'text',
  traceId: 'text?',
  instanceId: 'text',
  version: 'text',
  startKind: 'text?',
  startCertainty: 'text?',
  isColdAffected: 'boolean',
  isError: 'boolean',
  latencyMs: 'number?',
  ...phases,
  billedMs: 'number?',
  memoryMb: 'number?',
  memoryUsedMb: 'number?',
  traceColdStarts: { '?': { coldStarts: 'number', functions: 'number', latencyMs: 'number' } },
  spans: [
    {
      spanId: 'text',
      parentSpanId: 'text',
      name: 'text',
      phase: 'text',
      startMs: 'number',
      durationMs: 'number?',
      isError: 'boolean',
    },
  ],
} as const satisfies Shape;

export const packagesShape = {
  ...window,
  prices: 'text',
  packages: [
    {
      name: 'text',
      versions: ['text'],
      functions: 'number',
      observed: 'number',
      totalMs: 'number',
      selfMs: 'number',
      modules: 'number',
      bytes: 'number',
      importedBy: 'text',
      isUnused: 'boolean?',
      coldStarts: 'number',
      msPerMonth: 'number',
      usdPerMonth: 'number?',
    },
  ],
} as const satisfies Shape;

const priced = {
  provider: 'text',
  region: 'text',
  product: 'text',
  arch: 'text',
  unit: 'text',
  units: 'text',
} as const;
const totals = { totalUsd: 'text', complete: 'boolean', unverified: 'boolean' } as const;

export const billShape = {
  ...window,
  prices: 'text',
  freeTier: 'boolean',
  scaledFromDays: 'number?',
  ...totals,
  accounts: [
    {
      provider: 'text',
      account: 'text',
      ...totals,
      lines: [{ ...priced, chargedUnits: 'text', usd: 'text', source: 'text', date: 'text', unverified: 'boolean' }],
      unpriced: [{ ...priced, reason: 'text' }],
      remarks: ['text'],
    },
  ],
} as const satisfies Shape;
