/** From spans to partial invocations: every span that carries an invocation's id tells a part of it. */
import { spanKindServer } from '../span.ts';
import type { ReceivedSpan } from './facts.ts';
import { mergeAll, type PartialInvocation, type Report } from './partial.ts';
import { foreignFacts, phaseFacts } from './sources.ts';

const reportOf = (received: ReceivedSpan): Report | null => {
  const { span, phase, of, invocationId, seenNs } = received;
  const { functionName } = of;
  if (phase === null && span.kind !== spanKindServer) return null;
  if (invocationId === null || functionName === null) return null;
  const facts = phase === null ? foreignFacts(received) : phaseFacts(received, phase);
  return { of, functionName, invocationId, seenNs, facts };
};

/** One partial an invocation, in order of first appearance. Spans that tell of none are left out. */
export const assembleInvocations = (spans: readonly ReceivedSpan[]): PartialInvocation[] =>
  mergeAll(spans.map(reportOf).filter((report) => report !== null));
