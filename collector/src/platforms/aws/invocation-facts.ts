/** What Lambda reports of an invocation, whichever way it has come: a line of text, a line of JSON, an event. */
import { oneOf } from '../../model/attributes.ts';
import type { PartialInvocation, Report } from '../../model/invocation/partial.ts';
import { msToNs } from '../../model/time.ts';
import { named } from '../fields.ts';
import type { LogSource } from './log-sources.ts';
import { momentNs } from './timestamps.ts';

/** Longer than anything is billed at once; a larger figure is a mistake. */
const maxBilledMs = 400 * 86_400_000;
const maxMemoryMb = 32 * 1_024;

/** As in the log: milliseconds and MB; NaN = not told. */
export interface Figures {
  readonly duration: number;
  readonly billed: number;
  readonly memorySize: number;
  readonly memoryUsed: number;
  readonly init: number;
  readonly restore: number;
  readonly status: string;
  readonly errorType: string;
}

const nsOf = (ms: number): bigint | null => (Number.isNaN(ms) ? null : msToNs(ms));
const mbOf = (mb: number): number | null => (mb >= 1 && mb <= maxMemoryMb ? Math.round(mb) : null);

const statuses = ['success', 'failure', 'error', 'timeout'] as const;
export const statusOf = (status: string): string | null => (status === '' ? null : oneOf(status, statuses));
export const errorTypeOf = (type: string): string | null => (type === '' ? null : named(type));

/** What a report says of the start: of most only that there was none. */
const startOf = (
  initNs: bigint | null,
  restoreNs: bigint | null,
  { isAhead }: LogSource,
): Partial<PartialInvocation> => {
  if (restoreNs !== null) return restored;
  if (initNs === null) return warm;
  // An init is reported with the first invocation, also where Lambda had made it long before: see store/pairing.
  return isAhead ? prewarmed : cold;
};

const restored = { platformStartKind: 'restored', platformIsCertain: 1 } as const;
const warm = { platformStartKind: 'warm', platformIsCertain: null } as const;
const prewarmed = { platformStartKind: 'prewarmed', platformIsCertain: 1 } as const;
const cold = { platformStartKind: 'cold', platformIsCertain: 0 } as const;

/**
 * @param endedMs when it was reported, which is when it ended
 * @returns `null` where that is no time
 */
export const reportOf = (source: LogSource, invocationId: string, endedMs: number, figures: Figures): Report | null => {
  const durationNs = nsOf(figures.duration);
  // Times of a log are whole milliseconds, durations have two or three digits more.
  const startedNs = momentNs(durationNs === null ? endedMs : endedMs - figures.duration);
  if (startedNs === null) return null;
  const initNs = nsOf(figures.init);
  const restoreNs = nsOf(figures.restore);
  const { platformStartKind, platformIsCertain } = startOf(initNs, restoreNs, source);
  const { billed } = figures;
  return {
    of: source.of,
    functionName: source.functionName,
    invocationId,
    seenNs: startedNs,
    facts: {
      platformStartKind: platformStartKind as PartialInvocation['platformStartKind'],
      platformIsCertain: platformIsCertain as PartialInvocation['platformIsCertain'],
      platformReportedInitNs: initNs,
      platformInitInside: initNs === null ? null : 0,
      platformRestoreNs: restoreNs,
      platformDurationNs: durationNs,
      platformBilledMs: billed >= 0 && billed <= maxBilledMs ? BigInt(Math.ceil(billed)) : null,
      platformMemoryUsedMb: mbOf(figures.memoryUsed),
      memoryMb: mbOf(figures.memorySize),
      platformStatus: statusOf(figures.status),
      platformErrorType: errorTypeOf(figures.errorType),
      platformStartedNs: startedNs,
    },
  };
};
