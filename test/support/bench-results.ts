/** Results of `why` and `bench` as they come out of real projects: what every report is tried on. Always the same ones. */
import { defaultLimits } from '#benchmarks/src/compare/settings.js';
import type { Sample } from '#benchmarks/src/measure/sample.js';
import { seededRandom } from '#benchmarks/src/random.js';
import type {
  Culprit,
  Flame,
  FunctionResult,
  Metric,
  MetricName,
  PackageRow,
  Result,
  Spread,
  TreeSummary,
  Verdict,
  WhatIf,
} from '#benchmarks/src/results/result.js';
import { nothingKnown } from '#benchmarks/src/run/result-of.js';

const round = (value: number): number => Math.round(value * 100) / 100;

/** Cold starts around a median: a long tail to the right, as real ones have. */
export const samplesAround = (coldMs: number, count: number, seed: number): Sample[] => {
  const next = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const noise = 1 + 0.03 * (next() + next() - 1) + (next() > 0.92 ? 0.12 * next() : 0);
    return {
      coldMs: round(coldMs * noise),
      readyMs: round(coldMs * noise * 0.95),
      cpuMs: round(coldMs * 0.9 * (1 + 0.02 * (next() - 0.5))),
      rssMb: round(60 + coldMs / 12 + next()),
    };
  });
};

const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { p50: at(0.5), ciLow: at(0.42), ciHigh: at(0.58), min: at(0), max: at(1), samples: sorted.length };
};

const figures: readonly [MetricName, (sample: Sample) => number][] = [
  ['coldCpuMs', (sample) => sample.cpuMs ?? 0],
  ['coldMs', (sample) => sample.coldMs],
  ['readyMs', (sample) => sample.readyMs ?? 0],
  ['rssMb', (sample) => sample.rssMb ?? 0],
];

const metricsOf = (base: Sample[] | null, head: Sample[], verdict: Verdict | null): Metric[] =>
  figures.map(([name, of]): Metric => {
    const headSpread = spreadOf(head.map(of));
    const baseSpread = base === null ? null : spreadOf(base.map(of));
    const ratio = baseSpread === null ? 0 : headSpread.p50 / baseSpread.p50 - 1;
    const width = verdict === 'inconclusive' ? 0.14 : name === 'coldCpuMs' ? 0.011 : 0.024;
    const difference = baseSpread === null ? 0 : headSpread.p50 - baseSpread.p50;
    return {
      name,
      gates: name === 'coldCpuMs',
      base: baseSpread,
      head: headSpread,
      change:
        baseSpread === null || verdict === null
          ? null
          : {
              ratio: { p50: ratio, ciLow: ratio - width, ciHigh: ratio + width * 1.2 },
              difference: {
                p50: round(difference),
                ciLow: round(difference - baseSpread.p50 * width),
                ciHigh: round(difference + baseSpread.p50 * width),
              },
              pairs: head.length,
              pairSpreadPercent: verdict === 'inconclusive' ? 18.2 : 3.1,
              verdict,
            },
    };
  });

interface PackageSketch {
  name: string;
  version: string;
  selfMs: number;
  modules: number;
  /** In the folder of the package; each has children of half the number. */
  file: string;
  line: number;
}

/** A package's modules: an entry that loads folders that load files. */
const flameOf = ({ name, selfMs, modules }: PackageSketch): Flame => {
  const shown = Math.max(1, Math.min(modules, 60));
  const each = selfMs / shown;
  const leaf = (index: number): Flame => ({
    name: `${name}/lib/part-${index}.js`,
    package: name,
    selfMs: round(each * (index % 3 === 0 ? 1.6 : 0.7)),
    totalMs: 0,
    children: [],
  });
  const groups: Flame[] = [];
  for (let from = 1; from < shown; from += 8) {
    const group = leaf(from);
    const size = Math.min(7, shown - from - 1);
    group.children = Array.from({ length: Math.max(0, size) }, (_, index) => leaf(from + index + 1));
    groups.push(group);
  }
  return { name: `${name}/index.js`, package: name, selfMs: round(each), totalMs: 0, children: groups };
};

const total = (flame: Flame): number => {
  flame.totalMs = round(flame.selfMs + flame.children.reduce((sum, child) => sum + total(child), 0));
  return flame.totalMs;
};

export const treeOf = (
  file: string,
  sketches: readonly PackageSketch[],
  parts: Partial<TreeSummary> = {},
): TreeSummary => {
  const roots: Flame = { name: file, package: '', selfMs: 6.4, totalMs: 0, children: [] };
  for (const sketch of sketches) {
    const parent = sketch.file === file ? roots : (roots.children.find(({ name }) => name === sketch.file) ?? null);
    const owner = parent ?? { name: sketch.file, package: '', selfMs: 1.2, totalMs: 0, children: [] };
    if (parent === null) roots.children.push(owner);
    owner.children.push(flameOf(sketch));
  }
  const initMs = total(roots);
  const packages: PackageRow[] = sketches
    .map((sketch) => ({
      name: sketch.name,
      version: sketch.version,
      selfMs: sketch.selfMs,
      totalMs: total(flameOf(sketch)),
      findMs: sketch.selfMs / 10,
      modules: sketch.modules,
      bytes: sketch.modules * 2_900,
      importedBy: [{ file: sketch.file, line: sketch.line }],
    }))
    .toSorted((a, b) => b.totalMs - a.totalMs);
  const own: PackageRow = {
    name: '',
    version: '',
    selfMs: 8.8,
    totalMs: initMs,
    findMs: 0.4,
    modules: 3,
    bytes: 9_100,
    importedBy: [],
  };
  const all = [own, ...packages];
  return {
    phases: { runtimeStartMs: 41.2, initMs, executionMs: 6.3 },
    packages: all,
    modules: [],
    moduleCount: all.reduce((sum, { modules }) => sum + modules, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    unused: [],
    duplicated: [],
    flame: roots,
    seen: 'complete',
    hint: null,
    ...parts,
  };
};

const dateFns = { name: 'date-fns', version: '4.1.0', selfMs: 61, modules: 301, file: 'src/report.ts', line: 2 };
const dynamo = {
  name: '@aws-sdk/client-dynamodb',
  version: '3.922.0',
  selfMs: 92,
  modules: 260,
  file: 'src/db.ts',
  line: 1,
};
const s3 = { name: '@aws-sdk/client-s3', version: '3.922.0', selfMs: 79, modules: 214, file: 'src/db.ts', line: 3 };
const uuid = { name: 'uuid', version: '11.0.3', selfMs: 2.4, modules: 12, file: 'src/orders.ts', line: 4 };
const zod = { name: 'zod', version: '4.1.12', selfMs: 28, modules: 68, file: 'src/orders.ts', line: 2 };
const builtins = { name: 'node', version: '', selfMs: 7.2, modules: 31, file: 'src/orders.ts', line: 1 };

export const s3Culprit: Culprit = {
  change: 'added',
  package: '@aws-sdk/client-s3',
  module: null,
  baseVersion: null,
  headVersion: '3.922.0',
  deltaMs: 79,
  deltaModules: 214,
  importedBy: [{ file: 'src/db.ts', line: 3 }],
  sentence: '`@aws-sdk/client-s3` (+79 ms, 214 modules) newly imported by `src/db.ts:3`',
};

const upgraded: Culprit = {
  change: 'upgraded',
  package: 'zod',
  module: null,
  baseVersion: '3.25.1',
  headVersion: '4.1.12',
  deltaMs: 4.2,
  deltaModules: 11,
  importedBy: [{ file: 'src/orders.ts', line: 2 }],
  sentence: '`zod` upgraded from 3.25.1 to 4.1.12 (+4.2 ms, 11 modules), imported by `src/orders.ts:2`',
};

export const whatIfs: WhatIf[] = [
  {
    change: 'compile-cache',
    advice: 'Turn the compile cache on: set `NODE_COMPILE_CACHE` to a folder that is part of the deployment.',
    savedMs: { p50: 31.4, ciLow: 24.9, ciHigh: 38.2 },
    beforeMs: 366.2,
    afterMs: 334.8,
    isSure: true,
    pairs: 20,
    savedUsdPerMonth: '0.2617',
    refused: null,
  },
  {
    change: 'lazy=@aws-sdk/client-s3',
    advice: 'Import `@aws-sdk/client-s3` inside the function that uses it (`src/db.ts:3`).',
    savedMs: { p50: 76.2, ciLow: 71.8, ciHigh: 80.1 },
    beforeMs: 366.2,
    afterMs: 290,
    isSure: true,
    pairs: 20,
    savedUsdPerMonth: '0.6350',
    refused: null,
  },
  {
    change: 'node=26',
    advice: 'Run on Node 26.',
    savedMs: { p50: 2.1, ciLow: -3.2, ciHigh: 7.9 },
    beforeMs: 366.2,
    afterMs: 364.1,
    isSure: false,
    pairs: 20,
    savedUsdPerMonth: null,
    refused: null,
  },
  {
    change: 'lazy=zod',
    advice: 'Import `zod` where it is used.',
    savedMs: null,
    beforeMs: null,
    afterMs: null,
    isSure: false,
    pairs: 0,
    savedUsdPerMonth: null,
    refused: '`src/orders.ts:2` uses it while the module loads',
  },
];

const blank: FunctionResult = {
  name: 'orders',
  platform: 'lambda',
  file: 'src/orders.ts',
  runtime: 'aws-lambda-ric 4.0.2',
  node: '24.21.0',
  memoryMb: 512,
  ...nothingKnown,
};

/** Measured alone, as `why` does. */
export const measured = (coldMs: number, parts: Partial<FunctionResult> = {}): FunctionResult => {
  const head = samplesAround(coldMs, 20, coldMs);
  return { ...blank, metrics: metricsOf(null, head, null), samples: { base: [], head }, ...parts };
};

/** Base against head. */
export const compared = (
  name: string,
  baseMs: number,
  headMs: number,
  verdict: Verdict,
  parts: Partial<FunctionResult> = {},
): FunctionResult => {
  const samples = { base: samplesAround(baseMs, 40, baseMs), head: samplesAround(headMs, 40, headMs + 1) };
  return {
    ...blank,
    name,
    file: `src/${name}.ts`,
    state: 'compared',
    verdict,
    metrics: metricsOf(samples.base, samples.head, verdict),
    counts: [
      { name: 'modules', base: 658, head: 658, limit: 723, isOver: false },
      { name: 'bytes', base: 1_910_000, head: 1_912_400, limit: 2_101_000, isOver: false },
      { name: 'packages', base: 41, head: 41, limit: null, isOver: false },
    ],
    samples,
    ...parts,
  };
};

const base = treeOf('src/orders.ts', [dynamo, dateFns, zod, uuid, builtins]);
const head = treeOf('src/orders.ts', [dynamo, s3, dateFns, { ...zod, selfMs: 32, modules: 79 }, uuid, builtins]);

export const regressed = compared('orders', 312, 398, 'regressed', {
  culprits: [s3Culprit, upgraded],
  counts: [
    { name: 'modules', base: 675, head: 900, limit: 742, isOver: true },
    { name: 'bytes', base: 1_957_500, head: 2_610_000, limit: 2_153_250, isOver: true },
    { name: 'packages', base: 41, head: 42, limit: null, isOver: false },
  ],
  budgets: [
    { name: 'coldP50Ms', limit: 350, actual: 398, isOver: true },
    { name: 'coldP50CpuMs', limit: 400, actual: 358, isOver: false },
  ],
  whatIfs,
  base,
  head,
});

export const improved = compared('thumbnails', 220, 151, 'improved', {
  culprits: [
    {
      ...s3Culprit,
      change: 'removed',
      deltaMs: -64,
      deltaModules: -214,
      sentence: '`@aws-sdk/client-s3` (-64 ms, -214 modules) no longer imported',
    },
  ],
});

export const unchanged = compared('payments', 56, 56.1, 'unchanged');
export const inconclusive = compared('weekly-report', 1_557, 1_612, 'inconclusive', { memoryMb: 1024 });
export const failed: FunctionResult = {
  ...blank,
  name: 'webhook',
  file: 'src/webhook.ts',
  state: 'failed',
  failure: {
    message: 'The handler of webhook did not answer within 30 s.',
    next: 'Start it by itself with coldlens why src/webhook.ts, or raise --timeout.',
    side: 'head',
  },
};

const common = {
  schema: 1 as const,
  createdAt: '2026-11-22T09:30:00.000Z',
  machine: { cpu: 'AMD EPYC', cores: 2, memoryGb: 24, os: 'linux 6.18.44', node: '24.21.0' },
  fingerprint: 'b1946ac92492d234',
  directory: '',
  settings: {
    pageCache: 'warm' as const,
    coldPerMonth: null,
    seed: 1,
    gate: { ...defaultLimits, looks: [20, 40, 80], warmups: 2, strict: false },
  },
};

export const benchOf = (functions: FunctionResult[], parts: Partial<Result> = {}): Result => ({
  ...common,
  kind: 'bench',
  base: { ref: 'origin/main', commit: '9f2c4d81aa0137e2b55d0c6f8e4bb7c6d2a1f003' },
  head: { ref: null, commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d' },
  functions,
  tookSeconds: 182,
  exitCode: 1,
  ...parts,
});

/** One of everything. */
export const mixedBench = benchOf([unchanged, improved, inconclusive, regressed, failed], { exitCode: 3 });

export const regressedBench = benchOf([regressed, unchanged]);

export const calmBench = benchOf([unchanged, improved], { exitCode: 0 });

const threeNodes = ([22, 24, 26] as const).map((major, index) =>
  measured([334, 312, 305][index] ?? 300, { node: `${major}.${index + 3}.0`, head: base }),
);

/** Without a base: Node versions side by side, and the curve of memory. */
export const aloneBench = benchOf(
  [
    ...threeNodes,
    measured(151, {
      name: 'thumbnails',
      file: 'src/thumbnails.ts',
      curve: [
        { memoryMb: 256, cold: { ...spreadOf([905, 912, 921, 930, 944]) }, usdPerMillion: '3.80', cpuLimited: true },
        { memoryMb: 512, cold: { ...spreadOf([448, 452, 455, 461, 470]) }, usdPerMillion: '3.79', cpuLimited: true },
        { memoryMb: 1024, cold: { ...spreadOf([231, 233, 236, 240, 251]) }, usdPerMillion: '3.93', cpuLimited: true },
        { memoryMb: 1769, cold: { ...spreadOf([149, 150, 151, 153, 158]) }, usdPerMillion: '4.35', cpuLimited: true },
        { memoryMb: 3008, cold: { ...spreadOf([146, 148, 150, 151, 155]) }, usdPerMillion: '7.35', cpuLimited: true },
      ],
    }),
  ],
  { base: null, exitCode: 0 },
);

export const whyResult: Result = {
  ...common,
  kind: 'why',
  base: null,
  head: { ref: null, commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d' },
  settings: { ...common.settings, coldPerMonth: 1_000_000, gate: null },
  functions: [
    measured(398, {
      notices: [
        'Times are of a whole CPU of this machine; Lambda gives 0.29 of one at 512 MB, which --memory 512 measures with.',
      ],
      whatIfs,
      head: {
        ...head,
        unused: head.packages.filter(({ name }) => name === '@aws-sdk/client-s3' || name === 'date-fns'),
        duplicated: [{ name: 'uuid', versions: ['8.3.2', '11.0.3'], totalMs: 4.8, bytes: 61_000 }],
        seen: 'complete',
        hint: null,
      },
    }),
  ],
  tookSeconds: 10.4,
  exitCode: 0,
};

/** What a stranger may name a function, a package or a file. */
export const hostileNames = [
  '\u001b[2J\u001b]0;title\u0007clear',
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '"><svg/onload=alert(3)>\'',
  '</script><script>alert(4)</script>',
  ']]><evil/>&amp;&lt;',
  '@everyone and @octocat fixes #1 https://evil.example [link](javascript:alert(5))',
  '| cell | `code` ``` **bold** <!-- comment --> -->',
  '::error file=x::injected\n::set-output name=a::b',
  '##[error]injected ##vso[task.setvariable variable=a]b',
  '\u009b2J\u009d0;c1\u009c \u2066bidi\u2069',
  'two\r\nlines\u2028three',
  '\u202egnirts\u202c zero\u200bwidth',
  'nul\u0000bel\u0007 \ufffe \ud800 lone',
  '日本語の関数名前がとても長い場合 👨‍👩‍👧‍👦',
  'x'.repeat(5_000),
  '',
];

/** Every text of a result is hostile at once. */
export const hostileBench: Result = benchOf(
  hostileNames.map((name) => {
    const tree = treeOf(name, [{ name, version: name, selfMs: 12, modules: 9, file: name, line: 3 }], {
      seen: name,
      hint: name,
      duplicated: [{ name, versions: [name, name], totalMs: 3, bytes: 100 }],
    });
    return compared(name, 120, 160, 'regressed', {
      name,
      file: name,
      runtime: name,
      node: name,
      budgets: [{ name, limit: 1, actual: 2, isOver: true }],
      culprits: [
        {
          ...s3Culprit,
          package: name,
          module: name,
          headVersion: name,
          importedBy: [{ file: name, line: 3 }],
          sentence: `\`${name}\` newly imported by \`${name}:3\``,
        },
      ],
      whatIfs: [
        { ...(whatIfs[0] as WhatIf), change: `lazy=${name}`, advice: name },
        { ...(whatIfs[3] as WhatIf), change: `lazy=${name}`, refused: name },
      ],
      base: tree,
      head: { ...tree, unused: tree.packages },
    });
  }),
  {
    base: { ref: hostileNames[1] ?? '', commit: hostileNames[2] ?? '' },
    head: { ref: hostileNames[5] ?? '', commit: hostileNames[6] ?? '' },
    machine: { ...common.machine, cpu: hostileNames[1] ?? '', os: hostileNames[0] ?? '' },
  },
);

/** A monorepo: 200 functions, each tenth slower. */
export const largeBench: Result = benchOf(
  Array.from({ length: 200 }, (_, index) =>
    compared(
      `service-${String(index).padStart(3, '0')}-handler`,
      100 + index,
      index % 10 === 3 ? 130 + index : 100 + index,
      index % 10 === 3 ? 'regressed' : 'unchanged',
      index % 10 === 3 ? { culprits: [s3Culprit], base, head } : { base, head },
    ),
  ),
);
