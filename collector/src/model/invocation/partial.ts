/**
 * A part of an invocation: what one source told, in columns of that source's own. Parts of one request are merged here, parts
 * that come in different requests (late, twice, in any order) by the table's engine, by the same rule. Which source is believed
 * is decided when a question is asked, never by who came last.
 */
import type { Certainty, StartKind } from '@coldlens/agent/vocabulary';
import type { FunctionFacts } from './facts.ts';

/** One invocation is known by these, whoever reports it. */
export interface InvocationIdentity {
  provider: string;
  account: string;
  region: string;
  functionName: string;
  /** The provider's own. */
  invocationId: string;
}

/** What one or more reports tell of an invocation; null is "not told". Durations are nanoseconds. */
export interface PartialInvocation extends InvocationIdentity {
  /** When the part happened: places the row in time until a root span says when the invocation started. */
  seenNs: bigint;
  /** Start of the root span: the start of the caller's wait. */
  startedNs: bigint | null;
  traceId: string | null;

  /** The agent's word. */
  startKind: StartKind | null;
  startCertainty: Certainty | null;
  agentRuntimeStartNs: bigint | null;
  agentInitNs: bigint | null;
  agentIdleNs: bigint | null;
  agentExecutionNs: bigint | null;
  agentBilledMs: bigint | null;
  /** This one stands for so many millionths of an invocation: 1,000,000 divided by the rate that it was sampled at. */
  weightPpm: bigint | null;

  /** The platform's word; `warm` says no more than that it reported no init and no restore. */
  platformStartKind: StartKind | null;
  /** 0 = that kind follows from a rule and may be wrong; then the agent's word comes first. Null = as 1. */
  platformIsCertain: 0 | 1 | null;
  /** The platform's single figure for getting ready. */
  platformReportedInitNs: bigint | null;
  /** A failed init that ran again inside the invocation: then its duration holds the init. */
  platformInitInside: 0 | 1 | null;
  platformRestoreNs: bigint | null;
  /**
   * Where the platform's duration begins with the caller's wait: how much of a cold one came after the instance was ready; 0 =
   * not known how much. Found by pairing.
   */
  platformServedNs: bigint | null;
  /** Found by pairing: the same call was told by its function under another id. */
  toldElsewhere: 0 | 1 | null;
  /** Without init. */
  platformDurationNs: bigint | null;
  /** Init and restore included. */
  platformBilledMs: bigint | null;
  platformMemoryUsedMb: number | null;
  /** `success`, `failure`, `error` or `timeout`. */
  platformStatus: string | null;
  platformErrorType: string | null;
  /** When the platform began to work on it; a cold one's init was before. */
  platformStartedNs: bigint | null;

  /** From other senders' `faas.coldstart`, which cannot tell prewarmed from cold. */
  otelStartKind: StartKind | null;
  /** Duration of another sender's server span. */
  otelExecutionNs: bigint | null;
  /** Init of the start that it waited for, where that was told apart from it; see store/pairing. */
  otelInitNs: bigint | null;

  /** By the root span. */
  error: 0 | 1 | null;
  errorType: string | null;
  trigger: string | null;
  memoryMb: number | null;
  timeoutMs: number | null;
  arch: string | null;
  runtime: string | null;
  runtimeVersion: string | null;
  functionVersion: string | null;
  instanceId: string | null;
  /** Of the instance, where that may run several, one after the other, and the platform names them. */
  platformProcess: string | null;
  /** `cloud.platform` and `coldlens.sku`, as they were told: together they say what an invocation is billed as. */
  cloudPlatform: string | null;
  sku: string | null;
  /** CPU of the instance, thousandths of a vCPU. */
  milliVcpu: number | null;
  /** CPU time, microseconds; only Cloudflare tells. */
  platformCpuUs: bigint | null;
  /** How much of the module tree the agent saw, and the line that would show the rest. */
  modulesSeen: string | null;
  modulesHint: string | null;
}

/** What a source that says nothing says. */
export const nothingTold = {
  startedNs: null,
  traceId: null,
  startKind: null,
  startCertainty: null,
  agentRuntimeStartNs: null,
  agentInitNs: null,
  agentIdleNs: null,
  agentExecutionNs: null,
  agentBilledMs: null,
  weightPpm: null,
  platformStartKind: null,
  platformIsCertain: null,
  platformReportedInitNs: null,
  platformServedNs: null,
  toldElsewhere: null,
  platformInitInside: null,
  platformRestoreNs: null,
  platformDurationNs: null,
  platformBilledMs: null,
  platformMemoryUsedMb: null,
  platformStatus: null,
  platformErrorType: null,
  platformStartedNs: null,
  otelStartKind: null,
  otelExecutionNs: null,
  otelInitNs: null,
  error: null,
  errorType: null,
  trigger: null,
  memoryMb: null,
  timeoutMs: null,
  arch: null,
  runtime: null,
  runtimeVersion: null,
  functionVersion: null,
  instanceId: null,
  platformProcess: null,
  cloudPlatform: null,
  sku: null,
  milliVcpu: null,
  platformCpuUs: null,
  modulesSeen: null,
  modulesHint: null,
} as const satisfies Partial<PartialInvocation>;

/** What one source tells of one invocation. */
export interface Report {
  readonly of: FunctionFacts;
  readonly functionName: string;
  readonly invocationId: string;
  readonly seenNs: bigint;
  /** Of the call itself. */
  readonly facts: Partial<PartialInvocation>;
}

/** As the table's engine does it: of every column, the latest that is not null. */
const tell = (into: Record<string, unknown>, facts: object): void => {
  for (const name in facts) {
    const value = (facts as Record<string, unknown>)[name];
    if (value !== null && value !== undefined) into[name] = value;
  }
};

/** One part an invocation, in order of first appearance. */
export const mergeAll = (reports: Iterable<Report>): PartialInvocation[] => {
  const byKey = new Map<string, { part: PartialInvocation; of: FunctionFacts }>();
  for (const { of, functionName, invocationId, seenNs, facts } of reports) {
    // The first of the two is JSON, so where it ends cannot be mistaken.
    const key = of.key + invocationId;
    let known = byKey.get(key);
    if (known === undefined) {
      known = { part: { ...nothingTold, ...of.told, functionName, invocationId, seenNs }, of };
      byKey.set(key, known);
    } else if (known.of !== of) {
      tell(known.part as never, of.told);
      known.of = of;
    }
    const { part } = known;
    tell(part as never, facts);
    part.seenNs = part.startedNs ?? seenNs;
  }
  return Array.from(byKey.values(), ({ part }) => part);
};
