/** The parts of a result that do not depend on what was measured. */
import { relative } from 'node:path';
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

/** A function about which nothing is known yet. */
export const emptyFunction = ({ target, condition }: Variant, cwd: string): FunctionResult => ({
  name: target.name,
  platform: target.platform,
  file: relative(cwd, target.file) || target.file,
  runtime: runtimes[target.platform](),
  node: target.platform === 'workers' ? null : condition.node ? nodeMajor(condition.node) : process.versions.node,
  memoryMb: target.platform === 'lambda' ? (condition.memoryMb ?? target.memoryMb) : null,
  state: 'measured',
  failure: null,
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
});

export interface ResultParts {
  kind: Result['kind'];
  base: Side | null;
  head: Side;
  settings: Result['settings'];
  functions: FunctionResult[];
  /** `performance.now()` when measuring began. */
  beganMs: number;
  exitCode: Result['exitCode'];
}

export const makeResult = ({ beganMs, ...parts }: ResultParts): Result => {
  const here = machine();
  return {
    schema: resultSchema,
    createdAt: new Date().toISOString(),
    machine: here,
    fingerprint: fingerprint(here),
    tookSeconds: Math.round((performance.now() - beganMs) / 100) / 10,
    ...parts,
  };
};
