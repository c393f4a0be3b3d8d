/** The parts of one instance that its life moves: see `sandbox.ts`, which puts them together. */
import type { ExtensionsApi } from './apis/extensions-api.ts';
import type { RuntimeAnswer, RuntimeApi } from './apis/runtime-api.ts';
import type { Conditions } from './conditions.ts';
import type { SandboxFailure } from './failure.ts';
import type { Freezer } from './freezer.ts';
import type { LambdaFunction } from './function.ts';
import type { Programs } from './programs.ts';
import type { Rules } from './rules.ts';
import type { ShutdownReason } from './shutdown.ts';
import type { InitEvents } from './telemetry/init-events.ts';
import type { InvocationEvents } from './telemetry/invocation-events.ts';
import type { TelemetryApi } from './telemetry/telemetry-api.ts';

export interface Parts {
  fn: LambdaFunction;
  rules: Rules;
  programs: Programs;
  runtimeApi: RuntimeApi;
  extensionsApi: ExtensionsApi;
  telemetryApi: TelemetryApi;
  initEvents: InitEvents;
  invocationEvents: InvocationEvents;
  conditions: Conditions;
  freezer: Freezer;
  /** Answers of the runtime that nobody has taken yet, by invocation. */
  answers: Map<string, Answered>;
  fail(failure: SandboxFailure): void;
  shutdown(reason: ShutdownReason): Promise<void>;
}

export interface Answered {
  answer: RuntimeAnswer;
  /** When, on the clock of `performance.now()`. */
  atMs: number;
}

/** An invocation's end as the caller sees it. */
export interface Settled {
  requestId: string;
  answer: RuntimeAnswer | { state: 'timed out' };
  /** When, on the clock of `performance.now()`. */
  atMs: number;
}
