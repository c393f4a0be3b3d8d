/**
 * Rounding as the providers do it: up. Milliseconds come as floats, and 0.1 + 0.2 must not become a further unit, so
 * they are added as whole nanoseconds.
 */

const nsPerMs = 1_000_000n;

/** Whole nanoseconds of a duration in milliseconds, up to a month long. */
export const nsOf = (ms: number): bigint => BigInt(Math.round(ms * 1e6));

/**
 * Whole nanoseconds of a clock's float of milliseconds. Today's have a resolution of a quarter of a microsecond, so
 * anything below a microsecond is noise, which would cost a whole step where two instants are a step apart.
 */
export const instantNs = (ms: number): bigint => {
  const whole = Math.floor(ms);
  return BigInt(whole) * nsPerMs + BigInt(Math.round((ms - whole) * 1000)) * 1000n;
};

/** The next multiple of `step`, or the value itself. */
export const roundedUp = (value: bigint, step: bigint): bigint => {
  const rest = value % step;
  return rest === 0n ? value : value + step - rest;
};

/** Whole milliseconds of a time in ns, rounded up to steps of `stepMs`, at least `leastMs`. */
export const wholeMs = (ns: bigint, stepMs: bigint, leastMs = 0n): bigint => {
  const steps = roundedUp(ns, stepMs * nsPerMs) / nsPerMs;
  return steps < leastMs ? leastMs : steps;
};
