/** Rows in columns of a text, two cells apart. */
import { cells, clean, toWidth } from '../format/clean.ts';

export type TextColumn<Row> = readonly [header: string, align: 'left' | 'right', value: (row: Row) => string];

/** Lines with the headers first; what comes from outside is cleaned. */
export function textTable<Row>(columns: readonly TextColumn<Row>[], lines: readonly Row[]): string[] {
  const rows = [
    columns.map(([header]) => header),
    ...lines.map((line) => columns.map(([, , value]) => clean(value(line)))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => cells(row[at] ?? ''))));
  return rows.map((row) =>
    columns
      .map(([, align], at) => toWidth(row[at] ?? '', widths[at] ?? 0, align))
      .join('  ')
      .trimEnd(),
  );
}

/** All digits, with commas between thousands before the point: where a figure is no rough one. */
export const grouped = (units: string): string => {
  const [whole = '', ...rest] = units.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...rest].join('.');
};
