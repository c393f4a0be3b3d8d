/** Intervals that can be true: they end after they begin, and within a month. */
import type { Interval } from './active-intervals.ts';
import { type Figures, longestMs } from './metered.ts';

/** Doubts name the interval by its place in the list; at most this many are told one by one. */
const toldApart = 10;

export function believed(intervals: readonly Interval[], figures: Figures): Interval[] {
  const impossible = intervals.map((interval, at) => ({ ...interval, at })).filter((interval) => !isPossible(interval));
  for (const { startMs, endMs, at } of impossible.slice(0, toldApart)) {
    figures.doubt(`Interval ${at + 1} from ${startMs} to ${endMs} ms is no time that an instance can be active.`);
  }
  const more = impossible.length - toldApart;
  if (more > 0) figures.doubt(`${more} more intervals are no time that an instance can be active.`);
  return intervals.filter(isPossible);
}

/** Instants are milliseconds since 1970 or since anything else that is not before it. */
const isPossible = ({ startMs, endMs }: Interval): boolean =>
  startMs >= 0 && endMs <= Number.MAX_SAFE_INTEGER && endMs >= startMs && endMs - startMs <= longestMs;
