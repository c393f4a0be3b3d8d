/** What another memory size would do: on Lambda it brings CPU with it. */
import { availableParallelism } from 'node:os';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { limitCpu } from '../sandboxes/lambda/cpu-limit.ts';
import type { WhatIfKind } from './what-if.ts';

/** Why this machine cannot show that share of CPU; `null` when it can. */
const whyNot = async (memoryMb: number): Promise<string | null> => {
  const limit = limitCpu(memoryMb);
  await limit.remove();
  if (limit.vcpus === null) return limit.description;
  const cores = availableParallelism();
  return limit.vcpus > cores
    ? `${memoryMb} MB bring ${limit.vcpus.toFixed(1)} vCPU, and this machine has ${cores}.`
    : null;
};

export const memory: WhatIfKind = {
  name: 'memory',
  value: 'MB',
  help: 'another memory size, with the CPU that Lambda gives for it (128 to 10240)',
  prepare: async (value, { target, condition }) => {
    const memoryMb = Number(value);
    if (!Number.isInteger(memoryMb) || memoryMb < 128 || memoryMb > 10_240) {
      throw new Trouble(`memory=${value} is no memory size.`, 'Give whole MB from 128 to 10240.', exitCode.usage);
    }
    const advice = `Set the memory to ${memoryMb} MB.`;
    if (target.platform !== 'lambda') {
      return { state: 'refused', advice, reason: `CPU does not follow memory this way on ${target.platform}.` };
    }
    const reason = await whyNot(memoryMb);
    if (reason !== null) return { state: 'refused', advice, reason };
    const nowMb = condition.memoryMb ?? target.memoryMb;
    return {
      state: 'ready',
      advice,
      changed: { target, condition: { ...condition, name: `${memoryMb} MB`, memoryMb, limitCpu: true } },
      unchanged: { target, condition: { ...condition, name: `${nowMb} MB`, memoryMb: nowMb, limitCpu: true } },
    };
  },
};
