/**
 * The clock of everything that is noted inside a process: milliseconds on the system's monotonic clock, from an arbitrary
 * zero. `performance` shows the same clock, counted from the process's start, but its first use loads eleven of Node's own
 * modules, 1 ms of a cold start and 1 MB of its memory. `sinceStart` in clock.ts gives the one from the other.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
