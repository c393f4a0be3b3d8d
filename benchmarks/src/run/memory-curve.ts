/** Memory sizes side by side: latency and money of each, with the CPU that Lambda gives for it. */
import { availableParallelism } from 'node:os';
import { spreadOf } from '../compare/metrics.ts';
import { interleave, type Variant } from '../measure/interleave.ts';
import type { Sample } from '../measure/sample.ts';
import { usdPerMillion } from '../results/money.ts';
import type { CurvePoint } from '../results/result.ts';
import { limitCpu } from '../sandboxes/lambda/cpu-limit.ts';
import { informingRounds, type Run } from './bench-run.ts';

/** Whether this machine shows the share of CPU that a size brings: more than it has, it cannot. */
const cpuIsLimited = (memoryMb: number): boolean => {
  const probe = limitCpu(memoryMb);
  void probe.remove();
  return probe.vcpus !== null && probe.vcpus <= availableParallelism();
};

/** Nothing for less than two sizes, or off Lambda. */
export const memoryCurve = async (
  { target, condition }: Variant,
  { request, settings, line, signal }: Run,
): Promise<CurvePoint[]> => {
  if (target.platform !== 'lambda' || request.memoryMb.length < 2) return [];
  line.step(`measuring ${target.name} at ${request.memoryMb.join(', ')} MB`);
  const variants = request.memoryMb.map(
    (memoryMb): Variant => ({
      target,
      condition: { ...condition, name: `${memoryMb} MB`, memoryMb, limitCpu: true },
    }),
  );
  const samples: Sample[][] = variants.map(() => []);
  const rounds = informingRounds.maxRounds;
  for await (const round of interleave(variants, { rounds, signal, onProgress: line.update })) {
    for (const [place, sample] of round.entries()) samples[place]?.push(sample);
  }
  return variants.map((variant, place): CurvePoint => {
    const own = samples[place] ?? [];
    return {
      memoryMb: variant.condition.memoryMb ?? 0,
      cold: spreadOf(
        own.map(({ coldMs }) => coldMs),
        settings,
      ),
      usdPerMillion: usdPerMillion(variant, own) ?? '',
      cpuLimited: cpuIsLimited(variant.condition.memoryMb ?? 0),
    };
  });
};
