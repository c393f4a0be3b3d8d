/** Columns of figures, drawn with eighths of a cell. */
import { toWidth } from './clean.ts';
import type { Glyphs } from './glyphs.ts';
import type { Line } from './segments.ts';
import type { Color } from './theme.ts';

export interface ChartOptions {
  width: number;
  /** Lines of the columns, without those of the axis. */
  rows: number;
  glyphs: Glyphs;
  color: Color;
  /** How a figure is written at the axis. */
  format(value: number): string;
}

/** The largest figure is as high as the chart; what is there at all is at least an eighth of a cell high. */
function columnEighths(value: number | null, largest: number, rows: number): number {
  if (value === null || value <= 0 || largest <= 0) return 0;
  return Math.max(1, Math.round((value / largest) * rows * 8));
}

/** At most `most` figures: neighbours are made one by `merge`. */
export function fitted<T>(values: readonly T[], most: number, merge: (group: readonly T[]) => T): T[] {
  if (most < 1) return [];
  const size = Math.ceil(values.length / most);
  if (size <= 1) return [...values];
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    merge(values.slice(index * size, (index + 1) * size)),
  );
}

/** Cells of the axis at the left, the blank after it included. */
export const axisCells = 8;

/**
 * A chart with its scale at the left; values that are not observable (`null`) leave a gap.
 * @param values at most as many as there are cells between axis and right edge
 */
export function chartLines(
  values: readonly (number | null)[],
  { width, rows, glyphs, color, format }: ChartOptions,
): Line[] {
  const largest = values.reduce((most: number, value) => Math.max(most, value ?? 0), 0);
  const each = columnWidth(values.length, width);
  const eighths = values.map((value) => columnEighths(value, largest, rows));
  return Array.from({ length: rows }, (_, row): Line => {
    const below = (rows - 1 - row) * 8;
    const drawn = eighths.map((height) => {
      const part = Math.min(8, Math.max(0, height - below));
      const glyph = part === 0 ? ' ' : (glyphs.heights[part - 1] ?? ' ');
      return each > 2 ? `${glyph.repeat(each - 1)} ` : glyph.repeat(each);
    });
    const label = row === 0 ? format(largest) : row === rows - 1 ? '0' : '';
    return [
      { text: `${toWidth(label, axisCells - 1, 'right', glyphs.ellipsis)} `, dim: true, isSilent: true },
      { text: drawn.join('').trimEnd(), color, isSilent: true },
    ];
  });
}

/** Cells of one column, with the gap after it. */
export const columnWidth = (count: number, width: number): number =>
  Math.max(1, Math.min(6, Math.floor((width - axisCells) / Math.max(1, count))));

/** The axis under a chart: a word at its begin, one in the middle where there is room, and one at its end. */
export function axisLine(words: readonly [string, string, string], count: number, width: number): Line {
  const span = Math.max(0, Math.min(width - axisCells, count * columnWidth(count, width)));
  const [first, middle, last] = words;
  const room = Math.max(span, first.length + last.length + 1);
  const between = room - first.length - last.length;
  // In the middle of all, where that leaves a blank on both sides of it.
  const beforeMiddle = Math.floor((room - middle.length) / 2) - first.length;
  const shown = beforeMiddle >= 1 && between - beforeMiddle - middle.length >= 1 ? middle : '';
  const before = Math.max(0, Math.floor((room - shown.length) / 2) - first.length);
  const after = Math.max(0, between - before - shown.length);
  return [
    {
      text: `${' '.repeat(axisCells)}${first}${' '.repeat(before)}${shown}${' '.repeat(after)}${last}`,
      dim: true,
      isSilent: true,
    },
  ];
}

/** A bar of `share` (0 to 1) of `width` cells; what is there at all has at least one. */
export function shareBar(share: number, width: number, glyph: string): string {
  if (!(share > 0) || width < 1) return '';
  return glyph.repeat(Math.min(width, Math.max(1, Math.round(share * width))));
}
