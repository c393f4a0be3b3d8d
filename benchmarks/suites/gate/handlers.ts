/** The functions that the gate is measured with: one application, and the same one really slowed down. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LambdaTarget, NodeTarget } from '../../src/targets/target.ts';
import { generateApp } from '../overhead/generated-app.ts';

export interface Recipe {
  /** Name of its own directory, as if it were a checkout. */
  name: string;
  /** Modules of the application. */
  modules: number;
  /** CPU milliseconds that it takes more, burnt at module scope. */
  extraCpuMs?: number;
  /** A package that it imports more. */
  dependency?: string;
}

/**
 * Of this thread alone: what the engine's own threads do meanwhile is not ours. The work is native, a search through a
 * megabyte at a time, for a hot loop of JavaScript has the engine compile it, which takes more CPU than was asked for.
 */
const burn = (cpuMs: number): string =>
  `const cpuUs = () => { const { user, system } = process.threadCpuUsage(); return user + system; };
const until = cpuUs() + ${Math.round(cpuMs * 1_000)};
for (const megabyte = Buffer.alloc(1_048_576); cpuUs() < until; ) megabyte.indexOf(1);`;

/** Writes the application of a recipe. Each has files of its own, as base and head have. */
const makeApp = (directory: string, { name, modules, extraCpuMs, dependency }: Recipe, last: string) => {
  const root = join(directory, name);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'gate', version: '1.0.0' }));
  const tail = [
    dependency === undefined ? '' : `const added = require('${dependency}');`,
    extraCpuMs === undefined ? '' : burn(extraCpuMs),
    last,
  ];
  const file = generateApp(root, { kind: 'cjs', modules, entry: 'handler', tail: tail.filter(Boolean).join('\n') });
  return { root, file };
};

/**
 * The application as a Lambda function.
 * @param directory below which packages of this repository are found
 */
export const makeFunction = (directory: string, recipe: Recipe): LambdaTarget => {
  const answer = `exports.handler = async () => ({ ok: ${recipe.dependency === undefined ? 'true' : 'Boolean(added)'} });`;
  const { root, file } = makeApp(directory, recipe, answer);
  const fn = { name: 'gate', taskRoot: root, handler: 'handler.handler', memoryMb: 512, timeoutMs: 10_000 };
  return { platform: 'lambda', ...fn, file, root, event: '{"id":1}', expect: '"ok":true' };
};

/** The application as a program that ends by itself. */
export const makeProgram = (directory: string, recipe: Recipe): NodeTarget => {
  const { root, file } = makeApp(directory, recipe, `console.log('ok');`);
  const program = { name: 'gate', script: file, args: [], timeoutMs: 10_000 };
  return { platform: 'node', ...program, file, root, event: '{}', expect: 'ok' };
};
