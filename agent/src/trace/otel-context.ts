/**
 * The application's own OpenTelemetry, if it has one, without importing it: the API keeps its parts on a global symbol.
 * https://github.com/open-telemetry/opentelemetry-js-api, "global-utils".
 */
import type { RemoteParent } from './remote-parent.ts';

interface SpanContext {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
}

interface ContextManager {
  active(): Context;
  with<T>(context: Context, run: () => T): T;
}

const apiKey = Symbol.for('opentelemetry.js.api.1');
/** Under which the API keeps the active span in a context. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');
const sampled = 1;

const contextManager = (): ContextManager | undefined =>
  (globalThis as { [apiKey]?: { context?: ContextManager } })[apiKey]?.context;

/** Whether the application has OpenTelemetry: one look at a global. */
export const hasContextManager = (): boolean => contextManager() !== undefined;

/** The span that is active around the handler's call, such as another instrumentation's. */
export const activeParent = (): RemoteParent | null => {
  const active = contextManager()?.active().getValue(spanKey) as { spanContext?(): SpanContext } | undefined;
  const found = active?.spanContext?.();
  return found && !/^0*$/.test(found.traceId) ? { traceId: found.traceId, spanId: found.spanId } : null;
};

/** A span that records nothing: it only names the parent for spans that the application makes. */
class ForwardingSpan {
  readonly #context: SpanContext;
  constructor(context: SpanContext) {
    this.#context = context;
  }
  spanContext = (): SpanContext => this.#context;
  isRecording = (): boolean => false;
  setAttribute = (): this => this;
  setAttributes = (): this => this;
  addEvent = (): this => this;
  addLink = (): this => this;
  addLinks = (): this => this;
  setStatus = (): this => this;
  updateName = (): this => this;
  recordException = (): void => undefined;
  end = (): void => undefined;
}

/** Runs the handler so that the application's spans become children of our root span. */
export const insideOf = <T>(traceId: string, spanId: string, run: () => T): T => {
  const manager = contextManager();
  if (!manager) return run();
  const span = new ForwardingSpan({ traceId, spanId, traceFlags: sampled });
  return manager.with(manager.active().setValue(spanKey, span), run);
};
