/**
 * One instance of a Google function: a process that runs the real functions framework. Times are taken from outside.
 * Google slows the CPU down between requests unless told otherwise; this sandbox does not.
 */
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { freePort } from '@coldlens/collector/free-port';
import { Trouble } from '@coldlens/collector/trouble';
import { FunctionProcess } from '../function-process.ts';
import { timedCall } from '../http-call.ts';
import type { Instance, NodeChoice, ObservedInvocation } from '../instance.ts';
import { deliver } from './events.ts';
import { type GoogleFunction, instanceEnvironment } from './function.ts';
import { MetadataServer } from './metadata-server.ts';

/** Cloud Run's default start-up probe gives a container 240 s; nobody would watch that here. */
const startMaxMs = 30_000;
/** Cloud Run sends SIGTERM and waits so long before SIGKILL. */
const stopMaxMs = 10_000;
const probeEveryMs = 2;

/** The framework that the function brings, else ours. */
const frameworkScript = (fn: GoogleFunction): string => {
  for (const from of [fn.source, import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve('@google-cloud/functions-framework')), 'main.js');
    } catch {
      // The next place may have it; the sentence below is for when none has.
    }
  }
  throw new Trouble(
    `Function ${fn.name} needs @google-cloud/functions-framework, which is not installed.`,
    'Install it beside the function: npm install @google-cloud/functions-framework.',
  );
};

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

export class GoogleInstance implements Instance {
  readonly fn: GoogleFunction;
  readonly #node: string;
  readonly #metadata = new MetadataServer();
  #process: FunctionProcess | null = null;
  #port = 0;

  constructor(fn: GoogleFunction, { node = process.execPath }: NodeChoice = {}) {
    this.fn = fn;
    this.#node = node;
  }

  get alive(): boolean {
    return this.#process?.alive ?? false;
  }

  get pid(): number | undefined {
    return this.#process?.child.pid;
  }

  /** @throws {@link Trouble} when the function cannot be loaded, ends, or does not listen within 30 s */
  async start(event: string, headers: Readonly<Record<string, string>> = {}): Promise<ObservedInvocation> {
    const script = frameworkScript(this.fn);
    this.#port = await freePort();
    const metadataHost = await this.#metadata.listen();
    const started = new FunctionProcess({
      title: `${this.fn.name} (${this.fn.target} in ${this.fn.source})`,
      file: this.#node,
      args: [script],
      cwd: dirname(this.fn.source),
      env: instanceEnvironment(this.fn, this.#port, metadataHost),
    });
    this.#process = started;
    try {
      if (!(await started.within(this.#listening(started), startMaxMs))) {
        throw started.trouble(`did not listen after ${startMaxMs / 1_000} s`);
      }
      const spawnToReadyMs = performance.now() - started.spawnedMs;
      return { ...(await this.#call(started, event, headers, started.spawnedMs)), spawnToReadyMs };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** @param headers of the caller, for HTTP functions; or of the one who delivers the event */
  async invoke(event: string, headers: Readonly<Record<string, string>> = {}): Promise<ObservedInvocation> {
    if (!this.#process) throw new Error('invoke() before start()');
    return this.#call(this.#process, event, headers, performance.now());
  }

  async stop(): Promise<void> {
    await this.#process?.end(stopMaxMs);
    this.#metadata.close();
  }

  /** Cloud Run's start-up probe: TCP, until something accepts. */
  async #listening(started: FunctionProcess): Promise<boolean> {
    while (started.alive) {
      if (await accepts(this.#port)) return true;
      await new Promise((resolve) => setTimeout(resolve, probeEveryMs));
    }
    return false;
  }

  async #call(
    started: FunctionProcess,
    event: string,
    headers: Readonly<Record<string, string>>,
    fromMs: number,
  ): Promise<ObservedInvocation> {
    const { requestId, headers: own, body } = deliver[this.fn.signature](event);
    const made = timedCall({ port: this.#port, headers: { ...own, ...headers }, body });
    const { answer, atMs } = (await started.within(made, this.fn.timeoutMs)) ?? {
      answer: { state: 'timed out' as const },
      atMs: performance.now(),
    };
    return { requestId, answer, latencyMs: atMs - fromMs };
  }
}
