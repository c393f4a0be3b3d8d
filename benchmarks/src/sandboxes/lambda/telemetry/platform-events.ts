/**
 * The platform's own account of an instance, made where things happen: init, invocations and what is billed for them.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
import type { Extension } from '../apis/extensions-api.ts';
import type { RuntimeAnswer } from '../apis/runtime-api.ts';
import type { Status } from '../failure.ts';
import type { LambdaFunction } from '../function.ts';
import type { InstanceOptions } from '../options.ts';
import { peakMemoryMbOf, type SandboxProcess } from '../processes.ts';
import type { Stream } from './subscription.ts';

type Emit = (stream: Stream, type: string, record: object) => void;

interface Invocation {
  requestId: string;
  startMs: number;
  answer: RuntimeAnswer | null;
  firstByteMs: number;
  answeredMs: number;
  runtimeDoneMs: number | null;
}

const version = '$LATEST';
/** The platform prints hundredths. */
const hundredths = (ms: number): number => Math.round(ms * 100) / 100;
const iso = (ms: number): string => new Date(performance.timeOrigin + ms).toISOString();

export class PlatformEvents {
  readonly #fn: LambdaFunction;
  readonly #initializationType: string;
  readonly #emit: (type: string, record: object) => void;
  #initPhase: 'init' | 'invoke' = 'init';
  #initStartMs = 0;
  #isInitOpen = false;
  /** Of an init that no report has told yet; `null` where it is part of an invocation's own time. */
  #initMs: number | null = null;
  #current: Invocation | null = null;

  constructor(fn: LambdaFunction, { initializationType = 'on-demand' }: InstanceOptions, emit: Emit) {
    this.#fn = fn;
    this.#initializationType = initializationType;
    this.#emit = (type, record) => emit('platform', `platform.${type}`, record);
  }

  initStart(phase: 'init' | 'invoke'): void {
    this.#initPhase = phase;
    this.#initStartMs = performance.now();
    this.#isInitOpen = true;
    this.#emit('initStart', {
      initializationType: this.#initializationType,
      phase,
      functionName: this.#fn.name,
      functionVersion: version,
      instanceMaxMemory: this.#fn.memoryMb * 1_048_576,
    });
  }

  initRuntimeDone(status: Status = 'success', errorType?: string): void {
    const kind = { initializationType: this.#initializationType, phase: this.#initPhase };
    this.#emit('initRuntimeDone', { ...kind, status, ...(errorType && { errorType }) });
  }

  initReport(status: Status, errorType?: string): void {
    if (!this.#isInitOpen) return;
    this.#isInitOpen = false;
    if (status !== 'success') this.initRuntimeDone(status, errorType);
    const durationMs = hundredths(performance.now() - this.#initStartMs);
    // Only the on-demand init that somebody waited for stands in that invocation's report.
    const isReported = this.#initPhase === 'init' && this.#initializationType === 'on-demand' && status === 'success';
    this.#initMs = isReported ? durationMs : null;
    const kind = { initializationType: this.#initializationType, phase: this.#initPhase };
    this.#emit('initReport', { ...kind, status, ...(errorType && { errorType }), metrics: { durationMs } });
  }

  extensionReady({ name, events }: Extension): void {
    this.#emit('extension', { name, state: 'Ready', events });
  }

  start(requestId: string, startMs: number): void {
    this.#current = { requestId, startMs, answer: null, firstByteMs: 0, answeredMs: 0, runtimeDoneMs: null };
    this.#emit('start', { requestId, version });
  }

  answered(answer: RuntimeAnswer, firstByteMs: number, answeredMs: number): void {
    if (this.#current) Object.assign(this.#current, { answer, firstByteMs, answeredMs });
  }

  /** The runtime has asked for the next event. */
  runtimeDone(status?: Status, errorType?: string): void {
    const current = this.#current;
    if (!current || current.runtimeDoneMs !== null) return;
    const nowMs = performance.now();
    current.runtimeDoneMs = nowMs;
    const { requestId, startMs, answer, firstByteMs, answeredMs } = current;
    const type = errorType ?? (answer?.state === 'failed' ? answer.errorType : undefined);
    const span = (name: string, from: number, to: number): object => ({
      name,
      start: iso(from),
      durationMs: hundredths(to - from),
    });
    this.#emit('runtimeDone', {
      requestId,
      status: status ?? this.#statusOf(answer),
      ...(type && { errorType: type }),
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

  /** Everybody is done: this is what is billed. Billed time holds the init (since 2025-08-01) and is whole ms. */
  report(processes: readonly SandboxProcess[], status?: Status, errorType?: string): void {
    const current = this.#current;
    if (!current) return;
    this.#current = null;
    const durationMs = hundredths(performance.now() - current.startMs);
    const initMs = this.#initMs;
    this.#initMs = null;
    this.#emit('report', {
      requestId: current.requestId,
      status: status ?? this.#statusOf(current.answer),
      ...(errorType && { errorType }),
      metrics: {
        durationMs,
        billedDurationMs: Math.ceil(hundredths(durationMs + (initMs ?? 0))),
        memorySizeMB: this.#fn.memoryMb,
        maxMemoryUsedMB: peakMemoryMbOf(processes) ?? this.#fn.memoryMb,
        ...(initMs !== null && { initDurationMs: initMs }),
      },
    });
  }

  /** An invocation that did not come to its regular end. */
  end(status: Status, processes: readonly SandboxProcess[], errorType: string): void {
    this.runtimeDone(status, errorType);
    this.report(processes, status, errorType);
  }

  #statusOf(answer: RuntimeAnswer | null): Status {
    return answer?.state === 'failed' ? 'error' : 'success';
  }
}
