/** A histogram as columns of the same factor: 10 ms to 11 ms is as wide as 1,000 ms to 1,100 ms. */
import type { HistogramBar } from '@coldlens/collector';

export interface Histogram {
  counts: readonly number[];
  /** Where the first column begins, the middle of the scale, and where the last one ends. */
  fromMs: number;
  middleMs: number;
  toMs: number;
}

const mostColumns = 60;

/** Neighbouring bars are put together until there are no more than fit. */
export function histogramBars(bars: readonly HistogramBar[], most: number): Histogram {
  const known = bars.filter(({ fromMs, toMs, count }) => fromMs > 0 && toMs > fromMs && count > 0);
  const fromMs = Math.min(...known.map((bar) => bar.fromMs));
  const toMs = Math.max(...known.map((bar) => bar.toMs));
  const [first] = known;
  if (first === undefined) return { counts: [], fromMs: 0, middleMs: 0, toMs: 0 };
  const wholeLog = Math.log(toMs / fromMs);
  const barLog = Math.log(first.toMs / first.fromMs);
  const bins = Math.max(1, Math.min(Math.max(1, most), mostColumns, Math.round(wholeLog / barLog)));
  const counts = Array.from({ length: bins }, () => 0);
  for (const bar of known) {
    // The middle of a bar, by factor: its edges may fall on those of a column.
    const place = Math.log(Math.sqrt(bar.fromMs * bar.toMs) / fromMs) / wholeLog;
    const index = Math.min(bins - 1, Math.max(0, Math.floor(place * bins)));
    counts[index] = (counts[index] ?? 0) + bar.count;
  }
  return { counts, fromMs, middleMs: Math.sqrt(fromMs * toMs), toMs };
}
