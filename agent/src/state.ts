/**
 * What one instance knows about itself. It hangs on `globalThis`, because an application may load the agent twice, once
 * as an ES module and once as CommonJS, and still is one instance with one first invocation.
 */
import type { InvocationRecord, Span } from './invocation.ts';
import { entryMs } from './phases/entry.ts';

export interface InstanceState {
  /** Earliest entry of any copy of the agent, milliseconds since process start. */
  entryMs: number;
  /** Milliseconds that evaluating the agent itself took. */
  ownLoadMs: number;
  /** When the last handler was wrapped and its module's evaluation was over; `null` until then. */
  readyMs: number | null;
  invocations: number;
  /** Takes finished invocations instead of our own exporter; set by `@coldlens/agent/otel`. */
  sink: ((record: InvocationRecord) => void) | null;
  /** Gives the spans of the module tree, children of the init span; set by `@coldlens/agent/register`. */
  moduleSpans: ((record: InvocationRecord, initSpanId: string) => Span[]) | null;
}

const key = Symbol.for('coldlens.instance');
const holder = globalThis as { [key]?: InstanceState };

holder[key] ??= { entryMs, ownLoadMs: 0, readyMs: null, invocations: 0, sink: null, moduleSpans: null };
export const state: InstanceState = holder[key];
