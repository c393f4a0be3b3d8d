/** Times as the tables hold them, and what is done with absurd ones. All in nanoseconds since 1970, UTC. */

const nsPerMs = 1_000_000n;
const msPerDay = 86_400_000;

/** How long `invocations` are kept; also how far back a start time is believed. */
export const invocationDays = 90;
/** How long raw `spans` are kept. */
export const spanDays = 7;

/**
 * A sender's start time, or the time of arrival where it cannot be true: older than anything we keep, or more than a
 * day ahead. Rows are partitioned by this day, so a wild clock must not be able to spread one insert over hundreds of
 * partitions (ClickHouse refuses more than 100).
 */
export function believableNs(startNs: bigint, receivedMs: number): bigint {
  return isBelievable(startNs, receivedMs) ? startNs : believed.receivedNs;
}

/** By the same limits. */
export function isBelievable(ns: bigint, receivedMs: number): boolean {
  if (receivedMs !== believed.receivedMs) {
    believed = {
      receivedMs,
      receivedNs: BigInt(receivedMs) * nsPerMs,
      earliest: BigInt(receivedMs - invocationDays * msPerDay) * nsPerMs,
      latest: BigInt(receivedMs + msPerDay) * nsPerMs,
    };
  }
  return ns >= believed.earliest && ns <= believed.latest;
}

/** What came together came at the same moment, so the limits are worked out once. */
let believed = { receivedMs: Number.NaN, receivedNs: 0n, earliest: 0n, latest: 0n };

const nsPerDay = BigInt(msPerDay) * nsPerMs;

/** Spans that come together are nearly all of one day. */
let lastDay = { day: 0, since: 0n, until: nsPerDay };

/** Days since 1970, as a Date holds them. */
export function dayOf(ns: bigint): number {
  if (ns < lastDay.since || ns >= lastDay.until) {
    const day = ns / nsPerDay;
    lastDay = { day: Number(day), since: day * nsPerDay, until: (day + 1n) * nsPerDay };
  }
  return lastDay.day;
}

/** Whole milliseconds, as a DateTime64(3) holds them. */
export function msOf(ns: bigint): number {
  return Number(ns / nsPerMs);
}

/** The last moment that DateTime64(9) can hold, 2262-04-11. */
const maxNs = 9_223_372_036_854_775_807n;

export function clampToDateTime64(ns: bigint): bigint {
  return ns > maxNs ? maxNs : ns;
}

/** No invocation takes longer than this; a longer span is the product of a wrong clock. */
const maxDurationNs = BigInt(400 * msPerDay) * nsPerMs;

/** End minus start; null (not observable) when the clocks make it negative or absurdly long. */
export function durationNs(startNs: bigint, endNs: bigint): bigint | null {
  const duration = endNs - startNs;
  return duration >= 0n && duration <= maxDurationNs ? duration : null;
}

/** Milliseconds as a float to whole nanoseconds; null outside 0 to 400 days. */
export function msToNs(ms: number): bigint | null {
  if (!Number.isFinite(ms) || ms < 0 || ms > 400 * msPerDay) return null;
  return BigInt(Math.round(ms * 1e6));
}

/** Whole milliseconds, rounded up. */
export function ceilMs(ns: bigint): bigint {
  return (ns + nsPerMs - 1n) / nsPerMs;
}
