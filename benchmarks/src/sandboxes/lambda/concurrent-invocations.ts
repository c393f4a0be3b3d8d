/**
 * Invocations at once, as Managed Instances take them: each goes to the worker that has waited longest, has a timeout of
 * its own, which the instance survives, and is over with its answer; extensions are not told of it.
 */
import { randomUUID } from 'node:crypto';
import type { PendingInvocation } from './apis/runtime-api.ts';
import { SandboxFailure } from './failure.ts';
import type { Answered, Parts, Settled } from './parts.ts';

export class ConcurrentInvocations {
  readonly #parts: Parts;
  readonly #maxConcurrency: number;
  readonly #underWay = new Set<Promise<Settled>>();

  constructor(parts: Parts, maxConcurrency: number) {
    this.#parts = parts;
    this.#maxConcurrency = maxConcurrency;
  }

  /** All that are under way. */
  get over(): Promise<void> {
    return Promise.allSettled(this.#underWay).then(() => undefined);
  }

  /** @throws {@link SandboxFailure} when the process ends before the answer */
  invoke(event: string): Promise<Settled> {
    if (this.#underWay.size >= this.#maxConcurrency) {
      return Promise.reject(new Error(`the instance is busy: it takes ${this.#maxConcurrency} events at a time`));
    }
    const settled = this.#invoke(event).finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
    return settled;
  }

  async #invoke(event: string): Promise<Settled> {
    const { fn, programs, runtimeApi, invocationEvents, conditions, answers, shutdown } = this.#parts;
    if (conditions.failure) throw conditions.failure;
    const pending = await this.#handOver(event);
    if (!pending) {
      const answer = { state: 'failed', errorType: 'Runtime.Unavailable', body: '' } as const;
      return { requestId: randomUUID(), answer, atMs: performance.now() };
    }
    const { requestId } = pending;
    invocationEvents.start(requestId, performance.now());
    const timeout = (): SandboxFailure => new SandboxFailure('timeout', 'Sandbox.Timedout', programs.output);
    try {
      await conditions.until(() => answers.has(requestId), performance.now() + fn.timeoutMs, timeout);
    } catch (error) {
      const failure = error as SandboxFailure;
      invocationEvents.end(requestId, failure);
      if (failure.kind !== 'timeout') {
        void shutdown('failure');
        throw failure;
      }
      runtimeApi.abandon(requestId);
      return { requestId, answer: { state: 'timed out' }, atMs: performance.now() };
    }
    invocationEvents.report(requestId);
    const answered = answers.get(requestId) as Answered;
    answers.delete(requestId);
    return { requestId, ...answered };
  }

  /**
   * Workers ask again right away, but one that computes has no time to; an event waits no longer than it may run.
   * @returns `null` when no worker has asked by then
   */
  async #handOver(event: string): Promise<PendingInvocation | null> {
    const { fn, programs, runtimeApi, conditions } = this.#parts;
    const deadlineMs = performance.now() + fn.timeoutMs;
    const late = (): SandboxFailure => new SandboxFailure('timeout', 'Runtime.Unavailable', programs.output);
    // One worker that asks wakes every event that waits; whoever comes first has it.
    while (!runtimeApi.isWaiting) {
      try {
        await conditions.until(() => runtimeApi.isWaiting, deadlineMs, late);
      } catch (error) {
        if ((error as SandboxFailure).kind !== 'timeout') throw error;
        return null;
      }
    }
    return runtimeApi.invoke(event, fn.timeoutMs);
  }
}
