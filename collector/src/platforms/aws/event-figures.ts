/**
 * The figures of the platform's events in JSON, in ms and MB. Whoever hands an event on may have made other texts of its
 * numbers: what is told and cannot be read is not as good as absent.
 */
import { at, numberAt, textAt } from '../fields.ts';
import type { Figures } from './invocation-facts.ts';

/** A figure that is there and cannot be read. */
const unreadable = -1;

/** NaN = not there, negative = it cannot be read. */
export const metric = (metrics: unknown, name: string): number => {
  const told = at(metrics, name);
  if (told === undefined) return Number.NaN;
  // It is looked up again only where it is a text.
  const figure = typeof told === 'number' ? told : numberAt(metrics, name);
  return figure !== undefined && figure >= 0 && figure < Number.POSITIVE_INFINITY ? figure : unreadable;
};

/** @returns `null` where one cannot be read, or there is no duration: without its init's a cold start is like a warm one */
export const figuresOf = (record: unknown): Figures | null => {
  const metrics = at(record, 'metrics');
  const duration = metric(metrics, 'durationMs');
  const billed = metric(metrics, 'billedDurationMs');
  const memorySize = metric(metrics, 'memorySizeMB');
  const memoryUsed = metric(metrics, 'maxMemoryUsedMB');
  const init = metric(metrics, 'initDurationMs');
  const restore = metric(metrics, 'restoreDurationMs');
  // Comparisons with NaN are false: what is not there is well, but for the duration.
  const isUnreadable = billed < 0 || memorySize < 0 || memoryUsed < 0 || init < 0 || restore < 0;
  if (isUnreadable || !(duration >= 0)) return null;
  const { status, errorType } = failureOf(record);
  return { duration, billed, memorySize, memoryUsed, init, restore, status, errorType };
};

export const failureOf = (record: unknown): Pick<Figures, 'status' | 'errorType'> => ({
  status: textAt(record, 'status') ?? '',
  errorType: textAt(record, 'errorType') ?? '',
});
