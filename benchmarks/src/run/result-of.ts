/** The parts of a result that do not depend on what was measured. */
import { relative } from 'node:path';
import { commitOf, placeInRepository } from '../base/git.ts';
import { machine } from '../machine.ts';
import { lambdaClient } from '../measure/instance-for.ts';
import type { Variant } from '../measure/interleave.ts';
import { fingerprint } from '../results/history.ts';
import { type FunctionResult, type Result, resultSchema, type Side } from '../results/result.ts';
import { nodeMajor } from '../sandboxes/node-version.ts';
import type { Target } from '../targets/target.ts';

const runtimes: Readonly<Record<Target['platform'], () => string>> = {
  lambda: () => lambdaClient().description,
  google: () => 'functions-framework',
  azure: () => '@azure/functions',
  workers: () => 'workerd',
  node: () => 'node',
};

/** What a function's measurement begins with. */
export const nothingKnown = {
  state: 'measured',
  failure: null,
  notices: [],
  verdict: null,
  metrics: [],
  counts: [],
  budgets: [],
  culprits: [],
  whatIfs: [],
  curve: [],
  base: null,
  head: null,
  samples: { base: [], head: [] },
} satisfies Partial<FunctionResult>;

/** A function about which nothing is known yet. */
export const emptyFunction = ({ target, condition }: Variant, cwd: string): FunctionResult => ({
  name: target.name,
  platform: target.platform,
  file: relative(cwd, target.file) || target.file,
  runtime: runtimes[target.platform](),
  node: target.platform === 'workers' ? null : condition.node ? nodeMajor(condition.node) : process.versions.node,
  memoryMb: target.platform === 'lambda' ? (condition.memoryMb ?? target.memoryMb) : null,
  ...nothingKnown,
});

export interface ResultParts {
  kind: Result['kind'];
  base: Side | null;
  settings: Result['settings'];
  functions: FunctionResult[];
  /** `performance.now()` when measuring began. */
  beganMs: number;
  exitCode: Result['exitCode'];
}

/** @param cwd of the command: what was measured is the working tree there */
export const makeResult = async ({ beganMs, ...parts }: ResultParts, cwd: string): Promise<Result> => {
  const here = machine();
  return {
    schema: resultSchema,
    createdAt: new Date().toISOString(),
    machine: here,
    fingerprint: fingerprint(here),
    head: { ref: null, commit: await commitOf(cwd, 'HEAD') },
    directory: await placeInRepository(cwd),
    tookSeconds: Math.round((performance.now() - beganMs) / 100) / 10,
    ...parts,
  };
};
