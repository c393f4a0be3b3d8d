/** The process that runs a function: what it says is kept for error messages, and nothing waits for it without bound. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { Trouble } from '@coldlens/collector/trouble';
import { dieWithUs } from './reaper.ts';

export interface Program {
  /** For people: which function this is, and where. */
  title: string;
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment: nothing of ours leaks in. */
  env: Record<string, string>;
  stdio?: SpawnOptions['stdio'];
}

/** What is kept of a function's output. */
const maxLogChars = 16_384;
const maxReasonChars = 600;
/** How long last words are waited for: a child that outlives the function holds its output open. */
const lastWordsMs = 500;

export class FunctionProcess {
  readonly child: ChildProcess;
  readonly spawnedMs = performance.now();
  readonly #title: string;
  readonly #exit: Promise<void>;
  readonly #failed: Promise<never>;
  #log = '';
  #hasExited = false;

  constructor({ title, file, args, cwd, env, stdio = ['ignore', 'pipe', 'pipe'] }: Program) {
    this.#title = title;
    this.child = spawn(file, args, { cwd, env, stdio, serialization: 'advanced' });
    dieWithUs(this.child);
    const keep = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString('utf8')).slice(-maxLogChars);
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    const ended = Promise.withResolvers<never>();
    this.#failed = ended.promise;
    // Whoever waits for an answer is told; when nobody does, an end is nothing special.
    this.#failed.catch(() => undefined);
    this.#exit = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#hasExited = true;
        ended.reject(this.trouble(how));
        resolve();
      };
      const endWith = (code: number | null, signal: NodeJS.Signals | null): void =>
        end(`ended with ${signal ?? `exit code ${code}`}`);
      this.child.once('error', (error) => end(`could not be started: ${error.message}`));
      // `close` and not `exit`: the last words have been read by then.
      this.child.once('close', endWith);
      this.child.once('exit', (code, signal) => setTimeout(endWith, lastWordsMs, code, signal).unref());
    });
  }

  get alive(): boolean {
    return !this.#hasExited && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when the process has ended and has been heard out. */
  get ended(): Promise<void> {
    return this.#exit;
  }

  /** A sentence about this function with what it said last. */
  trouble(what: string): Trouble {
    const reason = this.#log.trim().slice(-maxReasonChars);
    return new Trouble(
      `Function ${this.#title} ${what}.${reason ? ` It said: ${reason}` : ''}`,
      'Mend the function, or check that its file and export exist.',
    );
  }

  /**
   * Waits for something that the process does.
   * @returns `undefined` when `maxMs` passed
   * @throws {@link Trouble} when the process ends before
   */
  async within<T>(work: Promise<T>, maxMs: number): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), maxMs);
    });
    // When the race is over, a late failure of the work is nobody's any more.
    work.catch(() => undefined);
    try {
      return await Promise.race([work, this.#failed, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks the process to end (SIGTERM unless told otherwise), and kills it after `maxMs`. */
  async end(maxMs: number, ask: () => void = () => this.child.kill('SIGTERM')): Promise<void> {
    if (!this.alive) return this.#exit;
    const kill = setTimeout(() => this.child.kill('SIGKILL'), maxMs);
    ask();
    await this.#exit;
    clearTimeout(kill);
  }
}
