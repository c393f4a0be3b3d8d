/** What there is to say of one function over a window. Times are milliseconds; `null` means "not observable". */
import type { Certainty } from '@coldlens/agent/vocabulary';
import type { NearLimit } from './pricing/near-limits.ts';
import type { Cost, Latency, ModulesSeen, Phases, Upload } from './ranking.ts';
import type { Starts } from './start-kinds.ts';

/** How a function is named in questions: as the ranking names it. */
export interface FunctionIdentity {
  provider: string;
  account: string;
  region: string;
  name: string;
}

export interface FunctionQuery extends FunctionIdentity {
  /** Window length, in milliseconds. */
  sinceMs: number;
  /** As in `RankingPartQuery`. */
  untilMs?: number;
}

/** From `fromMs` up to `toMs`; 2 % wide for warm ones, 10 % for the rarer cold ones. */
export interface HistogramBar {
  fromMs: number;
  toMs: number;
  count: number;
}

/** One step of the trend: an hour for windows up to a week, else a day. */
export interface TrendPoint {
  /** ISO 8601, UTC: where it begins. */
  at: string;
  invocations: number;
  /** `null` where nobody told how any of the invocations started. */
  coldStarts: number | null;
  errors: number;
  coldP50Ms: number | null;
  coldP99Ms: number | null;
}

/** What of a deployment is seen in its invocations. */
export const deployed = ['version', 'memoryMb', 'runtime', 'arch'] as const;

export interface DeploymentChange {
  what: (typeof deployed)[number];
  /** What most invocations had before, and what some have from then on. */
  from: string;
  to: string;
}

/** When invocations began to be served by something else than before. */
export interface Deployment {
  /** ISO 8601, UTC: of the first cold start that shows it, or else of the step of the trend. */
  at: string;
  changes: DeploymentChange[];
}

/** Invocations of one version, or at one memory size. */
export interface Group {
  /** The version, or MB as text; '' = not told. */
  name: string;
  invocations: number;
  /** `null` where nobody told how any of the invocations started. */
  coldStarts: number | null;
  errors: number;
  cold: Latency;
}

export interface ColdStart {
  /** ISO 8601, UTC. */
  at: string;
  invocationId: string;
  traceId: string | null;
  kind: 'cold' | 'restored';
  /** `inferred` = found by a rule that may be wrong; `null` = of other senders, nothing is known. */
  startCertainty: Certainty | null;
  version: string;
  memoryMb: number | null;
  latencyMs: number | null;
  runtimeStartMs: number | null;
  initMs: number | null;
  executionMs: number | null;
  reportedInitMs: number | null;
  restoreMs: number | null;
}

/** Where the cold starts before one of them begin. */
export interface ColdStartPlace {
  /** When it was, in milliseconds since 1970. */
  atMs: number;
  /** Its key, of invocations of the same millisecond. */
  key: string;
}

export interface ColdStartQuery extends FunctionQuery {
  /** Most to return, 1 to 1,000. */
  limit: number;
  /** Absent = from the latest on. */
  from?: ColdStartPlace;
}

export interface ColdStartList {
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  /** The latest first. */
  coldStarts: ColdStart[];
}

/** What the same traffic would cost a month, elsewhere and as it is. */
export interface AlternativeCost {
  /** `the function` itself, a container, a small machine. */
  name: string;
  /** How many of it are needed; `null` for the function. */
  count: number | null;
  monthlyUsd: number;
  /** Requests a second above which it is cheaper than the function; `null` = never, or the function itself. */
  breakEvenPerSecond: number | null;
  /** Nobody has held its price against the provider's own list. */
  unverified: boolean;
}

export interface FunctionPage extends Starts {
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  invocations: number;
  /** As in the ranking. */
  coldAffected: number | null;
  errors: number;
  /** As in the ranking, of the latest invocation. */
  version: string;
  runtime: string;
  arch: string;
  memoryMb: number | null;
  cold: Latency;
  /** Executions, within 1 %. */
  warm: Latency;
  /** The same of invocations of which nobody told how they started. */
  untold: Latency;
  /** Of its cold starts, as in the ranking. */
  phases: Phases;
  modules: ModulesSeen;
  coldHistogram: HistogramBar[];
  warmHistogram: HistogramBar[];
  trend: TrendPoint[];
  /** Of one step of the trend, an hour's or a day's. */
  trendStepMs: number;
  /** Within the trend, the earliest first; 100 at most. What was there when the window began is none. */
  deployments: Deployment[];
  versions: Group[];
  memorySizes: Group[];
  nearLimits: NearLimit[];
  cost: Cost;
  /** At the window's rate and mean warm bill; those without a known price in the region are left out. */
  alternatives: AlternativeCost[];
  /** The latest first, 50 at most. */
  recentColdStarts: ColdStart[];
  /** One a version, whenever it was, the latest first, 20 at most. */
  uploads: Upload[];
}
