/** Order statistics of samples. */
import { seededRandom } from './random.ts';

/**
 * Nearest-rank quantile: the smallest sample that at least `p` of the samples do not exceed.
 * @param p above 0, at most 1
 * @throws RangeError when there are no samples
 */
export const quantile = (samples: readonly number[], p: number): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('a quantile needs at least one sample');
  return value;
};

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export interface Estimate {
  p50: number;
  ciLow: number;
  ciHigh: number;
}

/**
 * Median with its 95 % interval by percentile bootstrap. For paired comparisons give it the differences of the pairs.
 * @param samples at least one
 */
export const medianWithInterval = (samples: readonly number[], resamples = 2_000, seed = 1): Estimate => {
  const next = seededRandom(seed);
  const medians = Array.from({ length: resamples }, () =>
    median(samples.map(() => samples[Math.floor(next() * samples.length)] as number)),
  );
  return { p50: median(samples), ciLow: quantile(medians, 0.025), ciHigh: quantile(medians, 0.975) };
};
