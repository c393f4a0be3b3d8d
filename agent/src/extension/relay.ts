/** Between what the extension hears and what it sends: sorts it, remembers what the main loop waits for. */
import { keyValues } from '../export/otlp.ts';
import type { Attributes } from '../invocation.ts';
import { at, textAt } from '../platforms/shape.ts';
import { agentLine, resourceSpansOf, rootsIn } from './agent-spans.ts';
import type { Outbox } from './outbox.ts';
import { PlatformSpans } from './platform-spans.ts';

/** What becomes of an invocation while the extension watches. */
export type Sign = 'agent spans' | 'runtime done' | 'report';

export class Relay {
  readonly #outbox: Outbox;
  readonly #platformSpans = new PlatformSpans((span) => this.#add(span));
  #resource: object = {};
  #seen = new Map<string, Set<Sign>>();
  #wake: (() => void) | null = null;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** What the platform's span belongs to, until the agent has said who it is: it knows more than an extension can. */
  describe(resource: Attributes): void {
    this.#resource = { attributes: keyValues(resource) };
  }

  /** An OTLP/JSON trace request from the agent. */
  readonly hearSpans = (body: unknown): boolean => {
    const parts = resourceSpansOf(body);
    for (const part of parts) {
      const resource = at(part, 'resource');
      if (resource !== null && typeof resource === 'object') this.#resource = resource;
      this.#outbox.add(part);
      for (const root of rootsIn(part)) {
        this.#platformSpans.noteRoot(root);
        this.#note(root.invocationId, 'agent spans');
      }
    }
    return parts.length > 0;
  };

  /** A batch of telemetry. */
  readonly hearTelemetry = (body: unknown): boolean => {
    if (!Array.isArray(body)) return false;
    for (const event of body as unknown[]) this.#hearEvent(event);
    return true;
  };

  /** Waits until the invocation showed one of the signs. @returns whether it did within `maxMs` */
  async until(requestId: string, signs: readonly Sign[], maxMs: number): Promise<boolean> {
    const endMs = performance.now() + maxMs;
    for (;;) {
      if (signs.some((sign) => this.#seen.get(requestId)?.has(sign))) return true;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, 2 ** 31 - 1));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** The function is at work now: what waits from before goes out at no cost of time. */
  sendInPassing(): void {
    this.#platformSpans.turn();
    this.#outbox.sendInPassing();
  }

  /** Sends everything within `maxMs`. Never rejects. */
  sendAll(maxMs: number): Promise<void> {
    this.#platformSpans.end();
    return this.#outbox.send(maxMs);
  }

  /** Only the invocation under way is watched. */
  watch(requestId: string): void {
    this.#seen = new Map([[requestId, this.#seen.get(requestId) ?? new Set()]]);
  }

  #hearEvent(event: unknown): void {
    const type = textAt(event, 'type');
    const record = at(event, 'record');
    if (type === 'function') {
      const line = agentLine(record);
      if (line !== null) this.hearSpans(line);
      return;
    }
    this.#platformSpans.hear(event);
    const requestId = textAt(record, 'requestId');
    if (requestId && type === 'platform.runtimeDone') this.#note(requestId, 'runtime done');
    if (requestId && type === 'platform.report') this.#note(requestId, 'report');
  }

  #add(span: object): void {
    this.#outbox.add({
      resource: this.#resource,
      scopeSpans: [{ scope: { name: 'coldlens.extension' }, spans: [span] }],
    });
  }

  #note(requestId: string, sign: Sign): void {
    this.#seen.get(requestId)?.add(sign);
    this.#wake?.();
  }
}
