/**
 * One life of a Lambda instance, from its init to its shutdown: puts together the processes, the three APIs they talk
 * to, the freeze between invocations and the telemetry that the platform makes of it. `rules.ts` says what the platform
 * does, `starting.ts` and `*-invocations.ts` do it; `instance.ts` is what callers see.
 */
import { ExtensionsApi } from './apis/extensions-api.ts';
import { RuntimeApi } from './apis/runtime-api.ts';
import { SandboxServer } from './apis/server.ts';
import { ConcurrentInvocations } from './concurrent-invocations.ts';
import { Conditions } from './conditions.ts';
import type { CpuLimit } from './cpu-limit.ts';
import { SandboxFailure } from './failure.ts';
import { Freezer } from './freezer.ts';
import { exampleAccount, functionArn, instanceEnvironment, type LambdaFunction } from './function.ts';
import type { InstanceOptions } from './options.ts';
import type { Parts, Settled } from './parts.ts';
import { Programs } from './programs.ts';
import { rulesOf } from './rules.ts';
import type { RuntimeClient } from './runtime-client.ts';
import { SerialInvocations } from './serial-invocations.ts';
import { type ShutdownReason, shutDown } from './shutdown.ts';
import { initialise, restore } from './starting.ts';
import { InitEvents } from './telemetry/init-events.ts';
import { InvocationEvents } from './telemetry/invocation-events.ts';
import { functionVersion } from './telemetry/record.ts';
import type { Stream } from './telemetry/subscription.ts';
import { TelemetryApi } from './telemetry/telemetry-api.ts';

/** What Lambda allows a Node runtime on one vCPU unless told otherwise. */
const defaultMaxConcurrency = 64;

export class Sandbox {
  readonly #options: InstanceOptions;
  readonly #maxConcurrency: number | undefined;
  readonly #server: SandboxServer;
  readonly #parts: Parts;
  readonly #invocations: SerialInvocations | ConcurrentInvocations;
  #isRestoreOwed: boolean;
  #ending: Promise<void> | null = null;
  #isLeaving = false;
  /** When the first process was started, and the runtime's first request for an event or its snapshot. */
  spawnedMs = 0;
  firstNextMs: number | null = null;

  constructor(fn: LambdaFunction, client: RuntimeClient, options: InstanceOptions, cpu: CpuLimit) {
    this.#options = options;
    const { initializationType = 'on-demand', maxConcurrency = defaultMaxConcurrency } = options;
    const rules = rulesOf[initializationType];
    this.#isRestoreOwed = rules.restores;
    this.#maxConcurrency = rules.isConcurrent ? maxConcurrency : undefined;
    const emit = (stream: Stream, type: string, record: unknown): void => {
      telemetryApi.emit(stream, type, record);
      options.onTelemetry?.({ time: new Date().toISOString(), type, record });
    };
    const emitPlatform = (type: string, record: object): void => emit('platform', `platform.${type}`, record);
    const fail = (failure: SandboxFailure): void => this.#fail(failure);
    const conditions = new Conditions();
    const answers: Parts['answers'] = new Map();
    const programs = new Programs(fn, client, options, cpu, {
      onLine: (stream, line) => emit(stream, stream, line),
      onEnd: fail,
    });
    const initEvents = new InitEvents(fn, rules, initializationType, emitPlatform);
    const invocationEvents = new InvocationEvents({
      fn,
      rules,
      emit: emitPlatform,
      processes: () => programs.all,
      takeStartCost: () => initEvents.takeCost(),
    });
    const runtimeApi = new RuntimeApi(functionArn(fn.name), rules.restores, {
      onNext: () => this.#onReady(),
      onAnswer: (requestId, answer, firstByteMs) => {
        const atMs = performance.now();
        answers.set(requestId, { answer, atMs });
        invocationEvents.answered(requestId, answer, firstByteMs, atMs);
        conditions.check();
      },
      onInitError: (errorType, body) => fail(new SandboxFailure('init', errorType, body)),
      onRestoreNext: () => this.#onReady(),
      onRestoreError: (errorType, body) => fail(new SandboxFailure('restore', errorType, body)),
    });
    const registered = { functionName: fn.name, functionVersion, handler: fn.handler, accountId: exampleAccount };
    const extensionsApi = new ExtensionsApi(registered, programs.extensionNames, rules.extensionEvents, {
      onProgress: () => conditions.check(),
      onReady: (extension) => initEvents.extensionReady(extension),
      onError: ({ name }, errorType) => fail(new SandboxFailure('extension', errorType, `extension ${name}`)),
    });
    const nameOf = (identifier: string | undefined): string | null => extensionsApi.find(identifier)?.name ?? null;
    const telemetryApi = new TelemetryApi(nameOf, rules.telemetrySchemas);
    this.#server = new SandboxServer({
      '2018-06-01': { name: 'runtime', route: runtimeApi.route },
      '2020-01-01': { name: 'extension', route: extensionsApi.route },
      '2022-07-01': { name: 'telemetry', route: telemetryApi.route },
    });
    const apis = { runtimeApi, extensionsApi, telemetryApi };
    const events = { initEvents, invocationEvents };
    const freezer = new Freezer(programs, telemetryApi, rules.freezes);
    const shutdown = (reason: ShutdownReason): Promise<void> => this.shutdown(reason);
    this.#parts = { fn, rules, programs, ...apis, ...events, conditions, freezer, answers, fail, shutdown };
    this.#invocations = rules.isConcurrent
      ? new ConcurrentInvocations(this.#parts, maxConcurrency)
      : new SerialInvocations(this.#parts);
  }

  get alive(): boolean {
    const { runtime } = this.#parts.programs;
    return runtime !== null && !runtime.hasEnded;
  }

  get pid(): number | undefined {
    return this.#parts.programs.runtime?.pid;
  }

  /**
   * Gets ready for events. @param isRerun an init that failed before runs inside an invocation
   * @throws {@link SandboxFailure}
   */
  async init(maxMs: number, isRerun = false): Promise<void> {
    const runtimeApi = await this.#server.listen();
    const { initializationType = 'on-demand', optDirectory, node = process.execPath } = this.#options;
    const start = { initializationType, optDirectory, node, maxConcurrency: this.#maxConcurrency };
    const environment = instanceEnvironment(this.#parts.fn, runtimeApi, start);
    this.spawnedMs = performance.now();
    await initialise(this.#parts, environment, maxMs, isRerun);
  }

  /**
   * One event. What is made from a snapshot is restored before its first one.
   * @param fromMs where a re-run init belongs to this invocation: its beginning
   * @throws {@link SandboxFailure} when a process ends before the answer
   */
  async invoke(event: string, fromMs?: number): Promise<Settled> {
    if (this.#isRestoreOwed) {
      this.#isRestoreOwed = false;
      await restore(this.#parts);
    }
    return this.#invocations.invoke(event, fromMs);
  }

  /** A spindown comes when all invocations are over, with all that runtime and extensions do after the response. */
  shutdown(reason: ShutdownReason): Promise<void> {
    this.#ending ??= this.#end(reason);
    return this.#ending;
  }

  /** Tells of an invocation that never reached the runtime, because the init that it re-ran failed too. */
  refuse(requestId: string, fromMs: number, failure: SandboxFailure): void {
    this.#parts.invocationEvents.start(requestId, fromMs);
    this.#parts.invocationEvents.end(requestId, failure);
  }

  #onReady(): void {
    if (this.firstNextMs === null) {
      this.firstNextMs = performance.now();
      this.#parts.extensionsApi.closeRegistration();
      this.#parts.initEvents.initRuntimeDone();
    }
    this.#parts.conditions.check();
  }

  #fail(failure: SandboxFailure): void {
    // Processes that end while we shut down do as they are told.
    if (!this.#isLeaving) this.#parts.conditions.fail(failure);
  }

  async #end(reason: ShutdownReason): Promise<void> {
    if (reason === 'spindown') await this.#invocations.over;
    this.#isLeaving = true;
    const { programs, extensionsApi, telemetryApi, freezer } = this.#parts;
    freezer.release();
    const assumesExtension = this.#options.extensions !== 'real' && programs.extensionNames.length === 0;
    const { runtime, extensions } = programs;
    await shutDown({ reason, runtime, extensions, extensionsApi, telemetryApi, assumesExtension });
    telemetryApi.close();
    this.#server.close();
  }
}
