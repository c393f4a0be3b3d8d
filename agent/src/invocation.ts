/** What the agent remembers of one invocation, and the spans it becomes. */
import type { Start } from './phases/start.ts';
import { attribute, type Certainty, type PhaseName, phaseSpanName } from './vocabulary.ts';

/** Plain numbers, written while the caller waits; everything else is made after the response. */
export interface InvocationRecord {
  invocationId: string;
  /** ARN or other platform identifier of the function, if the platform tells it per invocation. */
  invokedArn: string | null;
  start: Start;
  /** Unix milliseconds of the process's start; all other instants are milliseconds since then, monotonic. */
  processStartUnixMs: number;
  /** The instance's start; `null` on every invocation but its first, and where it happened before a snapshot. */
  init: { beginMs: number; endMs: number; certainty: Certainty } | null;
  calledMs: number;
  settledMs: number;
  /** Name of the error that the handler failed with: the class name only, since messages may hold user data. */
  errorType: string | null;
}

export type AttributeValue = string | number | boolean;

/** One span, still on the process's clock. */
export interface PhaseSpan {
  name: string;
  phase: PhaseName;
  beginMs: number;
  endMs: number;
  attributes: Record<string, AttributeValue>;
  failed: boolean;
}

const phaseSpan = (
  record: InvocationRecord,
  phase: Exclude<PhaseName, 'invocation'>,
  beginMs: number,
  endMs: number,
  certainty: Certainty,
): PhaseSpan => ({
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

/**
 * The spans of one invocation, the root first. The root begins where the caller's wait began: at process start when
 * cold, at the handler's call otherwise.
 */
export const spansOf = (record: InvocationRecord, functionName: string): PhaseSpan[] => {
  const { start, init, calledMs, settledMs, errorType } = record;
  const callerWaitedForStart = start.kind === 'cold' && init !== null && start.idleMs === null;
  const attributes: Record<string, AttributeValue> = {
    [attribute.phase]: 'invocation',
    [attribute.invocationId]: record.invocationId,
    [attribute.coldStart]: start.kind === 'cold' || start.kind === 'restored',
    [attribute.startKind]: start.kind,
    [attribute.startCertainty]: start.certainty,
  };
  if (start.idleMs !== null) attributes[attribute.idleMs] = start.idleMs;
  if (record.invokedArn !== null) attributes['aws.lambda.invoked_arn'] = record.invokedArn;
  if (errorType !== null) attributes[attribute.errorType] = errorType;

  const spans: PhaseSpan[] = [
    {
      name: functionName,
      phase: 'invocation',
      beginMs: callerWaitedForStart ? 0 : calledMs,
      endMs: settledMs,
      attributes,
      failed: errorType !== null,
    },
  ];
  if (init) {
    spans.push(phaseSpan(record, 'runtime_start', 0, init.beginMs, init.certainty));
    spans.push(phaseSpan(record, 'init', init.beginMs, init.endMs, init.certainty));
  }
  spans.push(phaseSpan(record, 'execution', calledMs, settledMs, 'certain'));
  return spans;
};
