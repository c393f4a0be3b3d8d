/**
 * Parts of a page, side by side and below each other as far as there is room; what does not fit is on further pages. The
 * place that has the focus says which page is shown: a part, or on a low terminal a piece of one.
 */
import { cells, toWidth } from '../format/clean.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { type Line, lineCells, truncateLine } from '../format/segments.ts';

export interface Pane {
  id: string;
  title: string;
  /** Fewest lines that say all, and as many as it has a use for; both without its title. */
  least: number;
  wants: number;
  lines(columns: number, rows: number): Line[];
}

interface Placed {
  pane: Pane;
  /** 0 unless it is the next of a part that is higher than the screen. */
  piece: number;
  column: number;
  /** With the title. */
  rows: number;
}

/** Where the focus is. */
export interface Place {
  id: string;
  piece: number;
}

const twoColumnsFrom = 110;
const threeColumnsFrom = 240;
const gutter = 2;

const columnsIn = (width: number): number => (width >= threeColumnsFrom ? 3 : width >= twoColumnsFrom ? 2 : 1);

const cellsOf = (width: number, columns: number): number => Math.floor((width - gutter * (columns - 1)) / columns);

/** How wide a part is at least. */
export const paneCells = (width: number): number => cellsOf(width, columnsIn(width));

/**
 * A part is divided only where it is higher than the screen. Each goes into the column that has most room; surplus goes to the
 * last of a column.
 */
export function pagesOf(panes: readonly Pane[], width: number, rows: number): Placed[][] {
  const columns = columnsIn(width);
  const pages: Placed[][] = [];
  let page: Placed[] = [];
  let left = Array.from({ length: columns }, () => rows);
  const finish = (): void => {
    if (page.length > 0) pages.push(page.map((placed) => widened(placed, page, left[placed.column] ?? 0)));
    page = [];
    left = left.map(() => rows);
  };
  for (const pane of panes) {
    if (pane.least >= rows) {
      finish();
      const pieces = Math.ceil(pane.least / Math.max(1, rows - 1));
      for (let piece = 0; piece < pieces; piece += 1) pages.push([{ pane, piece, column: 0, rows }]);
      continue;
    }
    if (Math.max(...left) <= pane.least) finish();
    const room = Math.max(...left);
    const column = left.indexOf(room);
    const taken = Math.min(pane.wants + 1, room);
    page.push({ pane, piece: 0, column, rows: taken });
    left[column] = room - taken;
  }
  finish();
  return pages;
}

const widened = (placed: Placed, page: readonly Placed[], surplus: number): Placed =>
  page.findLast(({ column }) => column === placed.column) === placed
    ? { ...placed, rows: placed.rows + surplus }
    : placed;

/** Exactly `rows` lines of the page that has the focus. */
export function paneLines(
  panes: readonly Pane[],
  focus: Place,
  { columns: width, rows, glyphs }: { columns: number; rows: number; glyphs: Glyphs },
): Line[] {
  const pages = pagesOf(panes, width, rows);
  const index = pageWith(pages, focus);
  const page = pages[index] ?? [];
  const columns = Math.max(1, ...page.map(({ column }) => column + 1));
  const columnCells = cellsOf(width, columns);
  const drawn = Array.from({ length: columns }, (_, column) =>
    page
      .filter((placed) => placed.column === column)
      .flatMap((placed, place) => {
        const more = column === columns - 1 && place === 0 && pages.length > 1 ? `${index + 1}/${pages.length}` : '';
        return paneBlock(placed, placed.pane.id === focus.id, more, columnCells, glyphs);
      }),
  );
  return Array.from({ length: rows }, (_, row) => besides(drawn, row, columnCells, glyphs));
}

/** A terminal that has become higher has fewer pieces. */
const pageWith = (pages: readonly Placed[][], { id, piece }: Place): number =>
  Math.max(
    0,
    pages.findLastIndex((page) => page.some((placed) => placed.pane.id === id && placed.piece <= piece)),
  );

const besides = (drawn: readonly Line[][], row: number, columnCells: number, glyphs: Glyphs): Line =>
  drawn.flatMap((lines, column): Line => {
    const line = truncateLine(lines[row] ?? [], columnCells, glyphs.ellipsis);
    if (column === drawn.length - 1) return line;
    // What is selected in one column is not what the next one is about.
    return [...line, { text: ' '.repeat(columnCells - lineCells(line) + gutter), of: '' }];
  });

/** Exactly as many lines as it was given. */
function paneBlock(
  { pane, piece, rows }: Placed,
  isFocused: boolean,
  more: string,
  width: number,
  glyphs: Glyphs,
): Line[] {
  const title = toWidth(pane.title, Math.min(cells(pane.title), Math.max(1, width - 6)), 'left', glyphs.ellipsis);
  const mark = isFocused ? `${glyphs.marker} ` : '';
  const end = more === '' ? '' : ` ${more}`;
  const ruled = Math.max(0, width - 4 - cells(mark) - cells(title) - end.length);
  const rule: Line = [
    { text: `${glyphs.rule.repeat(2)} `, dim: true },
    { text: mark, color: 'cyan', bold: true },
    { text: title, label: 'part', bold: true, ...(isFocused ? { color: 'cyan' } : {}) },
    { text: ` ${glyphs.rule.repeat(ruled)}${end}`, dim: true },
  ];
  const from = piece * (rows - 1);
  const lines = pane.lines(width, Math.max(rows - 1, pane.least)).slice(from, from + rows - 1);
  return [rule, ...lines, ...Array.from({ length: Math.max(0, rows - 1 - lines.length) }, (): Line => [])];
}

/** The place `steps` behind the one in focus, going round. */
export function nextPlace(
  panes: readonly Pane[],
  focus: Place,
  steps: 1 | -1,
  { columns, rows }: { columns: number; rows: number },
): Place {
  const pages = pagesOf(panes, columns, rows);
  const places = pages.flatMap((page) => page.map(({ pane, piece }): Place => ({ id: pane.id, piece })));
  const at = places.findLastIndex(({ id, piece }) => id === focus.id && piece <= focus.piece);
  return places[(Math.max(0, at) + steps + places.length) % places.length] ?? focus;
}

/** The one `steps` behind `of`, going round. */
export function nextOf<One>(all: readonly One[], of: One, steps: 1 | -1): One {
  const at = Math.max(0, all.indexOf(of));
  return all[(at + steps + all.length) % all.length] ?? of;
}

/** All parts below each other, for a text. */
export const paneText = (panes: readonly Pane[], { columns }: { columns: number }): Line[] =>
  panes.flatMap(({ title, wants, lines }) => [[{ text: title }], ...lines(columns, wants), []]);
