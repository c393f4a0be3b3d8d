/**
 * What `why` and `bench` found out: one JSON document, from which every report is made. Times are milliseconds, memory is MB
 * of 1,048,576 bytes, money is dollars as decimal text.
 */
import type { GateLimits } from '../compare/settings.ts';
import type { Machine } from '../machine.ts';
import type { Sample } from '../measure/sample.ts';
import type { Estimate } from '../statistics.ts';
import type { TargetPlatform } from '../targets/target.ts';

export const resultSchema = 1;

/** `regressed` and `improved` are significant and large enough; `inconclusive` when the interval is wider than +-10 %. */
export const verdicts = ['regressed', 'improved', 'unchanged', 'inconclusive'] as const;
export type Verdict = (typeof verdicts)[number];

export interface GateRule extends GateLimits {
  /** Numbers of pairs at which was looked. */
  looks: number[];
  warmups: number;
  /** An inconclusive comparison fails too. */
  strict: boolean;
}

/** A state of the code. */
export interface Side {
  /** As it was asked for: `origin/main`; `null` = the working tree. */
  ref: string | null;
  /** Full commit id; `null` outside a repository. */
  commit: string | null;
}

/** The spread of one figure over the samples. */
export interface Spread {
  p50: number;
  ciLow: number;
  ciHigh: number;
  min: number;
  max: number;
  samples: number;
}

export const metricNames = ['coldCpuMs', 'coldMs', 'readyMs', 'rssMb'] as const;
export type MetricName = (typeof metricNames)[number];

export interface Metric {
  name: MetricName;
  /** Whether it decides; the others inform. */
  gates: boolean;
  base: Spread | null;
  head: Spread;
  /** `null` without a base. */
  change: {
    /** Median of head/base over the pairs, minus 1, with its interval, corrected for the looks. */
    ratio: Estimate;
    /** Median of the differences of the pairs. */
    difference: Estimate;
    pairs: number;
    /** Median absolute deviation of the ratios, percent: how noisy the machine was. */
    pairSpreadPercent: number;
    verdict: Verdict;
  } | null;
}

/** Counted, not timed: the same in every run. */
export interface Count {
  name: 'modules' | 'bytes' | 'packages';
  base: number | null;
  head: number;
  /** Most that the base allows; `null` = it does not gate. */
  limit: number | null;
  isOver: boolean;
}

export interface Budget {
  /** Such as `coldP50Ms`. */
  name: string;
  limit: number;
  actual: number;
  isOver: boolean;
}

/** A place in the user's code that imports something. */
export interface Place {
  /** Relative to the project. */
  file: string;
  /** From 1; `null` = not known. */
  line: number | null;
}

export type CulpritChange =
  | 'added'
  | 'removed'
  | 'slower'
  | 'faster'
  | 'upgraded'
  | 'duplicated'
  | 'moved'
  | 'own code';

/** What changed in the module tree, the dearest first. */
export interface Culprit {
  change: CulpritChange;
  /** Package name; '' = the user's own code, then {@link module} tells which. */
  package: string;
  /** Short name of the module, where one module is guilty. */
  module: string | null;
  baseVersion: string | null;
  headVersion: string | null;
  /** Difference of its total time, with all that it was the first to ask for. */
  deltaMs: number;
  /** Difference of the number of modules. */
  deltaModules: number;
  /** Who imports it now. */
  importedBy: Place[];
  /** The whole finding as a person reads it, without a number of init: "`x` (+79 ms, 214 modules) newly imported by `src/db.ts:3`". */
  sentence: string;
}

export interface PackageRow {
  /** '' = the user's own code; `node` = builtins. */
  name: string;
  version: string;
  selfMs: number;
  /** Of itself, and of all that it was the first to load. */
  totalMs: number;
  /** Finding files for the names that its own modules import. */
  findMs: number;
  modules: number;
  bytes: number;
  importedBy: Place[];
}

export interface ModuleRow {
  /** Short name, such as `date-fns/format.js`. */
  name: string;
  package: string;
  selfMs: number;
  totalMs: number;
  resolveMs: number;
  cpuMs: number | null;
  bytes: number;
}

/** A frame of the flame graph: modules nested by who asked first. */
export interface Flame {
  name: string;
  package: string;
  /** Self + resolve time. */
  selfMs: number;
  totalMs: number;
  children: Flame[];
}

export interface TreeSummary {
  phases: { runtimeStartMs: number; initMs: number; executionMs: number };
  packages: PackageRow[];
  /** The dearest ones only. */
  modules: ModuleRow[];
  moduleCount: number;
  bytes: number;
  /** Loaded in init, none of whose functions ran by the end of the first invocation. */
  unused: PackageRow[];
  /** Packages that are there in several versions or places. */
  duplicated: { name: string; versions: string[]; totalMs: number; bytes: number }[];
  flame: Flame | null;
  /** How much of it was seen, and what would show the rest. */
  seen: string;
  hint: string | null;
}

/** A change that was tried out. */
export interface WhatIf {
  /** As an option: `lazy=@aws-sdk/client-s3`, `compile-cache`, `bundle`, `node=26`, `memory=1024`. */
  change: string;
  /** What a person would do, one sentence. */
  advice: string;
  /** Measured; negative = it got slower. `null` when it could not be tried. */
  savedMs: Estimate | null;
  /** Medians of the cold start on both sides: a change of memory is measured at Lambda's share of CPU, on both. */
  beforeMs: number | null;
  afterMs: number | null;
  /** Whether the interval leaves 0 out. */
  isSure: boolean;
  pairs: number;
  /** Saved dollars a month at the given number of cold starts; `null` without one, or where init is not billed. */
  savedUsdPerMonth: string | null;
  /** Why it could not be tried; `null` when it was. */
  refused: string | null;
}

/** One point of the memory-latency-cost curve. */
export interface CurvePoint {
  memoryMb: number;
  cold: Spread;
  /** Of a million cold starts. */
  usdPerMillion: string;
  /** Whether CPU followed memory on this machine. */
  cpuLimited: boolean;
}

export interface FunctionResult {
  name: string;
  platform: TargetPlatform;
  /** Relative to the directory that the command ran in. */
  file: string;
  /** What ran it: `aws-lambda-ric 4.0.2`. */
  runtime: string;
  /** Version of Node; `null` on Workers. */
  node: string | null;
  memoryMb: number | null;
  /** `failed`: {@link failure} says why, and there are no figures. */
  state: 'measured' | 'compared' | 'failed';
  failure: { message: string; next: string; side: 'base' | 'head' } | null;
  /** What a reader has to know of the figures, one sentence each: what could not be seen, and how it was measured. */
  notices: string[];
  /** By the time; `null` where nothing was compared. */
  verdict: Verdict | null;
  metrics: Metric[];
  counts: Count[];
  budgets: Budget[];
  culprits: Culprit[];
  whatIfs: WhatIf[];
  curve: CurvePoint[];
  base: TreeSummary | null;
  head: TreeSummary | null;
  samples: { base: Sample[]; head: Sample[] };
}

export interface Result {
  schema: typeof resultSchema;
  kind: 'why' | 'bench';
  /** UTC, ISO 8601. */
  createdAt: string;
  machine: Machine;
  /** Equal on machines whose times may be compared. */
  fingerprint: string;
  base: Side | null;
  head: Side;
  /** Where the command ran, relative to the repository's top: `packages/api/`; '' at the top, and outside a repository. */
  directory: string;
  settings: {
    pageCache: 'warm' | 'dropped';
    /** Cold starts a month, for money; `null` = not given. */
    coldPerMonth: number | null;
    /** Date of the prices of all money in it; absent in results of before prices could be renewed. */
    prices?: string;
    /** Of every bootstrap. */
    seed: number;
    /** What verdicts go by; `null` for `why`, which gives none. */
    gate: GateRule | null;
  };
  functions: FunctionResult[];
  /** Seconds that measuring took, installs apart. */
  tookSeconds: number;
  /** What the command ends with: 0 fine, 1 the check failed, 3 the measurement failed. */
  exitCode: 0 | 1 | 3;
}
