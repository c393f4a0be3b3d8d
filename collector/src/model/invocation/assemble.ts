/** From spans to partial invocations: every span that carries an invocation's id tells a part of it. */
import { type DecodedSpan, spanKindServer } from '../span.ts';
import { commonFacts, phaseOf } from './facts.ts';
import { mergeAll, type PartialInvocation } from './partial.ts';
import { foreignFacts, phaseFacts } from './sources.ts';

const partOf = (span: DecodedSpan, receivedMs: number): PartialInvocation | null => {
  const phase = phaseOf(span);
  if (phase === null && span.kind !== spanKindServer) return null;
  const common = commonFacts(span, receivedMs);
  if (common === null) return null;
  const own = phase === null ? foreignFacts(span, receivedMs) : phaseFacts(span, phase, receivedMs);
  return { ...common, ...own };
};

/** One partial an invocation, in order of first appearance. Spans that tell of none are left out. */
export const assembleInvocations = (spans: readonly DecodedSpan[], receivedMs: number): PartialInvocation[] =>
  mergeAll(spans.map((span) => partOf(span, receivedMs)).filter((part) => part !== null));
