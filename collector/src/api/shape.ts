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

const isOf = (value: unknown, shape: Shape): boolean => {
  if (typeof shape === 'string') {
    const type = types[shape.replace('?', '') as keyof typeof types];
    return typeof value === type || (value === null && shape.endsWith('?'));
  }
  if (Array.isArray(shape)) return Array.isArray(value);
  return typeof value === 'object' && ('?' in shape || value !== null);
};

/** Whether a value is an answer of this shape, by its members: whose lists are lists and whose texts are texts is no stranger. */
export const looksLike = (value: unknown, members: Readonly<Record<string, Shape>>): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(members).every(([name, member]) => isOf((value as Record<string, unknown>)[name], member));

const latency = { p50Ms: 'number?', p90Ms: 'number?', p99Ms: 'number?', maxMs: 'number?' } as const;
const phases = {
  reportedInitMs: 'number?',
  platformMs: 'number?',
  runtimeStartMs: 'number?',
  initMs: 'number?',
  executionMs: 'number?',
  restoreMs: 'number?',
} as const;
const modulesSeen = { seen: 'text?', hint: 'text?' } as const;
const identity = { provider: 'text', account: 'text', region: 'text', name: 'text' } as const;
const window = { since: 'text', until: 'text' } as const;
const counts = { invocations: 'number', coldStarts: 'number?', errors: 'number' } as const;
const starts = { coldStarts: 'number?', knownStarts: 'number', coldRatio: 'number?' } as const;
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
    startCertainty: 'text?',
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
const upload = { at: 'text', version: 'text', startupMs: 'number' } as const;
const bars = [{ fromMs: 'number', toMs: 'number', count: 'number' }] as const;

export const rankingShape = {
  ...window,
  prices: 'text',
  trend: { '?': { from: 'text', stepMs: 'number', steps: 'number' } },
  functions: [
    {
      ...identity,
      version: 'text',
      runtime: 'text',
      arch: 'text',
      memoryMb: 'number?',
      ...{ ...counts, ...starts },
      coldBurst: 'number?',
      coldAffected: 'number?',
      cold: latency,
      warm: latency,
      untold: latency,
      phases,
      limits: { memoryUsedMb: 'number?', timeoutMs: 'number?' },
      modules: modulesSeen,
      uploaded: { '?': upload },
      cost,
      before: {
        '?': {
          invocations: 'number',
          coldStarts: 'number?',
          coldP50Ms: 'number?',
          coldP99Ms: 'number?',
          monthlyUsd: 'number?',
          isColdChangeSure: 'boolean?',
        },
      },
      trend: { '?': ['number?'] },
    },
  ],
  totals: {
    '?': {
      functions: 'number',
      invocations: 'number',
      ...starts,
      priced: 'number',
      coldUsd: 'number?',
      monthlyUsd: 'number?',
    },
  },
} as const satisfies Shape;

export const functionShape = {
  ...window,
  ...{ ...counts, ...starts },
  coldAffected: 'number?',
  version: 'text',
  runtime: 'text',
  arch: 'text',
  memoryMb: 'number?',
  cold: latency,
  warm: latency,
  untold: latency,
  phases,
  modules: modulesSeen,
  coldHistogram: bars,
  warmHistogram: bars,
  trend: [{ at: 'text', ...counts, coldP50Ms: 'number?', coldP99Ms: 'number?' }],
  trendStepMs: 'number',
  deployments: [{ at: 'text', changes: [{ what: 'text', from: 'text', to: 'text' }] }],
  versions: group,
  memorySizes: group,
  nearLimits: [{ limit: 'text', share: 'number?', sentence: 'text?' }],
  cost,
  alternatives: [
    { name: 'text', count: 'number?', monthlyUsd: 'number', breakEvenPerSecond: 'number?', unverified: 'boolean' },
  ],
  recentColdStarts: coldStarts,
  uploads: [upload],
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
      module: { '?': { selfMs: 'number', totalMs: 'number' } },
    },
  ],
} as const satisfies Shape;

const moduleFigures = {
  selfMs: 'number',
  totalMs: 'number',
  share: 'number',
  bytes: 'number',
  modules: 'number',
  observed: 'number',
  isUnused: 'boolean?',
  importedBy: 'text',
  usdPerMonth: 'number?',
} as const;

export const modulesShape = {
  ...window,
  prices: 'text',
  version: 'text',
  trees: 'number',
  latestAt: 'text?',
  earliestAt: 'text?',
  coldStarts: 'number',
  initMs: 'number?',
  totalMs: 'number',
  ...modulesSeen,
  modules: [
    {
      name: 'text',
      package: 'text?',
      packageVersion: 'text',
      format: 'text',
      parent: 'number?',
      depth: 'number',
      descendants: 'number',
      isAwaiting: 'boolean',
      isCircular: 'boolean',
      hasFailed: 'boolean',
      ...moduleFigures,
    },
  ],
  leftOut: 'number',
  packages: [{ name: 'text', versions: ['text'], ...moduleFigures }],
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

export const instancesShape = {
  ...window,
  count: 'number',
  mostAtOnce: 'number',
  invocationsWithoutInstance: 'number',
  instances: [
    {
      instanceId: 'text',
      version: 'text',
      memoryMb: 'number?',
      startKind: 'text?',
      startedAt: 'text?',
      coldLatencyMs: 'number?',
      firstAt: 'text',
      latestAt: 'text',
      invocations: 'number',
      errors: 'number',
      busyMs: 'number?',
      memoryUsedMb: 'number?',
    },
  ],
} as const satisfies Shape;

const benchSide = {
  '?': {
    commit: 'text',
    ref: 'text',
    samples: 'number',
    coldP50Ms: 'number',
    coldP90Ms: 'number',
    coldMinMs: 'number',
    coldMaxMs: 'number',
    coldLowMs: 'number?',
    coldHighMs: 'number?',
    readyMs: 'number?',
    cpuMs: 'number?',
    rssMb: 'number?',
  },
} as const;

export const benchRunsShape = {
  ...window,
  runs: [
    {
      runId: 'text',
      at: 'text',
      functionName: 'text',
      platform: 'text',
      runtime: 'text',
      node: 'text',
      memoryMb: 'number?',
      pageCache: 'text',
      fingerprint: 'text',
      verdict: 'text?',
      base: benchSide,
      head: benchSide,
      changeMs: 'number?',
      changeRatio: 'number?',
    },
  ],
} as const satisfies Shape;

export const liveShape = {
  until: 'text',
  cursor: 'text',
  arrived: 'number',
  invocations: [
    {
      key: 'text',
      ...identity,
      invocationId: 'text',
      arrivedAt: 'text',
      at: 'text',
      startKind: 'text?',
      startCertainty: 'text?',
      isCold: 'boolean',
      isError: 'boolean',
      latencyMs: 'number?',
      readyMs: 'number?',
      executionMs: 'number?',
      version: 'text',
      instanceId: 'text',
      memoryMb: 'number?',
    },
  ],
  waiting: { '?': { batches: 'number', oldestMs: 'number?' } },
} as const satisfies Shape;

const counted = [{ name: 'text', count: 'number' }] as const;
const delays = { count: 'number', p50Ms: 'number?', p99Ms: 'number?' } as const;

export const healthShape = {
  at: 'text',
  collector: {
    '?': {
      version: 'text',
      node: 'text',
      startedAt: 'text',
      uptimeMs: 'number',
      isReady: 'boolean',
      error: 'text?',
      next: 'text?',
      cpuMs: 'number',
      rssBytes: 'number',
      decodeThreads: 'number',
      decodeWaiting: 'number',
      decodeLost: 'number',
      functions: 'number',
      functionsLimit: 'number',
      received: {
        requests: 'number',
        spans: 'number',
        acknowledgedSpans: 'number',
        rejectedSpans: 'number',
        deduplicatedRequests: 'number',
        rejectedRequests: counted,
        refusedConnections: 'number',
        platforms: [{ path: 'text', records: 'number', unknown: counted }],
      },
      requests: delays,
      inserts: delays,
      eventLoop: delays,
      buffer: {
        batches: 'number',
        bytes: 'number',
        limitBytes: 'number',
        oldestMs: 'number?',
        queuedBytes: 'number',
        setAside: 'number',
        damaged: 'number',
        insertedBatches: 'number',
        insertedRows: 'number',
        retries: 'number',
        isFailing: 'boolean',
        lastFailure: { '?': { message: 'text', at: 'text' } },
      },
      sealing: { lastSuccessAt: 'text?', lastDurationMs: 'number', failures: 'number', isFailing: 'boolean' },
    },
  },
  store: {
    description: 'text',
    version: 'text',
    answerMs: 'number?',
    latestArrivalAt: 'text?',
    tables: { '?': [{ name: 'text', rows: 'number', bytes: 'number' }] },
    error: 'text?',
    next: 'text?',
  },
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
