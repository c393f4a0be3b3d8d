/** Order statistics of samples. */

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
