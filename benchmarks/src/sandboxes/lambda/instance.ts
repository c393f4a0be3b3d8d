/**
 * One Lambda instance as its callers see it: a process that runs the handler in the runtime client, frozen (SIGSTOP)
 * between invocations, as on the platform. Times are taken from outside.
 */
import { randomUUID } from 'node:crypto';
import { Trouble } from '@coldlens/collector/trouble';
import type { RuntimeAnswer } from './apis/runtime-api.ts';
import { type CpuLimit, limitCpu, unlimited } from './cpu-limit.ts';
import { SandboxFailure } from './failure.ts';
import type { LambdaFunction } from './function.ts';
import type { InstanceOptions } from './options.ts';
import { type Rules, rulesOf } from './rules.ts';
import type { RuntimeClient } from './runtime-client.ts';
import { Sandbox } from './sandbox.ts';

/** An invocation as the caller and the platform saw it, milliseconds. */
export interface ObservedInvocation {
  requestId: string;
  answer: RuntimeAnswer | { state: 'timed out' };
  /** From the spawn (cold) or the event (warm, initialised before) to the response. */
  latencyMs: number;
  /** From the spawn to the runtime's first request for an event; `null` when it was there before. */
  spawnToReadyMs: number | null;
  /** Of a cold start: when the process was spawned, by `performance.now()`. */
  spawnedMs?: number;
}

export class LambdaInstance {
  readonly fn: LambdaFunction;
  readonly #client: RuntimeClient;
  readonly #options: InstanceOptions;
  readonly #rules: Rules;
  readonly #cpu: CpuLimit;
  #sandbox: Sandbox | null = null;
  #failure: Trouble | null = null;
  #isInitOwed = false;
  #stopping: Promise<void> | null = null;

  constructor(fn: LambdaFunction, client: RuntimeClient, options: InstanceOptions = {}) {
    this.fn = fn;
    this.#client = client;
    this.#options = options;
    this.#rules = rulesOf[options.initializationType ?? 'on-demand'];
    this.#cpu = options.limitCpu ? limitCpu(fn.memoryMb) : unlimited('CPU not limited by memory (not asked for)');
  }

  get alive(): boolean {
    return this.#sandbox?.alive ?? false;
  }

  get pid(): number | undefined {
    return this.#sandbox?.pid;
  }

  /** For screens: whether CPU follows memory here, and if not, why. */
  get cpu(): string {
    return this.#cpu.description;
  }

  /**
   * Starts the process and gives it its first event. On demand that is a cold start with the caller waiting; of what the
   * platform initialises ahead of time, the caller's wait begins with the event.
   * @throws {@link Trouble} when the function cannot be loaded, exits, or takes too long to load (10 s on demand)
   */
  async start(event: string): Promise<ObservedInvocation> {
    await this.init();
    const sandbox = this.#sandbox;
    if (!sandbox || !this.#rules.isInitAwaited) return this.invoke(event);
    const observed = await this.#run(event, sandbox.spawnedMs);
    const nextMs = sandbox.firstNextMs;
    const { spawnedMs } = sandbox;
    return { ...observed, spawnedMs, spawnToReadyMs: nextMs !== null ? nextMs - spawnedMs : null };
  }

  /**
   * Initialises the instance before anyone asks (provisioned concurrency, proactive init, a snapshot): it is frozen, and
   * waits for {@link invoke}.
   * @throws {@link Trouble} as {@link start}
   */
  async init(): Promise<void> {
    try {
      await this.#newSandbox().init(this.#rules.initMaxMs(this.fn.timeoutMs));
    } catch (error) {
      const trouble = this.#troubleOf(error);
      if (this.#options.failedInit === 're-runs') {
        this.#isInitOwed = true;
        await this.#sandbox?.shutdown('failure');
        return;
      }
      this.#failure = trouble;
      await this.stop();
      throw trouble;
    }
  }

  /**
   * Gives the instance one more event; on Managed Instances before the others have been answered, if you like.
   * @throws {@link Trouble} when the process has ended
   */
  invoke(event: string): Promise<ObservedInvocation> {
    return this.#run(event, performance.now());
  }

  /** Shuts the instance down as the platform does: see `shutdown.ts`. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    await this.#sandbox?.shutdown('spindown');
    await this.#cpu.remove();
  }

  #newSandbox(): Sandbox {
    this.#sandbox = new Sandbox(this.fn, this.#client, this.#options, this.#cpu);
    return this.#sandbox;
  }

  async #run(event: string, fromMs: number): Promise<ObservedInvocation> {
    if (this.#failure) throw this.#failure;
    if (!this.#sandbox) throw new Error('start the instance first');
    try {
      const settled = this.#isInitOwed ? await this.#initAndInvoke(event) : await this.#sandbox.invoke(event);
      const { requestId, answer, atMs } = settled;
      return { requestId, answer, latencyMs: atMs - fromMs, spawnToReadyMs: null };
    } catch (error) {
      this.#failure = this.#troubleOf(error);
      throw this.#failure;
    }
  }

  /** The init that failed before runs again inside the invocation, and may take its time. */
  async #initAndInvoke(event: string): ReturnType<Sandbox['invoke']> {
    const sandbox = this.#newSandbox();
    const fromMs = performance.now();
    try {
      await sandbox.init(this.fn.timeoutMs, true);
      this.#isInitOwed = false;
    } catch (error) {
      if (!(error instanceof SandboxFailure)) throw error;
      const requestId = randomUUID();
      sandbox.refuse(requestId, fromMs, error);
      await sandbox.shutdown('failure');
      const { errorType, output } = error;
      const answer =
        error.kind === 'timeout'
          ? ({ state: 'timed out' } as const)
          : ({ state: 'failed', errorType, body: output } as const);
      return { requestId, answer, atMs: performance.now() };
    }
    return sandbox.invoke(event, fromMs);
  }

  #troubleOf(error: unknown): Trouble {
    if (!(error instanceof SandboxFailure)) throw error;
    const reason = error.output.trim().slice(0, 600);
    const what = {
      init: `failed in its init: ${error.errorType}`,
      restore: `failed in its restore: ${error.errorType}`,
      exit: `ended with ${error.message}`,
      extension: `lost an extension (${error.errorType})`,
      timeout: `was not ready: ${error.message}`,
    }[error.kind];
    return new Trouble(
      `Function ${this.fn.name} (${this.fn.handler} in ${this.fn.taskRoot}) ${what}.${reason ? ` It said: ${reason}` : ''}`,
      'Mend the handler, or check that its file and export exist.',
    );
  }
}
