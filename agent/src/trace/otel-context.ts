/** Our root among the application's own spans, through its OpenTelemetry context. */
import { afterNow } from '../lazy/load-after-now.ts';
import type { Observation, TraceIds } from '../observation.ts';
import { randomSpanId, randomTraceId } from './ids.ts';
import { contextManager } from './otel-global.ts';
import type { RemoteParent } from './remote-parent.ts';

interface SpanContext {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

/** Under which the API keeps the active span in a context. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');
const sampled = 1;

/** The span that is active around the handler's call, such as another instrumentation's. */
const activeParent = (): RemoteParent | null => {
  const active = contextManager()?.active().getValue(spanKey) as { spanContext?(): SpanContext } | undefined;
  const found = active?.spanContext?.();
  return found && !/^0*$/.test(found.traceId) ? { traceId: found.traceId, spanId: found.spanId } : null;
};

/**
 * Ids for the call, given to the application's spans as their parent; `null` without OpenTelemetry. Where no span is
 * active, the caller is looked for in the event before the call: the application's spans can take its trace id only now.
 */
export const idsForApplication = ({ args, xRayHeader }: Observation): TraceIds | null => {
  if (!contextManager()) return null;
  const parent = activeParent() ?? afterNow()?.platform().call(args, xRayHeader).parent ?? null;
  return { traceId: parent?.traceId ?? randomTraceId(), rootSpanId: randomSpanId(), parent };
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
