/**
 * One Lambda instance: a process that runs the handler in the runtime client, frozen (SIGSTOP) between its response and
 * the next invocation, as on the platform. Times are taken from outside.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Trouble } from '@coldlens/collector';
import { dieWithUs } from '../reaper.ts';
import { functionArn, instanceEnvironment, type LambdaFunction } from './function.ts';
import { type RuntimeAnswer, RuntimeApi } from './runtime-api.ts';
import type { RuntimeClient } from './runtime-client.ts';

/** An invocation as the caller and the platform saw it, milliseconds. */
export interface ObservedInvocation {
  requestId: string;
  answer: RuntimeAnswer | { state: 'timed out' };
  /** From the spawn (cold) or the event (warm) to the response. */
  latencyMs: number;
  /** From the spawn to the first request for an event; `null` when warm. */
  spawnToNextMs: number | null;
}

/** Lambda gives an on-demand init 10 s. */
const initMaxMs = 10_000;
/** From SIGTERM to SIGKILL where an external extension is registered, as in this sandbox. */
const shutdownMaxMs = 2_000;
/** What is kept of a function's output, for error messages. */
const maxLogChars = 16_384;

type Signal = () => void;

export class LambdaInstance {
  readonly fn: LambdaFunction;
  readonly #api: RuntimeApi;
  readonly #client: RuntimeClient;
  #child: ChildProcess | null = null;
  #exited = false;
  #spawnedMs = 0;
  #firstNextMs: number | null = null;
  #idle = false;
  #stopping = false;
  #log = '';
  #failure: Trouble | null = null;
  #settled: ((answer: RuntimeAnswer, atMs: number) => void) | null = null;
  readonly #wakers = new Set<Signal>();

  constructor(fn: LambdaFunction, client: RuntimeClient) {
    this.fn = fn;
    this.#client = client;
    this.#api = new RuntimeApi(functionArn(fn.name), {
      onNext: () => this.#onNext(),
      onAnswer: (_requestId, answer) => this.#settled?.(answer, performance.now()),
      onInitError: (errorType, body) => this.#fail(`failed in its init: ${errorType}`, body),
    });
  }

  get alive(): boolean {
    return this.#child !== null && !this.#exited;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process and gives it its first event: a cold start with the caller waiting.
   * @throws {@link Trouble} when the function cannot be loaded, exits, or takes more than 10 s to load
   */
  async start(event: string): Promise<ObservedInvocation> {
    const runtimeApi = await this.#api.listen();
    this.#spawnedMs = performance.now();
    const child = spawn(process.execPath, [this.#client.script], {
      cwd: this.fn.taskRoot,
      env: instanceEnvironment(this.fn, runtimeApi),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    dieWithUs(child);
    const keep = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString('utf8')).slice(-maxLogChars);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => this.#fail('could not be started', error.message));
    child.once('exit', (code, signal) => {
      this.#exited = true;
      this.#fail(`ended with ${signal ?? `exit code ${code}`}`, this.#log);
    });
    try {
      return await this.#run(event, this.#spawnedMs, initMaxMs + this.fn.timeoutMs);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Thaws the instance for one more event. @throws {@link Trouble} when the process has ended */
  invoke(event: string): Promise<ObservedInvocation> {
    return this.#run(event, performance.now(), this.fn.timeoutMs);
  }

  /** Shuts the instance down as the platform does: thaw, SIGTERM, then SIGKILL after 2 s. */
  async stop(): Promise<void> {
    // The runtime may still be on its way to `next`, where it would be frozen again and could not take its leave.
    this.#idle = false;
    this.#stopping = true;
    const child = this.#child;
    if (child?.pid !== undefined && !this.#exited) {
      const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      const kill = setTimeout(() => child.kill('SIGKILL'), shutdownMaxMs);
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      await exit;
      clearTimeout(kill);
    }
    this.#api.close();
  }

  async #run(event: string, fromMs: number, maxMs: number): Promise<ObservedInvocation> {
    if (this.#failure) throw this.#failure;
    const cold = this.#firstNextMs === null;
    const answered = new Promise<{ answer: RuntimeAnswer | { state: 'timed out' }; atMs: number }>(
      (resolve, reject) => {
        const timer = setTimeout(() => this.#timeOut(cold, resolve, reject), maxMs);
        const wake: Signal = () => this.#failure && finish(() => reject(this.#failure));
        const finish = (end: Signal): void => {
          clearTimeout(timer);
          this.#settled = null;
          this.#wakers.delete(wake);
          end();
        };
        this.#wakers.add(wake);
        this.#settled = (answer, atMs) => finish(() => resolve({ answer, atMs }));
      },
    );
    this.#idle = false;
    const { requestId } = this.#api.invoke(event, this.fn.timeoutMs);
    this.#child?.kill('SIGCONT');
    const { answer, atMs } = await answered;
    return {
      requestId,
      answer,
      latencyMs: atMs - fromMs,
      spawnToNextMs: cold && this.#firstNextMs !== null ? this.#firstNextMs - this.#spawnedMs : null,
    };
  }

  #timeOut(
    cold: boolean,
    resolve: (end: { answer: { state: 'timed out' }; atMs: number }) => void,
    reject: (reason: Trouble) => void,
  ): void {
    if (cold && this.#firstNextMs === null) {
      this.#fail(`was not ready after ${(initMaxMs + this.fn.timeoutMs) / 1000} s`, this.#log);
      if (this.#failure) reject(this.#failure);
    } else {
      resolve({ answer: { state: 'timed out' }, atMs: performance.now() });
    }
    this.#child?.kill('SIGKILL');
  }

  #onNext(): void {
    this.#firstNextMs ??= performance.now();
    const answered = this.#settled === null;
    if (!answered) return;
    // The response is out and nothing is waiting: the platform freezes the instance here.
    this.#idle = !this.#stopping;
    setImmediate(() => this.#idle && this.alive && this.#child?.kill('SIGSTOP'));
  }

  #fail(what: string, detail: string): void {
    if (this.#failure) return;
    const reason = detail.trim().slice(0, 600);
    this.#failure = new Trouble(
      `Function ${this.fn.name} (${this.fn.handler} in ${this.fn.taskRoot}) ${what}.${reason ? ` It said: ${reason}` : ''}`,
      'Mend the handler, or check that its file and export exist.',
    );
    for (const wake of [...this.#wakers]) wake();
  }
}
