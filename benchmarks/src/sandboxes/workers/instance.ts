/**
 * One isolate of a Worker: a process that runs the real workerd. Times are taken from outside. Clocks run in workerd;
 * deployed, they stand still but for I/O.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Trouble } from '@coldlens/collector/trouble';
import { FunctionProcess } from '../function-process.ts';
import { timedCall } from '../http-call.ts';
import type { Instance, ObservedInvocation } from '../instance.ts';
import { configText, needsFront } from './config.ts';
import type { WorkersFunction } from './function.ts';

/** A Worker has 1 s of CPU at module scope; the rest is for a slow machine. */
const startMaxMs = 10_000;
const stopMaxMs = 2_000;
/** What `waitUntil` gets after the last answer. The platform gives it 30 s; workerd drops it at SIGTERM. */
const waitUntilMs = 1_000;
const controlFd = 3;

type Headers = Readonly<Record<string, string>>;

const workerdBinary = (fn: WorkersFunction): string => {
  for (const from of [fn.script, import.meta.url]) {
    try {
      return (createRequire(from)('workerd') as { default: string }).default;
    } catch {
      // The next place may have it; the sentence below is for when none has.
    }
  }
  throw new Trouble(
    `Function ${fn.name} needs workerd, which is not installed for ${process.platform} ${process.arch}.`,
    'Install it beside the function: npm install workerd.',
  );
};

/** workerd says on its control descriptor which port it listens on. */
const portFrom = (control: Readable): Promise<number> =>
  new Promise((resolve) => {
    let text = '';
    control.setEncoding('utf8');
    control.on('data', (chunk: string) => {
      text += chunk;
      for (const line of text.split('\n').slice(0, -1)) {
        const said = JSON.parse(line) as { event?: string; port?: number };
        if (said.event === 'listen' && said.port !== undefined) resolve(said.port);
      }
    });
  });

export class WorkersInstance implements Instance {
  readonly fn: WorkersFunction;
  #process: FunctionProcess | null = null;
  #port = 0;
  #lastAnswerMs = 0;

  constructor(fn: WorkersFunction) {
    this.fn = fn;
  }

  get alive(): boolean {
    return this.#process?.alive ?? false;
  }

  get pid(): number | undefined {
    return this.#process?.child.pid;
  }

  /** @throws {@link Trouble} when the script cannot be loaded, ends, or does not listen within 10 s */
  async start(event: string, headers: Headers = {}, path = '/'): Promise<ObservedInvocation> {
    const binary = workerdBinary(this.fn);
    const script = await readFile(this.fn.script, 'utf8').catch((error: Error) => {
      throw new Trouble(`The script of ${this.fn.name} cannot be read: ${error.message}.`, 'Build it: npm run build.');
    });
    const directory = await mkdtemp(join(tmpdir(), 'coldlens-workerd-'));
    try {
      const config = join(directory, 'config.capnp');
      await writeFile(config, configText(this.fn, script));
      const experimental = needsFront(this.fn) ? ['--experimental'] : [];
      const started = new FunctionProcess({
        title: `${this.fn.name} (${this.fn.script})`,
        file: binary,
        args: ['serve', ...experimental, `--control-fd=${controlFd}`, config],
        cwd: directory,
        env: {},
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      this.#process = started;
      const port = await started.within(portFrom(started.child.stdio[controlFd] as Readable), startMaxMs);
      if (port === undefined) throw started.trouble(`did not listen after ${startMaxMs / 1_000} s`);
      this.#port = port;
      const spawnToReadyMs = performance.now() - started.spawnedMs;
      return { ...(await this.#call(started, started.spawnedMs, event, headers, path)), spawnToReadyMs };
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** @param headers and path of the request, for `fetch` */
  async invoke(event: string, headers: Headers = {}, path = '/'): Promise<ObservedInvocation> {
    if (!this.#process) throw new Error('invoke() before start()');
    return this.#call(this.#process, performance.now(), event, headers, path);
  }

  async stop(): Promise<void> {
    if (!this.#process) return;
    const leftMs = this.#lastAnswerMs + waitUntilMs - performance.now();
    if (this.alive && leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
    await this.#process.end(stopMaxMs);
  }

  async #call(
    started: FunctionProcess,
    fromMs: number,
    event: string,
    headers: Headers,
    path: string,
  ): Promise<ObservedInvocation> {
    const requestId = `${randomBytes(8).toString('hex')}-FRA`;
    const own = { 'content-type': 'application/json', 'cf-ray': requestId, 'x-event': this.fn.event ?? 'fetch' };
    const made = timedCall({ port: this.#port, path, headers: { ...own, ...headers }, body: event });
    const { answer, atMs } = (await started.within(made, this.fn.timeoutMs)) ?? {
      answer: { state: 'timed out' as const },
      atMs: performance.now(),
    };
    this.#lastAnswerMs = atMs;
    return { requestId, answer, latencyMs: atMs - fromMs };
  }
}
