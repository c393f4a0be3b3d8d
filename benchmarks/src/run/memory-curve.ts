/** Memory sizes side by side: latency and money of each, with the CPU that Lambda gives for it. */
import { spreadOf } from '../compare/metrics.ts';
import { interleave, type Variant } from '../measure/interleave.ts';
import type { Sample } from '../measure/sample.ts';
import { usdPerMillion } from '../results/money.ts';
import type { CurvePoint } from '../results/result.ts';
import { limitCpu, mbPerVcpu } from '../sandboxes/lambda/cpu-limit.ts';
import { informingRounds, type Run } from './bench-run.ts';

let limited: boolean | undefined;
/** Whether this machine lets CPU follow memory. */
const cpuIsLimited = (): boolean => {
  if (limited === undefined) {
    const probe = limitCpu(mbPerVcpu);
    limited = probe.vcpus !== null;
    void probe.remove();
  }
  return limited;
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
      cpuLimited: cpuIsLimited(),
    };
  });
};
