/** Invocations as they arrive. Times are milliseconds; `null` means "not observable". */
import type { Certainty, StartKind } from '@coldlens/agent/vocabulary';
import type { FunctionIdentity } from './function-page.ts';

export interface LiveQuery {
  /** Most invocations to return, 1 to 1,000. */
  limit: number;
  /** `cursor` of the answer before; absent = what arrived in the last minutes. */
  cursor?: string;
  /** Part of the function's name, case-insensitive; absent = all. */
  filter?: string;
  /** Only this function. */
  of?: FunctionIdentity;
}

export interface LiveInvocation extends FunctionIdentity {
  /** The same whenever the invocation is told again: by it, what is shown is brought up to date. */
  key: string;
  invocationId: string;
  /** ISO 8601, UTC: when the latest part of it reached a collector. */
  arrivedAt: string;
  /** When the caller's wait began. */
  at: string;
  startKind: StartKind | null;
  startCertainty: Certainty | null;
  /** The caller met a cold start: `cold` or `restored`. */
  isCold: boolean;
  isError: boolean;
  /** What the caller waited; `null` for a cold start whose getting ready nobody told. */
  latencyMs: number | null;
  /** Of that, until the handler was called; `null` for what was not cold. */
  readyMs: number | null;
  executionMs: number | null;
  version: string;
  instanceId: string;
  memoryMb: number | null;
}

/** What a collector has acknowledged and ClickHouse does not have yet. */
export interface Waiting {
  batches: number;
  /** How long the oldest of it has waited; `null` = nothing waits. */
  oldestMs: number | null;
}

export interface LiveInvocations {
  /** ISO 8601, UTC: when this was asked. */
  until: string;
  /** What to ask with next, a second or so later. */
  cursor: string;
  /**
   * Invocations of which parts have arrived since the cursor. Those of a few seconds before are told once more, for one
   * collector may be later than another: see `key`. What is told more than six hours late is not live.
   */
  arrived: number;
  /** The latest of them, the latest first. */
  invocations: LiveInvocation[];
  /** `null` = ClickHouse was asked without a collector, and what waits in one is not known. */
  waiting: Waiting | null;
}
