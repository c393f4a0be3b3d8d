/** Real OpenTelemetry clients, each a process that is told what to send. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Export {
  /** Of the collector, or of what stands before it. */
  url: string;
  name: string;
  spans?: number;
  /** So many of them have a span id of zeros. */
  bad?: number;
  /** Characters of one more attribute. */
  padding?: number;
  headers?: Record<string, string>;
  /** Of the whole export, retries included. */
  timeoutMs?: number;
  compression?: 'gzip' | 'none';
}

export interface Exported {
  ok: boolean;
  /** What the exporter says of it. */
  error: string;
}

export interface ClientKind {
  name: string;
  /** Why it cannot run here; undefined = it can. */
  missing?: string;
  command: string;
  args: readonly string[];
  /** Bodies are this encoding's. */
  contentType: string;
}

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const nodeClient = (encoding: 'json' | 'protobuf', contentType: string): ClientKind => ({
  name: `the JavaScript exporter, HTTP ${encoding}`,
  command: process.execPath,
  args: [pathOf('./node.mjs'), encoding],
  contentType,
});

/** Of the virtual environment that `.ci/run` makes, or one named by a variable. */
function pythonClient(): ClientKind {
  const command =
    process.env.COLDLENS_TEST_PYTHON ??
    [pathOf('./python/.venv/bin/python')].find((path) => existsSync(path)) ??
    'python3';
  const probe = ['-c', 'import opentelemetry.exporter.otlp.proto.http.trace_exporter'];
  const isThere = spawnSync(command, probe, { timeout: 20_000 }).status === 0;
  return {
    name: 'the Python exporter, HTTP protobuf',
    ...(!isThere && { missing: 'its packages are not installed, see CONTRIBUTING.md' }),
    command,
    args: [pathOf('./python/client.py')],
    contentType: 'application/x-protobuf',
  };
}

export const clientKinds: readonly ClientKind[] = [
  nodeClient('json', 'application/json'),
  nodeClient('protobuf', 'application/x-protobuf'),
  pythonClient(),
];

export class Client {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  constructor({ command, args }: ClientKind) {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
    const env = { ...Object.fromEntries(own), OTEL_TRACES_EXPORTER: 'none' };
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.#lines = createInterface(this.#child.stdout as NodeJS.ReadableStream);
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  async export(asked: Export): Promise<Exported> {
    const usual = { spans: 1, bad: 0, padding: 0, headers: {}, timeoutMs: 10_000, compression: 'none' };
    this.#child.stdin?.write(`${JSON.stringify({ ...usual, ...asked })}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error('the client has ended');
    return JSON.parse(value) as Exported;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(patience);
    this.#lines.close();
  }
}
