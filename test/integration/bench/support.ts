/** Projects and targets for the tests of the probe, and what the probe wrote. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProbeRecord } from '#benchmarks/src/probe/record.js';
import type { NodeTarget } from '#benchmarks/src/targets/target.js';
import { functionNode } from '../../support/function-node.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const probeFile = at('benchmarks/dist/probe.cjs');
export const overlayFile = at('benchmarks/dist/overlay.cjs');

/** A new project that finds the packages which are installed here. */
export const makeProject = (files: Readonly<Record<string, string>>): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'coldlens-project-')));
  for (const [name, text] of Object.entries({ 'package.json': '{"name":"my-app"}', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  if (!existsSync(join(root, 'node_modules'))) symlinkSync(at('node_modules'), join(root, 'node_modules'));
  return root;
};

export const removeProject = (root: string): void => rmSync(root, { recursive: true, force: true });

export interface Run {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs a script on the Node under test. @param onSpawn sees its process */
export const run = async (
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  onOutput: (kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Run> => {
  const child = spawn(functionNode, [...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    onOutput((signal) => child.kill(signal));
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (...ending) => resolve(ending)),
  );
  clearTimeout(limit);
  return { code, signal, stdout, stderr };
};

/** What makes a process watch itself. */
export const probeEnvironment = (file: string, wanted = ''): Record<string, string> => ({
  NODE_OPTIONS: `--require ${JSON.stringify(probeFile)}`,
  COLDLENS_PROBE_FILE: file,
  COLDLENS_PROBE_WITH: wanted,
});

export const readRecord = (file: string): ProbeRecord => JSON.parse(readFileSync(file, 'utf8')) as ProbeRecord;

export const nodeTarget = (root: string, script: string, change: Partial<NodeTarget> = {}): NodeTarget => ({
  platform: 'node',
  name: script,
  file: join(root, script),
  script: join(root, script),
  root,
  args: [],
  event: '{}',
  timeoutMs: 20_000,
  ...change,
});
