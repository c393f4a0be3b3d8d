/** Under which circumstances functions are measured, what a platform does not know of them, and what a reader must know. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { nodeExecutable } from '../measure/node-versions.ts';
import type { Condition } from '../measure/sample.ts';
import { mbPerVcpu, whyNotLimited } from '../sandboxes/lambda/cpu-limit.ts';
import type { Target } from '../targets/target.ts';
import type { Run } from './bench-run.ts';

/** At a memory size, with the share of CPU that it brings. */
export const atMemory = (condition: Condition, memoryMb: number): Condition => ({
  ...condition,
  memoryMb,
  limitCpu: true,
});

/** Each asked Node; without any, this process's own. With one memory size that is the function's. */
export const conditionsOf = async ({ request, line, signal }: Run): Promise<Condition[]> => {
  const { node, memoryMb, pageCache } = request;
  const [onlyMb, ...moreMb] = memoryMb;
  const plain: Condition = { name: '', pageCache };
  const common = onlyMb === undefined || moreMb.length > 0 ? plain : atMemory(plain, onlyMb);
  if (node.length === 0) return [common];
  const found: Condition[] = [];
  for (const asked of node) {
    const { executable, version } = await nodeExecutable(asked, { onInstall: (text) => line.step(text), signal });
    found.push({ ...common, name: `node ${version}`, node: executable });
  }
  return found;
};

/** @throws `Trouble` (wrong usage) when none of the functions knows what was asked for */
export const mustFitSome = (targets: readonly Target[], { request }: Run): void => {
  if (request.node.length > 0 && targets.every(({ platform }) => platform === 'workers')) {
    throw new Trouble('Workers run in workerd and not in Node.', 'Leave --node out.', exitCode.usage);
  }
  if (request.memoryMb.length > 0 && targets.every(({ platform }) => platform !== 'lambda')) {
    throw new Trouble('CPU follows memory on Lambda only.', 'Leave --memory out.', exitCode.usage);
  }
};

/** The conditions as far as the function's platform knows them, each once. */
export const fitting = ({ platform }: Target, conditions: readonly Condition[]): Condition[] => {
  if (platform === 'lambda') return [...conditions];
  const withoutMemory = conditions.map(({ memoryMb: _mb, limitCpu: _limit, ...condition }): Condition => condition);
  if (platform !== 'workers') return withoutMemory;
  return withoutMemory.slice(0, 1).map(({ node: _node, ...condition }): Condition => ({ ...condition, name: '' }));
};

/** What a reader has to know of times that were taken so, one sentence each. @param ofCpu also where it does not matter for a comparison */
export const noticesOn = async (target: Target, condition: Condition, ofCpu: boolean): Promise<string[]> => {
  if (target.platform !== 'lambda') return [];
  const memoryMb = condition.memoryMb ?? target.memoryMb;
  const whyNot = await whyNotLimited(memoryMb);
  if (condition.limitCpu) return whyNot === null ? [] : [`CPU is not as on Lambda: ${whyNot}`];
  if (!ofCpu || memoryMb >= mbPerVcpu || whyNot !== null) return [];
  const vcpus = (memoryMb / mbPerVcpu).toFixed(2);
  return [
    `Times are of a whole CPU of this machine; Lambda gives ${vcpus} of one at ${memoryMb} MB, which --memory ${memoryMb} measures with.`,
  ];
};
