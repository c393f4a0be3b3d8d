/** What there is to say of one invocation. Times are milliseconds; `null` means "not observable". */
import type { Certainty, StartKind } from '@coldlens/agent/vocabulary';
import type { FunctionIdentity } from './function-page.ts';
import type { Phases } from './ranking.ts';

/** As a link has it: with function and time an invocation is found in one hour's rows, without in all of them. */
export interface InvocationQuery extends FunctionIdentity {
  invocationId: string;
  /** When it began, within an hour; milliseconds since 1970. */
  atMs: number;
}

/**
 * What a module that was loaded took itself. Its span lasts from where it was asked for to where it was evaluated, and modules
 * of one graph are asked for together: most of it may be waiting for others.
 */
export interface ModuleTimes {
  selfMs: number;
  /** With all that it was the first to import. */
  totalMs: number;
}

export interface InvocationSpan {
  spanId: string;
  /** '' for the root. */
  parentSpanId: string;
  name: string;
  phase: string;
  /** From the invocation's begin; negative for what was before. */
  startMs: number;
  durationMs: number | null;
  isError: boolean;
  /** `null` where the span is of no module. */
  module: ModuleTimes | null;
}

export interface TraceColdStarts {
  coldStarts: number;
  functions: number;
  /** Added up, as far as each latency was observable: what the caller at the trace's begin may have waited. */
  latencyMs: number;
}

export interface InvocationPage extends FunctionIdentity, Phases {
  invocationId: string;
  /** ISO 8601, UTC. */
  at: string;
  traceId: string | null;
  instanceId: string;
  version: string;
  startKind: StartKind | null;
  startCertainty: Certainty | null;
  /** It queued behind the init of its instance: see `coldAffected` in the ranking. */
  isColdAffected: boolean;
  isError: boolean;
  /** As in `LiveInvocation`. */
  latencyMs: number | null;
  billedMs: number | null;
  memoryMb: number | null;
  memoryUsedMb: number | null;
  /** Cold starts that were met along its trace, over all functions; `null` without a trace. */
  traceColdStarts: TraceColdStarts | null;
  /** Of its trace, by their begin; at most 1,000. Spans are kept for days, invocations for months. */
  spans: InvocationSpan[];
}
