/** Invocations one after the other, as Lambda's own instances take them: event, answer, aftermath, freeze. */
import { SandboxFailure } from './failure.ts';
import { functionArn } from './function.ts';
import type { Answered, Parts, Settled } from './parts.ts';

export class SerialInvocations {
  readonly #parts: Parts;
  #isBusy = false;
  /** The rest of the invocation before: what runtime and extensions do after the response. */
  #aftermath: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The last invocation, with all that runtime and extensions do after the response. */
  get over(): Promise<void> {
    return this.#aftermath;
  }

  /**
   * One event. An answer comes as soon as the runtime gives it; the next event waits until everybody is done.
   * @param fromMs where a re-run init belongs to this invocation: its beginning
   * @throws {@link SandboxFailure} when a process ends before the answer
   */
  async invoke(event: string, fromMs?: number): Promise<Settled> {
    if (this.#isBusy) throw new Error('the instance is busy: it takes one event at a time');
    this.#isBusy = true;
    try {
      return await this.#invoke(event, fromMs);
    } finally {
      this.#isBusy = false;
    }
  }

  async #invoke(event: string, fromMs?: number): Promise<Settled> {
    await this.#aftermath;
    const { fn, programs, runtimeApi, extensionsApi, invocationEvents, conditions, freezer, answers } = this.#parts;
    if (conditions.failure) throw conditions.failure;
    freezer.thaw();
    const { requestId, deadlineUnixMs } = runtimeApi.invoke(event, fn.timeoutMs);
    invocationEvents.start(requestId, fromMs ?? performance.now());
    const deadlineMs = performance.now() + fn.timeoutMs;
    extensionsApi.send('INVOKE', {
      deadlineMs: deadlineUnixMs,
      requestId,
      invokedFunctionArn: functionArn(fn.name),
      tracing: { type: 'X-Amzn-Trace-Id', value: '' },
    });
    const timeout = (): SandboxFailure => new SandboxFailure('timeout', 'Sandbox.Timedout', programs.output);
    try {
      await conditions.until(() => answers.has(requestId), deadlineMs, timeout);
    } catch (error) {
      const failure = error as SandboxFailure;
      this.#end(requestId, failure);
      if (failure.kind !== 'timeout') throw failure;
      return { requestId, answer: { state: 'timed out' }, atMs: performance.now() };
    }
    this.#aftermath = this.#afterResponse(requestId, deadlineMs, timeout);
    const answered = answers.get(requestId) as Answered;
    answers.delete(requestId);
    return { requestId, ...answered };
  }

  async #afterResponse(requestId: string, deadlineMs: number, timeout: () => SandboxFailure): Promise<void> {
    const { runtimeApi, extensionsApi, invocationEvents, conditions, freezer, fail } = this.#parts;
    try {
      await conditions.until(() => runtimeApi.isWaiting, deadlineMs, timeout);
      invocationEvents.runtimeDone(requestId);
      await conditions.until(() => extensionsApi.allWait, deadlineMs, timeout);
      invocationEvents.report(requestId);
      freezer.rest();
    } catch (error) {
      // The caller has its answer; what went wrong after it meets the next invocation, which finds the failure.
      const failure = error as SandboxFailure;
      fail(failure);
      this.#end(requestId, failure);
    }
  }

  #end(requestId: string, failure: SandboxFailure): void {
    this.#parts.invocationEvents.end(requestId, failure);
    void this.#parts.shutdown(failure.kind === 'timeout' ? 'timeout' : 'failure');
  }
}
