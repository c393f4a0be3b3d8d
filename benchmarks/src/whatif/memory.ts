/** What another memory size would do: on Lambda it brings CPU with it. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { whyNotLimited } from '../sandboxes/lambda/cpu-limit.ts';
import { memoryBoundsMb } from '../sandboxes/lambda/rules.ts';
import type { WhatIfKind } from './what-if.ts';

const { least, most } = memoryBoundsMb;

export const memory: WhatIfKind = {
  name: 'memory',
  value: 'MB',
  help: `another memory size, with the CPU that Lambda gives for it (${least} to ${most})`,
  prepare: async (value, { target, condition }) => {
    const memoryMb = Number(value);
    if (!Number.isInteger(memoryMb) || memoryMb < least || memoryMb > most) {
      const next = `Give whole MB from ${least} to ${most}.`;
      throw new Trouble(`memory=${value} is no memory size.`, next, exitCode.usage);
    }
    const advice = `Set the memory to ${memoryMb} MB.`;
    if (target.platform !== 'lambda') {
      return { state: 'refused', advice, reason: `CPU does not follow memory this way on ${target.platform}.` };
    }
    const reason = await whyNotLimited(memoryMb);
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
