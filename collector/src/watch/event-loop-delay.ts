/** How late the event loop is: everything that a collector does at once waits so long. */
import { Histogram } from './histogram.ts';

/** Twenty looks a second cost less than a thousandth of a core. */
const intervalMs = 50;
/** Seconds. */
const bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;

/** @returns the delays so far, in seconds, and what ends the looking */
export function watchEventLoop(): { delays: Histogram; stop(): void } {
  const delays = new Histogram(undefined, bounds);
  let dueMs = performance.now() + intervalMs;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    delays.observe(Math.max(0, nowMs - dueMs) / 1000);
    dueMs = nowMs + intervalMs;
  }, intervalMs).unref();
  return { delays, stop: () => clearInterval(timer) };
}
