/** What each kind of span tells of its invocation: the agent's, the platform's own figures, another sender's. */
import {
  attribute,
  type Certainty,
  moduleAttribute,
  platformAttribute,
  platformPhase,
  type StartKind,
} from '@coldlens/agent/vocabulary';
import { boolean, number, oneOf, text } from '../attributes.ts';
import { type DecodedSpan, statusCodeError } from '../span.ts';
import { ceilMs, durationNs, msToNs } from '../time.ts';
import { cloudflareCpuUs, cloudflareFacts, isCloudflareRoot } from './cloudflare-spans.ts';
import type { ReceivedSpan, SpanPhase } from './facts.ts';
import type { PartialInvocation } from './partial.ts';

type Facts = Partial<PartialInvocation>;

const startKinds: readonly StartKind[] = ['cold', 'warm', 'prewarmed', 'restored'];
const certainties: readonly Certainty[] = ['certain', 'inferred'];

const nsOf = (ms: number | null): bigint | null => (ms === null ? null : msToNs(ms));

/** What a root span tells, whoever sent it. */
const rootFacts = ({ span, seenNs }: ReceivedSpan): Facts => ({
  startedNs: seenNs,
  platformCpuUs: cloudflareCpuUs(span),
  traceId: span.traceId,
  error: span.statusCode === statusCodeError ? 1 : 0,
  errorType: text([span.attributes], attribute.errorType),
  trigger: text([span.attributes], attribute.trigger),
});

const wholePpm = 1_000_000;

/** A rate that is none is no reason to count an invocation a million times. */
const leastRate = 1e-6;

const weightOf = (rate: number | null): bigint | null =>
  rate === null || rate < leastRate || rate >= 1 ? null : BigInt(Math.round(wholePpm / rate));

/**
 * What Lambda will bill, as seen from inside: whole milliseconds, rounded up, init included (billed since
 * 2025-08-01; the root span starts at process start when cold and at the handler call otherwise).
 * Other providers meter differently, so there it is not observable.
 */
const billedMsOf = ({ span }: ReceivedSpan, duration: bigint | null): bigint | null => {
  const provider = text([span.attributes, span.resource], attribute.cloudProvider);
  if (duration === null || provider !== 'aws') return null;
  const billed = ceilMs(duration);
  return billed > 0n ? billed : 1n;
};

const invocationFacts = (received: ReceivedSpan): Facts => {
  const { span } = received;
  const duration = durationNs(span.startNs, span.endNs);
  const startKind = oneOf(text([span.attributes], attribute.startKind), startKinds);
  return {
    ...rootFacts(received),
    startKind,
    startCertainty: oneOf(text([span.attributes], attribute.startCertainty), certainties),
    // A warm root is the handler's call and nothing else, so the agent's log lines leave the execution's span out. No time
    // at all is a clock that stood still.
    agentExecutionNs: startKind === 'warm' && duration ? duration : null,
    agentIdleNs: nsOf(number([span.attributes], attribute.idleMs)),
    agentBilledMs: billedMsOf(received, duration),
    weightPpm: weightOf(number([span.attributes], attribute.sampleRate)),
  };
};

const initFacts = ({ span }: ReceivedSpan): Facts => ({
  agentInitNs: durationNs(span.startNs, span.endNs),
  modulesSeen: text([span.attributes], moduleAttribute.seen),
  modulesHint: text([span.attributes], moduleAttribute.hint),
});

/** Lambda's words for how an instance was initialised, where nobody waited for it. */
const aheadOfTime: readonly string[] = ['provisioned-concurrency', 'lambda-managed-instances'];

/** What Lambda's word for how the instance was initialised says of the bill; nothing, where it is on demand. */
const platformSku = (span: DecodedSpan): Facts => {
  const type = text([span.attributes], platformAttribute.initType);
  return type === null || type === 'on-demand' ? {} : { sku: type };
};

const platformKindOf = (span: DecodedSpan, initNs: bigint | null, restoreNs: bigint | null): StartKind => {
  if (restoreNs !== null) return 'restored';
  if (initNs === null) return 'warm';
  return aheadOfTime.includes(text([span.attributes], platformAttribute.initType) ?? '') ? 'prewarmed' : 'cold';
};

/**
 * On demand Lambda initialises some ahead of time without saying so, and reports that init with the first invocation like any
 * other: then the agent, who sees how long nobody came, knows better. Who has it run inside the invocation has waited.
 */
const isCertain = (kind: StartKind, isInside: boolean): 0 | 1 | null =>
  kind === 'warm' ? null : kind === 'cold' && !isInside ? 0 : 1;

/** Longer than anything is billed at once; a larger figure is a mistake. */
const maxBilledMs = 400 * 86_400_000;
const maxMemoryUsedMb = 32 * 1_024;

const within = (value: number | null, most: number): number | null =>
  value !== null && value >= 0 && value <= most ? value : null;

const platformFacts = ({ span, seenNs }: ReceivedSpan): Facts => {
  const told = (name: string): number | null => number([span.attributes], name);
  const billedMs = within(told(platformAttribute.billedMs), maxBilledMs);
  const memoryUsedMb = within(told(platformAttribute.memoryUsedMb), maxMemoryUsedMb);
  const reportedInitNs = nsOf(told(platformAttribute.reportedInitMs));
  const restoreNs = nsOf(told(platformAttribute.restoreMs));
  const kind = platformKindOf(span, reportedInitNs, restoreNs);
  const isInside = text([span.attributes], platformAttribute.initPhase) === 'invoke';
  return {
    ...platformSku(span),
    platformStartKind: kind,
    platformIsCertain: isCertain(kind, isInside),
    platformReportedInitNs: reportedInitNs,
    platformInitInside: reportedInitNs === null ? null : isInside ? 1 : 0,
    platformRestoreNs: restoreNs,
    platformDurationNs: nsOf(told(platformAttribute.durationMs)),
    platformBilledMs: billedMs === null ? null : BigInt(Math.ceil(billedMs)),
    platformMemoryUsedMb: memoryUsedMb === null ? null : Math.round(memoryUsedMb),
    platformStatus: text([span.attributes], platformAttribute.status),
    platformErrorType: text([span.attributes], attribute.errorType),
    platformStartedNs: seenNs,
  };
};

const byPhase: Readonly<Record<SpanPhase, (received: ReceivedSpan) => Facts>> = {
  invocation: invocationFacts,
  runtime_start: ({ span: { startNs, endNs } }) => ({ agentRuntimeStartNs: durationNs(startNs, endNs) }),
  init: initFacts,
  execution: ({ span: { startNs, endNs } }) => ({ agentExecutionNs: durationNs(startNs, endNs) }),
  [platformPhase]: platformFacts,
};

export const phaseFacts = (received: ReceivedSpan, phase: SpanPhase): Facts => byPhase[phase](received);

/** Another sender's server span: its duration is all that is known of the handler's run. */
export const foreignFacts = (received: ReceivedSpan): Facts => {
  const { span } = received;
  const coldStart = boolean([span.attributes, span.resource], attribute.coldStart);
  return {
    ...rootFacts(received),
    otelStartKind: coldStart === null ? null : coldStart ? 'cold' : 'warm',
    otelExecutionNs: durationNs(span.startNs, span.endNs),
    ...(isCloudflareRoot(span) && cloudflareFacts(span)),
  };
};
