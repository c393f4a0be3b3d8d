/**
 * Where the windows of the read API end: at a whole minute, ten seconds or second, whichever is the longest that is no more
 * than a hundredth of the window.
 *
 *   An answer holds the end of its window, and rates that depend on how long it is. To the millisecond no two answers would
 *   ever be the same, and no ETag would match. In whole steps an answer is made of its question, the step and what is stored.
 *   Nothing is seen later for it: the window begins up to a step earlier, and what was told since the step began counts as
 *   well, as what clocks tell that are ahead of ours.
 */
const stepsMs = [60_000, 10_000, 1_000] as const;
const shortestMs = 1_000;

/** @returns milliseconds since 1970 */
export const asOf = (nowMs: number, windowMs: number): number => {
  const stepMs = stepsMs.find((ms) => ms * 100 <= windowMs) ?? shortestMs;
  return Math.floor(nowMs / stepMs) * stepMs;
};
