/** What the extension has to send on: kept within fixed memory, sent in batches, one request at a time. */
import type { Endpoint } from '../export/endpoint.ts';
import { post } from '../export/http.ts';
import { warnOnce } from '../warn.ts';

/** The oldest go first: a collector that is away for so long is not coming back for them. */
const maxKeptBytes = 4 * 1024 * 1024;
const maxBatchBytes = 256 * 1024;
/** An instance that is called often sends now and then, not at every call: a request costs CPU that the handler needs. */
const patienceMs = 5_000;
const patienceBytes = 128 * 1024;

interface Entry {
  /** One element of `resourceSpans`. */
  json: string;
  bytes: number;
}

export class Outbox {
  readonly #endpoint: Endpoint | null;
  readonly #now: () => number;
  #entries: Entry[] = [];
  #bytes = 0;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #sending: Promise<void> | null = null;

  /** @param endpoint `null` where nothing is to be sent */
  constructor(endpoint: Endpoint | null, now: () => number = () => performance.now()) {
    this.#endpoint = endpoint;
    this.#now = now;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(resourceSpans: unknown): void {
    if (!this.#endpoint) return;
    const json = JSON.stringify(resourceSpans);
    const bytes = Buffer.byteLength(json);
    this.#entries.push({ json, bytes });
    this.#bytes += bytes;
    while (this.#bytes > maxKeptBytes) {
      this.#bytes -= this.#entries.shift()?.bytes ?? 0;
      warnOnce('full', 'the collector has not taken spans for long; the extension keeps the newest 4 MB.');
    }
  }

  /** Sends if something waits for long enough or there is enough of it; what fails is tried again the next time. */
  sendInPassing(): void {
    const isDue = this.#now() - this.#lastSentMs >= patienceMs || this.#bytes >= patienceBytes;
    if (isDue && this.#entries.length > 0) void this.send(Number.POSITIVE_INFINITY);
  }

  /**
   * Sends everything. Never rejects.
   * @param maxMs ends the waiting for an answer; the endpoint's own limit counts too
   */
  send(maxMs: number): Promise<void> {
    const endMs = this.#now() + maxMs;
    const before = this.#sending ?? Promise.resolve();
    const sending = before
      .then(() => this.#sendAll(endMs))
      .finally(() => {
        if (this.#sending === sending) this.#sending = null;
      });
    this.#sending = sending;
    return sending;
  }

  async #sendAll(endMs: number): Promise<void> {
    this.#lastSentMs = this.#now();
    while (this.#entries.length > 0 && this.#endpoint) {
      const timeoutMs = Math.min(this.#endpoint.timeoutMs, endMs - this.#now());
      if (timeoutMs <= 0) return;
      const batch = this.#batch();
      const text = `{"resourceSpans":[${batch.map(({ json }) => json).join(',')}]}`;
      const outcome = await post({ ...this.#endpoint, timeoutMs, gzip: true }, text);
      if (outcome.state === 'later') {
        warnOnce('later', `spans could not be sent (${outcome.reason}); the extension keeps them and tries again.`);
        return;
      }
      if (outcome.state === 'refused') warnOnce('refused', `spans were refused (${outcome.reason}) and dropped.`);
      this.#remove(batch);
    }
  }

  #batch(): Entry[] {
    let bytes = 0;
    const end = this.#entries.findIndex((entry, index) => {
      bytes += entry.bytes;
      return index > 0 && bytes > maxBatchBytes;
    });
    return this.#entries.slice(0, end < 0 ? undefined : end);
  }

  /** By identity: the oldest may have been pushed out meanwhile. */
  #remove(batch: readonly Entry[]): void {
    const done = new Set(batch);
    this.#entries = this.#entries.filter((entry) => !done.has(entry));
    this.#bytes = this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
