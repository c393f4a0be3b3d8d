/** What the agent remembers of one invocation, and the spans it becomes. */
import type { Start } from './phases/start.ts';
import type { Platform } from './platforms/platform.ts';
import { state } from './state.ts';
import { randomSpanId } from './trace/ids.ts';
import { attribute, type Certainty, type PhaseName, phaseSpanName } from './vocabulary.ts';

/** One invocation, complete; its spans are made of it. */
export interface InvocationRecord {
  invocationId: string;
  /** What the handler was called with: looked at for trigger and ARN after the response, never sent. */
  args: readonly unknown[];
  ids: { traceId: string; rootSpanId: string; parentSpanId: string | null };
  start: Start;
  /** Unix milliseconds of the process's start; all other instants are milliseconds since then, monotonic. */
  processStartUnixMs: number;
  /** The instance's start; `null` on every invocation but its first, and where it happened before a snapshot. */
  init: { beginMs: number; endMs: number; certainty: Certainty } | null;
  calledMs: number;
  settledMs: number;
  /** Name of the error that the handler failed with: the class name only, since messages may hold user data. */
  errorType: string | null;
  /** Share of invocations like this one that are recorded, above 0 to 1. */
  sampleRate: number;
  /** Milliseconds that the agent itself took while the caller waited. */
  agentMs: number;
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

const phaseSpan = (
  record: InvocationRecord,
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
  },
  failed: false,
});

/** The caller waited from the process's start, not only from the handler's call. */
const waitedForStart = ({ start, init }: InvocationRecord): boolean =>
  start.kind === 'cold' && init !== null && start.idleMs === null;

const rootSpan = (record: InvocationRecord, platform: Platform, functionName: string): Span => ({
  spanId: record.ids.rootSpanId,
  parentSpanId: record.ids.parentSpanId,
  name: functionName,
  phase: 'invocation',
  beginMs: waitedForStart(record) ? 0 : record.calledMs,
  endMs: record.settledMs,
  attributes: {
    ...platform.attributes(record.args),
    [attribute.phase]: 'invocation',
    [attribute.invocationId]: record.invocationId,
    [attribute.coldStart]: record.start.kind === 'cold' || record.start.kind === 'restored',
    [attribute.startKind]: record.start.kind,
    [attribute.startCertainty]: record.start.certainty,
    [attribute.idleMs]: record.start.idleMs ?? undefined,
    [attribute.agentMs]: Math.round(record.agentMs * 1_000) / 1_000,
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
export const spansOf = (record: InvocationRecord, platform: Platform, functionName: string): Span[] => {
  const before = made.get(record);
  if (before) return before;
  const spans = [rootSpan(record, platform, functionName)];
  if (record.init) {
    const { beginMs, endMs, certainty } = record.init;
    const init = phaseSpan(record, 'init', beginMs, endMs, certainty);
    // What evaluating the agent took lies between the two phases and belongs to neither.
    const startEndMs = Math.max(0, beginMs - state.ownLoadMs);
    spans.push(phaseSpan(record, 'runtime_start', 0, startEndMs, certainty), init);
    spans.push(...(state.moduleSpans?.(record, init.spanId) ?? []));
  }
  spans.push(phaseSpan(record, 'execution', record.calledMs, record.settledMs, 'certain'));
  made.set(record, spans);
  return spans;
};
