/** The line above the ranking: counts and money over all functions, or over those that a typed filter leaves. */
import type { Ranking } from '@coldlens/collector';
import type { Glyphs } from '../format/glyphs.ts';
import { formatCount, formatShare, formatUsd } from '../format/numbers.ts';
import { joinedWithin, type Line } from '../format/segments.ts';
import { listedText, searchFor } from './listed.ts';
import type { Shown } from './shown.ts';

/** As far as `width` allows. @param filter as it was typed @param sorted `by cold p90` where no column shows it */
export function totalsLine(
  ranking: Ranking,
  { functions: shown, sums }: Pick<Shown, 'functions' | 'sums'>,
  { filter, sorted = '' }: { filter: string; sorted?: string },
  width: number,
  glyphs: Glyphs,
): Line {
  const { totals, functions: listed } = ranking;
  const isFiltered = shown.length < listed.length;
  const { invocations, coldStarts, coldUsd, monthlyUsd } = (isFiltered ? null : totals) ?? sums;
  const share = invocations === 0 ? '' : ` (${formatShare(coldStarts / invocations)})`;
  const parts: string[] = [
    countOf(ranking, shown.length, filter),
    ...(sorted === '' ? [] : [sorted]),
    `${formatCount(invocations)} invocations`,
    `${formatCount(coldStarts)} cold${share}`,
    `cold cost ${formatUsd(coldUsd)}`,
    `${formatUsd(monthlyUsd)}/month`,
    'times in ms',
  ];
  return joinedWithin(
    parts.map((text): Line => [{ text, dim: true }]),
    ` ${glyphs.dot} `,
    width,
  );
}

/** Of more than are listed a filter finds those only that are, unless the source has looked for it. */
function countOf(ranking: Ranking, shown: number, filter: string): string {
  const listed = ranking.functions.length;
  const all = ranking.totals?.functions ?? listed;
  const functions = all === 1 ? 'function' : 'functions';
  const isCut = listed < all;
  const search = searchFor(ranking, filter);
  if (search?.cutFrom !== undefined) {
    return `the first ${formatCount(shown)} of ${formatCount(search.cutFrom)} functions that match`;
  }
  if (search !== undefined) return `${formatCount(shown)} of ${formatCount(all)} ${functions}`;
  if (shown < listed) return `${formatCount(shown)} of ${isCut ? 'the first ' : ''}${formatCount(listed)} ${functions}`;
  return `${formatCount(all)} ${functions}${isCut ? `, ${listedText(ranking)}` : ''}`;
}
