/** Runs `coldlens-bench` as people do, in a project of their own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../../benchmarks/bin/coldlens-bench.mjs', import.meta.url));

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What would change the output, or reach the functions. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(COLDLENS_|GITHUB_|CI$|NO_COLOR|FORCE_COLOR|npm_)/.test(name)),
  );

export const runBench = async (
  args: readonly string[],
  cwd: string,
  { maxMs = 100_000, environment = {} }: { maxMs?: number; environment?: Record<string, string> } = {},
): Promise<Run> => {
  const env = { ...cleanEnvironment(), ...environment };
  const child = spawn(process.execPath, [launcher, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), maxMs);
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
  return { code, stdout, stderr };
};

/** Source that keeps the CPU at work, not the clock: what a machine takes away does not make it shorter. */
export const work = (rounds: number): string =>
  `let sum = 0; for (let i = 0; i < ${rounds}; i += 1) sum = (sum * 31 + i) | 0;\n`;

/** About 40 ms of CPU on the machines that this was written on. */
export const heavyRounds = 25_000_000;
