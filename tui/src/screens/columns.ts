/** The ranking's columns as one table: what each shows, how wide it is, and which go first when the screen is narrow. */
import type { RankedFunction, RankingSort } from '@coldlens/collector';
import { cells, clean, cleanAscii, toWidth } from '../format/clean.ts';
import { asciiGlyphs, type Glyphs } from '../format/glyphs.ts';
import { formatChange, formatCount, formatMs, formatShare, formatUsd } from '../format/numbers.ts';
import { drawnMs, phaseBar, phaseShapes } from '../format/phases.ts';
import type { Line, Segment } from '../format/segments.ts';

/** What a cell may depend on besides its function. */
export interface CellContext {
  glyphs: Glyphs;
  /** Milliseconds that the full width of the phase bar stands for. */
  scaleMs: number;
}

interface Column {
  id: string;
  header: string;
  /** Cells, without the gap before it. The two flexible columns take {@link ColumnPlan} widths instead. */
  width: number;
  align: 'left' | 'right';
  /** Columns join in this order until the width is used up: 0 first. */
  priority: number;
  sort?: RankingSort;
  dim?: boolean;
  /** Only there in a ranking that is compared with the window before. */
  isCompared?: true;
  text(ranked: RankedFunction, clean: (text: string) => string): string;
}

const providerShort: Readonly<Record<string, string>> = {
  aws: 'aws',
  azure: 'az',
  gcp: 'gcp',
  cloudflare: 'cf',
};

/** Provider and region in short: `aws/us-east-1`. */
export const place = ({ provider, region }: RankedFunction, cleaned: (text: string) => string): string =>
  [providerShort[provider] ?? cleaned(provider), cleaned(region)].filter((part) => part !== '').join('/');

/** Of cold p50 since the window before; `new` where there was nothing before. */
export function changeText({ cold, before }: RankedFunction): string {
  return before === null ? 'new' : formatChange(before.coldP50Ms, cold.p50Ms, before.isColdChangeSure === true);
}

const bar = 'bar';
const name = 'name';

/** In the order on the screen, left to right. */
const columns: readonly Column[] = [
  { id: name, header: 'FUNCTION', width: 8, align: 'left', priority: 0, text: (f, c) => c(f.name) || '(no name)' },
  { id: 'place', header: 'WHERE', width: 14, align: 'left', priority: 12, dim: true, text: place },
  {
    id: 'runtime',
    header: 'RUNTIME',
    width: 11,
    align: 'left',
    priority: 13,
    dim: true,
    text: (f, c) => c(f.runtime) || '-',
  },
  {
    id: 'memory',
    header: 'MB',
    width: 6,
    align: 'right',
    priority: 11,
    text: ({ memoryMb }) => (memoryMb === null ? '-' : formatCount(memoryMb)),
  },
  {
    id: 'invocations',
    header: 'INVOC',
    width: 6,
    align: 'right',
    priority: 7,
    sort: 'invocations',
    text: ({ invocations }) => formatCount(invocations),
  },
  {
    id: 'cold',
    header: 'COLD',
    width: 5,
    align: 'right',
    priority: 5,
    text: ({ coldStarts }) => formatCount(coldStarts),
  },
  {
    id: 'share',
    header: 'COLD%',
    width: 5,
    align: 'right',
    priority: 10,
    text: ({ coldRatio }) => formatShare(coldRatio),
  },
  {
    id: 'coldP50',
    header: 'COLD P50',
    width: 9,
    align: 'right',
    priority: 3,
    sort: 'cold-p50',
    text: ({ cold }) => formatMs(cold.p50Ms),
  },
  {
    id: 'change',
    header: 'CHANGE',
    width: 8,
    align: 'right',
    // Next to be shown after the bar, for it was asked for.
    priority: 2.5,
    isCompared: true,
    text: changeText,
  },
  {
    id: 'coldP99',
    header: 'COLD P99',
    width: 9,
    align: 'right',
    priority: 1,
    sort: 'cold-p99',
    text: ({ cold }) => formatMs(cold.p99Ms),
  },
  {
    id: 'warmP50',
    header: 'WARM P50',
    width: 8,
    align: 'right',
    priority: 9,
    text: ({ warm }) => formatMs(warm.p50Ms),
  },
  { id: bar, header: 'PHASES', width: 10, align: 'left', priority: 2, text: () => '' },
  { id: 'init', header: 'INIT', width: 6, align: 'right', priority: 8, text: ({ phases }) => formatMs(phases.initMs) },
  {
    id: 'coldCost',
    header: 'COLD COST',
    width: 10,
    align: 'right',
    priority: 4,
    sort: 'cold-cost',
    text: ({ cost }) => formatUsd(cost.coldUsd),
  },
  {
    id: 'monthly',
    header: '$/MONTH',
    width: 9,
    align: 'right',
    priority: 6,
    sort: 'cost',
    text: ({ cost }) => formatUsd(cost.monthlyUsd),
  },
];

const gap = ' ';
/** The row marker and the blank after it. */
const markerCells = 2;
/** Past this a bar only pulls the numbers apart. */
const widestBar = 48;
/** From this width of the screen on the bar is wide enough for its legend, at the cost of a lesser column. */
const legendFrom = 100;
const legendCells = 21;

export interface ColumnPlan {
  columns: readonly { column: Column; width: number }[];
  glyphs: Glyphs;
}

const cleanerFor = (glyphs: Glyphs): ((text: string) => string) => (glyphs === asciiGlyphs ? cleanAscii : clean);

const columnsOf = (isCompared: boolean): readonly Column[] =>
  columns.filter((column) => isCompared || column.isCompared !== true);

/** The widest name that is shown in full when there is room. */
export function longestName(functions: readonly RankedFunction[]): number {
  return functions.reduce((longest, ranked) => Math.max(longest, cells(clean(ranked.name))), 8);
}

/**
 * Chooses columns for `width` cells: by priority while they fit, then the rest goes to the names (as long as the longest
 * needs) and to the bar.
 */
export function planColumns(width: number, nameCells: number, glyphs: Glyphs, isCompared = false): ColumnPlan {
  const firstName = Math.min(nameCells, Math.max(12, Math.floor(width * 0.22)));
  const widths = new Map<string, number>();
  let left = width - markerCells;
  for (const column of columnsOf(isCompared).toSorted((a, b) => a.priority - b.priority)) {
    const own = column.id === bar && width >= legendFrom ? legendCells : column.width;
    const wanted = column.id === name ? Math.min(firstName, left) : own + gap.length;
    // Stop at the first that does not fit: a less important column must not take the room of a more important one.
    if (wanted > left) break;
    widths.set(column.id, column.id === name ? wanted : own);
    left -= wanted;
  }
  const grow = (id: string, limit: number): void => {
    const now = widths.get(id);
    if (now === undefined) return;
    const more = Math.min(left, Math.max(0, limit - now));
    widths.set(id, now + more);
    left -= more;
  };
  grow(name, nameCells);
  grow(bar, widestBar);
  return {
    glyphs,
    columns: columns.flatMap((column) => {
      const planned = widths.get(column.id);
      return planned === undefined ? [] : [{ column, width: planned }];
    }),
  };
}

/** Every column but the bar, as wide as its longest text: for text that is not on a screen. */
export function planAllColumns(functions: readonly RankedFunction[], glyphs: Glyphs, isCompared = false): ColumnPlan {
  const cleaned = cleanerFor(glyphs);
  return {
    glyphs,
    columns: columnsOf(isCompared)
      .filter(({ id }) => id !== bar)
      .map((column) => ({
        column,
        width: functions.reduce(
          (widest, ranked) => Math.max(widest, cells(column.text(ranked, cleaned))),
          column.header.length + 1,
        ),
      })),
  };
}

/** The header line; the column that is sorted by, when known, carries a mark. */
export function headerLine({ columns: planned, glyphs }: ColumnPlan, sort: RankingSort | undefined): Line {
  return [
    { text: ' '.repeat(markerCells) },
    ...planned.flatMap(({ column, width }, index): Segment[] => {
      const sorted = sort !== undefined && column.sort === sort;
      const before = index === 0 ? '' : gap;
      if (column.id === bar) return [{ text: before }, ...barHeader(width, glyphs)];
      const text = sorted ? `${column.header}${glyphs.sorted}` : column.header;
      const style: Omit<Segment, 'text'> = sorted ? { bold: true } : { dim: true };
      return [{ text: before + toWidth(text, width, column.align, glyphs.ellipsis), ...style }];
    }),
  ];
}

/** The bar's header is its legend, as far as there is room; what does not fit is in the help. */
function barHeader(width: number, glyphs: Glyphs): Segment[] {
  const shown = phaseShapes.filter(({ key }) => key === 'runtimeStartMs' || key === 'initMs' || key === 'executionMs');
  const legend = shown.flatMap((shape, index): Segment[] => [
    { text: `${index === 0 ? '' : ' '}${glyphs[shape.glyph]}`, color: shape.color },
    { text: ` ${shape.short}`, dim: true },
  ]);
  const used = legend.reduce((sum, { text }) => sum + cells(text), 0);
  if (used > width) return [{ text: toWidth('PHASES', width, 'left', glyphs.ellipsis), dim: true }];
  return [...legend, { text: ' '.repeat(width - used) }];
}

/** One function's line, exactly as wide as the plan. */
export function rowLine(plan: ColumnPlan, ranked: RankedFunction, selected: boolean, context: CellContext): Line {
  const { glyphs } = plan;
  const cleaned = cleanerFor(glyphs);
  return [
    { text: selected ? `${glyphs.marker} ` : '  ', color: 'cyan', bold: true },
    ...plan.columns.flatMap(({ column, width }, index): Segment[] => {
      const before = index === 0 ? '' : gap;
      if (column.id === bar) return [{ text: before }, ...phaseBar(ranked.phases, context.scaleMs, width, glyphs)];
      const text = before + toWidth(column.text(ranked, cleaned), width, column.align, glyphs.ellipsis);
      if (column.id === name) return [selected ? { text, color: 'cyan', bold: true } : { text }];
      return [column.dim === true ? { text, dim: true } : { text }];
    }),
  ];
}

/** The slowest function fills the bar. */
export const barScaleMs = (functions: readonly RankedFunction[]): number =>
  functions.reduce((largest, { phases }) => Math.max(largest, drawnMs(phases)), 0);
