/** What stands in the table's place while there is no table: waiting, nothing recorded, nothing found. */
import type { RankingQuery } from '@coldlens/collector';
import { cells } from '../format/clean.ts';
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { formatAge, formatWindow } from '../format/numbers.ts';
import { type Line, lineCells } from '../format/segments.ts';
import { wrapped } from '../format/wrapped.ts';
import type { FeedState } from '../state/feed.ts';
import { narrowedText } from './narrowed.ts';
import type { Watched } from './watched.ts';

type Trouble = Readonly<Record<'message' | 'next', string>>;

const text = (content: string): Line => [{ text: content }];
const dim = (content: string): Line => [{ text: content, dim: true }];

export interface Waiting {
  progress: string;
  feed: Pick<FeedState<unknown>, 'trouble'>;
  waitedMs: number;
  glyphs: Glyphs;
  columns: number;
}

/** Before the first answer is there. @param awaited `the first ranking` */
export function waitingLines(awaited: string, facts: Waiting): Line[] {
  const { progress, waitedMs, glyphs, columns } = facts;
  const { trouble } = facts.feed;
  const lines = [
    text(`  ${progress === '' ? `Waiting for ${awaited}` : cleanerFor(glyphs)(progress)}${glyphs.ellipsis}`),
    dim(`  ${formatAge(waitedMs)}`),
  ];
  if (trouble === undefined) return [[], ...lines];
  const { why, next } = troubleTexts(trouble, glyphs);
  return [
    [],
    ...lines,
    [],
    ...hanging(why, columns).map((line): Line => [{ text: line, color: 'red' }]),
    ...hanging(next, columns).map(dim),
  ];
}

/** What stands before a text, and where its further lines begin. */
interface Hanging {
  before: string;
  text: string;
}

const hanging = ({ before, text }: Hanging, columns: number): string[] =>
  wrapped(text, columns - cells(before)).map(
    (line, index) => `${index === 0 ? before : ' '.repeat(cells(before))}${line}`,
  );

/** Why the source does not answer, and what to do. */
const troubleTexts = ({ message, next }: Trouble, glyphs: Glyphs): Record<'why' | 'next', Hanging> => ({
  why: { before: `  ${glyphs.alert} `, text: cleanerFor(glyphs)(message) },
  next: { before: '    next: ', text: cleanerFor(glyphs)(next) },
});

/** On one line where both fit, else what to do below. */
export function troubleWithin(trouble: Trouble, columns: number, glyphs: Glyphs): Line[] {
  const { why, next } = troubleTexts(trouble, glyphs);
  const first: Line = [{ text: `${why.before}${why.text}`, color: 'red' }];
  const both: Line = [...first, { text: ` ${glyphs.dot} next: ${next.text}`, dim: true }];
  return lineCells(both) <= columns ? [both] : [first, dim(`${next.before}${next.text}`)];
}

/** No function has been seen: how to make one be seen, unless what was asked left all of them out. */
export function emptyLines(query: RankingQuery, { endpoint, store }: Watched, glyphs: Glyphs): Line[] {
  const cleaned = cleanerFor(glyphs);
  const narrowed = narrowedText(query);
  const window = `the last ${formatWindow(query.sinceMs)}`;
  if (narrowed !== '') {
    return [
      [],
      [{ text: `  No such invocations in ${window}: only ${cleaned(narrowed)}.`, bold: true }],
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
    [{ text: ` COLDLENS_ENDPOINT=${cleaned(endpoint)}`, color: 'cyan' }],
    [],
    ...(store === undefined
      ? []
      : [
          text('  where none runs, this starts one:'),
          [{ text: `    coldlens collect ${store.option} ${cleaned(store.value)}`, color: 'cyan' } as const],
          [],
        ]),
    text("  install the agent, from coldlens' folder,"),
    [{ text: '    npm install --install-links path/to/agent', color: 'cyan' }],
    text('  and wrap a handler:'),
    [{ text: "    import { coldlens } from '@coldlens/agent';", color: 'cyan' }],
    [],
    [{ text: '    export const handler = coldlens(async (event) => {', color: 'cyan' }],
    [{ text: '      return { statusCode: 200 };', color: 'cyan' }],
    [{ text: '    });', color: 'cyan' }],
  ];
}

/** Functions there are, but none that the filter lets through. @param among which were looked through, where that is not all */
export const noMatchLines = (filter: string, glyphs: Glyphs, among: readonly string[] = []): Line[] => [
  [],
  text(`  No function matches ${cleanerFor(glyphs)(filter)}`),
  ...among.map((line) => text(`  ${line}`)),
  dim('  Esc drops the filter'),
];
