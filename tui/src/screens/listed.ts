/**
 * Rankings that list the first of many functions only: a filter that is typed is looked for by the source too, so that it finds what
 * is not listed.
 */
import type { Ranking, RankingQuery } from '@coldlens/collector';
import type { Source } from '../app/source.ts';
import { formatCount } from '../format/numbers.ts';
import { askable } from '../state/filter.ts';

/** What the source has looked for among all functions there are. */
interface Search {
  typed: string;
  /** How many match, where that is more than it lists. */
  cutFrom: number | undefined;
}

const searches = new WeakMap<Ranking, Search>();

/** Undefined where only the functions that are listed were looked through. */
export function searchFor(ranking: Ranking, filter: string): Search | undefined {
  const search = searches.get(ranking);
  return filter !== '' && search?.typed === filter ? search : undefined;
}

/** An older collector tells none. */
const totalsOf = ({ totals }: Ranking): Ranking['totals'] => totals ?? null;

/** `the first 1,000 listed` */
export const listedText = ({ functions }: Ranking): string => `the first ${formatCount(functions.length)} listed`;

/** `among the 1,000 listed of 3,214`; '' where all were looked through. */
export function amongText(ranking: Ranking | undefined, filter = ''): string {
  const totals = ranking === undefined || searchFor(ranking, filter) !== undefined ? null : totalsOf(ranking);
  if (ranking === undefined || totals === null) return '';
  return `among the ${formatCount(ranking.functions.length)} listed of ${formatCount(totals.functions)}`;
}

/** How to see what is not listed. */
export const moreText = '--limit lists more';

/** What is to be looked for by the source; '' where the ranking has all that there is to find. */
export const typedFor = (ranking: Ranking | undefined, filter: string, { filter: asked = '' }: RankingQuery): string =>
  ranking === undefined || totalsOf(ranking) === null || asked !== '' ? '' : askable(filter);

/**
 * The ranking, or where that would be cut, what matches the typed filter in place of the first of all. The others stay behind it as
 * they were: the filter hides them, and the palette still offers them.
 */
export async function rankingFor(
  source: Source,
  query: RankingQuery,
  typed: string,
  before: Ranking | undefined,
): Promise<Ranking> {
  const wanted = typedFor(before, typed, query);
  if (before === undefined || wanted === '') return source.ranking(query);
  const found = await source.ranking({ ...query, filter: wanted });
  const part = wanted.toLowerCase();
  const others = before.functions.filter(({ name }) => !name.toLowerCase().includes(part));
  const ranking = { ...found, functions: [...found.functions, ...others], totals: before.totals };
  // A source knows no capital letters: how many of what it cut off have them is not known.
  const cutFrom = totalsOf(found)?.functions;
  if (cutFrom === undefined || typed === part) searches.set(ranking, { typed, cutFrom });
  return ranking;
}
