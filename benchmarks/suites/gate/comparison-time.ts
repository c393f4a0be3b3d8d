/** What one comparison takes of a function of 0.3 s, as `bench --base` makes it: starts and module trees, no installs. */
import { compareVariants } from '../../src/compare/compare.ts';
import type { Variant } from '../../src/measure/interleave.ts';
import { startOnce } from '../../src/measure/start.ts';
import { culpritsOf } from './culprit.ts';
import { makeFunction } from './handlers.ts';
import type { GatePlan } from './plan.ts';

const wantedMs = 300;
const modules = 150;

/** @returns mean seconds, and how long the function took to start */
export const measureComparisonTime = async (
  directory: string,
  { timed, settings }: GatePlan,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<{ secondsPerComparison: number; functionColdMs: number }> => {
  const condition = { name: 'as it is' };
  const plain = makeFunction(directory, { name: 'plain', modules });
  await startOnce(plain, condition, { signal });
  const { coldMs } = await startOnce(plain, condition, { signal });
  const extraCpuMs = Math.max(0, wantedMs - coldMs);
  const variant = (name: string): Variant => ({
    target: makeFunction(directory, { name, modules, extraCpuMs }),
    condition,
  });
  const [base, head] = [variant('slow-1'), variant('slow-2')];
  const beganMs = performance.now();
  let functionColdMs = 0;
  for (let at = 0; at < timed; at += 1) {
    const { metrics, verdict, looks } = await compareVariants(base, head, settings, { signal });
    await culpritsOf(base, head, signal);
    functionColdMs = metrics.find(({ name }) => name === 'coldMs')?.head.p50 ?? 0;
    progress(`a function of ${Math.round(functionColdMs)} ms: ${verdict} after ${looks.at(-1)} pairs`);
  }
  return { secondsPerComparison: (performance.now() - beganMs) / 1_000 / timed, functionColdMs };
};
