/** By what invocations were served in a step of the trend: from which deployments are found. */
import type { ServedBy } from '../model/deployments.ts';

const columns = ['arch', 'runtime', 'function_version'] as const;

/** One text for all of it, which statements group by. @param begins when the step begins, seconds since 1970 */
export const servedBy = (begins: string): string =>
  `concat(${[`toString(${begins})`, 'toString(memory_mb)', ...columns].join(", '\\0', ")})`;

/** @param text as {@link servedBy} makes it */
export const servedOf = (text: string, invocations: number, firstColdMs: number | null): ServedBy => {
  const [step = '', memoryMb = '', arch = '', runtime = '', ...version] = text.split('\0');
  return {
    stepMs: Number(step) * 1_000,
    ...{ invocations, firstColdMs, version: version.join('\0'), runtime, arch },
    memoryMb: memoryMb === '0' ? '' : memoryMb,
  };
};
