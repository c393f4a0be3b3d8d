/** A script under plain Node: `node file.js`. It gets no event; what it has printed when it ends is its answer. */
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { NodeProgram } from '../../targets/target.ts';
import { FunctionProcess } from '../function-process.ts';
import type { Instance, NodeChoice, ObservedInvocation } from '../instance.ts';

/** What is kept of the answer. */
const maxBodyChars = 1_048_576;
const maxFiguresChars = 1_024;
const stopMaxMs = 2_000;
/** Of the kernel's tick, which programs see as 1/100 s on every Linux. */
const tickMs = 10;

const atExit = fileURLToPath(new URL('./at-exit.cjs', import.meta.url));
const figuresFd = 3;

/** What the whole run used, children that ended included. */
export interface ProgramFigures {
  cpuMs: number;
  /** At the exit, MB of 1,048,576 bytes. */
  rssMb: number;
}

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  atMs: number;
}

/** Keeps the beginning of what a stream says. */
const beginningOf = (stream: Readable | null | undefined, maxChars: number): (() => string) => {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    if (text.length < maxChars) text += chunk.slice(0, maxChars - text.length);
  });
  return () => text;
};

const figuresIn = (text: string): ProgramFigures | null => {
  try {
    const { cpuUs, childTicks, rssBytes } = JSON.parse(text) as Record<string, number | undefined>;
    const figures = { cpuMs: Number(cpuUs) / 1_000 + Number(childTicks) * tickMs, rssMb: Number(rssBytes) / 1_048_576 };
    return Number.isFinite(figures.cpuMs) && Number.isFinite(figures.rssMb) ? figures : null;
  } catch {
    // It ended without an exit event, or wrote to the descriptor itself.
    return null;
  }
};

export class NodeInstance implements Instance {
  readonly #program: NodeProgram;
  readonly #node: string;
  #process: FunctionProcess | null = null;
  #figures: ProgramFigures | null = null;

  constructor(program: NodeProgram, { node = process.execPath }: NodeChoice = {}) {
    this.#program = program;
    this.#node = node;
  }

  get alive(): boolean {
    return this.#process?.alive ?? false;
  }

  get pid(): number | undefined {
    return this.#process?.child.pid;
  }

  /** Of the run that is over; `null` where it did not end by itself. */
  get figures(): ProgramFigures | null {
    return this.#figures;
  }

  /** Spawn to exit. @throws `Trouble` when it cannot be started, or ends with anything but 0 */
  async start(): Promise<ObservedInvocation> {
    const { name, script, args, timeoutMs, environment } = this.#program;
    const reporter = JSON.stringify({ pid: process.pid, fd: figuresFd });
    const started = new FunctionProcess({
      title: `${name} (${script})`,
      file: this.#node,
      args: ['--require', atExit, script, ...args],
      cwd: dirname(script),
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment, COLDLENS_AT_EXIT: reporter },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#process = started;
    const body = beginningOf(started.child.stdout, maxBodyChars);
    const figures = beginningOf(started.child.stdio[figuresFd] as Readable | null, maxFiguresChars);
    const exited = new Promise<Ending>((resolve) => {
      started.child.once('exit', (code, signal) => resolve({ code, signal, atMs: performance.now() }));
    });
    const requestId = randomUUID();
    const ending = await started.within(exited, timeoutMs);
    if (ending === undefined) {
      await this.stop();
      return { requestId, answer: { state: 'timed out' }, latencyMs: performance.now() - started.spawnedMs };
    }
    await started.ended;
    if (ending.code !== 0) throw started.trouble(`ended with ${ending.signal ?? `exit code ${ending.code}`}`);
    this.#figures = figuresIn(figures());
    return {
      requestId,
      answer: { state: 'succeeded', body: body() },
      latencyMs: ending.atMs - started.spawnedMs,
      spawnedMs: started.spawnedMs,
      spawnToReadyMs: null,
    };
  }

  invoke(): Promise<ObservedInvocation> {
    return Promise.reject(new Error('a script runs once'));
  }

  async stop(): Promise<void> {
    await this.#process?.end(stopMaxMs);
  }
}
