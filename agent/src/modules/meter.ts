/** The two clocks of the module tree, read together: elapsed time, and CPU time of this thread. */

/** Milliseconds that this thread has been on a CPU; `null` before Node 23.9, which does not tell. */
export const threadCpuClock = (): (() => number) | null => {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (!threadCpuUsage) return null;
  return () => {
    const { user, system } = threadCpuUsage();
    return (user + system) / 1_000;
  };
};

/**
 * Shorter steps hardly wait for anything: their CPU time is taken to be the elapsed one. Asking is a system call, and there
 * are ten steps a module.
 */
const minAskedMs = 0.5;

export class Meter {
  /** The last reading, monotonic milliseconds. */
  nowMs: number;
  /** Between the last two readings. */
  spentMs = 0;
  /** 0 where there is no such clock. */
  spentCpuMs = 0;
  readonly #clock: () => number;
  readonly #cpuClock: (() => number) | null;
  #cpuMs: number;

  constructor(clock: () => number, cpuClock: (() => number) | null, beginMs: number) {
    this.#clock = clock;
    this.#cpuClock = cpuClock;
    this.#cpuMs = cpuClock?.() ?? 0;
    this.nowMs = beginMs;
  }

  get knowsCpu(): boolean {
    return this.#cpuClock !== null;
  }

  read(): void {
    const nowMs = this.#clock();
    this.spentMs = nowMs - this.nowMs;
    this.nowMs = nowMs;
    if (!this.#cpuClock) return;
    const before = this.#cpuMs;
    this.#cpuMs = this.spentMs < minAskedMs ? before + this.spentMs : this.#cpuClock();
    // What short steps waited after all is taken out of the next long one.
    this.spentCpuMs = Math.max(0, this.#cpuMs - before);
  }
}
