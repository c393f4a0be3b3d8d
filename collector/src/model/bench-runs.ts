/** What `coldlens bench --store` has kept: runs, base against head. Times are milliseconds; `null` means "not observable". */

export interface BenchQuery {
  /** Window length, in milliseconds. */
  sinceMs: number;
  /** As in `RankingPartQuery`. */
  untilMs?: number;
  /** Most runs to return, 1 to 1,000. */
  limit: number;
  /** Part of the function's name, case-insensitive; absent = all. */
  filter?: string;
  /** Absent = from the latest on. */
  from?: BenchPlace;
}

/** Where the runs before one of them begin. */
export interface BenchPlace {
  atMs: number;
  key: string;
}

/** What was measured of one commit. */
export interface BenchSide {
  /** '' outside a repository. */
  commit: string;
  /** As it was asked for; '' = the working tree. */
  ref: string;
  samples: number;
  /** Start of the process until the first answer, nearest rank. */
  coldP50Ms: number;
  coldP90Ms: number;
  coldMinMs: number;
  coldMaxMs: number;
  /** Ends of the 95 % interval of the median; `null` with fewer than six samples. */
  coldLowMs: number | null;
  coldHighMs: number | null;
  /** Medians. */
  readyMs: number | null;
  cpuMs: number | null;
  rssMb: number | null;
}

/** One function of one run, under the same conditions on both sides. */
export interface BenchRun {
  /** Of the run; the same for all of its functions. */
  runId: string;
  /** ISO 8601, UTC. */
  at: string;
  functionName: string;
  platform: string;
  runtime: string;
  /** '' where there is no Node. */
  node: string;
  /** `null` where the platform has no such setting. */
  memoryMb: number | null;
  pageCache: string;
  /** Kind of machine: times of different ones must not be compared. */
  fingerprint: string;
  /** `regressed`, `improved`, `unchanged`, `inconclusive`; `null` where nothing was compared. */
  verdict: string | null;
  /** `null` where only the other side was measured. */
  base: BenchSide | null;
  head: BenchSide | null;
  /** Head's median less base's, and as a share of base's; `null` where there is no such pair. */
  changeMs: number | null;
  changeRatio: number | null;
}

export interface BenchRuns {
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  /** The latest first; of one run by function. */
  runs: BenchRun[];
}
