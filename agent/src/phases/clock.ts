/** Durations come from the monotonic clock alone; the wall clock is asked only where an instant needs a date. */
import { monotonicMs } from './monotonic.ts';

let processStartMs: number | null = null;

/**
 * Milliseconds since the process's start of an instant of `monotonicMs`. An event's time stamp counts from there too, as
 * `performance.now()` does, and loads nothing.
 */
export const sinceStart = (instantMs: number): number => {
  processStartMs ??= monotonicMs() - uptimeMs();
  return instantMs - processStartMs;
};

/** Further from the process's own count, the clock is somebody else's: applications may replace `Event`. */
const maxOffMs = 1_000;

const uptimeMs = (): number => {
  const stamp = new Event('').timeStamp;
  return Math.abs(stamp - process.uptime() * 1_000) < maxOffMs ? stamp : performance.now();
};

/** A wall clock that disagrees by less than this is left alone: `Date.now()` has a grain of 1 ms. */
const toleratedDriftMs = 5;

/** 0 until the wall clock was first looked at, so that everything is drift. */
let unixMsOfProcessStart = 0;

/**
 * Unix time in milliseconds of the process's start, corrected when the two clocks have come apart: a frozen instance
 * may wake up with a monotonic clock that stood still while the wall clock went on.
 * @param wallMs `Date.now()` and
 * @param sinceStartMs milliseconds since the process's start, of the same moment
 */
export const processStartUnixMs = (wallMs: number, sinceStartMs: number): number => {
  const driftMs = wallMs - (unixMsOfProcessStart + sinceStartMs);
  if (Math.abs(driftMs) > toleratedDriftMs) unixMsOfProcessStart += driftMs;
  return unixMsOfProcessStart;
};

/** Unix milliseconds as the decimal nanoseconds that OTLP wants. Split, because a double cannot hold 19 digits. */
export const unixNanos = (unixMs: number): string => {
  let wholeMs = Math.floor(unixMs);
  let nanos = Math.round((unixMs - wholeMs) * 1e6);
  if (nanos === 1e6) {
    wholeMs += 1;
    nanos = 0;
  }
  return `${wholeMs}${String(nanos).padStart(6, '0')}`;
};
