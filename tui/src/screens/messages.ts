/** What stands in the table's place while there is no table: waiting, nothing recorded, nothing found. */
import type { RankingQuery } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { formatAge, formatWindow } from '../format/numbers.ts';
import type { Line } from '../format/segments.ts';
import type { FeedState } from '../state/feed.ts';
import { narrowedText } from './narrowed.ts';

const text = (content: string): Line => [{ text: content }];
const dim = (content: string): Line => [{ text: content, dim: true }];

/** Before the first ranking is there. */
export function waitingLines(
  progress: string,
  trouble: FeedState['trouble'],
  waitedMs: number,
  glyphs: Glyphs,
): Line[] {
  const lines = [
    text(`  ${progress === '' ? 'Waiting for the first ranking' : clean(progress)}${glyphs.ellipsis}`),
    dim(`  ${formatAge(waitedMs)}`),
  ];
  if (trouble === undefined) return [[], ...lines];
  return [[], ...lines, [], ...troubleLines(trouble, glyphs)];
}

/** Why the source does not answer, and what to do. */
export function troubleLines(trouble: { message: string; next: string }, glyphs: Glyphs): Line[] {
  return [
    [{ text: `  ${glyphs.alert} ${clean(trouble.message)}`, color: 'red' }],
    dim(`    next: ${clean(trouble.next)}`),
  ];
}

/** No function has been seen: how to make one be seen, unless what was asked left all of them out. */
export function emptyLines(query: RankingQuery, endpoint: string): Line[] {
  const narrowed = narrowedText(query);
  const window = `the last ${formatWindow(query.sinceMs)}`;
  if (narrowed !== '') {
    return [
      [],
      [{ text: `  No such invocations in ${window}: only ${clean(narrowed)}.`, bold: true }],
      dim('  Start it without these options to see all.'),
    ];
  }
  return [
    [],
    [{ text: `  No invocations in ${window}.`, bold: true }],
    [],
    text('  Wrap a handler (npm install @coldlens/agent):'),
    [],
    [{ text: "    import { coldlens } from '@coldlens/agent';", color: 'cyan' }],
    [],
    [{ text: '    export const handler = coldlens(async (event) => {', color: 'cyan' }],
    [{ text: '      return { statusCode: 200 };', color: 'cyan' }],
    [{ text: '    });', color: 'cyan' }],
    [],
    text('  and give the function the address of a collector:'),
    [],
    [{ text: `    COLDLENS_ENDPOINT=${clean(endpoint)}`, color: 'cyan' }],
  ];
}

/** Functions there are, but none that the filter lets through. */
export const noMatchLines = (filter: string): Line[] => [
  [],
  text(`  No function matches ${clean(filter)}`),
  dim('  Esc drops the filter'),
];
