/** The suite's side of a collector that is a process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BufferStats } from '@coldlens/collector';
import type { ProcessOptions } from './collector-process.ts';

const entry = fileURLToPath(new URL('./collector-process.js', import.meta.url));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;

  private constructor(options: ProcessOptions) {
    this.#child = fork(entry, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.ended = once(this.#child, 'exit').then(([code, signal]) => ({ code, signal }) as Ended);
    // What is sent to one that has just ended cannot arrive.
    this.#child.on('error', () => {});
  }

  /** Resolves when it listens, or has ended before it could. */
  static async start(options: ProcessOptions): Promise<CollectorProcess> {
    const collector = new CollectorProcess(options);
    await Promise.race([once(collector.#child, 'message'), collector.ended]);
    return collector;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** @returns how it ended, and after how long */
  async terminate(): Promise<Ended & { ms: number }> {
    const beganMs = performance.now();
    this.#child.kill('SIGTERM');
    return { ...(await this.ended), ms: performance.now() - beganMs };
  }

  async stats(): Promise<BufferStats> {
    const told = once(this.#child, 'message');
    this.#child.send('stats', () => {});
    const [stats] = (await Promise.race([
      told,
      this.ended.then(({ code, signal }) => {
        throw new Error(`the collector has ended (${signal ?? code})`);
      }),
    ])) as [BufferStats];
    return stats;
  }

  /** @throws Error when ClickHouse does not get all of it in time */
  async untilDrained(withinMs: number): Promise<void> {
    await this.until('the buffer is empty', ({ batches }) => batches === 0, withinMs);
  }

  async until(what: string, holds: (stats: BufferStats) => boolean, withinMs: number): Promise<void> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      const stats = await this.stats();
      if (holds(stats)) return;
      if (performance.now() > endMs) throw new Error(`waited in vain until ${what}: ${JSON.stringify(stats)}`);
      await sleep(20);
    }
  }
}
