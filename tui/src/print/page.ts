/** Prints what a screen shows, once: for people as a table or Markdown, for programs as JSON or CSV. */
import type { RankingFormat } from '../cli/option-table.ts';
import { cleanerFor, type Glyphs, glyphsFor } from '../format/glyphs.ts';
import { type Line, lineText, truncateLine } from '../format/segments.ts';
import { planTable, type TableColumn, tableHeader, tableRow } from '../format/table.ts';
import { type CsvField, csvRows, markdownRows, markdownText } from './fields.ts';
import { safeJson } from './json.ts';
import { type PrintStream, printText } from './ranking.ts';

/** How wide, with what shapes, and when. */
export interface Look {
  columns: number;
  glyphs: Glyphs;
  nowMs: number;
}

/** What is printed of a page: its rows as CSV and Markdown, and in a text with what else there is to say. */
export interface Printed<Answer, Row> {
  rows(answer: Answer): readonly Row[];
  columns(look: Look): readonly TableColumn<Row>[];
  /** What it is about, the most important first; '' = not known. */
  title?(answer: Answer): readonly string[];
  /** Above the rows. */
  head?(answer: Answer, look: Look): readonly Line[];
  /** The rows, where they are more than a table. */
  body?(answer: Answer, look: Look): readonly Line[];
  /** Said instead of no rows. */
  none(answer: Answer): string;
}

/** Names of fields are those of the JSON; where the rows are words for people, CSV is made of the answer itself. */
export type PrintedPage<Answer, Row> = Printed<Answer, Row> &
  ({ fields: readonly CsvField<Row>[]; csv?: never } | { fields?: never; csv(answer: Answer): string });

/** What is drawn to a scale where no terminal says how wide it is. */
const pipedColumns = 120;
/** Wider than any table: full names where nobody's terminal cuts them. */
const unlimited = 100_000;

/** @param width of the terminal; absent = the text is for none */
export function pageText<Answer, Row>(
  page: PrintedPage<Answer, Row>,
  answer: Answer,
  format: RankingFormat,
  { width, nowMs = Date.now() }: { width?: number | undefined; nowMs?: number },
): string {
  const look: Look = { columns: width ?? pipedColumns, glyphs: glyphsFor(process.env), nowMs };
  const rows = page.rows(answer);
  const writers: Readonly<Record<RankingFormat, () => string>> = {
    json: () => safeJson(answer),
    csv: () => (page.fields === undefined ? page.csv(answer) : csvRows(page.fields, rows)),
    markdown: () => {
      const table = markdownRows(
        page.columns(look).map(({ header, align, text }) => [header.trim(), align, text] as const),
        rows,
      );
      const title = titleOf(page, answer).map(markdownText).join(' · ');
      const head = page.head?.(answer, look) ?? [];
      return `${title === '' ? '' : `## ${title}\n\n`}${head.length === 0 ? '' : fenced(asText(head))}${table}`;
    },
    table: () => {
      const title = titleOf(page, answer).map(cleanerFor(look.glyphs)).join(` ${look.glyphs.dot} `);
      const lines = [
        ...(title === '' ? [] : [[{ text: title }], []]),
        ...(page.head?.(answer, look) ?? []),
        ...tableOf(page, answer, rows, look, width),
      ];
      return asText(lines.map((line) => truncateLine(line, width ?? unlimited, look.glyphs.ellipsis)));
    },
  };
  return writers[format]();
}

/** Resolves when the stream has taken the text. */
export async function printPage<Answer, Row>(
  page: PrintedPage<Answer, Row>,
  answer: Answer,
  format: RankingFormat,
  stream: PrintStream,
  nowMs = Date.now(),
): Promise<void> {
  const width = stream.isTTY === true ? stream.columns : undefined;
  await printText(pageText(page, answer, format, { width, nowMs }), stream);
}

function tableOf<Answer, Row>(
  page: PrintedPage<Answer, Row>,
  answer: Answer,
  rows: readonly Row[],
  look: Look,
  width: number | undefined,
): readonly Line[] {
  if (rows.length === 0) return [[{ text: page.none(answer) }]];
  if (page.body !== undefined) return page.body(answer, look);
  const plan = planTable(page.columns(look), rows, width ?? unlimited, look.glyphs);
  return [tableHeader(plan), ...rows.map((row) => tableRow(plan, row))];
}

const titleOf = <Answer, Row>({ title }: PrintedPage<Answer, Row>, answer: Answer): string[] =>
  (title?.(answer) ?? []).filter((text) => text !== '');

/** As it stands, whatever names are in it: no line of theirs ends the fence. */
const fenced = (text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.trimEnd()}\n${fence}\n\n`;
};

const asText = (lines: readonly Line[]): string => lines.map((line) => `${lineText(line).trimEnd()}\n`).join('');
