/**
 * The platform's account of invocations, and of what is billed for them.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
import type { RuntimeAnswer } from '../apis/runtime-api.ts';
import type { SandboxFailure } from '../failure.ts';
import { functionArn, type LambdaFunction } from '../function.ts';
import { peakMemoryMbOf, type SandboxProcess } from '../processes.ts';
import type { Rules } from '../rules.ts';
import type { StartCost } from './init-events.ts';
import { type EmitPlatform, functionVersion, hundredths, iso } from './record.ts';

/** Instants on the clock of `performance.now()`. */
interface Invocation {
  startMs: number;
  answer: RuntimeAnswer | null;
  firstByteMs: number;
  answeredMs: number;
  isRuntimeDone: boolean;
}

export interface InvocationEventsOptions {
  fn: LambdaFunction;
  rules: Rules;
  emit: EmitPlatform;
  /** Processes whose memory counts. */
  processes(): readonly SandboxProcess[];
  /** What the instance's start adds to the next report. */
  takeStartCost(): StartCost;
}

const outcome = (answer: RuntimeAnswer | null, failure: SandboxFailure | null): object => {
  if (failure) return { status: failure.status, errorType: failure.errorType };
  return answer?.state === 'failed' ? { status: 'error', errorType: answer.errorType } : { status: 'success' };
};

const span = (name: string, fromMs: number, toMs: number): object => ({
  name,
  start: iso(fromMs),
  durationMs: hundredths(toMs - fromMs),
});

export class InvocationEvents {
  readonly #options: InvocationEventsOptions;
  readonly #underWay = new Map<string, Invocation>();

  constructor(options: InvocationEventsOptions) {
    this.#options = options;
  }

  start(requestId: string, startMs: number): void {
    const { rules, fn, emit } = this.#options;
    this.#underWay.set(requestId, { startMs, answer: null, firstByteMs: 0, answeredMs: 0, isRuntimeDone: false });
    emit('start', {
      requestId,
      version: functionVersion,
      ...(rules.isConcurrent && { functionArn: functionArn(fn.name) }),
    });
  }

  answered(requestId: string, answer: RuntimeAnswer, firstByteMs: number, answeredMs: number): void {
    const known = this.#underWay.get(requestId);
    if (known) Object.assign(known, { answer, firstByteMs, answeredMs });
  }

  /** The runtime has asked for the next event; nobody is told on Managed Instances, where it asks all the time. */
  runtimeDone(requestId: string, failure: SandboxFailure | null = null): void {
    const known = this.#underWay.get(requestId);
    if (!known || known.isRuntimeDone || this.#options.rules.isConcurrent) return;
    known.isRuntimeDone = true;
    const nowMs = performance.now();
    const { startMs, answer, firstByteMs, answeredMs } = known;
    this.#options.emit('runtimeDone', {
      requestId,
      ...outcome(answer, failure),
      metrics: { durationMs: hundredths(nowMs - startMs), producedBytes: answer ? Buffer.byteLength(answer.body) : 0 },
      spans: answer
        ? [
            span('responseLatency', startMs, firstByteMs),
            span('responseDuration', firstByteMs, answeredMs),
            span('runtimeOverhead', answeredMs, nowMs),
          ]
        : [],
    });
  }

  /**
   * Everybody is done: this is what is billed. Billed time holds the start (since 2025-08-01) and is whole ms. On
   * Managed Instances the machine is billed, and the report tells the duration alone.
   */
  report(requestId: string, failure: SandboxFailure | null = null): void {
    const known = this.#underWay.get(requestId);
    if (!known) return;
    this.#underWay.delete(requestId);
    const { rules, emit } = this.#options;
    const durationMs = hundredths(performance.now() - known.startMs);
    const metrics = rules.isConcurrent ? { durationMs } : this.#billed(durationMs);
    emit('report', { requestId, ...outcome(known.answer, failure), metrics });
  }

  /** An invocation that did not come to its regular end. */
  end(requestId: string, failure: SandboxFailure): void {
    this.runtimeDone(requestId, failure);
    this.report(requestId, failure);
  }

  #billed(durationMs: number): object {
    const { fn, processes, takeStartCost } = this.#options;
    const start = takeStartCost();
    return {
      durationMs,
      billedDurationMs: Math.ceil(hundredths(durationMs + start.billedMs)),
      memorySizeMB: fn.memoryMb,
      maxMemoryUsedMB: peakMemoryMbOf(processes()) ?? fn.memoryMb,
      ...start.metrics,
    };
  }
}
