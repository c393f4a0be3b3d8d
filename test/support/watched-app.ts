/** Runs an application from a temporary directory under `@coldlens/agent/register` and gives the spans that it sent. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionNode } from './function-node.ts';
import { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';

const agentFolder = fileURLToPath(new URL('../../agent', import.meta.url));
export const registerFile = join(agentFolder, 'dist/register.cjs');

/** A new directory in which `@coldlens/agent` can be imported. */
export const makeAppFolder = (files: Readonly<Record<string, string>> = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coldlens-app-')));
  mkdirSync(join(folder, 'node_modules/@coldlens'), { recursive: true });
  symlinkSync(agentFolder, join(folder, 'node_modules/@coldlens/agent'));
  for (const [name, text] of Object.entries({ 'package.json': '{"name":"my-app"}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

export const removeAppFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Ends an ES module or a CommonJS one: wraps a handler and calls it once. */
export const esmTail = `import { coldlens } from '@coldlens/agent';\nawait coldlens(async () => 1)();\n`;
export const cjsTail = `require('@coldlens/agent').coldlens(async () => 1)();\n`;

export interface WatchedRun {
  code: number | null;
  stdout: string;
  stderr: string;
  init: ReceivedSpan;
  /** Spans of modules and of packages. */
  modules: ReceivedSpan[];
  spans: ReceivedSpan[];
}

export interface RunOptions {
  args?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

export const runWatched = async (folder: string, entry: string, options: RunOptions = {}): Promise<WatchedRun> => {
  const receiver = await OtlpReceiver.start();
  const { args = ['--import', registerFile], environment = {} } = options;
  try {
    const env = { PATH: process.env.PATH, COLDLENS_ENDPOINT: receiver.url, COLDLENS_EXPORT: 'sync', ...environment };
    const child = spawn(functionNode, [...args, entry], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(limit);
    const [init] = receiver.named('init');
    if (!init) throw new Error(`no init span; exit code ${code}: ${stdout}${stderr}`);
    const modules = receiver.spans.filter((span) => 'coldlens.module.self_ms' in span.attributes);
    return { code, stdout, stderr, init, modules, spans: receiver.spans };
  } finally {
    receiver.close();
  }
};

/** Self and resolve times of all modules, milliseconds. */
export const accountedMs = (modules: readonly ReceivedSpan[]): number =>
  modules.reduce(
    (sum, { attributes }) =>
      sum + Number(attributes['coldlens.module.self_ms']) + Number(attributes['coldlens.module.resolve_ms']),
    0,
  );

export const durationMs = (span: ReceivedSpan): number => span.endMs - span.startMs;
