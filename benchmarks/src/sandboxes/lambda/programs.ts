/** What runs in one instance: the external extensions and the runtime. */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CpuLimit } from './cpu-limit.ts';
import { SandboxFailure } from './failure.ts';
import { extensionEnvironment, type LambdaFunction } from './function.ts';
import type { InstanceOptions } from './options.ts';
import { SandboxProcess } from './processes.ts';
import type { RuntimeClient } from './runtime-client.ts';

export interface ProgramEvents {
  onLine(stream: 'function' | 'extension', line: string): void;
  /** One of them has ended, which ends the instance. */
  onEnd(failure: SandboxFailure): void;
}

/** What is kept of the output, for error messages. */
const maxOutputChars = 16_384;

/** File names of the external extensions: every executable in `<opt>/extensions`. */
const externalExtensions = (optDirectory: string | undefined): string[] => {
  const directory = optDirectory === undefined ? undefined : join(optDirectory, 'extensions');
  if (!directory || !existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return statSync(join(directory, name)).isFile();
    } catch {
      return false;
    }
  });
};

export class Programs {
  readonly #fn: LambdaFunction;
  readonly #client: RuntimeClient;
  readonly #options: InstanceOptions;
  readonly #cpu: CpuLimit;
  readonly #events: ProgramEvents;
  readonly extensionNames: readonly string[];
  readonly extensions: SandboxProcess[] = [];
  runtime: SandboxProcess | null = null;
  /** The end of what all of them have said. */
  output = '';

  constructor(
    fn: LambdaFunction,
    client: RuntimeClient,
    options: InstanceOptions,
    cpu: CpuLimit,
    events: ProgramEvents,
  ) {
    this.#fn = fn;
    this.#client = client;
    this.#options = options;
    this.#cpu = cpu;
    this.#events = events;
    this.extensionNames = externalExtensions(options.optDirectory);
  }

  get all(): readonly SandboxProcess[] {
    return this.runtime ? [this.runtime, ...this.extensions] : this.extensions;
  }

  /** @param environment the runtime's; extensions see a part of it */
  startExtensions(environment: Record<string, string>): void {
    const env = extensionEnvironment(environment);
    for (const name of this.extensionNames) {
      const file = join(this.#options.optDirectory ?? '', 'extensions', name);
      const extension = new SandboxProcess({ file, args: [], cwd: '/', env }, this.#cpu, {
        onLine: (line) => this.#onLine('extension', line),
        onEnd: (how) =>
          this.#events.onEnd(new SandboxFailure('extension', 'Extension.Crash', `extension ${name}: ${how}`)),
      });
      this.extensions.push(extension);
    }
  }

  startRuntime(env: Record<string, string>): void {
    const command = [this.#options.node ?? process.execPath, this.#client.script];
    // A path below `/opt` is one of the layers' files.
    const wrapper = env.AWS_LAMBDA_EXEC_WRAPPER?.replace(/^\/opt(?=\/)/, this.#options.optDirectory ?? '/opt');
    const [file = '', ...args] = wrapper ? [wrapper, ...command] : command;
    this.runtime = new SandboxProcess({ file, args, cwd: this.#fn.taskRoot, env }, this.#cpu, {
      onLine: (line) => this.#onLine('function', line),
      onEnd: (how) => this.#events.onEnd(new SandboxFailure('exit', 'Runtime.ExitError', this.output, how)),
    });
  }

  #onLine(stream: 'function' | 'extension', line: string): void {
    this.output += `${line}\n`;
    // Not at every line: a function that prints megabytes would wait for our copying.
    if (this.output.length > 2 * maxOutputChars) this.output = this.output.slice(-maxOutputChars);
    this.#events.onLine(stream, line);
  }
}
