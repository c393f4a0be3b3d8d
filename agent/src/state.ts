/**
 * What one instance knows about itself. It hangs on `globalThis`, because an application may load the agent twice, once
 * as an ES module and once as CommonJS, and still is one instance with one first invocation.
 */
import type { InvocationRecord, Span } from './invocation.ts';
import type { Observation } from './observation.ts';
import type { Options } from './options.ts';

/** Where finished invocations go. */
export interface Sink {
  take(record: InvocationRecord): void;
  /** Sends what was taken. Never rejects. */
  flush(): Promise<void>;
}

export interface InstanceState {
  /** Whether the application imported the agent as an ES module, whose graph was read before any of it ran. */
  isEsm: boolean;
  /** Earliest entry of any copy of the agent; this and every other instant is on the monotonic clock. */
  entryMs: number;
  /** Milliseconds that evaluating the agent itself took. */
  ownLoadMs: number;
  /** When the last handler was wrapped and its module's evaluation was over; `null` until then. */
  readyMs: number | null;
  invocations: number;
  /** Whether one of the agent's copies sees to it that nothing is lost at the end. */
  listensForEnd: boolean;
  /** Calls that have ended and that nobody has looked at yet. */
  ended: Observation[];
  /** What `coldlens()` was given. */
  options: Options;
  /** Kinds of trouble that were said already. */
  warned: Set<string>;
  /** Takes finished invocations instead of our own exporter; set by `@coldlens/agent/otel`. */
  sink: Sink | null;
  /** Milliseconds that `@coldlens/agent/register` took before the user's code began. */
  preloadMs: number;
  /** Told of the first invocation as it begins; set by `@coldlens/agent/register`. Never throws. */
  initEnded: (() => void) | null;
  /** Gives the spans of the module tree, children of the init span; set by `@coldlens/agent/register`. */
  moduleSpans: ((record: InvocationRecord, init: Span) => Span[]) | null;
}

const key = Symbol.for('coldlens.instance');
const holder = globalThis as { [key]?: InstanceState };

holder[key] ??= {
  isEsm: false,
  entryMs: Number.POSITIVE_INFINITY,
  ownLoadMs: 0,
  readyMs: null,
  invocations: 0,
  listensForEnd: false,
  ended: [],
  options: {},
  warned: new Set(),
  sink: null,
  preloadMs: 0,
  initEnded: null,
  moduleSpans: null,
};
export const state: InstanceState = holder[key];
