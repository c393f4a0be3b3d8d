/** Memory sizes side by side: latency and money of each, with the CPU that Lambda gives for it. */
import { spreadOf } from '../compare/metrics.ts';
import { collect, type Variant } from '../measure/interleave.ts';
import { usdPerMillion } from '../results/money.ts';
import type { CurvePoint } from '../results/result.ts';
import { whyNotLimited } from '../sandboxes/lambda/cpu-limit.ts';
import { informingRounds, type Run } from './bench-run.ts';
import { atMemory } from './conditions.ts';

/** Nothing for less than two sizes, or off Lambda. */
export const memoryCurve = async (
  { target, condition }: Variant,
  { request, settings, prices, line, signal }: Run,
): Promise<CurvePoint[]> => {
  const sizesMb = request.memoryMb;
  if (target.platform !== 'lambda' || sizesMb.length < 2) return [];
  line.step(`measuring ${target.name} at ${sizesMb.join(', ')} MB`);
  const variants = sizesMb.map(
    (memoryMb): Variant => ({ target, condition: { ...atMemory(condition, memoryMb), name: `${memoryMb} MB` } }),
  );
  const samples = await collect(variants, { ...informingRounds, signal, onProgress: line.update });
  const points: CurvePoint[] = [];
  for (const [place, variant] of variants.entries()) {
    const [own = [], memoryMb = 0] = [samples[place], sizesMb[place]];
    const times = own.map(({ coldMs }) => coldMs);
    points.push({
      memoryMb,
      cold: spreadOf(times, settings),
      usdPerMillion: usdPerMillion(variant, own, prices) ?? '',
      cpuLimited: (await whyNotLimited(memoryMb)) === null,
    });
  }
  return points;
};
