/** Requests that bring spans and were refused, by reason: a status, or for 503 what was full or failed. */
import type { BufferStats } from '../buffer/stats.ts';
import type { Sample } from './exposition.ts';
import type { Answered } from './watch.ts';

/** Why requests that bring spans were refused, by status. The 503 are told apart further, by what was full or failed. */
const reasons: Readonly<Record<number, string>> = {
  400: 'malformed',
  401: 'no_token',
  403: 'not_allowed',
  405: 'method',
  413: 'too_large',
  415: 'media_type',
  499: 'broken_off',
  500: 'defect',
};

/** Paths that take spans. */
const isReceiving = (route: string): boolean => route.startsWith('/v1/');

/**
 * @param refused by the buffer
 * @param neverLess gives the largest number that it was given so far: a refusal of the buffer is counted a moment before its
 *   answer, and a count that went back would be taken for a restart
 */
export function rejectedRequests(
  answers: readonly Answered[],
  refused: BufferStats['refusedRequests'],
  neverLess: (count: number) => number,
): Sample[] {
  const byReason = new Map<string, number>();
  const add = (reason: string, count: number) => byReason.set(reason, (byReason.get(reason) ?? 0) + count);
  for (const reason of Object.values(reasons)) add(reason, 0);
  let unavailable = 0;
  for (const { route, status, count } of answers) {
    if (!isReceiving(route)) continue;
    if (status === 503) unavailable += count;
    else if (status >= 400) add(reasons[status] ?? 'other', count);
  }
  for (const [reason, count] of Object.entries(refused)) {
    add(`buffer_${reason}`, count);
    unavailable -= count;
  }
  // The others: more bytes or requests at once than there may be.
  add('overload', neverLess(unavailable));
  return [...byReason].map(([reason, value]) => ({ labels: { reason }, value }));
}
