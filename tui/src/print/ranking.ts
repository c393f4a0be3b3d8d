/** Prints a ranking: for people as a table or Markdown, for programs as JSON or CSV. */
import type { Ranking } from '@coldlens/collector';
import type { RankingFormat } from '../cli/option-table.ts';
import { glyphsFor } from '../format/glyphs.ts';
import { lineText } from '../format/segments.ts';
import { barScaleMs, headerLine, longestName, planAllColumns, planColumns, rowLine } from '../screens/columns.ts';
import { csv, markdown } from './fields.ts';
import { safeJson } from './json.ts';

/** The part of a stream that is written to; a terminal says how wide it is. */
export interface PrintStream {
  write(text: string, done: () => void): unknown;
  isTTY?: boolean;
  columns?: number;
}

type Write = (ranking: Ranking, stream: PrintStream, isCompared: boolean) => string;

const writers: Readonly<Record<RankingFormat, Write>> = {
  table,
  json: safeJson,
  csv: ({ functions }, _stream, isCompared) => csv(functions, isCompared),
  markdown: ({ functions }, _stream, isCompared) => markdown(functions, isCompared),
};

/**
 * Resolves when the stream has taken the text.
 * @param isCompared the window before was asked for too; JSON shows it in any case
 */
export async function printRanking(
  ranking: Ranking,
  format: RankingFormat,
  stream: PrintStream,
  isCompared = false,
): Promise<void> {
  const text = writers[format](ranking, stream, isCompared);
  await new Promise<void>((done) => stream.write(text, done));
}

/** As wide as the terminal; with full names and every column where there is none. */
function table({ functions }: Ranking, stream: PrintStream, isCompared: boolean): string {
  if (functions.length === 0) return 'no invocations in this window\n';
  const glyphs = glyphsFor(process.env);
  const width = stream.isTTY === true ? stream.columns : undefined;
  const plan =
    width === undefined
      ? planAllColumns(functions, glyphs, isCompared)
      : planColumns(width, longestName(functions), glyphs, isCompared);
  const context = { glyphs, scaleMs: barScaleMs(functions) };
  const lines = [headerLine(plan, undefined), ...functions.map((ranked) => rowLine(plan, ranked, false, context))];
  // The two cells of the selection marker are of no use here.
  return lines.map((line) => `${lineText(line).slice(2).trimEnd()}\n`).join('');
}
