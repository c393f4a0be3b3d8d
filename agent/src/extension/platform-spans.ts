/**
 * The platform's own account of an invocation as one span: what it reported of the init, what it billed, the memory it
 * counted. The span carries the invocation's id and the phase `platform`; a collector that knows it sets it beside what
 * the agent saw, one that does not keeps it as a span like any other.
 */

import { keyValues } from '../export/otlp.ts';
import type { Attributes } from '../invocation.ts';
import { unixNanos } from '../phases/clock.ts';
import { at, textAt } from '../platforms/shape.ts';
import { randomSpanId, randomTraceId } from '../trace/ids.ts';
import { attribute, platformAttribute, platformPhase } from '../vocabulary.ts';
import type { Root } from './agent-spans.ts';

const maxRemembered = 64;
const internal = 1;

const numberAt = (value: unknown, ...path: readonly string[]): number | undefined => {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
};

/** A map that forgets its oldest entries. */
class Recent<V> {
  readonly #values = new Map<string, V>();

  set(key: string, value: V): void {
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > maxRemembered && oldest !== undefined) this.#values.delete(oldest);
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }
}

export class PlatformSpans {
  readonly #roots = new Recent<Root>();
  readonly #startedUnixMs = new Recent<number>();
  /** Of the init or restore that no invocation's report has told yet. */
  #pending: Attributes = {};

  noteRoot(root: Root): void {
    this.#roots.set(root.invocationId, root);
  }

  /** Takes one event; what comes back is a span in OTLP/JSON, if this event completes one. */
  take(event: unknown): object | null {
    const record = at(event, 'record');
    const requestId = textAt(record, 'requestId');
    switch (textAt(event, 'type')) {
      case 'platform.start':
        if (requestId) this.#startedUnixMs.set(requestId, Date.parse(textAt(event, 'time') ?? ''));
        return null;
      case 'platform.initReport':
      case 'platform.restoreReport':
        this.#noteStart(textAt(event, 'type') === 'platform.initReport', record);
        return null;
      case 'platform.report':
        return requestId ? this.#span(requestId, event, record) : null;
      default:
        return null;
    }
  }

  #noteStart(isInit: boolean, record: unknown): void {
    const durationMs = numberAt(record, 'metrics', 'durationMs');
    this.#pending = isInit
      ? {
          [platformAttribute.reportedInitMs]: durationMs,
          [platformAttribute.initType]: textAt(record, 'initializationType'),
          [platformAttribute.initPhase]: textAt(record, 'phase'),
        }
      : { [platformAttribute.restoreMs]: durationMs };
  }

  #span(requestId: string, event: unknown, record: unknown): object {
    const metric = (name: string): number | undefined => numberAt(record, 'metrics', name);
    const durationMs = metric('durationMs') ?? 0;
    const toldUnixMs = Date.parse(textAt(event, 'time') ?? '') || Date.now();
    const beginUnixMs = this.#startedUnixMs.get(requestId) || toldUnixMs - durationMs;
    const root = this.#roots.get(requestId);
    const attributes: Attributes = {
      ...this.#pending,
      [attribute.phase]: platformPhase,
      [attribute.invocationId]: requestId,
      [platformAttribute.status]: textAt(record, 'status'),
      [attribute.errorType]: textAt(record, 'errorType'),
      [platformAttribute.durationMs]: durationMs,
      [platformAttribute.billedMs]: metric('billedDurationMs'),
      [platformAttribute.memoryUsedMb]: metric('maxMemoryUsedMB'),
      [platformAttribute.billedRestoreMs]: metric('billedRestoreDurationMs'),
    };
    const told = {
      [platformAttribute.reportedInitMs]: metric('initDurationMs'),
      [platformAttribute.restoreMs]: metric('restoreDurationMs'),
    };
    for (const [name, value] of Object.entries(told)) if (value !== undefined) attributes[name] = value;
    this.#pending = {};
    return {
      traceId: root?.traceId ?? randomTraceId(),
      spanId: randomSpanId(),
      ...(root && { parentSpanId: root.spanId }),
      name: platformPhase,
      kind: internal,
      startTimeUnixNano: unixNanos(beginUnixMs),
      endTimeUnixNano: unixNanos(beginUnixMs + durationMs),
      attributes: keyValues(attributes),
    };
  }
}
