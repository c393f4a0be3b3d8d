/** The ranking's lines: its header, and one for each function. */
import type { RankedFunction } from '@coldlens/collector';
import { fitted } from '../format/chart.ts';
import { cells, toWidth } from '../format/clean.ts';
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { drawnMs, phaseBar, phaseShapes } from '../format/phases.ts';
import type { Line, Segment } from '../format/segments.ts';
import { type SortKey, sortMeanings } from '../state/sorts.ts';
import { type ColumnPlan, columnGap, isDrawn, markerCells } from './column-plan.ts';
import { functionKey } from './function-key.ts';
import { markerOf } from './table-body.ts';

/** What a cell may depend on besides its function. */
export interface CellContext {
  glyphs: Glyphs;
  /** Milliseconds that the full width of the phase bar stands for. */
  scaleMs: number;
}

/** How the header begins for whoever hears it. */
export const sortedBy = 'sorted by';

/** The header line; the column that is sorted by, when known, carries a mark. What is not drawn is heard all the same. */
export function headerLine(plan: ColumnPlan, sort: SortKey | undefined): Line {
  const { columns: planned, glyphs } = plan;
  return [
    { text: ' '.repeat(markerCells) },
    ...planned.flatMap(({ column, width }, index): Segment[] => {
      const sorted = sort !== undefined && column.sort === sort;
      const before = index === 0 ? '' : columnGap;
      if (column.id === 'phases') return [{ text: before }, ...barHeader(width, glyphs)];
      const text = sorted ? `${column.header}${glyphs.sorted}` : column.header;
      const style: Omit<Segment, 'text'> = sorted
        ? { bold: true, said: `${sortedBy} ${column.header.toLowerCase()}` }
        : { dim: true, isSilent: true };
      return [{ text: before + toWidth(text, width, column.align, glyphs.ellipsis), ...style }];
    }),
    ...(sort === undefined || isDrawn(plan, sort)
      ? []
      : [{ text: '', said: `${sortedBy} ${sortMeanings[sort].label}` }]),
  ];
}

/** The bar's header is its legend, as far as there is room; what does not fit is in the help. */
function barHeader(width: number, glyphs: Glyphs): Segment[] {
  const shown = phaseShapes.filter(({ key }) => key === 'runtimeStartMs' || key === 'initMs' || key === 'executionMs');
  const legend = shown.flatMap((shape, index): Segment[] => [
    { text: `${index === 0 ? '' : ' '}${glyphs[shape.glyph]}`, color: shape.color, isSilent: true },
    { text: ` ${shape.short}`, dim: true, isSilent: true },
  ]);
  const used = legend.reduce((sum, { text }) => sum + cells(text), 0);
  if (used > width) return [{ text: toWidth('PHASES', width, 'left', glyphs.ellipsis), dim: true, isSilent: true }];
  return [...legend, { text: ' '.repeat(width - used) }];
}

/** The function's own p99 over the window: its largest is as high as the line. Steps without a cold start are blank. */
function sparkline(values: readonly (number | null)[], width: number, glyphs: Glyphs): Segment[] {
  const shown = fitted(values, width, (group) => group.reduce(greater));
  const largest = shown.reduce((most: number, value) => Math.max(most, value ?? 0), 0);
  const text = shown
    .map((value) => {
      if (value === null || largest <= 0) return ' ';
      return glyphs.heights[Math.min(7, Math.max(0, Math.ceil((value / largest) * 8) - 1))] ?? ' ';
    })
    .join('');
  return [{ text: text.padStart(width), color: 'cyan', isSilent: true }];
}

const greater = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

/** One function's line, exactly as wide as the plan. */
export function rowLine(plan: ColumnPlan, ranked: RankedFunction, selected: boolean, context: CellContext): Line {
  const { glyphs } = plan;
  const cleaned = cleanerFor(glyphs);
  return [
    markerOf(selected, functionKey(ranked), glyphs),
    ...plan.columns.flatMap(({ column, width }, index): Segment[] => {
      const before = index === 0 ? '' : columnGap;
      if (column.id === 'phases') return [{ text: before }, ...phaseBar(ranked.phases, context.scaleMs, width, glyphs)];
      if (column.id === 'trend') return [{ text: before }, ...sparkline(ranked.trend ?? [], width, glyphs)];
      const text = before + toWidth(column.text(ranked, cleaned), width, column.align, glyphs.ellipsis);
      const label = column.header.toLowerCase();
      if (column.id === 'name') return [selected ? { text, label, color: 'cyan', bold: true } : { text, label }];
      return [column.dim === true ? { text, label, dim: true } : { text, label }];
    }),
  ];
}

/** The slowest function fills the bar. */
export const barScaleMs = (functions: readonly RankedFunction[]): number =>
  functions.reduce((largest, { phases }) => Math.max(largest, drawnMs(phases)), 0);
