/** Keeps a long list in order while few of its members change: those are taken out and put in, and no others are looked at. */

/** @returns a number below 0 where `a` comes first; never 0 for two members that differ, so that there is one order only */
export type Order<T> = (a: T, b: T) => number;

/**
 * @param ordered in order; holds all of `gone`
 * @returns the same as sorting all that is there then
 */
export function reordered<T>(ordered: readonly T[], gone: readonly T[], fresh: readonly T[], order: Order<T>): T[] {
  const without = ordered.slice();
  // From the last on, so that what is still to be taken out stays where it was found.
  const places = gone.map((member) => placeOf(member, ordered, order) - 1).sort((a, b) => b - a);
  for (const place of places) without.splice(place, 1);
  for (const member of fresh) without.splice(placeOf(member, without, order), 0, member);
  return without;
}

/** Behind the last that comes before `member`, or is it. */
function placeOf<T>(member: T, ordered: readonly T[], order: Order<T>): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(ordered[middle] as T, member) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
