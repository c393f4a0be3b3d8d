/** One process of an instance: started, frozen, thawed and ended with all its children; its output goes on line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { dieWithUs } from '../reaper.ts';
import type { CpuLimit } from './cpu-limit.ts';
import { peakMemoryMb, processTree, signalAll } from './process-tree.ts';

export interface ProcessEvents {
  onLine(line: string): void;
  /** @param how it ended, for people: `SIGKILL` or `exit code 1` */
  onEnd(how: string): void;
}

export interface Command {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
}

/** A line that never ends is cut here, as the platform cuts it. */
const maxLineChars = 262_144;

const eachLine = (stream: Readable, onLine: (line: string) => void): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (; rest.length > maxLineChars; rest = rest.slice(maxLineChars)) onLine(rest.slice(0, maxLineChars));
  });
  stream.on('end', () => rest && onLine(rest));
};

/** One process with what it starts itself. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  #hasEnded = false;
  readonly ended: Promise<void>;

  constructor({ file, args, cwd, env }: Command, cpu: CpuLimit, events: ProcessEvents) {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    dieWithUs(child);
    if (child.pid !== undefined) cpu.add(child.pid);
    eachLine(child.stdout, events.onLine);
    eachLine(child.stderr, events.onLine);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#hasEnded) return;
        this.#hasEnded = true;
        events.onEnd(how);
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#hasEnded && this.pid !== undefined) signalAll(processTree(this.pid), signal);
  }

  /** Stops it with all its children; what is returned lets them go on. */
  freeze(): () => void {
    if (this.#hasEnded || this.pid === undefined) return () => undefined;
    const pids = processTree(this.pid);
    signalAll(pids, 'SIGSTOP');
    return () => signalAll(pids, 'SIGCONT');
  }

  /** Waits for the end; SIGKILL after `maxMs`. */
  async endWithin(maxMs: number): Promise<void> {
    const kill = setTimeout(() => this.signal('SIGKILL'), maxMs);
    await this.ended;
    clearTimeout(kill);
  }
}

export const peakMemoryMbOf = (processes: readonly SandboxProcess[]): number | null =>
  peakMemoryMb(processes.flatMap(({ pid, hasEnded }) => (pid === undefined || hasEnded ? [] : [pid])));
