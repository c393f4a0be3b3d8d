/** Waiting for a state of the instance: until it holds, the instance fails, or time is up. */
import type { SandboxFailure } from './failure.ts';

interface Waiter {
  holds: () => boolean;
  resolve: () => void;
  reject: (failure: SandboxFailure) => void;
}

export class Conditions {
  readonly #waiters = new Set<Waiter>();
  failure: SandboxFailure | null = null;

  /**
   * @param deadlineMs on the clock of `performance.now()`
   * @param late what the end of the time means
   */
  until(holds: () => boolean, deadlineMs: number, late: () => SandboxFailure): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => waiter.reject(late()), Math.max(0, deadlineMs - performance.now()));
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        holds,
        resolve: () => {
          leave();
          resolve();
        },
        reject: (failure) => {
          leave();
          reject(failure);
        },
      };
      this.#waiters.add(waiter);
      if (this.failure) waiter.reject(this.failure);
      else this.check();
    });
  }

  /** Something has changed. */
  check(): void {
    for (const waiter of [...this.#waiters]) if (waiter.holds()) waiter.resolve();
  }

  /** The first failure counts; whoever waits is told. */
  fail(failure: SandboxFailure): void {
    if (this.failure) return;
    this.failure = failure;
    for (const waiter of [...this.#waiters]) waiter.reject(failure);
  }
}
