/** The generated parts of SOURCES.md: how to choose a source, and a table a platform. */
import { observedPlatforms } from '../observability.ts';
import { type Cell, type Fact, factNames, facts, type ObservedPlatform, sentenceOf } from './cell.ts';

/** `measured`, `inferred` or `-`, with the number of the sentence below the table. */
const cellText = (cell: Cell, numberOf: (sentence: string) => number): string => {
  const sentence = sentenceOf(cell);
  const word = cell.how === 'not observable' ? '-' : cell.how;
  return sentence === '' ? word : `${word} (${numberOf(sentence)})`;
};

/** Columns as wide as their widest cell, so that the file reads like the page. */
const tableText = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [header = [], ...body] = rows;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
};

const platformText = ({ title, sources }: ObservedPlatform): string => {
  const sentences: string[] = [];
  const numberOf = (sentence: string): number => {
    if (!sentences.includes(sentence)) sentences.push(sentence);
    return sentences.indexOf(sentence) + 1;
  };
  const row = (fact: Fact): string[] => [
    factNames[fact],
    ...sources.map(({ cells }) => cellText(cells[fact], numberOf)),
  ];
  const table = tableText([['', ...sources.map((source) => source.title)], ...facts.map(row)]);
  const notes = sentences.map((sentence, index) => `${index + 1}. ${sentence}`).join('\n');
  return `## ${title}\n\n${table}\n\n${notes}\n`;
};

export const chooseText = (): string =>
  observedPlatforms.map(({ title, choose }) => `- **${title}.** ${choose}`).join('\n');

export const tablesText = (): string => observedPlatforms.map(platformText).join('\n');

/** By the names of the parts. */
export const generatedParts: Readonly<Record<string, () => string>> = { choose: chooseText, tables: tablesText };
