/**
 * Cuts a page out of a ranked list that is not what it was when the page before was cut: items have moved, come and gone.
 *
 *   A place in it is therefore no mere number. It holds marks of the last items before it and of the first behind it, and the
 *   next page begins where it parts most of these as they were parted. What comes in above pushes nothing onto the next page
 *   a second time, and what goes away pulls nothing over the edge unseen. An item that itself moved across the edge in
 *   between is shown twice or not at all: nobody keeps for each reader what has been shown.
 */
import { hash } from 'node:crypto';
import type { Page, RankedPart, RankedPlace } from '../model/page.ts';

/** Few may have moved across the edge; on each side, most of five have not. */
const marksEachSide = 5;
/** As many may have come in above since the page before, or the next one begins too early. */
const mostShift = 1_000;

/** 48 bits, so that a cursor is short: that two are alike is seldom, and ten of them decide. */
const markOf = (key: string): string => hash('sha256', key, 'base64url').slice(0, 8);

/** How many of the list's first items there must be to cut a page, and to mark the place behind it. */
export const reachOf = ({ limit, from }: RankedPart): number =>
  limit + marksEachSide + (from === undefined ? 0 : from.offset + mostShift);

/** Where fewest marked items are on the wrong side; of several such places, the one that is next to where it was. */
const beginOf = (keys: readonly string[], { offset, before, behind }: RankedPlace): number => {
  const gains = new Map([...before.map((mark) => [mark, 1] as const), ...behind.map((mark) => [mark, -1] as const)]);
  let [begin, most, gain] = [0, 0, 0];
  for (const [index, key] of keys.entries()) {
    gain += gains.get(markOf(key)) ?? 0;
    const isNearer = Math.abs(index + 1 - offset) < Math.abs(begin - offset);
    if (gain > most || (gain === most && isNearer)) [begin, most] = [index + 1, gain];
  }
  return begin;
};

/** @param list its first {@link reachOf} items, or all where there are fewer */
export const cutPage = <Item>(
  list: readonly Item[],
  keyOf: (item: Item) => string,
  part: RankedPart,
): Page<Item[], RankedPlace> => {
  const begin = part.from === undefined ? 0 : beginOf(list.map(keyOf), part.from);
  const items = list.slice(begin, begin + part.limit);
  const end = begin + items.length;
  if (end >= list.length && list.length < reachOf(part)) return { answer: items, next: null };
  const marks = (from: number, to: number): string[] =>
    list.slice(Math.max(0, from), to).map((one) => markOf(keyOf(one)));
  const next = { offset: end, before: marks(end - marksEachSide, end), behind: marks(end, end + marksEachSide) };
  return { answer: items, next };
};
