/** Results as CSV (RFC 4180), of CloudWatch Logs Insights or of the console's search: Lambda's messages have ends of lines in them. */
import type { Telling } from '../../model/telling.ts';
import { kept } from '../fields.ts';
import type { Place, RecordReader } from '../format.ts';
import { Envelopes } from './envelopes.ts';
import { readRow } from './insights.ts';
import { timestampMs } from './timestamps.ts';

const message = '@message';

/** Insights names fields with an @, the search of a log group without. */
const namesIn = (line: string): string[] =>
  line.split(',').map((cell) => {
    const name = cell
      .trim()
      .replaceAll('"', '')
      .replace(/^\uFEFF/, '');
    return name.startsWith('@') ? name : `@${name}`;
  });

/** The first line, which names the columns. */
export const isInsightsHead = (line: string): boolean => {
  if (line.length > longestHead) return false;
  const names = namesIn(line);
  return names.includes(message) && names.includes('@timestamp');
};

const longestHead = 1_000;
/** Where a quote is never closed. */
const longestRow = 1024 * 1024;
/** A name of a stream that is whole. */
const wholeStream = /\][0-9a-f]{32}$/;

export class InsightsCsv implements RecordReader {
  readonly #into: Telling;
  readonly #envelopes: Envelopes;
  #names: readonly string[] = [];
  #row = '';
  /** A quote is, so the row goes on in the next line. */
  #isInQuote = false;
  /** Of the row before. */
  #lastCell = '';

  constructor(place: Place, into: Telling) {
    this.#into = into;
    this.#envelopes = new Envelopes(place, into);
  }

  get isInside(): boolean {
    return this.#isInQuote;
  }

  get hasHead(): boolean {
    return this.#names.length > 0;
  }

  record(value: unknown): void {
    this.#envelopes.read(value);
  }

  line(line: string, isOpen = false): void {
    if (!this.#isInQuote && isInsightsHead(line)) {
      this.#names = namesIn(line).map(kept);
      return;
    }
    this.#row += this.#isInQuote ? `\n${line}` : line;
    this.#isInQuote = isLeftOpen(line, this.#isInQuote);
    if (this.#row.length > longestRow) this.#giveUp('too long');
    else if (!this.#isInQuote) this.#take(isOpen);
  }

  /** A quote that is open to the end. */
  end(): void {
    if (this.#isInQuote) this.#giveUp('cut off');
  }

  #take(isOpen: boolean): void {
    const row = this.#row;
    this.#row = '';
    const cells = cellsOf(row);
    if (isOpen && !this.#isWhole(row, cells)) {
      this.#notKnown('cut off', row);
      return;
    }
    this.#lastCell = kept(cells.at(-1) ?? '');
    const mayBeHalf = isOpen && this.#names.at(-1) === message && !row.endsWith('"');
    readRow((name) => cells[this.#names.indexOf(name)], this.#envelopes, mayBeHalf);
  }

  /** All cells of the last row of a file are there, and the last one, where it is no message, is no half of one. */
  #isWhole(row: string, cells: readonly string[]): boolean {
    const [name, cell = ''] = [this.#names.at(-1), cells.at(-1)];
    return (
      cells.length === this.#names.length &&
      (row.endsWith('"') || name === message || cell === this.#lastCell || wholeStream.test(cell))
    );
  }

  /** What it has swallowed since may be rows of their own: a quote that nobody closes opened nothing. */
  #giveUp(reason: 'too long' | 'cut off'): void {
    const [first = '', ...others] = this.#row.split('\n');
    this.#row = '';
    this.#isInQuote = false;
    this.#notKnown(reason, first);
    // None opens a quote anew: it would have closed that one.
    for (const line of others) if (this.#isRow(line)) this.line(line);
  }

  #isRow(line: string): boolean {
    const cells = cellsOf(line);
    return cells.length === this.#names.length && !Number.isNaN(timestampMs(cells[this.#names.indexOf('@timestamp')]));
  }

  #notKnown(reason: 'too long' | 'cut off', row: string): void {
    this.#into.records += 1;
    this.#into.notKnown(reason, row);
  }
}

/** A quote opens only where a cell begins: others are text. @param isOpen one is, from the line before */
const isLeftOpen = (line: string, isOpen: boolean): boolean => {
  let [at, isIn] = [0, isOpen];
  for (;;) {
    if (!isIn && line[at] === '"') [at, isIn] = [at + 1, true];
    const end = line.indexOf(isIn ? '"' : ',', at);
    if (end === -1) return isIn;
    const isDoubled = isIn && line[end + 1] === '"';
    if (isIn && !isDoubled) {
      const next = line.indexOf(',', end);
      if (next === -1) return false;
      [at, isIn] = [next + 1, false];
    } else at = end + (isDoubled ? 2 : 1);
  }
};

const cell = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/gy;

const cellsOf = (row: string): string[] => {
  const cells: string[] = [];
  cell.lastIndex = 0;
  while (cell.lastIndex < row.length) {
    const found = cell.exec(row);
    if (found === null) break;
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
  }
  return cells;
};
