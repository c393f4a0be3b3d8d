/**
 * The time that an instance is paid for, where instances are paid and not invocations: invocations that overlap share
 * it, and no time is metered twice, not even what rounding has added.
 */
import { instantNs, wholeMs } from './rounding.ts';

export interface Interval {
  startMs: number;
  endMs: number;
}

export interface IntervalRule {
  stepMs: bigint;
  leastMs: bigint;
}

/** Azure Flex: minimum 1000 ms, then up to 100 ms. */
export const azureFlexRule: IntervalRule = { stepMs: 100n, leastMs: 1000n };
/** Cloud Run, both ways of billing, has a step of 100 ms; while instance-based is never under a minute. */
export const cloudRunRule: IntervalRule = { stepMs: 100n, leastMs: 0n };
export const cloudRunInstanceRule: IntervalRule = { stepMs: 100n, leastMs: 60_000n };

export interface ActiveInterval {
  startMs: number;
  /** What is metered of it. */
  meteredMs: bigint;
}

/**
 * Merges the invocations of ONE instance, in any order. What begins within time that is metered already, because it
 * overlaps or because of rounding, prolongs that interval.
 */
export function activeIntervals(invocations: readonly Interval[], rule: IntervalRule): ActiveInterval[] {
  const intervals: { startNs: bigint; endNs: bigint; startMs: number }[] = [];
  for (const { startMs, endMs } of invocations.toSorted((a, b) => a.startMs - b.startMs)) {
    const [startNs, endNs] = [instantNs(startMs), instantNs(endMs)];
    const last = intervals.at(-1);
    if (last !== undefined && startNs < last.startNs + meteredMs(last, rule) * 1_000_000n) {
      if (endNs > last.endNs) last.endNs = endNs;
    } else if (endNs >= startNs) {
      intervals.push({ startNs, endNs, startMs });
    }
  }
  return intervals.map((interval) => ({ startMs: interval.startMs, meteredMs: meteredMs(interval, rule) }));
}

/** Of all intervals together. */
export const activeMs = (invocations: readonly Interval[], rule: IntervalRule): bigint =>
  activeIntervals(invocations, rule).reduce((sum, { meteredMs: ms }) => sum + ms, 0n);

const meteredMs = ({ startNs, endNs }: { startNs: bigint; endNs: bigint }, { stepMs, leastMs }: IntervalRule): bigint =>
  wholeMs(endNs - startNs, stepMs, leastMs);
