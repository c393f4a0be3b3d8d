/**
 * One life of a Lambda instance, from its init to its shutdown: extensions and runtime as processes, the three APIs they
 * talk to, the freeze between invocations, and the telemetry that the platform makes of it. It keeps the platform's
 * rules; `instance.ts` is what callers see of it.
 */
import { join } from 'node:path';
import { ExtensionsApi } from './apis/extensions-api.ts';
import { type RuntimeAnswer, RuntimeApi } from './apis/runtime-api.ts';
import { SandboxServer } from './apis/server.ts';
import { Conditions } from './conditions.ts';
import type { CpuLimit } from './cpu-limit.ts';
import { SandboxFailure } from './failure.ts';
import {
  exampleAccount,
  extensionEnvironment,
  functionArn,
  instanceEnvironment,
  type LambdaFunction,
} from './function.ts';
import type { InstanceOptions } from './options.ts';
import { externalExtensions, SandboxProcess } from './processes.ts';
import type { RuntimeClient } from './runtime-client.ts';
import { type ShutdownReason, shutDown } from './shutdown.ts';
import { PlatformEvents } from './telemetry/platform-events.ts';
import { TelemetryApi } from './telemetry/telemetry-api.ts';

/** An invocation's end as the caller sees it. */
export interface Settled {
  requestId: string;
  answer: RuntimeAnswer | { state: 'timed out' };
  /** When, on the clock of `performance.now()`. */
  atMs: number;
}

/** What is kept of a function's output, for error messages. */
const maxLogChars = 16_384;

export class Sandbox {
  readonly #fn: LambdaFunction;
  readonly #client: RuntimeClient;
  readonly #options: InstanceOptions;
  readonly #cpu: CpuLimit;
  readonly #server: SandboxServer;
  readonly #runtimeApi: RuntimeApi;
  readonly #extensionsApi: ExtensionsApi;
  readonly #telemetryApi: TelemetryApi;
  readonly #events: PlatformEvents;
  readonly #conditions = new Conditions();
  readonly #extensionNames: readonly string[];
  readonly #extensions: SandboxProcess[] = [];
  #runtime: SandboxProcess | null = null;
  #answered: { answer: RuntimeAnswer; atMs: number } | null = null;
  /** The rest of the invocation before: what runtime and extensions do after the response. */
  #aftermath: Promise<void> = Promise.resolve();
  #isIdle = false;
  #frozen: (() => void) | null = null;
  #ending: Promise<void> | null = null;
  #isLeaving = false;
  #log = '';
  /** When the first process was started, and the runtime's first request for an event. */
  spawnedMs = 0;
  firstNextMs: number | null = null;

  constructor(fn: LambdaFunction, client: RuntimeClient, options: InstanceOptions, cpu: CpuLimit) {
    this.#fn = fn;
    this.#client = client;
    this.#options = options;
    this.#cpu = cpu;
    this.#extensionNames = externalExtensions(options.optDirectory);
    this.#runtimeApi = new RuntimeApi(functionArn(fn.name), {
      onNext: () => this.#onNext(),
      onAnswer: (answer, firstByteMs) => {
        this.#answered = { answer, atMs: performance.now() };
        this.#events.answered(answer, firstByteMs, this.#answered.atMs);
        this.#conditions.check();
      },
      onInitError: (errorType, body) => this.#fail(new SandboxFailure('init', errorType, body)),
    });
    const registered = {
      functionName: fn.name,
      functionVersion: '$LATEST',
      handler: fn.handler,
      accountId: exampleAccount,
    };
    this.#extensionsApi = new ExtensionsApi(registered, this.#extensionNames, {
      onProgress: () => this.#conditions.check(),
      onReady: (extension) => this.#events.extensionReady(extension),
      onError: ({ name }, errorType) => this.#fail(new SandboxFailure('extension', errorType, `extension ${name}`)),
    });
    this.#telemetryApi = new TelemetryApi((identifier) => {
      const extension = this.#extensionsApi.find(identifier);
      return extension?.name ?? null;
    });
    this.#events = new PlatformEvents(fn, options, (stream, type, record) => {
      this.#telemetryApi.emit(stream, type, record);
      options.onTelemetry?.({ time: new Date().toISOString(), type, record });
    });
    this.#server = new SandboxServer({
      '2018-06-01': { name: 'runtime', route: this.#runtimeApi.route },
      '2020-01-01': { name: 'extension', route: this.#extensionsApi.route },
      '2022-07-01': { name: 'telemetry', route: this.#telemetryApi.route },
    });
  }

  get alive(): boolean {
    return this.#runtime !== null && !this.#runtime.hasEnded;
  }

  get pid(): number | undefined {
    return this.#runtime?.pid;
  }

  get #processes(): SandboxProcess[] {
    return this.#runtime ? [this.#runtime, ...this.#extensions] : this.#extensions;
  }

  /** Extensions first, then the runtime; over when all of them have asked for an event. @throws {@link SandboxFailure} */
  async init(maxMs: number, phase: 'init' | 'invoke'): Promise<void> {
    const runtimeApi = await this.#server.listen();
    const deadlineMs = performance.now() + maxMs;
    const { initializationType = 'on-demand', optDirectory } = this.#options;
    const environment = instanceEnvironment(this.#fn, runtimeApi, { initializationType, optDirectory });
    this.#events.initStart(phase);
    this.spawnedMs = performance.now();
    try {
      for (const name of this.#extensionNames) this.#startExtension(name, environment);
      const registered = () => this.#extensionsApi.externalAreRegistered;
      await this.#conditions.until(registered, deadlineMs, () => this.#initTimeout(maxMs, 'extensions to register'));
      this.#startRuntime(environment);
      const ready = () => this.#runtimeApi.isWaiting && this.#extensionsApi.allWait;
      await this.#conditions.until(ready, deadlineMs, () => this.#initTimeout(maxMs, 'the first request for an event'));
      this.#events.initReport('success');
      this.#telemetryApi.endInit();
      this.#rest();
    } catch (error) {
      if (error instanceof SandboxFailure) this.#events.initReport(error.status, error.errorType);
      throw error;
    }
  }

  /**
   * One event. An answer comes as soon as the runtime gives it; the next event waits until everybody is done.
   * @param fromMs where a re-run init belongs to this invocation: its beginning
   * @throws {@link SandboxFailure} when a process ends before the answer
   */
  async invoke(event: string, fromMs?: number): Promise<Settled> {
    await this.#aftermath;
    if (this.#conditions.failure) throw this.#conditions.failure;
    this.#thaw();
    const { timeoutMs } = this.#fn;
    this.#answered = null;
    const { requestId, deadlineUnixMs } = this.#runtimeApi.invoke(event, timeoutMs);
    this.#events.start(requestId, fromMs ?? performance.now());
    const deadlineMs = performance.now() + timeoutMs;
    this.#extensionsApi.send('INVOKE', {
      deadlineMs: deadlineUnixMs,
      requestId,
      invokedFunctionArn: functionArn(this.#fn.name),
      tracing: { type: 'X-Amzn-Trace-Id', value: '' },
    });
    const timeout = (): SandboxFailure => new SandboxFailure('timeout', 'Sandbox.Timedout', this.#log);
    try {
      await this.#conditions.until(() => this.#answered !== null, deadlineMs, timeout);
    } catch (error) {
      const failure = error as SandboxFailure;
      this.#events.end(failure.status, this.#processes, failure.errorType);
      void this.shutdown(failure.kind === 'timeout' ? 'timeout' : 'failure');
      if (failure.kind !== 'timeout') throw failure;
      return { requestId, answer: { state: 'timed out' }, atMs: performance.now() };
    }
    this.#aftermath = this.#afterResponse(deadlineMs, timeout);
    const { answer, atMs } = this.#answered as unknown as { answer: RuntimeAnswer; atMs: number };
    return { requestId, answer, atMs };
  }

  /** A spindown comes when an invocation is over, with all that runtime and extensions do after the response. */
  shutdown(reason: ShutdownReason): Promise<void> {
    this.#ending ??= this.#end(reason);
    return this.#ending;
  }

  /** Tells of an invocation that never reached the runtime, because the init that it re-ran failed too. */
  refuse(requestId: string, fromMs: number, { status, errorType }: SandboxFailure): void {
    this.#events.start(requestId, fromMs);
    this.#events.end(status, this.#processes, errorType);
  }

  #startExtension(name: string, environment: Record<string, string>): void {
    const file = join(this.#options.optDirectory ?? '', 'extensions', name);
    const env = extensionEnvironment(environment);
    const extension = new SandboxProcess({ file, args: [], cwd: '/', env }, this.#cpu, {
      onLine: (line) => this.#onLine('extension', line),
      onEnd: (how) => this.#fail(new SandboxFailure('extension', 'Extension.Crash', `extension ${name}: ${how}`)),
    });
    this.#extensions.push(extension);
  }

  #startRuntime(env: Record<string, string>): void {
    const command = [process.execPath, this.#client.script];
    // A path below `/opt` is one of the layers' files.
    const wrapper = env.AWS_LAMBDA_EXEC_WRAPPER?.replace(/^\/opt(?=\/)/, this.#options.optDirectory ?? '/opt');
    const [file = '', ...args] = wrapper ? [wrapper, ...command] : command;
    this.#runtime = new SandboxProcess({ file, args, cwd: this.#fn.taskRoot, env }, this.#cpu, {
      onLine: (line) => this.#onLine('function', line),
      onEnd: (how) => this.#fail(new SandboxFailure('exit', 'Runtime.ExitError', this.#log, how)),
    });
  }

  #onLine(stream: 'function' | 'extension', line: string): void {
    this.#log = `${this.#log}${line}\n`.slice(-maxLogChars);
    this.#telemetryApi.emit(stream, stream, line);
    this.#options.onTelemetry?.({ time: new Date().toISOString(), type: stream, record: line });
  }

  #onNext(): void {
    if (this.firstNextMs === null) {
      this.firstNextMs = performance.now();
      this.#extensionsApi.closeRegistration();
      this.#events.initRuntimeDone();
    }
    this.#conditions.check();
  }

  async #afterResponse(deadlineMs: number, timeout: () => SandboxFailure): Promise<void> {
    try {
      await this.#conditions.until(() => this.#runtimeApi.isWaiting, deadlineMs, timeout);
      this.#events.runtimeDone();
      await this.#conditions.until(() => this.#extensionsApi.allWait, deadlineMs, timeout);
      this.#events.report(this.#processes);
      this.#rest();
    } catch (error) {
      // The caller has its answer; what went wrong after it meets the next invocation, which finds the failure.
      const failure = error as SandboxFailure;
      this.#events.end(failure.status, this.#processes, failure.errorType);
      this.#fail(failure);
      void this.shutdown(failure.kind === 'timeout' ? 'timeout' : 'failure');
    }
  }

  /** Nobody has anything left to do: the platform freezes here, unless an event has come by then. */
  #rest(): void {
    if (this.#isLeaving) return;
    this.#isIdle = true;
    setImmediate(() => {
      if (!this.#isIdle || this.#frozen) return;
      this.#telemetryApi.pause();
      const thaws = this.#processes.map((process) => process.freeze());
      this.#frozen = () => {
        for (const thaw of thaws) thaw();
      };
    });
  }

  #thaw(): void {
    this.#isIdle = false;
    this.#frozen?.();
    this.#frozen = null;
    this.#telemetryApi.resume();
  }

  #fail(failure: SandboxFailure): void {
    // Processes that end while we shut down do as they are told.
    if (!this.#isLeaving) this.#conditions.fail(failure);
  }

  #initTimeout(maxMs: number, what: string): SandboxFailure {
    return new SandboxFailure(
      'timeout',
      'Sandbox.Timedout',
      this.#log,
      `${maxMs / 1000} s were not enough for ${what}`,
    );
  }

  async #end(reason: ShutdownReason): Promise<void> {
    if (reason === 'spindown') await this.#aftermath;
    this.#isLeaving = true;
    this.#thaw();
    await shutDown({
      reason,
      runtime: this.#runtime,
      extensions: this.#extensions,
      extensionsApi: this.#extensionsApi,
      telemetryApi: this.#telemetryApi,
      assumesExtension: this.#options.extensions !== 'real' && this.#extensionNames.length === 0,
    });
    this.#telemetryApi.close();
    this.#server.close();
  }
}
