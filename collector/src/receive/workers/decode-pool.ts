/**
 * Decodes bodies on threads of their own, so that the main one stays free for connections and health checks. Bodies wait
 * in one queue; a thread takes as many at once as have come (see decode.ts for what that saves), at most some
 * megabytes of spans.
 *
 * A thread that dies takes its group with it: those requests are answered with 503 and come again, and the next group
 * gets a new thread. A thread that hangs cannot be: what it reads is bounded by reading/limits.ts.
 */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { KnownFunctions } from '../../model/known-functions.ts';
import type { Rows } from '../../store/batch.ts';
import type { Outcome, RawBody } from '../decode.ts';
import { HttpError } from '../http-error.ts';
import type { Done, Work } from './messages.ts';

/** Rows that several requests share: whoever is first has them stored, and all wait for that. */
export class SharedRows {
  readonly #rows: Rows;
  /** Of the requests. */
  readonly #keys: readonly Buffer[];
  #stored: Promise<void> | undefined;

  constructor(rows: Rows, keys: readonly Buffer[]) {
    this.#rows = rows;
    this.#keys = keys;
  }

  /** @throws what `add` throws, to every one of the requests */
  store(add: (rows: Rows, keys: readonly Buffer[]) => Promise<void>): Promise<void> {
    this.#stored ??= add(this.#rows, this.#keys);
    return this.#stored;
  }
}

/** What became of a body, and the rows that hold its spans. */
export interface DecodedBody {
  outcome: Outcome;
  /** `null` where there is nothing to store. */
  rows: SharedRows | null;
}

export interface Decoder {
  /** @param key by which the request is known @throws {@link HttpError} 503 when it cannot be decoded now */
  decode(body: RawBody, key: Buffer): Promise<DecodedBody>;
}

export interface DecodePoolStats {
  /** Threads that are there. */
  threads: number;
  /** Threads that died, and of what the latest did. */
  lost: number;
  lastLoss: string | null;
  /** Bodies that wait for a thread. */
  waiting: number;
  /** Processor time that decoding took, microseconds. */
  decodeCpuUs: number;
}

export interface DecodePoolOptions {
  /** Told of what a thread died. */
  lost?: (reason: string) => void;
  /** What all threads know. */
  known?: KnownFunctions;
  threads?: number;
  /** Of a thread; another one than our own only in tests. */
  entry?: URL;
}

interface Job {
  body: RawBody;
  key: Buffer;
  resolve(decoded: DecodedBody): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** What it decodes now; none = idle. */
  group: Job[];
}

/**
 * Of two cores ClickHouse needs the larger part of one, so more than two threads would only take turns there; on large
 * machines the main thread is at its end before eight are busy.
 */
const threadsFor = (cores: number): number => Math.min(8, Math.max(2, cores - 2));

/** As they came, so some times as much unpacked: bounds what one thread holds and how long it is away. */
const maxGroupBytes = 128 * 1024;
const maxGroupBodies = 256;
/** Connections are limited to fewer, so this is met by nobody but in case of a defect. */
const maxWaiting = 10_000;
/** Small bodies that follow each other closer than this are decoded together. One that comes alone never waits. */
const companyMs = 10;

/**
 * Of a thread's memory, the part for what is new: half of what Node would take, by which a collector of two threads had 300 MB
 * instead of 500. Less than this, and collecting what a body leaves behind takes more of the processor.
 */
const youngMb = 48;

/**
 * V8 notices that spans outlive one collection of what is new, and then makes them among what is old, where each of them stays
 * until all of that is collected: five times the time for it, a tenth of decoding (345 for 1,900 ms on 2 M spans). Whether it
 * notices is chance. For the whole process, and before there are threads.
 */
setFlagsFromString('--no-allocation-site-pretenuring');

/**
 * How much a heap may grow between two collections of all of it, percent of what was in use: V8 would take up to four times, and a
 * collector that is sent 4,000 requests a second had 600 MB instead of 460 for it, at the same cost. With 30 it costs a tenth more.
 */
setFlagsFromString('--heap-growing-percent=70');

const ownEntry = new URL('./decode-worker.js', import.meta.url);

export class DecodePool implements Decoder {
  readonly #most: number;
  readonly #entry: URL;
  readonly #known: KnownFunctions;
  readonly #told: (reason: string) => void;
  readonly #threads = new Set<Thread>();
  #queue: Job[] = [];
  #queuedBytes = 0;
  #lastSentMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #lost = 0;
  #lastLoss: string | null = null;
  #decodeCpuUs = 0;

  constructor({
    known = new KnownFunctions(),
    threads = threadsFor(availableParallelism()),
    entry = ownEntry,
    lost = () => {},
  }: DecodePoolOptions = {}) {
    this.#most = threads;
    this.#entry = entry;
    this.#known = known;
    this.#told = lost;
  }

  stats(): DecodePoolStats {
    return {
      threads: this.#threads.size,
      lost: this.#lost,
      lastLoss: this.#lastLoss,
      waiting: this.#queue.length,
      decodeCpuUs: this.#decodeCpuUs,
    };
  }

  /** More waits than a thread takes at once. */
  get isBehind(): boolean {
    return this.#queuedBytes >= maxGroupBytes || this.#queue.length >= maxGroupBodies;
  }

  decode(body: RawBody, key: Buffer): Promise<DecodedBody> {
    if (this.#isClosed || this.#queue.length >= maxWaiting) {
      return Promise.reject(new HttpError(503, 'The collector is busy; send this again in a second.'));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ body, key, resolve, reject });
      this.#queuedBytes += body.bytes.length;
      this.#dispatch();
    });
  }

  /** Ends the threads; what they still decode is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const abandoned = this.#queue.splice(0);
    this.#queuedBytes = 0;
    for (const { reject } of abandoned) reject(new HttpError(503, 'The collector is closing; send this again.'));
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const waitMs = this.#queuedBytes >= maxGroupBytes ? 0 : this.#lastSentMs + companyMs - performance.now();
      if (waitMs > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#dispatch();
        }, waitMs);
        return;
      }
      const thread = this.#idleThread();
      if (thread === null) return;
      this.#send(thread, this.#takeGroup());
    }
  }

  #idleThread(): Thread | null {
    for (const thread of this.#threads) if (thread.group.length === 0) return thread;
    return this.#threads.size < this.#most ? this.#start() : null;
  }

  /** From the front of the queue, at least one body. */
  #takeGroup(): Job[] {
    let bytes = 0;
    let count = 0;
    for (const { body } of this.#queue) {
      if (count > 0 && (bytes + body.bytes.length > maxGroupBytes || count >= maxGroupBodies)) break;
      bytes += body.bytes.length;
      count += 1;
    }
    this.#queuedBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  #send(thread: Thread, group: Job[]): void {
    thread.group = group;
    this.#lastSentMs = performance.now();
    // In one piece of memory, which is handed over: a body's own is a part of the socket's.
    const all = new Uint8Array(group.reduce((sum, { body }) => sum + body.bytes.length, 0));
    let at = 0;
    const bodies = group.map(({ body: { bytes, ...about } }): RawBody => {
      const place = all.subarray(at, at + bytes.length);
      place.set(bytes);
      at += bytes.length;
      return { bytes: place, ...about };
    });
    thread.worker.postMessage({ receivedMs: Date.now(), bodies } satisfies Work, [all.buffer]);
  }

  #start(): Thread {
    const worker = new Worker(this.#entry, {
      name: 'coldlens decode',
      workerData: this.#known.share(),
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    });
    const thread: Thread = { worker, group: [] };
    this.#threads.add(thread);
    // The server's connections keep the process; a thread without work must not.
    worker.unref();
    worker.on('message', (done: Done) => this.#finish(thread, done));
    let reason: unknown;
    // Its end follows.
    worker.on('error', (error) => {
      reason = error;
    });
    worker.once('exit', (code) => {
      this.#threads.delete(thread);
      for (const { reject } of thread.group) {
        reject(new HttpError(503, 'The collector lost the thread that read this; send it again.'));
      }
      if (this.#isClosed) return;
      this.#lost += 1;
      this.#lastLoss = reason instanceof Error ? reason.message : `it ended with ${code}`;
      this.#told(this.#lastLoss);
      this.#dispatch();
    });
    return thread;
  }

  #finish(thread: Thread, { outcomes, rows, cpuUs }: Done): void {
    const group = thread.group;
    thread.group = [];
    this.#decodeCpuUs += cpuUs;
    const decoded = group.map((job, index) => {
      const outcome = outcomes[index] as Outcome;
      const hasRows = outcome.state === 'decoded' && outcome.hasRows && !job.body.isKept;
      return { job, outcome, hasRows };
    });
    const keys = decoded.filter(({ hasRows }) => hasRows).map(({ job }) => job.key);
    const shared = rows === null ? null : new SharedRows(rows, keys);
    for (const { job, outcome, hasRows } of decoded) job.resolve({ outcome, rows: hasRows ? shared : null });
    this.#dispatch();
  }
}
