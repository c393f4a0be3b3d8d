/** Results as CSV (RFC 4180), of CloudWatch Logs Insights or of the console's search: Lambda's messages have ends of lines in them. */
import type { Telling } from '../../model/telling.ts';
import { kept } from '../fields.ts';
import type { Place, RecordReader } from '../format.ts';
import { Envelopes } from './envelopes.ts';
import { readRow } from './insights.ts';

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

export class InsightsCsv implements RecordReader {
  readonly #into: Telling;
  readonly #envelopes: Envelopes;
  #names: readonly string[] = [];
  #row = '';
  /** A quote is, so the row goes on in the next line. */
  #isOpen = false;

  constructor(place: Place, into: Telling) {
    this.#into = into;
    this.#envelopes = new Envelopes(place, into);
  }

  get isInside(): boolean {
    return this.#isOpen;
  }

  get hasHead(): boolean {
    return this.#names.length > 0;
  }

  record(value: unknown): void {
    this.#envelopes.read(value);
  }

  line(line: string): void {
    if (!this.#isOpen && isInsightsHead(line)) {
      this.#names = namesIn(line).map(kept);
      return;
    }
    this.#row += this.#isOpen ? `\n${line}` : line;
    this.#isOpen = isLeftOpen(line, this.#isOpen);
    if (this.#row.length > longestRow) this.#giveUp('too long');
    else if (!this.#isOpen) this.#take();
  }

  /** A quote that is open to the end. */
  end(): void {
    if (this.#isOpen) this.#giveUp('cut off');
  }

  #take(): void {
    const cells = cellsOf(this.#row);
    this.#row = '';
    readRow((name) => cells[this.#names.indexOf(name)], this.#envelopes);
  }

  #giveUp(reason: 'too long' | 'cut off'): void {
    this.#into.records += 1;
    this.#into.notKnown(reason, this.#row);
    this.#row = '';
    this.#isOpen = false;
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
