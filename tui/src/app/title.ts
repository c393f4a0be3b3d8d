/** The title: what is shown, from where, and how old it is. */
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { formatAge } from '../format/numbers.ts';
import { joined, type Line, lineCells, type Segment, spread, truncateLine } from '../format/segments.ts';
import type { FeedState } from '../state/feed.ts';
import type { Screen } from './screen.ts';

export interface TitleFacts {
  screens: readonly Screen[];
  description: string;
  feed: FeedState<unknown>;
  frozen: boolean;
  nowMs: number;
}

const leastPartCells = 12;

/**
 * `coldlens · last 24h · only region eu-west-1 · ClickHouse at ...` at the left, the state of the connection at the right. Where
 * not all fits, the source goes first: what a screen is about, and leaves out, is not to be forgotten.
 */
export function titleLine(facts: TitleFacts, width: number, glyphs: Glyphs): Line {
  const right: Line = [connection(facts, glyphs)];
  const separator = ` ${glyphs.dot} `;
  const parts: Line[] = [[{ text: 'coldlens', bold: true, color: 'cyan' }]];
  const wanted = [
    ...(facts.screens.at(-1)?.title(glyphs) ?? []),
    ...(facts.description === '' ? [] : [[{ text: facts.description }]]),
  ];
  wanted.forEach((part, index) => {
    const room = width - lineCells(joined(parts, separator)) - separator.length - lineCells(right) - 1;
    // A stump says nothing; but what the screen is about is said in any case.
    if (index === 0 || room >= Math.min(leastPartCells, lineCells(part))) {
      parts.push(truncateLine(cleanedLine(part, glyphs), Math.max(1, room), glyphs.ellipsis));
    }
  });
  return spread(joined(parts, separator), right, width, glyphs.ellipsis);
}

function cleanedLine(line: Line, glyphs: Glyphs): Line {
  const cleaned = cleanerFor(glyphs);
  return line.map((segment) => ({ ...segment, text: cleaned(segment.text) }));
}

/** The state in words and a shape, never in colour alone. */
function connection({ feed, frozen, nowMs }: TitleFacts, glyphs: Glyphs): Segment {
  const age = feed.receivedAtMs === undefined ? undefined : formatAge(nowMs - feed.receivedAtMs);
  if (feed.trouble !== undefined) {
    const text = `${age === undefined ? 'no answer' : `stale, ${age} old`}, retry ${feed.failures}`;
    return { text: `${glyphs.alert} ${text}`, color: 'red', bold: true };
  }
  if (age === undefined) return { text: `${glyphs.waiting} waiting`, dim: true };
  if (frozen) return { text: `${glyphs.frozen} frozen, ${age} old`, color: 'yellow' };
  return { text: `${glyphs.live} live, ${age} ago`, color: 'green' };
}
