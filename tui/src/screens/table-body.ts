/** The table that fills a screen: rows of which one is selected, and a line about that one at the end. */
import { shareBar } from '../format/chart.ts';
import type { Glyphs } from '../format/glyphs.ts';
import type { Line, Segment } from '../format/segments.ts';
import { planTable, type TableColumn, tableCells, tableHeader, tableRow } from '../format/table.ts';
import type { Color } from '../format/theme.ts';
import { topOf } from '../state/list.ts';

/** The line about the selected row, and a blank one before it. */
const detailRows = 2;
const detailFrom = 12;

/** How many rows fit, the header not counted. */
export const bodyRows = (rows: number): number => Math.max(1, rows - 1 - (rows >= detailFrom ? detailRows : 0));

/** Lines above what is said of the selected row. */
export const linesAbove = (rows: number): number => bodyRows(rows) + 1;

/** Puts what is said of the selected row at the end, where there is room for it. */
export function withDetail(lines: readonly Line[], detail: Line, rows: number): Line[] {
  if (rows < detailFrom) return [...lines];
  const blanks = Array.from({ length: Math.max(0, rows - detailRows - lines.length) }, (): Line => []);
  return [...lines, ...blanks, [], detail];
}

export interface TableBody<Row> {
  rows: readonly Row[];
  /** Of each row. */
  keys: readonly string[];
  selected: number;
  columns: readonly TableColumn<Row>[];
  /** A bar behind each row, where there is something to compare. */
  bar?: { share(row: Row): number; color: Color };
}

/** The first piece of a line that can be selected. */
export const markerOf = (isSelected: boolean, key: string | undefined, glyphs: Glyphs): Segment => ({
  ...{ text: isSelected ? `${glyphs.marker} ` : '  ', color: 'cyan', bold: true },
  ...(key === undefined ? {} : { of: key }),
});

const leastBar = 12;
const widestBar = 40;

export function tableLines<Row>(
  { rows: all, keys, selected, columns: table, bar }: TableBody<Row>,
  { columns, rows, glyphs }: { columns: number; rows: number; glyphs: Glyphs },
): Line[] {
  const room = bodyRows(rows);
  const top = topOf(selected, all.length, room);
  const plan = planTable(table, all, columns - 2 - (bar === undefined ? 0 : leastBar), glyphs);
  const barCells = Math.max(0, Math.min(widestBar, columns - 2 - tableCells(plan) - 2));
  return [
    [{ text: '  ' }, ...tableHeader(plan)],
    ...all.slice(top, top + room).map((row, index): Line => {
      const isSelected = top + index === selected;
      const cellsOfRow = tableRow(plan, row).map((segment, at) =>
        isSelected && at === 0 ? { ...segment, color: 'cyan' as const, bold: true } : segment,
      );
      return [
        markerOf(isSelected, keys[top + index], glyphs),
        ...cellsOfRow,
        ...(bar === undefined
          ? []
          : [
              { text: '  ' },
              { text: shareBar(bar.share(row), barCells, glyphs.init), color: bar.color, isSilent: true },
            ]),
      ];
    }),
  ];
}
