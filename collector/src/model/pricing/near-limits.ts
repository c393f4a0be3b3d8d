/** How near a function runs to its timeout and its memory: what people ask before they ask for money. */

export interface LimitFigures {
  timeoutMs: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  memoryMb: number | null;
  maxMemoryUsedMb: number | null;
}

export interface NearLimit {
  limit: 'timeout' | 'memory';
  /** Of the limit that is used; 1 = all of it. `null` = not observable. */
  share: number | null;
  /** What to know about it; `null` where there is room enough. */
  sentence: string | null;
}

/** Above this share of the timeout at p99, one slow dependency is enough. */
const tightTimeout = 0.8;
/** Above this share of the memory the garbage collector works hard, and a larger event ends the instance. */
const tightMemory = 0.9;
/** The highest figure is at the limit: some were ended there. */
const reached = 0.999;

/** Figures that are missing or cannot be true (zero, negative, no number) say nothing. */
export function nearLimits({ timeoutMs, p99Ms, maxMs, memoryMb, maxMemoryUsedMb }: LimitFigures): NearLimit[] {
  const p99 = shareOf(p99Ms, timeoutMs);
  const max = shareOf(maxMs, timeoutMs);
  const memory = shareOf(maxMemoryUsedMb, memoryMb);
  return [
    { limit: 'timeout', share: p99 ?? max, sentence: timeoutSentence(p99, max, timeoutMs) },
    { limit: 'memory', share: memory, sentence: memorySentence(memory, memoryMb) },
  ];
}

function timeoutSentence(p99: number | null, max: number | null, timeoutMs: number | null): string | null {
  const timeout = `the timeout of ${(timeoutMs ?? 0) / 1000} s`;
  if (max !== null && max >= reached) return `The slowest invocation reached ${timeout}: some were ended by it.`;
  if (p99 !== null && p99 >= tightTimeout)
    return `One invocation in a hundred takes ${percent(p99)} of ${timeout} or more.`;
  if (max !== null && max >= tightTimeout) return `The slowest invocation took ${percent(max)} of ${timeout}.`;
  return null;
}

function memorySentence(share: number | null, memoryMb: number | null): string | null {
  if (share === null || share < tightMemory) return null;
  if (share >= reached) return `All ${memoryMb} MB were used at the peak: instances may have been ended for it.`;
  return `At its peak it used ${percent(share)} of its ${memoryMb} MB.`;
}

/** Rounded down, so that 99.9 % is not called all of it. */
const percent = (share: number): string => `${Math.floor(share * 100)} %`;

const shareOf = (used: number | null, limit: number | null): number | null =>
  used !== null && limit !== null && Number.isFinite(used) && Number.isFinite(limit) && used >= 0 && limit > 0
    ? used / limit
    : null;
