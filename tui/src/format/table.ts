/** Small tables inside of a screen: columns as wide as their longest text, but for the first, which gives way. */
import { cells, toWidth } from './clean.ts';
import { cleanerFor, type Glyphs } from './glyphs.ts';
import type { Line, Segment } from './segments.ts';

export interface TableColumn<Row> {
  header: string;
  align: 'left' | 'right';
  /** Need not be cleaned. */
  text(row: Row): string;
  /** Lesser columns go first where the table is too wide: the highest number at once. */
  priority: number;
  style?: Omit<Segment, 'text'>;
}

export interface TablePlan<Row> {
  columns: readonly { column: TableColumn<Row>; width: number }[];
  glyphs: Glyphs;
}

const gap = 2;
/** Cells that the first column, mostly a name, keeps in any case; a quarter of what there is before others take it. */
const leastFirst = 12;

export function planTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width: number,
  glyphs: Glyphs,
): TablePlan<Row> {
  const cleaned = cleanerFor(glyphs);
  const sized = columns.map((column) => ({
    column,
    width: rows.reduce((widest, row) => Math.max(widest, cells(cleaned(column.text(row)))), cells(column.header)),
  }));
  const total = (of: typeof sized): number => of.reduce((sum, each) => sum + each.width + gap, -gap);
  let kept = sized;
  const flexible = Math.min(sized[0]?.width ?? 0, Math.max(leastFirst, Math.floor(width / 4)));
  const least = (of: typeof sized): number => total(of) - (of[0]?.width ?? 0) + flexible;
  while (kept.length > 1 && least(kept) > width) {
    const lowest = Math.max(...kept.slice(1).map(({ column }) => column.priority));
    kept = kept.filter(({ column }, index) => index === 0 || column.priority < lowest);
  }
  const over = Math.max(0, total(kept) - width);
  return {
    glyphs,
    columns: kept.map((each, index) => (index === 0 ? { ...each, width: Math.max(1, each.width - over) } : each)),
  };
}

export const tableHeader = <Row>({ columns, glyphs }: TablePlan<Row>): Line =>
  columns.map(({ column, width }, index) => ({
    text: (index === 0 ? '' : ' '.repeat(gap)) + toWidth(column.header, width, column.align, glyphs.ellipsis),
    dim: true,
    isSilent: true,
  }));

export const tableRow = <Row>({ columns, glyphs }: TablePlan<Row>, row: Row): Line =>
  columns.map(({ column, width }, index) => ({
    ...column.style,
    label: column.header.trim().toLowerCase(),
    text:
      (index === 0 ? '' : ' '.repeat(gap)) +
      toWidth(cleanerFor(glyphs)(column.text(row)), width, column.align, glyphs.ellipsis),
  }));

/** Cells that the plan takes. */
export const tableCells = <Row>({ columns }: TablePlan<Row>): number =>
  columns.reduce((sum, { width }) => sum + width + gap, -gap);
