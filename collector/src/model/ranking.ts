/**
 * The ranking: what every face (dashboard, JSON, CI) shows of the functions, and how it may be asked for.
 * Times are milliseconds, memory is MB of 1,048,576 bytes, money is dollars. `null` means "not observable".
 */
import type { RankedPart } from './page.ts';
import type { Starts } from './start-kinds.ts';

/** Latency that callers met, nearest-rank quantiles. All zero-count fields are `null`, never 0. */
export interface Latency {
  p50Ms: number | null;
  p90Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
}

/** Means over the cold starts in the middle (p40 to p60 of cold latency), so that they add up to the p50 beside them. */
export interface Phases {
  /** The provider's single figure for getting ready; only platform telemetry knows it. */
  reportedInitMs: number | null;
  platformMs: number | null;
  runtimeStartMs: number | null;
  initMs: number | null;
  executionMs: number | null;
  restoreMs: number | null;
}

/** List-price money of one function in the window. `null` where it is not known, with the reason. */
export interface Cost {
  totalUsd: number | null;
  /**
   * What the cold starts added: paid for cold invocations minus the same invocations at the mean warm bill. Where instances are
   * paid, what an invocation is billed is what it adds to the time of its instance.
   */
  coldUsd: number | null;
  perMillionUsd: number | null;
  /** `totalUsd` scaled from the window to a month of 730 hours. */
  monthlyUsd: number | null;
  /** Why there is no cost; where there is one, what it leaves out or infers. `null` = there is nothing to say. */
  reason: string | null;
}

/** Of the latest cold start that told. */
export interface ModulesSeen {
  /** `complete`, `not observed`, `bundled`, ...; `null` where no agent told. */
  seen: string | null;
  /** The line that would make the rest visible. */
  hint: string | null;
}

/** How near the function runs to what it was given. */
export interface Limits {
  /** Most that the platform counted in the window. */
  memoryUsedMb: number | null;
  /** Longest that an invocation may run. */
  timeoutMs: number | null;
}

/** The same function in the window before, of the same length. */
export interface Before {
  invocations: number;
  coldStarts: number | null;
  coldP50Ms: number | null;
  coldP99Ms: number | null;
  /** As in `cost`. */
  monthlyUsd: number | null;
  /**
   * Whether the 95 % intervals of both medians leave each other out: only then the change of cold starts is news. `null`
   * where one of them has too few cold starts to say.
   */
  isColdChangeSure: boolean | null;
}

/** A start that the platform made of an uploaded version, to try it: nobody waited for it. Only Cloudflare tells. */
export interface Upload {
  /** ISO 8601, UTC. */
  at: string;
  /** '' = not told. */
  version: string;
  /** How long the module scope took there. */
  startupMs: number;
}

/** One deployed function in the ranking. */
export interface RankedFunction extends Starts {
  provider: string;
  account: string;
  region: string;
  name: string;
  version: string;
  /** The platform's name of the runtime, such as `nodejs24.x`; empty when unknown. */
  runtime: string;
  /** `arm64`, `x86_64`, or empty when unknown. */
  arch: string;
  memoryMb: number | null;
  /** Sampled ones are counted as many times as they stand for. */
  invocations: number;
  /** Most cold starts within 10 s: what a step of the traffic caused at once. `null` as `coldStarts`. */
  coldBurst: number | null;
  /**
   * Warm invocations that queued behind the init of their instance, where instances serve several at once: they began
   * within 100 ms of its end while the cold one was still served. Inferred, unless the platform told when they came. `null` as
   * `coldStarts`.
   */
  coldAffected: number | null;
  errors: number;
  cold: Latency;
  /** Executions, within 1 %. */
  warm: Latency;
  /** The same of invocations of which nobody told how they started. */
  untold: Latency;
  phases: Phases;
  limits: Limits;
  modules: ModulesSeen;
  /** Of the latest version of which that was told, whenever it was; `null` where none was. */
  uploaded: Upload | null;
  cost: Cost;
  /** `null` where nobody asked, where the window is too short for it, or where there was nothing before. */
  before: Before | null;
  /** Cold p99 of each step of the window, the earliest first; `null` in steps without a cold start. `null` where nobody asked. */
  trend: (number | null)[] | null;
}

/** The steps of all functions' trends. */
export interface TrendSteps {
  /** ISO 8601, UTC: where the first one begins; the window may begin within it. */
  from: string;
  stepMs: number;
  /** 33 at most. */
  steps: number;
}

/** What all functions that were asked for have together, shown or not. */
export interface Totals extends Starts {
  functions: number;
  invocations: number;
  /** Functions of which it is known what they cost. */
  priced: number;
  /** Sums of what is known, as in `cost`, within a millionth; `null` where nothing is. */
  coldUsd: number | null;
  monthlyUsd: number | null;
}

export interface Ranking {
  /** ISO 8601, UTC. */
  since: string;
  /** ISO 8601, UTC. */
  until: string;
  /** `null` where nobody asked. */
  trend: TrendSteps | null;
  /** Date of the price table in use, such as `2026-09-19`. */
  prices: string;
  functions: RankedFunction[];
  /** `null` where nobody asked, and where `functions` are all that there are. */
  totals: Totals | null;
}

/** What a ranking can be sorted by; always the largest first. */
export const rankingSorts = [
  'cold-p99',
  'cold-p50',
  'cold-cost',
  'cost',
  'invocations',
  'cold-p90',
  'cold-max',
  'cold-ratio',
  'cold-starts',
  'errors',
] as const;
export type RankingSort = (typeof rankingSorts)[number];

/** What a ranking can be narrowed to. */
export const narrowings = ['provider', 'account', 'region', 'runtime', 'version', 'memoryMb', 'trigger'] as const;
export type Narrowing = (typeof narrowings)[number];

/** What is exactly so; of a version, a memory size and the like only these invocations are counted. */
export type Narrowed = Readonly<Partial<Record<Narrowing, string>>>;

/** Leaves out what was not given. */
export const narrowedTo = (given: Readonly<Record<Narrowing, string | number | undefined>>): Narrowed =>
  Object.fromEntries(narrowings.flatMap((name) => (given[name] === undefined ? [] : [[name, String(given[name])]])));

/** A question for the ranking. */
export interface RankingQuery {
  /** Window length that ends now, in milliseconds. */
  sinceMs: number;
  sort: RankingSort;
  /** Most functions to return, 1 to 10,000. */
  limit: number;
  /** Part of the function's name, case-insensitive; absent = all. */
  filter?: string;
  /** Also tell of the window before. */
  compare?: boolean;
  /** Also tell each function's trend. */
  trend?: boolean;
  /** Also tell what all functions have together, where there are more than `limit`. */
  totals?: boolean;
  only?: Narrowed;
}

/** A question for one part of a ranking after the other. */
export interface RankingPartQuery extends RankingQuery, RankedPart {
  /** Where the window ends, in milliseconds since 1970; absent = now. What was told of later than that counts as well. */
  untilMs?: number;
}

/**
 * Windows up to here are answered from the parts themselves, few enough: they begin to the millisecond, and are compared with
 * none before them.
 */
export const exactUpToMs = 2 * 3_600_000;

/** Where rankings come from: a ClickHouse or a remote collector. */
export interface RankingSource {
  /** For people: `ClickHouse at 127.0.0.1:8123`, `collector at http://...`. */
  readonly description: string;
  /** @throws {@link Trouble} when the source cannot answer. */
  ranking(query: RankingQuery): Promise<Ranking>;
  /** Ends what this source started itself. Safe to call twice. */
  close(): Promise<void>;
}
