/** How an instance gets ready for events: its init, and where a snapshot was taken then, the restore of it. */
import { SandboxFailure } from './failure.ts';
import type { Parts } from './parts.ts';
import { restoreMaxMs } from './rules.ts';

const lateFor = (parts: Parts, maxMs: number, what: string) => (): SandboxFailure => {
  const sentence = `${maxMs / 1000} s were not enough for ${what}`;
  return new SandboxFailure('timeout', 'Sandbox.Timedout', parts.programs.output, sentence);
};

/**
 * Extensions first, then the runtime; over when all of them have asked for an event, or a runtime with hooks for its
 * snapshot's restore. Of a runtime's workers the first counts.
 * @param isRerun an init that failed before runs inside an invocation
 * @throws {@link SandboxFailure}
 */
export const initialise = async (
  parts: Parts,
  environment: Record<string, string>,
  maxMs: number,
  isRerun: boolean,
): Promise<void> => {
  const { programs, runtimeApi, extensionsApi, telemetryApi, initEvents, conditions, freezer } = parts;
  const deadlineMs = performance.now() + maxMs;
  const late = (what: string) => lateFor(parts, maxMs, what);
  initEvents.initStart(environment.AWS_LAMBDA_LOG_STREAM_NAME, isRerun);
  try {
    programs.startExtensions(environment);
    const registered = (): boolean => extensionsApi.externalAreRegistered;
    await conditions.until(registered, deadlineMs, late('extensions to register'));
    programs.startRuntime(environment);
    const ready = (): boolean => (runtimeApi.isWaiting || runtimeApi.awaitsRestore) && extensionsApi.allWait;
    await conditions.until(ready, deadlineMs, late('the first request for an event'));
    initEvents.initReport(null);
    telemetryApi.endInit();
    freezer.rest();
  } catch (error) {
    if (error instanceof SandboxFailure) initEvents.initReport(error);
    throw error;
  }
};

/**
 * What an instance begins with that is a copy of a snapshot. The copying is not emulated: the process that made the
 * snapshot goes on itself. @throws {@link SandboxFailure}
 */
export const restore = async (parts: Parts): Promise<void> => {
  const { runtimeApi, initEvents, conditions, freezer } = parts;
  initEvents.restoreStart();
  const beginMs = performance.now();
  freezer.thaw();
  const hasHooks = runtimeApi.awaitsRestore;
  runtimeApi.restore();
  try {
    const ready = (): boolean => runtimeApi.isWaiting;
    await conditions.until(ready, beginMs + restoreMaxMs, lateFor(parts, restoreMaxMs, 'the restore'));
    initEvents.restoreRuntimeDone(null);
    initEvents.restoreReport(null, hasHooks ? performance.now() - beginMs : 0);
  } catch (error) {
    if (error instanceof SandboxFailure) initEvents.restoreReport(error, performance.now() - beginMs);
    throw error;
  }
};
