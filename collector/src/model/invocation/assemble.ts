/** To partial invocations: every span that carries an invocation's id tells a part of it, and so does a platform's report. */
import { type DecodedSpan, spanKindConsumer, spanKindServer } from '../span.ts';
import { isCloudflareRoot } from './cloudflare-spans.ts';
import type { ReceivedSpan } from './facts.ts';
import { mergeAll, type PartialInvocation, type Report } from './partial.ts';
import { foreignFacts, phaseFacts } from './sources.ts';

/** Of other senders: some call a function that reads from a queue a consumer. */
const isRoot = (span: DecodedSpan): boolean =>
  span.kind === spanKindServer || span.kind === spanKindConsumer || isCloudflareRoot(span);

const reportOf = (received: ReceivedSpan): Report | null => {
  const { span, phase, of, invocationId, seenNs } = received;
  const { functionName } = of;
  if (phase === null && !isRoot(span)) return null;
  if (invocationId === null || functionName === null) return null;
  const facts = phase === null ? foreignFacts(received) : phaseFacts(received, phase);
  return { of, functionName, invocationId, seenNs, facts };
};

/** One partial an invocation, in order of first appearance. Spans that tell of none are left out. */
export const assembleInvocations = (
  spans: readonly ReceivedSpan[],
  reports: readonly Report[] = [],
): PartialInvocation[] => mergeAll([...spans.map(reportOf).filter((report) => report !== null), ...reports]);
