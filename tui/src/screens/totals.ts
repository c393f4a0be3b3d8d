/** The line above the ranking: counts and money over all functions, or over those that a typed filter leaves. */
import type { Ranking } from '@coldlens/collector';
import type { Glyphs } from '../format/glyphs.ts';
import { formatCount } from '../format/numbers.ts';
import { joinedWithin, type Line } from '../format/segments.ts';
import { listedText, searchFor } from './listed.ts';
import type { Shown } from './shown.ts';
import { coldText, moneyTexts } from './sums.ts';

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
  const all = (isFiltered ? null : totals) ?? sums;
  const parts: string[] = [
    countOf(ranking, shown.length, filter),
    ...(sorted === '' ? [] : [sorted]),
    `${formatCount(all.invocations)} invocations`,
    coldText(all),
    ...moneyTexts(all),
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
