/** Prints a ranking: for people as a table or Markdown, for programs as JSON or CSV. */
import { type Ranking, sourcesPage } from '@coldlens/collector';
import type { RankingFormat } from '../cli/option-table.ts';
import { clean } from '../format/clean.ts';
import { glyphsFor } from '../format/glyphs.ts';
import { notObservable } from '../format/numbers.ts';
import { lineText } from '../format/segments.ts';
import { hasUnseen, longestOf, planAllColumns, planColumns } from '../screens/column-plan.ts';
import type { Extras } from '../screens/columns.ts';
import { barScaleMs, headerLine, rowLine } from '../screens/ranking-lines.ts';
import { askedSort, type SortKey, sortedBy } from '../state/sorts.ts';
import { csv, markdown } from './fields.ts';
import { safeJson } from './json.ts';

/** The part of a stream that is written to; a terminal says how wide it is. */
export interface PrintStream {
  write(text: string, done: () => void): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** And what the ranking was narrowed to, for people; absent = to nothing. */
export interface PrintExtras extends Extras {
  narrowed?: string;
}

type Write = (ranking: Ranking, stream: Partial<PrintStream>, extras: PrintExtras) => string;

const writers: Readonly<Record<RankingFormat, Write>> = {
  table,
  json: safeJson,
  csv: ({ functions }, _stream, { isCompared = false }) => csv(functions, isCompared),
  markdown: ({ functions }, _stream, { isCompared = false }) => markdown(functions, isCompared),
};

/**
 * @param stream absent = the text is for no terminal
 * @param extras whether the window before was asked for too, which JSON shows in any case; and what is wished of a table's columns
 */
export const rankingText = (
  ranking: Ranking,
  format: RankingFormat,
  stream: Partial<PrintStream> = {},
  extras: PrintExtras = {},
): string => writers[format](ranking, stream, extras);

/** As the source gave it, but for sorts that no source knows. */
export const sortedRanking = (ranking: Ranking, sort: SortKey): Ranking =>
  askedSort(sort) === sort ? ranking : { ...ranking, functions: [...sortedBy(ranking.functions, sort)] };

/** Resolves when the stream has taken the text. @param extras as in {@link rankingText} */
export const printRanking = (
  ranking: Ranking,
  format: RankingFormat,
  stream: PrintStream,
  extras: PrintExtras = {},
): Promise<void> => printText(rankingText(ranking, format, stream, extras), stream);

/** Resolves when the stream has taken the text. */
export const printText = (text: string, stream: PrintStream): Promise<void> =>
  new Promise<void>((done) => {
    stream.write(text, done);
  });

/** As wide as the terminal; with full names and every column where there is none. */
function table({ functions, since }: Ranking, stream: Partial<PrintStream>, extras: PrintExtras): string {
  if (functions.length === 0) {
    const { narrowed = '' } = extras;
    const what = `no invocations since ${since.slice(0, 16).replace('T', ' ')} UTC`;
    return narrowed === ''
      ? `${what}; look further back with --since, such as --since 30d
`
      : `${what} of only ${clean(narrowed)}; leave these options out to see all
`;
  }
  const glyphs = glyphsFor(process.env);
  const width = stream.isTTY === true ? stream.columns : undefined;
  const plan =
    width === undefined
      ? planAllColumns(functions, glyphs, extras)
      : planColumns(width, longestOf(functions), glyphs, extras);
  const context = { glyphs, scaleMs: barScaleMs(functions) };
  const lines = [headerLine(plan, undefined), ...functions.map((ranked) => rowLine(plan, ranked, false, context))];
  // The two cells of the selection marker are of no use here.
  const texts = lines.map((line) => lineText(line).slice(2).trimEnd());
  const why = `${notObservable} not observable`;
  const whole = `${why}: see ${sourcesPage}`;
  const note = hasUnseen(plan, functions) ? ['', whole.length <= (width ?? whole.length) ? whole : why] : [];
  return [...texts, ...note].map((text) => `${text}\n`).join('');
}
