/** What stands in the table's place while there is no table: waiting, nothing recorded, nothing found. */
import type { RankingQuery } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { formatAge, formatWindow } from '../format/numbers.ts';
import { type Line, lineCells } from '../format/segments.ts';
import type { FeedState } from '../state/feed.ts';
import { narrowedText } from './narrowed.ts';
import type { Watched } from './watched.ts';

const text = (content: string): Line => [{ text: content }];
const dim = (content: string): Line => [{ text: content, dim: true }];

export interface Waiting {
  progress: string;
  feed: Pick<FeedState<unknown>, 'trouble'>;
  waitedMs: number;
  glyphs: Glyphs;
}

/** Before the first answer is there. @param awaited `the first ranking` */
export function waitingLines(awaited: string, { progress, feed: { trouble }, waitedMs, glyphs }: Waiting): Line[] {
  const lines = [
    text(`  ${progress === '' ? `Waiting for ${awaited}` : clean(progress)}${glyphs.ellipsis}`),
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

/** On one line where both fit, else what to do below. */
export function troubleWithin(trouble: { message: string; next: string }, columns: number, glyphs: Glyphs): Line[] {
  const [why = [], next = []] = troubleLines(trouble, glyphs);
  const both: Line = [...why, { text: ` ${glyphs.dot} next: ${clean(trouble.next)}`, dim: true }];
  return lineCells(both) <= columns ? [both] : [why, next];
}

/** No function has been seen: how to make one be seen, unless what was asked left all of them out. */
export function emptyLines(query: RankingQuery, { endpoint, store }: Watched): Line[] {
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
    dim('  --since 7d looks further back.'),
    [],
    // Before the code: of a small screen the end is cut.
    text('  Give the function a collector:'),
    // Indented by one: whole on 40 columns.
    [{ text: ` COLDLENS_ENDPOINT=${clean(endpoint)}`, color: 'cyan' }],
    [],
    ...(store === undefined
      ? []
      : [
          text('  where none runs, this starts one:'),
          [{ text: `    coldlens collect ${store.option} ${clean(store.value)}`, color: 'cyan' } as const],
          [],
        ]),
    text('  and wrap a handler (npm install @coldlens/agent):'),
    [],
    [{ text: "    import { coldlens } from '@coldlens/agent';", color: 'cyan' }],
    [],
    [{ text: '    export const handler = coldlens(async (event) => {', color: 'cyan' }],
    [{ text: '      return { statusCode: 200 };', color: 'cyan' }],
    [{ text: '    });', color: 'cyan' }],
  ];
}

/** Functions there are, but none that the filter lets through. @param among which were looked through, where that is not all */
export const noMatchLines = (filter: string, among: readonly string[] = []): Line[] => [
  [],
  text(`  No function matches ${clean(filter)}`),
  ...among.map((line) => text(`  ${line}`)),
  dim('  Esc drops the filter'),
];
