/** Lines out of pieces: running text with a hanging indent, tables, and bars. */
import { cells, toWidth, truncate } from '../../cli/cells.ts';
import { type Line, type Piece, type Shapes, shapesOf, type TerminalStyle } from './style.ts';

/** What belongs on one line: pieces with no blank between them, such as a name and the full stop behind it. */
const wordsOf = (text: Line): Piece[][] => {
  const words: Piece[][] = [];
  let isOpen = false;
  for (const { text: run, ...look } of text) {
    for (const [index, part] of run.split(' ').entries()) {
      if (index > 0) isOpen = false;
      if (part === '') continue;
      if (!isOpen) words.push([]);
      words.at(-1)?.push({ ...look, text: part });
      isOpen = true;
    }
  }
  return words;
};

const widthOf = (line: Line): number => line.reduce((sum, piece) => sum + cells(piece.text), 0);

/** The word in at most `room` cells. */
const fitted = (word: Line, room: number, mark: string): Piece[] => {
  let left = room;
  return word.flatMap((piece): Piece[] => {
    const text = left > 0 ? truncate(piece.text, left, mark) : '';
    left -= cells(text);
    return text === '' ? [] : [{ ...piece, text }];
  });
};

/** Breaks at blanks; what follows the first line is indented as deep as `lead` is wide. A longer word is cut. */
export const flow = (lead: Line, text: Line, style: TerminalStyle): Line[] => {
  const indent = widthOf(lead);
  const room = style.width - indent;
  const mark = shapesOf(style).ellipsis;
  const lines: Piece[][] = [[]];
  let used = 0;
  for (const word of wordsOf(text)) {
    const [first, ...rest] = fitted(word, room, mark);
    if (first === undefined) continue;
    const width = widthOf([first, ...rest]);
    const isNewLine = used > 0 && used + 1 + width > room;
    if (isNewLine) lines.push([]);
    const blank = used === 0 || isNewLine ? '' : ' ';
    lines.at(-1)?.push({ ...first, text: `${blank}${first.text}` }, ...rest);
    used = (isNewLine ? 0 : used) + blank.length + width;
  }
  return lines.map((line, index) => [...(index === 0 ? lead : [{ text: ' '.repeat(indent) }]), ...line]);
};

export interface Column {
  header: string;
  align?: 'left' | 'right';
  /** Is cut first. At most one of a table. */
  isFlexible?: boolean;
}

/** A name in fewer cells is hard to tell from another. */
const leastFlexible = 18;

const secondWidest = (widths: readonly number[]): number => widths.toSorted((a, b) => b - a)[1] ?? 0;

/** Columns are as wide as their longest cell; two blanks between them. */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Piece[])[],
  style: TerminalStyle,
  indent = 2,
): Line[] => {
  const shapes = shapesOf(style);
  const gap = 2;
  const widths = columns.map(({ header }, at) =>
    Math.max(cells(header), ...rows.map((row) => cells(row[at]?.text ?? ''))),
  );
  const flexible = columns.findIndex(({ isFlexible }) => isFlexible);
  let over = widths.reduce((sum, width) => sum + width + gap, indent - gap) - style.width;
  while (over > 0) {
    // The flexible column first; a table of long texts loses from its widest.
    const isTight = flexible < 0 || (widths[flexible] ?? 0) <= leastFlexible;
    const at = isTight ? widths.indexOf(Math.max(...widths)) : flexible;
    const least = isTight ? 4 : leastFlexible;
    const cut = Math.min(over, Math.max(1, (widths[at] ?? 0) - Math.max(least, isTight ? secondWidest(widths) : 0)));
    if ((widths[at] ?? 0) - cut < 4) break;
    widths[at] = (widths[at] ?? 0) - cut;
    over -= cut;
  }
  const lineOf = (cellsOfRow: readonly Piece[]): Line => [
    { text: ' '.repeat(indent) },
    ...cellsOfRow.map(({ text, ...look }, at) => ({
      ...look,
      text: `${toWidth(text, widths[at] ?? 0, columns[at]?.align ?? 'left', shapes.ellipsis)}${at < columns.length - 1 ? ' '.repeat(gap) : ''}`,
    })),
  ];
  const headers = columns.map(({ header }): Piece => ({ text: header, dim: true }));
  return [...(headers.some(({ text }) => text !== '') ? [lineOf(headers)] : []), ...rows.map(lineOf)];
};

/** A bar of at most `width` cells; anything above 0 shows. */
export const bar = (share: number, width: number, { blocks }: Shapes): string => {
  const steps = blocks.length;
  const eighths = Math.min(width * steps, Math.max(share > 0 ? 1 : 0, Math.round(share * width * steps)));
  const whole = Math.floor(eighths / steps);
  return `${(blocks.at(-1) ?? '').repeat(whole)}${eighths % steps > 0 ? (blocks[(eighths % steps) - 1] ?? '') : ''}`;
};

/** Parts of one whole in `width` cells; limits are rounded cumulatively, so that the length is right. */
export const stackedBar = (parts: readonly (Piece & { value: number })[], width: number): Line => {
  const whole = parts.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  let end = 0;
  let used = 0;
  return parts.flatMap(({ value, text, ...look }) => {
    end += Math.max(0, value);
    const upTo = whole > 0 ? Math.round((end / whole) * width) : 0;
    const count = upTo - used;
    used = upTo;
    return count > 0 ? [{ ...look, text: text.repeat(count) }] : [];
  });
};
