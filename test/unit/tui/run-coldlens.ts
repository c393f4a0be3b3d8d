/** Runs the real `coldlens` command as a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const launcher = fileURLToPath(new URL('../../../tui/bin/coldlens.mjs', import.meta.url));

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  node?: readonly string[];
}

/** Without the COLDLENS_* variables of whoever runs the tests. */
export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('COLDLENS_'));
  return { ...Object.fromEntries(own), ...extra };
}

export interface Started {
  child: ChildProcess;
  output(): { stdout: string; stderr: string };
  finished: Promise<Finished>;
}

export function startColdlens(args: readonly string[], { cwd, env, node = [] }: RunOptions = {}): Started {
  const child = spawn(process.execPath, [...node, launcher, ...args], {
    cwd: cwd ?? process.cwd(),
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  }
  const deadline = setTimeout(() => child.kill('SIGKILL'), 25_000);
  const finished = once(child, 'close').then(([code]) => {
    clearTimeout(deadline);
    return { code: code as number | null, ...text };
  });
  return { child, output: () => ({ ...text }), finished };
}

export const runColdlens = (args: readonly string[], options?: RunOptions): Promise<Finished> =>
  startColdlens(args, options).finished;
