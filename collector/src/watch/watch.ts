/**
 * Told of everything that a collector finishes, and of what goes wrong: counts it, times it, logs it, and passes it on to
 * whoever traces. Everything here is told after the fact, so that a request waits for none of it.
 */
import type { BufferEvent, BufferWatch } from '../buffer/stats.ts';
import type { ServerWatch } from '../receive/server.ts';
import { watchEventLoop } from './event-loop-delay.ts';
import { Histogram } from './histogram.ts';
import type { Log, LogLevel } from './log.ts';

/** Something that has just ended. */
export interface Finished {
  step: 'request' | 'commit' | 'insert' | 'seal';
  /** `POST /v1/traces`, `buffer commit`. */
  name: string;
  ms: number;
  failed: boolean;
  /** Named as OpenTelemetry's semantic conventions do where they have a name. */
  attributes: Readonly<Record<string, string | number>>;
}

/** Answers to one path, by status. `other` is any path that is not ours: what senders make up names no metric. */
export interface Answered {
  route: string;
  status: number;
  count: number;
}

/** What sealing came to. */
export interface SealingStats {
  /** Milliseconds since 1970, of the end of the latest pass that succeeded; null = none has yet. */
  lastSuccessMs: number | null;
  lastDurationMs: number;
  failures: number;
  isFailing: boolean;
}

const eventLevels: Readonly<Record<BufferEvent['name'], LogLevel>> = {
  damaged: 'error',
  refused: 'error',
  'disk-failing': 'error',
  full: 'error',
  'insert-failing': 'warn',
  'inserting-again': 'info',
  recovered: 'info',
};

export class Watch {
  readonly requests = new Histogram('route');
  readonly commits = new Histogram();
  readonly inserts = new Histogram();
  readonly #log: Log;
  readonly #also: BufferWatch;
  readonly #eventLoop = watchEventLoop();
  readonly #answered = new Map<string, Answered>();
  readonly #listeners = new Set<(finished: Finished) => void>();
  #mostOverload = 0;
  readonly #sealing: SealingStats = { lastSuccessMs: null, lastDurationMs: 0, failures: 0, isFailing: false };

  /** @param also is told as well of what the buffer tells */
  constructor(log: Log, also: BufferWatch = {}) {
    this.#log = log;
    this.#also = also;
  }

  get eventLoopDelays(): Histogram {
    return this.#eventLoop.delays;
  }

  get sealing(): SealingStats {
    return { ...this.#sealing };
  }

  answers(): Answered[] {
    return [...this.#answered.values()].map((answered) => ({ ...answered }));
  }

  /** @returns the largest of all counts it was given, and 0 */
  readonly mostOverload = (count: number): number => {
    this.#mostOverload = Math.max(this.#mostOverload, count);
    return this.#mostOverload;
  };

  /** @returns what ends the telling */
  onFinished(listener: (finished: Finished) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For the server. */
  readonly server: Required<ServerWatch> = {
    answered: ({ method, route = 'other', status, ms }) => {
      const key = `${route} ${status}`;
      const answered = this.#answered.get(key) ?? { route, status, count: 0 };
      answered.count += 1;
      this.#answered.set(key, answered);
      this.requests.observe(ms / 1000, route);
      this.#tell({
        ...{ step: 'request', name: `${method} ${route}`, ms, failed: status >= 500 },
        attributes: { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
      });
    },
    failed: (error, route = 'other') => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#log.write('error', 'A request met a defect of coldlens; please report it.', { route, reason });
    },
  };

  /** For the buffer. */
  readonly buffer: Required<BufferWatch> = {
    committed: (ms, requests, bytes) => {
      this.#also.committed?.(ms, requests, bytes);
      this.commits.observe(ms / 1000);
      const attributes = { 'coldlens.requests': requests, 'coldlens.bytes': bytes };
      this.#tell({ step: 'commit', name: 'buffer commit', ms, failed: false, attributes });
    },
    inserted: (ms, rows) => {
      this.#also.inserted?.(ms, rows);
      this.inserts.observe(ms / 1000);
      const attributes = { 'db.system.name': 'clickhouse', 'db.operation.name': 'INSERT', 'coldlens.rows': rows };
      this.#tell({ step: 'insert', name: 'insert', ms, failed: false, attributes });
    },
    event: (event) => {
      this.#also.event?.(event);
      const { name, message } = event;
      this.#log.write(eventLevels[name], message, { event: name }, name);
    },
  };

  /** A thread that decodes has died; the requests that it had were answered with 503. */
  lostThread(reason: string): void {
    this.#log.write('error', 'A thread that decodes died, and another takes its place.', { reason });
  }

  /** Passes a pass of sealing through, and remembers what became of it. */
  async sealed(pass: () => Promise<number>): Promise<number> {
    const startedMs = performance.now();
    let failed = true;
    try {
      const lastMs = await pass();
      failed = false;
      this.#sealing.lastSuccessMs = Date.now();
      return lastMs;
    } catch (error) {
      this.#sealing.failures += 1;
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.write('warn', 'Sealing failed; it is tried again.', { reason });
      throw error;
    } finally {
      this.#sealing.isFailing = failed;
      this.#sealing.lastDurationMs = performance.now() - startedMs;
      const ms = this.#sealing.lastDurationMs;
      this.#tell({ step: 'seal', name: 'seal', ms, failed, attributes: { 'db.system.name': 'clickhouse' } });
    }
  }

  close(): void {
    this.#eventLoop.stop();
    this.#log.flush();
  }

  #tell(finished: Finished): void {
    for (const listener of this.#listeners) listener(finished);
  }
}
