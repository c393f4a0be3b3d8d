/** A Worker and the Tail Worker that we ship behind it, in the real workerd. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const shipped = fileURLToPath(new URL('../../collector/forward/cloudflare/tail-worker.js', import.meta.url));

const front = `export default { async fetch(request, { main }) {
  const event = request.headers.get('x-event') ?? 'fetch';
  if (event === 'fetch') return main.fetch(request);
  const outcome = event === 'queue'
    ? await main.queue('orders', [{ id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body: { text: 'secret of the queue' } }])
    : await main.scheduled({ scheduledTime: new Date(1_800_000_000_000), cron: '*/5 * * * *' });
  return Response.json(outcome);
} }`;

/** Text bindings. */
interface Environments {
  own: Readonly<Record<string, string>>;
  /** Of the Tail Worker. */
  tail: Readonly<Record<string, string>>;
}

const bindings = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`)
    .join(', ');

const config = (producer: string, tailWorker: string, { own, tail }: Environments): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "front", worker = (
      modules = [(name = "front.mjs", esModule = ${JSON.stringify(front)})],
      compatibilityDate = "2026-01-01", compatibilityFlags = ["service_binding_extra_handlers"],
      bindings = [(name = "main", service = "shop")])),
    (name = "shop", worker = (
      modules = [(name = "shop.mjs", esModule = ${JSON.stringify(producer)})],
      compatibilityDate = "2026-01-01", tails = ["tail"], bindings = [${bindings(own)}])),
    (name = "tail", worker = (
      modules = [(name = "tail.mjs", esModule = ${JSON.stringify(tailWorker)})],
      compatibilityDate = "2026-01-01", bindings = [${bindings(tail)}])),
    (name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "front")]
);
`;

export interface TailedWorker {
  call(event: 'fetch' | 'scheduled' | 'queue', path?: string, headers?: Record<string, string>): Promise<number>;
  /** What either of them wrote to its log. */
  log(): string;
  stop(): Promise<void>;
}

const portOf = (control: Readable): Promise<number> =>
  new Promise((resolve, reject) => {
    let text = '';
    control.setEncoding('utf8');
    control.on('data', (chunk: string) => {
      text += chunk;
      const port = /"port":(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    control.on('end', () => reject(new Error('workerd ended before it listened')));
  });

/** @param producer its script's path; one ES module */
export const startTailedWorker = async (producer: string, environments: Environments): Promise<TailedWorker> => {
  const binary = (createRequire(import.meta.url)('workerd') as { default: string }).default;
  const directory = await mkdtemp(join(tmpdir(), 'coldlens-tail-'));
  const file = join(directory, 'config.capnp');
  await writeFile(file, config(await readFile(producer, 'utf8'), await readFile(shipped, 'utf8'), environments));
  const child: ChildProcess = spawn(binary, ['serve', '--experimental', '--verbose', '--control-fd=3', file], {
    cwd: directory,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const port = await portOf(child.stdio[3] as Readable);
    return {
      call: async (event, path = '/', headers = {}) => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
          method: 'POST',
          body: '{"text":"secret of the body"}',
          headers: { 'x-event': event, ...headers },
          signal: AbortSignal.timeout(10_000),
        });
        await answer.arrayBuffer();
        return answer.status;
      },
      log: () => log,
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}: ${log}`);
  }
};
