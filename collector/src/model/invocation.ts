/**
 * From spans to partial invocations. One invocation is known by provider, account, region, function name and the
 * provider's invocation id; every span that carries that id tells a part of it. Parts of one request are merged
 * here, parts that come in different requests (late, twice, in any order) by the table's engine.
 */
import { attribute, type Certainty, moduleAttribute, type PhaseName, type StartKind } from '@coldlens/agent/vocabulary';
import { boolean, number, oneOf, text } from './attributes.ts';
import { type Attributes, type DecodedSpan, spanKindServer, statusCodeError } from './span.ts';
import { believableNs, ceilMs, durationNs, msToNs } from './time.ts';

/** What one or more spans tell of an invocation; null is "not told". Durations are nanoseconds. */
export interface PartialInvocation {
  provider: string;
  account: string;
  region: string;
  functionName: string;
  invocationId: string;
  /** When the part happened: places the row in time until the root span says when the invocation started. */
  seenNs: bigint;
  /** Start of the root span: the start of the caller's wait. */
  startedNs: bigint | null;
  traceId: string | null;
  startKind: StartKind | null;
  startCertainty: Certainty | null;
  agentRuntimeStartNs: bigint | null;
  agentInitNs: bigint | null;
  agentIdleNs: bigint | null;
  agentExecutionNs: bigint | null;
  agentBilledMs: bigint | null;
  /** From other senders' `faas.coldstart`, which cannot tell prewarmed from cold. */
  otelStartKind: StartKind | null;
  /** Duration of another sender's server span. */
  otelExecutionNs: bigint | null;
  error: 0 | 1 | null;
  errorType: string | null;
  trigger: string | null;
  memoryMb: number | null;
  arch: string | null;
  runtime: string | null;
  runtimeVersion: string | null;
  functionVersion: string | null;
  instanceId: string | null;
  /** How much of the module tree the agent saw, and the line that would show the rest. */
  modulesSeen: string | null;
  modulesHint: string | null;
}

const startKinds: readonly StartKind[] = ['cold', 'warm', 'prewarmed', 'restored'];
const certainties: readonly Certainty[] = ['certain', 'inferred'];
const phases: readonly PhaseName[] = ['invocation', 'runtime_start', 'init', 'execution'];

/** The provider's invocation id in either generation of the conventions. */
export function invocationIdOf(span: DecodedSpan): string | null {
  return text([span.attributes], attribute.invocationId, attribute.invocationIdOld);
}

export function functionNameOf(span: DecodedSpan): string | null {
  return text([span.attributes, span.resource], attribute.functionName, attribute.serviceName);
}

export function phaseOf(span: DecodedSpan): PhaseName | null {
  return oneOf(text([span.attributes], attribute.phase), phases);
}

/** One partial an invocation, in order of first appearance. Spans that tell of none are left out. */
export function assembleInvocations(spans: readonly DecodedSpan[], receivedMs: number): PartialInvocation[] {
  const byKey = new Map<string, PartialInvocation>();
  for (const span of spans) {
    const partial = partialOf(span, receivedMs);
    if (partial === null) continue;
    const { provider, account, region, functionName, invocationId } = partial;
    const key = JSON.stringify([provider, account, region, functionName, invocationId]);
    const before = byKey.get(key);
    byKey.set(key, before === undefined ? partial : merge(before, partial));
  }
  return [...byKey.values()];
}

/** As the table's engine does it: of every column, the latest that is not null. */
function merge(before: PartialInvocation, after: PartialInvocation): PartialInvocation {
  const told = Object.entries(after).filter(([, value]) => value !== null);
  const merged: PartialInvocation = { ...before, ...Object.fromEntries(told) };
  return { ...merged, seenNs: merged.startedNs ?? merged.seenNs };
}

function partialOf(span: DecodedSpan, receivedMs: number): PartialInvocation | null {
  const phase = phaseOf(span);
  const isForeign = phase === null && span.kind === spanKindServer;
  if (phase === null && !isForeign) return null;
  const invocationId = invocationIdOf(span);
  const functionName = functionNameOf(span);
  if (invocationId === null || functionName === null) return null;
  const common = { ...identityOf(span, functionName, invocationId), ...commonFacts(span, receivedMs) };
  return isForeign
    ? { ...common, ...foreignFacts(span, receivedMs) }
    : { ...common, ...agentFacts(span, phase as PhaseName, receivedMs) };
}

function identityOf(span: DecodedSpan, functionName: string, invocationId: string) {
  const sources = [span.attributes, span.resource];
  return {
    provider: text(sources, attribute.cloudProvider) ?? '',
    account: text(sources, attribute.cloudAccountId) ?? '',
    region: text(sources, attribute.cloudRegion) ?? '',
    functionName,
    invocationId,
  };
}

function commonFacts(span: DecodedSpan, receivedMs: number) {
  const sources = [span.attributes, span.resource];
  return {
    ...nothingTold,
    seenNs: believableNs(span.startNs, receivedMs),
    memoryMb: memoryMbOf(sources),
    arch: archOf(sources),
    runtime: text(sources, attribute.platformRuntime, attribute.runtimeName),
    runtimeVersion: text(sources, attribute.runtimeVersion),
    functionVersion: text(sources, attribute.functionVersion),
    instanceId: text(sources, attribute.instanceId),
  };
}

const nothingTold = {
  startedNs: null,
  traceId: null,
  startKind: null,
  startCertainty: null,
  agentRuntimeStartNs: null,
  agentInitNs: null,
  agentIdleNs: null,
  agentExecutionNs: null,
  agentBilledMs: null,
  otelStartKind: null,
  otelExecutionNs: null,
  error: null,
  errorType: null,
  trigger: null,
  modulesSeen: null,
  modulesHint: null,
} as const;

/** What a root span tells, whoever sent it. */
function rootFacts(span: DecodedSpan, receivedMs: number) {
  const failed = span.statusCode === statusCodeError;
  return {
    startedNs: believableNs(span.startNs, receivedMs),
    traceId: span.traceId,
    error: failed ? (1 as const) : (0 as const),
    errorType: text([span.attributes], attribute.errorType),
    trigger: text([span.attributes], attribute.trigger),
  };
}

function agentFacts(span: DecodedSpan, phase: PhaseName, receivedMs: number): Partial<PartialInvocation> {
  const duration = durationNs(span.startNs, span.endNs);
  if (phase === 'runtime_start') return { agentRuntimeStartNs: duration };
  if (phase === 'init') {
    return {
      agentInitNs: duration,
      modulesSeen: text([span.attributes], moduleAttribute.seen),
      modulesHint: text([span.attributes], moduleAttribute.hint),
    };
  }
  if (phase === 'execution') return { agentExecutionNs: duration };
  const idleMs = number([span.attributes], attribute.idleMs);
  const startKind = oneOf(text([span.attributes], attribute.startKind), startKinds);
  return {
    ...rootFacts(span, receivedMs),
    startKind,
    // A warm root is the handler's call and nothing else, so the agent's log lines leave the execution's span out. No time
    // at all is a clock that stood still.
    agentExecutionNs: startKind === 'warm' && duration ? duration : null,
    startCertainty: oneOf(text([span.attributes], attribute.startCertainty), certainties),
    agentIdleNs: idleMs === null ? null : msToNs(idleMs),
    agentBilledMs: billedMsOf(span, duration),
  };
}

/**
 * What Lambda will bill, as seen from inside: whole milliseconds, rounded up, init included (billed since
 * 2025-08-01; the root span starts at process start when cold and at the handler call otherwise).
 * Other providers meter differently, so there it is not observable.
 */
function billedMsOf(span: DecodedSpan, duration: bigint | null): bigint | null {
  const provider = text([span.attributes, span.resource], attribute.cloudProvider);
  if (duration === null || provider !== 'aws') return null;
  const billed = ceilMs(duration);
  return billed > 0n ? billed : 1n;
}

/** Another sender's server span: its duration is all that is known of the handler's run. */
function foreignFacts(span: DecodedSpan, receivedMs: number): Partial<PartialInvocation> {
  const coldStart = boolean([span.attributes, span.resource], attribute.coldStart);
  return {
    ...rootFacts(span, receivedMs),
    otelStartKind: coldStart === null ? null : coldStart ? 'cold' : 'warm',
    otelExecutionNs: durationNs(span.startNs, span.endNs),
  };
}

/** Attributes hold bytes; the largest function of any platform has 32 GiB, so a larger figure is a mistake. */
const maxMemoryMb = 32 * 1024;

function memoryMbOf(sources: readonly Attributes[]): number | null {
  const bytes = number(sources, attribute.maxMemoryBytes);
  if (bytes === null) return null;
  const mb = Math.round(bytes / 1_048_576);
  return mb >= 1 && mb <= maxMemoryMb ? mb : null;
}

const archNames: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['x64', 'x86_64'],
  ['x86_64', 'x86_64'],
  ['aarch64', 'arm64'],
  ['arm64', 'arm64'],
]);

function archOf(sources: readonly Attributes[]): string | null {
  const name = text(sources, attribute.hostArch)?.toLowerCase();
  return name === undefined ? null : (archNames.get(name) ?? name);
}
