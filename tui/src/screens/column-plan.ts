/** Which of the ranking's columns there are on a screen, and how wide each is. */
import type { RankedFunction } from '@coldlens/collector';
import { cells, clean } from '../format/clean.ts';
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { notObservable } from '../format/numbers.ts';
import type { SortKey } from '../state/sorts.ts';
import { type Column, type ColumnId, type Extras, joiningColumns, place, wantedColumns } from './columns.ts';

/** Before each column but the first. */
export const columnGap = ' ';
/** The row marker and the blank after it. */
export const markerCells = 2;
/** Past this a bar only pulls the numbers apart. */
const widestBar = 48;
/** From this width of the screen on the bar is wide enough for its legend, at the cost of a lesser column. */
const legendFrom = 100;
const legendCells = 21;

export interface ColumnPlan {
  columns: readonly { column: Column; width: number }[];
  glyphs: Glyphs;
}

/** Cells of the longest texts of columns that are as wide as there is room for them. */
export interface Longest {
  nameCells: number;
  /** Of provider and region. */
  placeCells: number;
}

/** The narrowest column of names. */
export const leastNameCells = 8;

export const extentOf = (ranked: RankedFunction): Longest => ({
  nameCells: cells(clean(ranked.name)),
  placeCells: cells(place(ranked, clean)),
});

export const longestOf = (functions: readonly RankedFunction[]): Longest => {
  const extents = functions.map(extentOf);
  return {
    nameCells: extents.reduce((most, { nameCells }) => Math.max(most, nameCells), leastNameCells),
    placeCells: extents.reduce((most, { placeCells }) => Math.max(most, placeCells), 0),
  };
};

/**
 * Chooses columns for `width` cells: by priority while they fit, then the rest goes to the names and places (as long as the
 * longest needs) and to the bar.
 */
export function planColumns(width: number, longest: Longest, glyphs: Glyphs, extras: Extras = {}): ColumnPlan {
  /** Of a column that is sorted by: there has to be room for its mark. */
  const leastCells = ({ header, sort }: Pick<Column, 'header' | 'sort'>): number =>
    sort !== undefined && sort === extras.sort ? cells(header) + cells(glyphs.sorted) : 0;
  const nameCells = Math.max(
    longest.nameCells,
    ...wantedColumns(extras)
      .filter(({ id }) => id === 'name')
      .map(leastCells),
  );
  const firstName = Math.min(nameCells, Math.max(12, Math.floor(width * 0.22)));
  const widths = new Map<ColumnId, number>();
  let left = width - markerCells;
  for (const column of joiningColumns(extras)) {
    const own =
      column.id === 'phases' && width >= legendFrom ? legendCells : Math.max(column.width, leastCells(column));
    const wanted = column.id === 'name' ? Math.min(firstName, left) : own + columnGap.length;
    // Stop at the first that does not fit: a less important column must not take the room of a more important one.
    if (wanted > left) break;
    widths.set(column.id, column.id === 'name' ? wanted : own);
    left -= wanted;
  }
  const grow = (id: ColumnId, limit: number): void => {
    const now = widths.get(id);
    if (now === undefined) return;
    const more = Math.min(left, Math.max(0, limit - now));
    widths.set(id, now + more);
    left -= more;
  };
  grow('name', nameCells);
  grow('where', longest.placeCells);
  grow('phases', widestBar);
  return {
    glyphs,
    columns: wantedColumns(extras).flatMap((column) => {
      const planned = widths.get(column.id);
      return planned === undefined ? [] : [{ column, width: planned }];
    }),
  };
}

/** Whether there is a column that shows what is sorted by. */
export const isDrawn = ({ columns: planned }: ColumnPlan, sort: SortKey): boolean =>
  planned.some(({ column }) => column.sort === sort);

const isDrawing = ({ id }: Column): boolean => id === 'phases' || id === 'trend';

/** Every usual column but those that are drawn, as wide as its longest text; or every wanted one. For text that is not on a screen. */
export function planAllColumns(functions: readonly RankedFunction[], glyphs: Glyphs, extras: Extras = {}): ColumnPlan {
  const cleaned = cleanerFor(glyphs);
  const isUsual = (extras.columns ?? []).length === 0;
  return {
    glyphs,
    columns: wantedColumns(extras)
      .filter((column) => !isUsual || !(isDrawing(column) || column.isSpare === true))
      .map((column) => ({
        column,
        width: functions.reduce(
          (widest, ranked) => Math.max(widest, cells(column.text(ranked, cleaned))),
          isDrawing(column) ? column.width : column.header.length + 1,
        ),
      })),
  };
}

/** Whether any figure is not observable. A change is none: without a window before there is nothing to observe. */
export const hasUnseen = ({ columns: planned }: ColumnPlan, functions: readonly RankedFunction[]): boolean =>
  functions.some((ranked) =>
    planned.some(({ column }) => column.needs === undefined && column.text(ranked, clean) === notObservable),
  );
