/** Base against head, pair by pair: both of a pair met the same moment of the machine, so its ratio is free of that. */
import { seededRandom } from '../random.ts';
import type { Estimate } from '../statistics.ts';

export interface Paired {
  /** Median of head/base, minus 1. */
  ratio: Estimate;
  /** Median of head - base. */
  difference: Estimate;
  pairs: number;
  /** Median absolute deviation of the ratios from their median, percent. */
  pairSpreadPercent: number;
}

/** Of an even number the mean of the two in the middle: the lower one alone would lean to "faster". */
const middle = (sorted: ArrayLike<number>): number => {
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
};

const sortedOf = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();

/** The smallest of the sorted resample, whose places were counted, that `rank` others do not exceed; from 0. */
const ranked = (sorted: Float64Array, counts: Uint16Array, rank: number): number => {
  let seen = 0;
  for (let at = 0; at < counts.length; at += 1) {
    seen += counts[at] as number;
    if (seen > rank) return sorted[at] as number;
  }
  return sorted.at(-1) as number;
};

/**
 * Median with its interval by percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, 13.3).
 * The seed is fixed: the same samples give the same interval.
 * @param values at least one
 * @param confidence of the interval, 0 to 1
 */
export const bootstrapMedian = (
  values: readonly number[],
  { confidence, resamples, seed }: { confidence: number; resamples: number; seed: number },
): Estimate => {
  if (values.length === 0) throw new RangeError('a median needs at least one value');
  const next = seededRandom(seed);
  const sorted = sortedOf(values);
  const count = sorted.length;
  const upperRank = count >> 1;
  const lowerRank = count % 2 === 1 ? upperRank : upperRank - 1;
  const counts = new Uint16Array(count);
  // A resample is known by how often each place was drawn: no sorting.
  const medians = Float64Array.from({ length: resamples }, () => {
    counts.fill(0);
    for (let draw = 0; draw < count; draw += 1) {
      const place = Math.floor(next() * count);
      counts[place] = (counts[place] as number) + 1;
    }
    return (ranked(sorted, counts, lowerRank) + ranked(sorted, counts, upperRank)) / 2;
  }).sort();
  const tail = (1 - confidence) / 2;
  const at = (share: number): number =>
    medians[Math.min(resamples - 1, Math.max(0, Math.ceil(share * resamples) - 1))] as number;
  return { p50: middle(sorted), ciLow: at(tail), ciHigh: at(1 - tail) };
};

/**
 * Compares the same figure of both sides.
 * @param base above 0, as many as of head
 * @throws RangeError when the sides cannot be paired
 */
export const paired = (
  base: readonly number[],
  head: readonly number[],
  settings: { confidence: number; resamples: number; seed: number },
): Paired => {
  if (base.length !== head.length) throw new RangeError(`${base.length} of base cannot be paired with ${head.length}`);
  if (base.some((value) => !(value > 0))) throw new RangeError('a ratio needs figures above 0');
  const ratios = head.map((value, pair) => value / (base[pair] as number) - 1);
  const differences = head.map((value, pair) => value - (base[pair] as number));
  const ratio = bootstrapMedian(ratios, settings);
  const deviations = sortedOf(ratios.map((each) => Math.abs(each - ratio.p50)));
  return {
    ratio,
    difference: bootstrapMedian(differences, settings),
    pairs: ratios.length,
    pairSpreadPercent: 100 * middle(deviations),
  };
};
