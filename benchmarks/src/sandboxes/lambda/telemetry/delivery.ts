/**
 * Delivers telemetry to one subscriber: batches over HTTP, one at a time, repeated until the subscriber has taken them.
 * A subscriber that is slower than the events loses the oldest, and is told how many.
 */
import { request } from 'node:http';
import type { Subscription } from './subscription.ts';

export interface TelemetryEvent {
  /** When it happened, ISO 8601 in UTC. */
  time: string;
  type: string;
  record: unknown;
}

/** What is kept for a subscriber that does not take it, in batches of the size it asked for. */
const maxWaitingBatches = 2;
const answerMaxMs = 1_000;
const dropReason = 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.';

interface Waiting {
  json: string;
  bytes: number;
}

/** @param isFrozen a subscriber that cannot answer now; its time limit begins anew */
const postBatch = (url: URL, body: string, isFrozen: () => boolean): Promise<boolean> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent: false, headers }, (incoming) => {
      incoming.resume();
      end(incoming.statusCode !== undefined && incoming.statusCode >= 200 && incoming.statusCode < 300);
    });
    const timer = setInterval(() => isFrozen() || outgoing.destroy(), answerMaxMs);
    const end = (isTaken: boolean): void => {
      clearInterval(timer);
      resolve(isTaken);
    };
    outgoing.once('error', () => end(false));
    outgoing.once('close', () => end(false));
    outgoing.end(body);
  });

export class Delivery {
  readonly subscription: Subscription;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #dropped = { bytes: 0, records: 0 };
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #isPaused = false;
  #isClosed = false;

  constructor(subscription: Subscription) {
    this.subscription = subscription;
  }

  add(event: TelemetryEvent): void {
    const json = JSON.stringify(event);
    const bytes = Buffer.byteLength(json);
    const { maxItems, maxBytes, timeoutMs } = this.subscription;
    this.#waiting.push({ json, bytes });
    this.#bytes += bytes;
    while (this.#waiting.length > maxWaitingBatches * maxItems || this.#bytes > maxWaitingBatches * maxBytes) {
      const lost = this.#waiting.shift() as Waiting;
      this.#bytes -= lost.bytes;
      this.#dropped.bytes += lost.bytes;
      this.#dropped.records += 1;
    }
    const isFull = this.#waiting.length >= maxItems || this.#bytes >= maxBytes;
    if (isFull) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), timeoutMs).unref();
  }

  /** Nothing is delivered to a frozen process. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#waiting.length > 0) void this.flush();
  }

  /** Sends what waits. Resolves when there is nothing left, or when the subscriber did not take a batch. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
      if (this.#waiting.length > 0 && !this.#isPaused && !this.#isClosed) {
        this.#timer ??= setTimeout(() => void this.flush(), this.subscription.timeoutMs).unref();
      }
    });
    return this.#sending;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isPaused && !this.#isClosed) {
      this.#tellDropped();
      const batch = this.#takeBatch();
      const body = `[${batch.map(({ json }) => json).join(',')}]`;
      if (await postBatch(this.subscription.url, body, () => this.#isPaused)) continue;
      this.#waiting.unshift(...batch);
      this.#bytes += batch.reduce((sum, { bytes }) => sum + bytes, 0);
      return;
    }
  }

  #tellDropped(): void {
    const { bytes, records } = this.#dropped;
    if (records === 0 || !this.subscription.streams.includes('platform')) return;
    this.#dropped = { bytes: 0, records: 0 };
    const record = { droppedBytes: bytes, droppedRecords: records, reason: dropReason };
    const json = JSON.stringify({ time: new Date().toISOString(), type: 'platform.logsDropped', record });
    this.#waiting.unshift({ json, bytes: Buffer.byteLength(json) });
    this.#bytes += Buffer.byteLength(json);
  }

  #takeBatch(): Waiting[] {
    const { maxItems, maxBytes } = this.subscription;
    let bytes = 0;
    let items = 0;
    for (const { bytes: more } of this.#waiting) {
      if (items >= maxItems || (items > 0 && bytes + more > maxBytes)) break;
      bytes += more;
      items += 1;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, items);
  }
}
