/**
 * The platform's own account of an invocation as one span: what it reported of the init, what it billed, the memory it
 * counted. The span carries the invocation's id and the phase `platform`; a collector that knows it sets it beside what
 * the agent saw, one that does not keeps it as a span like any other.
 *
 * The span hangs below the invocation's root. After a thaw the report may be heard before the agent's spans; it waits
 * for them then, and goes alone when they do not come.
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

/** Sets an entry; gives back the oldest, taken out, when there are more than {@link maxRemembered}. */
const setRecent = <V>(recent: Map<string, V>, key: string, value: V): V | undefined => {
  recent.set(key, value);
  const [oldest] = recent;
  if (recent.size <= maxRemembered || !oldest) return undefined;
  recent.delete(oldest[0]);
  return oldest[1];
};

/** A span without its place in a trace. */
interface Waiting {
  span: object;
  /** Since before the last turn. */
  isOld: boolean;
}

/** The span in OTLP/JSON; in a trace of its own where there is no root. */
const placed = (span: object, root: Root | undefined): object => ({
  traceId: root?.traceId ?? randomTraceId(),
  spanId: randomSpanId(),
  ...(root && { parentSpanId: root.spanId }),
  ...span,
});

export class PlatformSpans {
  readonly #emit: (span: object) => void;
  readonly #roots = new Map<string, Root>();
  readonly #startedUnixMs = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  /** Of the init or restore that no invocation's report has told yet. */
  #pending: Attributes = {};
  /** How this instance was initialised, unless on demand: every invocation on it is billed accordingly. */
  #initType: string | undefined;

  /** @param emit takes each span that is complete, in OTLP/JSON */
  constructor(emit: (span: object) => void) {
    this.#emit = emit;
  }

  noteRoot(root: Root): void {
    setRecent(this.#roots, root.invocationId, root);
    const waiting = this.#waiting.get(root.invocationId);
    if (!waiting) return;
    this.#waiting.delete(root.invocationId);
    this.#emit(placed(waiting.span, root));
  }

  /** Takes one event of any shape. */
  hear(event: unknown): void {
    const record = at(event, 'record');
    const requestId = textAt(record, 'requestId');
    switch (textAt(event, 'type')) {
      case 'platform.start':
        if (requestId) setRecent(this.#startedUnixMs, requestId, Date.parse(textAt(event, 'time') ?? ''));
        break;
      case 'platform.initReport':
      case 'platform.restoreReport':
        this.#noteStart(textAt(event, 'type') === 'platform.initReport', record);
        break;
      case 'platform.report':
        if (requestId) this.#complete(requestId, this.#span(requestId, event, record));
    }
  }

  /** Time has passed: what has waited since before the last turn goes without a root. */
  turn(): void {
    for (const [requestId, waiting] of this.#waiting) {
      if (waiting.isOld) this.#goAlone(requestId, waiting);
      waiting.isOld = true;
    }
  }

  /** Nothing waits any longer. */
  end(): void {
    for (const [requestId, waiting] of this.#waiting) this.#goAlone(requestId, waiting);
  }

  #complete(requestId: string, span: object): void {
    const root = this.#roots.get(requestId);
    if (root) {
      this.#emit(placed(span, root));
      return;
    }
    const crowdedOut = setRecent(this.#waiting, requestId, { span, isOld: false });
    if (crowdedOut) this.#emit(placed(crowdedOut.span, undefined));
  }

  #goAlone(requestId: string, { span }: Waiting): void {
    this.#waiting.delete(requestId);
    this.#emit(placed(span, undefined));
  }

  #noteStart(isInit: boolean, record: unknown): void {
    const durationMs = numberAt(record, 'metrics', 'durationMs');
    const initType = textAt(record, 'initializationType');
    if (initType !== 'on-demand') this.#initType ??= initType;
    this.#pending = isInit
      ? {
          [platformAttribute.reportedInitMs]: durationMs,
          [platformAttribute.initType]: initType,
          [platformAttribute.initPhase]: textAt(record, 'phase'),
        }
      : { [platformAttribute.restoreMs]: durationMs };
  }

  #span(requestId: string, event: unknown, record: unknown): object {
    const metric = (name: string): number | undefined => numberAt(record, 'metrics', name);
    const durationMs = metric('durationMs') ?? 0;
    const toldUnixMs = Date.parse(textAt(event, 'time') ?? '') || Date.now();
    const beginUnixMs = this.#startedUnixMs.get(requestId) || toldUnixMs - durationMs;
    const attributes: Attributes = {
      ...(this.#initType && { [platformAttribute.initType]: this.#initType }),
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
      name: platformPhase,
      kind: internal,
      startTimeUnixNano: unixNanos(beginUnixMs),
      endTimeUnixNano: unixNanos(beginUnixMs + durationMs),
      attributes: keyValues(attributes),
    };
  }
}
