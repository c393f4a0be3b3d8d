/**
 * The platform's account of how an instance came to be: its init, or the snapshot's init and its restore.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
import type { Extension } from '../apis/extensions-api.ts';
import type { SandboxFailure } from '../failure.ts';
import { type LambdaFunction, newLogStream } from '../function.ts';
import type { InitializationType, Rules } from '../rules.ts';
import { type EmitPlatform, functionVersion, hundredths } from './record.ts';

/** What the next report tells of the instance's start, and what of it is billed. */
export interface StartCost {
  metrics: object;
  billedMs: number;
}

const nothing: StartCost = { metrics: {}, billedMs: 0 };

/** Of a failure, as all records tell it. */
const outcome = (failure: SandboxFailure | null): object =>
  failure ? { status: failure.status, errorType: failure.errorType } : { status: 'success' };

export class InitEvents {
  readonly #fn: LambdaFunction;
  readonly #rules: Rules;
  readonly #type: InitializationType;
  readonly #emit: EmitPlatform;
  #phase: 'init' | 'invoke' | 'snap-start' = 'init';
  #beginMs = 0;
  #isOpen = false;
  #isRuntimeDone = false;
  #cost = nothing;

  constructor(fn: LambdaFunction, rules: Rules, type: InitializationType, emit: EmitPlatform) {
    this.#fn = fn;
    this.#rules = rules;
    this.#type = type;
    this.#emit = emit;
  }

  /**
   * @param instanceId the log stream that the environment tells, if it does
   * @param isRerun an init that failed before runs inside an invocation
   */
  initStart(instanceId: string | undefined, isRerun: boolean): void {
    this.#phase = isRerun ? 'invoke' : this.#rules.restores ? 'snap-start' : 'init';
    this.#begin();
    this.#emit('initStart', {
      initializationType: this.#type,
      phase: this.#phase,
      ...this.#described(instanceId ?? newLogStream()),
    });
  }

  initRuntimeDone(failure: SandboxFailure | null = null): void {
    this.#isRuntimeDone = true;
    this.#emit('initRuntimeDone', { initializationType: this.#type, phase: this.#phase, ...outcome(failure) });
  }

  initReport(failure: SandboxFailure | null): void {
    if (!this.#isOpen) return;
    if (failure && !this.#isRuntimeDone) this.initRuntimeDone(failure);
    const durationMs = this.#end();
    // Only the init that somebody waited for stands in that invocation's report, billed with it.
    const isReported = this.#rules.isInitAwaited && this.#phase === 'init' && !failure;
    this.#cost = isReported ? { metrics: { initDurationMs: durationMs }, billedMs: durationMs } : nothing;
    const told = { initializationType: this.#type, phase: this.#phase, ...outcome(failure), metrics: { durationMs } };
    this.#emit('initReport', told);
  }

  restoreStart(): void {
    this.#begin();
    this.#emit('restoreStart', this.#described(newLogStream()));
  }

  restoreRuntimeDone(failure: SandboxFailure | null): void {
    this.#isRuntimeDone = true;
    this.#emit('restoreRuntimeDone', outcome(failure));
  }

  /** @param runtimeMs what the runtime took after the restore: that part is billed */
  restoreReport(failure: SandboxFailure | null, runtimeMs: number): void {
    if (!this.#isOpen) return;
    if (!this.#isRuntimeDone) this.restoreRuntimeDone(failure);
    const restoreDurationMs = this.#end();
    const billedMs = Math.ceil(runtimeMs);
    this.#cost = { metrics: { restoreDurationMs, billedRestoreDurationMs: billedMs }, billedMs };
    this.#emit('restoreReport', { ...outcome(failure), metrics: { durationMs: restoreDurationMs } });
  }

  extensionReady({ name, events }: Extension): void {
    this.#emit('extension', { name, state: 'Ready', events });
  }

  /** For the instance's first report, which is the only one that tells it. */
  takeCost(): StartCost {
    const cost = this.#cost;
    this.#cost = nothing;
    return cost;
  }

  #begin(): void {
    this.#beginMs = performance.now();
    this.#isOpen = true;
    this.#isRuntimeDone = false;
  }

  #end(): number {
    this.#isOpen = false;
    return hundredths(performance.now() - this.#beginMs);
  }

  #described(instanceId: string): object {
    const { name, memoryMb } = this.#fn;
    return { functionName: name, functionVersion, instanceId, instanceMaxMemory: memoryMb * 1_048_576 };
  }
}
