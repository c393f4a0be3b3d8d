/** One run of the embedded ClickHouse: starts the child process, waits until it answers, ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../free-port.ts';
import { printable } from '../../printable.ts';
import { engineMissingCode } from './engine-exit.ts';
import type { Login } from './logins.ts';
import { servesDirectory } from './probe.ts';

const childEntry = fileURLToPath(new URL('./child.js', import.meta.url));

const startTimeoutMs = 30_000;
const pollMs = 20;
/** How long each way of ending the child may take before the next, harder one. */
const stopStepMs = 3000;
/** How much of the engine's own output is kept for error messages. */
const maxNoise = 8192;

export type StartOutcome =
  | { state: 'running'; engine: EngineProcess }
  /** Another process has the directory. */
  | { state: 'locked' }
  /** Another process took the port between our choice and the engine's start. */
  | { state: 'port-taken' }
  /** The engine is not installed here. */
  | { state: 'missing'; detail: string }
  | { state: 'failed'; detail: string };

/** What the engine says when it cannot start, and what that means. */
const startFailures: readonly [RegExp, 'locked' | 'port-taken'][] = [
  [/Cannot lock file|Another server instance in same directory/, 'locked'],
  [/Address already in use/, 'port-taken'],
];

export class EngineProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #noise = '';

  private constructor(directory: string, port: number, configFile: string) {
    this.port = port;
    this.#child = spawn(process.execPath, [childEntry, directory, String(port), configFile], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // Its own process group: Ctrl-C in a terminal must reach us first, so that what is in flight can be stored.
      detached: true,
      env: childEnvironment(),
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', resolve);
      this.#child.once('error', (error) => {
        this.#noise += error.message;
        resolve(undefined);
      });
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#noise = (this.#noise + text).slice(-maxNoise);
    });
    // The pipe breaks when the child dies first; that is noticed through its exit.
    this.#child.stdin?.on('error', () => {});
  }

  /**
   * Starts an engine on a directory (a real path) and a free port.
   * @param configFile read by the engine while it starts, and not again
   * @param login of the configuration
   */
  static async start(directory: string, configFile: string, login: Login): Promise<StartOutcome> {
    const engine = new EngineProcess(directory, await freePort(), configFile);
    try {
      return await engine.#untilReady(directory, login);
    } catch (error) {
      await engine.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends the child: end of stdin, then SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    const steps = [
      () => this.#child.stdin?.end(),
      () => this.#child.kill('SIGTERM'),
      () => this.#child.kill('SIGKILL'),
    ];
    for (const step of steps) {
      if (!this.isAlive) return;
      step();
      await Promise.race([this.#exited, sleep(stopStepMs, undefined, { ref: false })]);
    }
  }

  async #untilReady(directory: string, login: Login): Promise<StartOutcome> {
    const deadline = performance.now() + startTimeoutMs;
    while (this.isAlive && performance.now() < deadline) {
      if (await servesDirectory(this.port, directory, login)) return { state: 'running', engine: this };
      await Promise.race([this.#exited, sleep(pollMs)]);
    }
    const gaveUp = this.isAlive;
    await this.stop();
    // `exit` can come before the last of stderr.
    if (this.#child.stderr?.closed === false) {
      await Promise.race([once(this.#child.stderr, 'close'), sleep(stopStepMs, undefined, { ref: false })]);
    }
    return this.#explainFailure(gaveUp);
  }

  #explainFailure(gaveUp: boolean): StartOutcome {
    if (this.#child.exitCode === engineMissingCode) return { state: 'missing', detail: firstLine(this.#noise) };
    for (const [pattern, state] of startFailures) if (pattern.test(this.#noise)) return { state };
    const ending = gaveUp
      ? `it did not answer within ${startTimeoutMs / 1000} s`
      : `it ended with ${this.#child.signalCode ?? `code ${this.#child.exitCode}`}`;
    const noise = firstLine(this.#noise);
    return { state: 'failed', detail: noise === '' ? ending : `${ending}: ${noise}` };
  }
}

/** What a program and the engine need. Tokens and passwords of ours have no business there, and no preloads (`NODE_OPTIONS`). */
const passedOn = /^(PATH|HOME|TMPDIR|TZ|LANG|LC_[A-Z]+|LD_LIBRARY_PATH|DYLD_[A-Z_]+|CHDB_[A-Z_]+)$/;

function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name)));
}

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return printable(line);
}
