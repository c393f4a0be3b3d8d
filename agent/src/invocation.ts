/** What the agent remembers of one invocation, and the spans it becomes. */
import type { Start } from './phases/start.ts';
import { state } from './state.ts';
import { randomSpanId } from './trace/ids.ts';
import {
  attribute,
  type Certainty,
  modulesHint,
  modulesSeen,
  type PhaseName,
  phaseSpanName,
  registerHint,
} from './vocabulary.ts';

/** One invocation, complete; its spans are made of it. */
export interface InvocationRecord {
  invocationId: string;
  /** What the platform tells of the call, and of the instance. The arguments themselves, which may be large, are not kept. */
  told: Attributes;
  resource: Attributes;
  /** On platforms where one app holds several functions. */
  functionName: string | undefined;
  ids: { traceId: string; rootSpanId: string; parentSpanId: string | null };
  start: Start;
  /** Unix milliseconds of the process's start; all other instants are milliseconds since then, monotonic. */
  processStartUnixMs: number;
  /** The instance's start; `null` on every invocation but its first, and where it happened before a snapshot. */
  init: {
    beginMs: number;
    endMs: number;
    certainty: Certainty;
    /** The process is older than the instance, so nobody saw the instance's runtime start. */
    hidesRuntimeStart?: boolean;
  } | null;
  calledMs: number;
  settledMs: number;
  /** How sure the execution's limits are; `null` where the platform's clocks did not show them. */
  execution: Certainty | null;
  /** Name of the error that the handler failed with: the class name only, since messages may hold user data. */
  errorType: string | null;
  /** Share of invocations like this one that are recorded, above 0 to 1. */
  sampleRate: number;
  /** Milliseconds that the agent itself took while the caller waited; `null` where no clock shows it. */
  agentMs: number | null;
  /** What was deployed; on an instance's first invocation only. */
  deployment?: Attributes;
}

export type AttributeValue = string | number | boolean;
export type Attributes = Record<string, AttributeValue | undefined>;

/** One span, still on the process's clock. */
export interface Span {
  spanId: string;
  parentSpanId: string | null;
  name: string;
  /** `null` for spans below a phase. */
  phase: PhaseName | null;
  beginMs: number;
  endMs: number;
  /** `undefined` ones are left out. */
  attributes: Attributes;
  failed: boolean;
}

type ChildPhase = Exclude<PhaseName, 'invocation'>;

/** On platforms where one app holds several functions, each span has to name its own. */
const ownNameOf = ({ functionName }: InvocationRecord, appName: string): string | undefined =>
  functionName === undefined ? undefined : `${appName}/${functionName}`;

const phaseSpan = (
  record: InvocationRecord,
  ownName: string | undefined,
  phase: ChildPhase,
  beginMs: number,
  endMs: number,
  certainty: Certainty,
): Span => ({
  spanId: randomSpanId(),
  parentSpanId: record.ids.rootSpanId,
  name: phaseSpanName[phase],
  phase,
  beginMs,
  endMs,
  attributes: {
    [attribute.phase]: phase,
    [attribute.phaseCertainty]: certainty,
    [attribute.invocationId]: record.invocationId,
    [attribute.functionName]: ownName,
  },
  failed: false,
});

/** The caller waited from the process's start, not only from the handler's call. */
const waitedForStart = ({ start, init }: InvocationRecord): boolean =>
  start.kind === 'cold' && init !== null && start.idleMs === null;

/** Begin of the caller's wait. */
const waitBeginMs = (record: InvocationRecord): number => {
  if (!waitedForStart(record) || !record.init) return record.calledMs;
  return record.init.hidesRuntimeStart ? record.init.beginMs : 0;
};

const rootSpan = (record: InvocationRecord, ownName: string | undefined, functionName: string): Span => ({
  spanId: record.ids.rootSpanId,
  parentSpanId: record.ids.parentSpanId,
  name: ownName ?? functionName,
  phase: 'invocation',
  beginMs: waitBeginMs(record),
  endMs: record.settledMs,
  attributes: {
    ...record.told,
    ...record.deployment,
    [attribute.functionName]: ownName,
    [attribute.phase]: 'invocation',
    [attribute.invocationId]: record.invocationId,
    [attribute.coldStart]: record.start.kind === 'cold' || record.start.kind === 'restored',
    [attribute.startKind]: record.start.kind,
    [attribute.startCertainty]: record.start.certainty,
    [attribute.idleMs]: record.start.idleMs ?? undefined,
    [attribute.agentMs]: record.agentMs === null ? undefined : Math.round(record.agentMs * 1_000) / 1_000,
    [attribute.sampleRate]: record.sampleRate < 1 ? record.sampleRate : undefined,
    [attribute.errorType]: record.errorType ?? undefined,
  },
  failed: record.errorType !== null,
});

const made = new WeakMap<InvocationRecord, Span[]>();

/**
 * The spans of one invocation, the root first. The root begins where the caller's wait began: at process start when
 * cold, at the handler's call otherwise. The same record always gives the same spans, ids included, so that a span that
 * is sent again is the same span.
 */
export const spansOf = (record: InvocationRecord, functionName: string): Span[] => {
  const before = made.get(record);
  if (before) return before;
  const ownName = ownNameOf(record, functionName);
  const spans = [rootSpan(record, ownName, functionName)];
  if (record.init) {
    const { beginMs, endMs, certainty } = record.init;
    const init = phaseSpan(record, ownName, 'init', beginMs, endMs, certainty);
    // What the agent itself took lies between the two phases and belongs to neither.
    const startEndMs = Math.max(0, beginMs - state.ownLoadMs - state.preloadMs);
    if (!record.init.hidesRuntimeStart) {
      spans.push(phaseSpan(record, ownName, 'runtime_start', 0, startEndMs, certainty));
    }
    spans.push(init);
    init.attributes[modulesSeen] = 'not observed';
    init.attributes[modulesHint] = registerHint;
    spans.push(...(state.moduleSpans?.(record, init) ?? []));
  }
  if (record.execution !== null) {
    spans.push(phaseSpan(record, ownName, 'execution', record.calledMs, record.settledMs, record.execution));
  }
  made.set(record, spans);
  return spans;
};
