/** Instances of one function, each with what it has served. Times are milliseconds; `null` means "not observable". */
import type { StartKind } from '@coldlens/agent/vocabulary';
import type { FunctionQuery } from './function-page.ts';

/** Instances are counted from single invocations, so a window is at most so long. */
export const longestInstancesMs = 24 * 3_600_000;

export interface InstanceQuery extends FunctionQuery {
  /** At most {@link longestInstancesMs}; longer ones are cut. */
  sinceMs: number;
  /** Most instances to return, 1 to 1,000. */
  limit: number;
}

export interface Instance {
  instanceId: string;
  /** Of its latest invocation. */
  version: string;
  memoryMb: number | null;
  /** How it began; `null` where that was before the window, or nobody told. */
  startKind: StartKind | null;
  /** ISO 8601, UTC: when it began; `null` as above. */
  startedAt: string | null;
  /** What the caller who met its cold start waited. */
  coldLatencyMs: number | null;
  /** Of its first and latest invocation in the window. */
  firstAt: string;
  latestAt: string;
  /** Sampled ones are counted as many times as they stand for. */
  invocations: number;
  errors: number;
  /** Execution of all of them added up; `null` where nobody told. */
  busyMs: number | null;
  /** Most that the platform counted. */
  memoryUsedMb: number | null;
}

export interface InstanceList {
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  /** All that were seen in the window. */
  count: number;
  /** Most that were seen within the same minute. */
  mostAtOnce: number;
  /** Invocations whose instance nobody named. */
  invocationsWithoutInstance: number;
  /** Those that served latest first. */
  instances: Instance[];
}
