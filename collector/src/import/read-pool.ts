/** Reads chunks on threads of their own; the main one reads files, unpacks them, and hands rows to the store. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ChunkRead, ReaderSettings, Work } from './messages.ts';

/** Each reads files of its own. More than four are faster than one thread unpacks, and than ClickHouse takes. */
export const usualThreads = (): number => Math.min(4, Math.max(1, availableParallelism()));

/** Of a thread's memory, the part for what is new: as for the threads that decode requests. */
const youngMb = 48;

interface Job {
  work: Work;
  resolve(read: ChunkRead | null): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** What it reads, and what comes next: while one result is on its way back, it need not wait. */
  jobs: Job[];
  /** What it died of. */
  failure?: unknown;
}

export class ReadPool {
  readonly #threads: Thread[];
  /** That is being read, and by whom. */
  #file = Number.NaN;
  #thread: Thread | undefined;
  #isClosed = false;

  constructor(settings: ReaderSettings, threads = usualThreads()) {
    this.#threads = Array.from({ length: threads }, () => this.#start(settings));
  }

  /** So many chunks keep all threads busy. */
  get places(): number {
    return 4 * this.#threads.length;
  }

  /**
   * Files come one after the other, and each stays with one thread, which remembers what its records tell of those behind them.
   * @returns `null` for what was stored before
   * @throws what the thread died of: a defect of a reader
   */
  read(work: Work): Promise<ChunkRead | null> {
    if (work.file !== this.#file) {
      this.#file = work.file;
      this.#thread = this.#threads.toSorted((a, b) => a.jobs.length - b.jobs.length)[0] as Thread;
    }
    const thread = this.#thread as Thread;
    if (thread.failure !== undefined) return Promise.reject(thread.failure);
    return new Promise((resolve, reject) => {
      thread.jobs.push({ work, resolve, reject });
      thread.worker.postMessage(work, [work.bytes.buffer, work.pieces.buffer]);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(settings: ReaderSettings): Thread {
    const worker = new Worker(new URL('./read-worker.js', import.meta.url), {
      name: 'coldlens import',
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    });
    const thread: Thread = { worker, jobs: [] };
    worker.on('message', (read: ChunkRead | null) => thread.jobs.shift()?.resolve(read));
    const end = (reason: unknown): void => {
      thread.failure ??= reason;
      for (const { reject } of thread.jobs.splice(0)) reject(reason);
    };
    worker.on('error', end);
    worker.once('exit', (code) => {
      if (!this.#isClosed) end(new Error(`a thread that reads records ended with ${code}`));
    });
    return thread;
  }
}
