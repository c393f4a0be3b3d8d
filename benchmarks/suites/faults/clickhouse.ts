/** A ClickHouse of its own: a process that is known by its URL only, so that nobody but the suite starts it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const engineEntry = fileURLToPath(new URL('./store/embedded/child.js', import.meta.resolve('@coldlens/collector')));
const startsWithinMs = 30_000;

export class ClickHouse {
  readonly #directory: string;
  readonly port: number;
  #child: ChildProcess | undefined;

  /** @param directory made when missing */
  constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const words = [engineEntry, await realpath(this.#directory), String(this.port)];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'ignore', 'ignore'] });
    this.#child = child;
    const endMs = performance.now() + startsWithinMs;
    while (!(await this.#answers())) {
      if (child.exitCode !== null) throw new Error(`ClickHouse ended with ${child.exitCode} when it was started`);
      if (performance.now() > endMs) throw new Error(`ClickHouse did not answer within ${startsWithinMs} ms`);
      await sleep(20);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** @returns the rows of a SELECT */
  async ask<Row>(query: string): Promise<Row[]> {
    const text = await this.command(query);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  }

  async command(query: string): Promise<string> {
    const response = await fetch(`${this.url}/?database=coldlens&default_format=JSONEachRow`, {
      method: 'POST',
      body: query,
      // An idle socket would be cut by the next kill, and the next question would meet it.
      headers: { Connection: 'close' },
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text.slice(0, 500));
    return text;
  }

  async #answers(): Promise<boolean> {
    return await fetch(`${this.url}/ping`, {
      headers: { Connection: 'close' },
      signal: AbortSignal.timeout(1_000),
    }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
