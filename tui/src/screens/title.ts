/** The lines above the table: what is shown, from where, how old it is, and the sums. */
import type { RankedFunction, Ranking, RankingQuery } from '@coldlens/collector';
import { clean, truncate } from '../format/clean.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { formatAge, formatCount, formatShare, formatUsd, formatWindow, sumUsd } from '../format/numbers.ts';
import { joined, joinedWithin, type Line, lineCells, type Segment, spread } from '../format/segments.ts';
import type { FeedState } from '../state/feed.ts';
import { narrowedText } from './narrowed.ts';

export interface TitleFacts {
  description: string;
  query: RankingQuery;
  feed: FeedState;
  frozen: boolean;
  nowMs: number;
}

const leastPartCells = 12;

/**
 * `coldlens · last 24h · only region eu-west-1 · ClickHouse at ...` at the left, the state of the connection at the right. Where
 * not all fits, the source goes first: what the ranking leaves out is not to be forgotten.
 */
export function titleLine(facts: TitleFacts, width: number, glyphs: Glyphs): Line {
  const right: Line = [connection(facts, glyphs)];
  const separator = ` ${glyphs.dot} `;
  const parts: Line[] = [
    [{ text: 'coldlens', bold: true, color: 'cyan' }],
    [{ text: `last ${formatWindow(facts.query.sinceMs)}` }],
  ];
  const narrowed = narrowedText(facts.query);
  for (const [text, color] of [
    [narrowed === '' ? '' : `only ${narrowed}`, 'yellow'],
    [facts.description, undefined],
  ] as const) {
    const room = width - lineCells(joined(parts, separator)) - separator.length - lineCells(right) - 1;
    const shown = truncate(clean(text), room, glyphs.ellipsis);
    // A stump says nothing.
    if (text !== '' && room >= leastPartCells) parts.push([{ text: shown, ...(color && { color }) }]);
  }
  return spread(joined(parts, separator), right, width, glyphs.ellipsis);
}

/** The state in words and a shape, never in colour alone. */
function connection({ feed, frozen, nowMs }: TitleFacts, glyphs: Glyphs): Segment {
  const age = feed.receivedAtMs === undefined ? undefined : formatAge(nowMs - feed.receivedAtMs);
  if (feed.trouble !== undefined) {
    const text = age === undefined ? 'no answer, retrying' : `stale, ${age} old, retrying`;
    return { text: `${glyphs.alert} ${text}`, color: 'red', bold: true };
  }
  if (age === undefined) return { text: `${glyphs.waiting} waiting`, dim: true };
  if (frozen) return { text: `${glyphs.frozen} frozen, ${age} old`, color: 'yellow' };
  return { text: `${glyphs.live} live, ${age} ago`, color: 'green' };
}

/** Counts and money over all shown functions, as far as `width` allows. */
export function totalsLine(
  ranking: Ranking,
  shown: readonly RankedFunction[],
  limit: number,
  width: number,
  glyphs: Glyphs,
): Line {
  const sum = (value: (ranked: RankedFunction) => number): number =>
    shown.reduce((total, ranked) => total + value(ranked), 0);
  const invocations = sum((ranked) => ranked.invocations);
  const coldStarts = sum((ranked) => ranked.coldStarts);
  const all = ranking.functions.length;
  const count = shown.length === all ? formatCount(all) : `${formatCount(shown.length)} of ${formatCount(all)}`;
  const share = invocations === 0 ? '' : ` (${formatShare(coldStarts / invocations)})`;
  const parts: string[] = [
    `${all >= limit ? `first ${count}` : count} ${all === 1 ? 'function' : 'functions'}`,
    `${formatCount(invocations)} invocations`,
    `${formatCount(coldStarts)} cold${share}`,
    `cold cost ${formatUsd(sumUsd(shown.map(({ cost }) => cost.coldUsd)))}`,
    `${formatUsd(sumUsd(shown.map(({ cost }) => cost.monthlyUsd)))}/month`,
    'times in ms',
  ];
  return joinedWithin(
    parts.map((text): Line => [{ text, dim: true }]),
    ` ${glyphs.dot} `,
    width,
  );
}
