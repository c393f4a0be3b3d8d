/** Spans as the tree that their parents make of them, flattened in the order in which they are shown. */
import type { InvocationSpan } from '@coldlens/collector';

export interface ShownSpan {
  span: InvocationSpan;
  /** For each of its ancestors below the root, and itself: whether it is the last of its sisters. Empty = a root. */
  lastOf: readonly boolean[];
}

/** Deeper ones would leave no room for names, and are shown as if they were so deep. */
const deepest = 12;

/** Spans whose parent is not among them stand beside the root; sisters by their begin. A circle of parents is cut. */
export function spanTree(spans: readonly InvocationSpan[]): ShownSpan[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  const children = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
  const shown = new Map<string, ShownSpan>();
  // A list of what is still to be visited instead of recursion: parents may be a chain of a thousand.
  const visit = (first: InvocationSpan): void => {
    const waiting: ShownSpan[] = [{ span: first, lastOf: [] }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, lastOf } = next;
      if (shown.has(span.spanId)) continue;
      shown.set(span.spanId, next);
      const sisters = (children.get(span.spanId) ?? []).toSorted(byBegin);
      const below = sisters.map((child, index) => ({
        span: child,
        lastOf: [...lastOf.slice(0, deepest - 1), index === sisters.length - 1],
      }));
      waiting.push(...below.toReversed());
    }
  };
  for (const span of [...roots.toSorted(byBegin), ...spans]) visit(span);
  return [...shown.values()];
}

const byBegin = (a: InvocationSpan, b: InvocationSpan): number => a.startMs - b.startMs;
