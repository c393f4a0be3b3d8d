/** Spans as bars over time, names at the left. */
import type { InvocationSpan } from '@coldlens/collector';
import { cells, toWidth } from '../../format/clean.ts';
import { cleanerFor, type Glyphs } from '../../format/glyphs.ts';
import { formatMs, formatMsUnit } from '../../format/numbers.ts';
import { type PhaseShape, phaseShapes } from '../../format/phases.ts';
import type { Line, Segment } from '../../format/segments.ts';
import { markerOf } from '../table-body.ts';
import type { ShownSpan } from './tree.ts';

export interface WaterfallScale {
  nameCells: number;
  barCells: number;
  fromMs: number;
  spanMs: number;
}

const msCells = 9;
const markerCells = 2;
const leastBar = 8;
const branchCells = 3;
/** Behind a bar, for the mark of what has failed. */
const alertCells = 2;
const longestName = 60;

/** From the first begin to the last end. */
export function waterfallScale(tree: readonly ShownSpan[], columns: number): WaterfallScale {
  const fromMs = tree.reduce((first, { span }) => Math.min(first, span.startMs), Number.POSITIVE_INFINITY);
  const toMs = tree.reduce((last, { span }) => Math.max(last, span.startMs + (span.durationMs ?? 0)), fromMs);
  const widest = tree.reduce(
    (most, { span, lastOf }) => Math.max(most, lastOf.length * branchCells + cells(span.name)),
    4,
  );
  const room = Math.max(0, columns - markerCells - msCells - 2 - alertCells);
  const nameCells = Math.min(widest, longestName, Math.max(8, Math.floor(room * 0.45)), Math.max(1, room - leastBar));
  return { nameCells, barCells: Math.max(0, room - nameCells), fromMs, spanMs: Math.max(toMs - fromMs, 1e-6) };
}

export function waterfallHeader({ nameCells, barCells, spanMs }: WaterfallScale): Line {
  const end = formatMsUnit(spanMs);
  return [
    { text: `  ${toWidth('SPAN', nameCells)}${toWidth('ms', msCells, 'right')}  `, dim: true, isSilent: true },
    {
      text: barCells > end.length + 2 ? `0${' '.repeat(barCells - 1 - end.length)}${end}` : '',
      dim: true,
      isSilent: true,
    },
  ];
}

/** Spans tell their phase as `runtime_start`. */
const shapeOf = (phase: string): PhaseShape | undefined =>
  phaseShapes.find(({ name }) => name === phase.replaceAll('_', ' '));

/** The lines that lead from its ancestors to a span. */
const branchesOf = (lastOf: readonly boolean[], { trunk, branch, lastBranch }: Glyphs): string =>
  lastOf
    .map((isLast, index) => {
      if (index < lastOf.length - 1) return isLast ? ' '.repeat(branchCells) : trunk;
      return isLast ? lastBranch : branch;
    })
    .join('');

/** Of a module what it took itself, with its imports; `null` = not observable. */
const workMsOf = ({ module, durationMs }: InvocationSpan): number | null =>
  module === null ? durationMs : Math.min(module.totalMs, durationMs ?? module.totalMs);

export function waterfallRow(
  { span, lastOf }: ShownSpan,
  isSelected: boolean,
  { nameCells, barCells, fromMs, spanMs }: WaterfallScale,
  glyphs: Glyphs,
): Line {
  const shape = shapeOf(span.phase);
  const from = Math.min(barCells - 1, Math.max(0, Math.round(((span.startMs - fromMs) / spanMs) * barCells)));
  const to = Math.min(barCells, Math.round(((span.startMs - fromMs + (span.durationMs ?? 0)) / spanMs) * barCells));
  const glyph = shape === undefined ? glyphs.rule : glyphs[shape.glyph];
  // A module is evaluated at the end of its span; before that it waits for those that it imports.
  const busy = Math.min(
    to - from,
    Math.max(1, Math.ceil(((to - from) * (workMsOf(span) ?? 0)) / (span.durationMs || 1))),
  );
  const [waits, bar] =
    barCells < 1
      ? ['', '']
      : to > from
        ? [glyphs.wait.repeat(to - from - busy), glyph.repeat(busy)]
        : ['', glyphs.moment];
  const name = toWidth(branchesOf(lastOf, glyphs) + cleanerFor(glyphs)(span.name), nameCells, 'left', glyphs.ellipsis);
  const style: Omit<Segment, 'text'> = isSelected ? { color: 'cyan', bold: true } : {};
  return [
    markerOf(isSelected, span.spanId, glyphs),
    { text: name, label: 'span', ...style },
    { text: toWidth(formatMs(workMsOf(span)), msCells, 'right'), label: 'ms', ...style },
    { text: `  ${' '.repeat(Math.max(0, from))}` },
    ...(waits === '' ? [] : [{ text: waits, dim: true, isSilent: true }]),
    { text: bar, color: span.isError ? 'red' : (shape?.color ?? 'cyan'), isSilent: true },
    ...(span.isError ? [{ text: ` ${glyphs.alert}`, color: 'red' as const }] : []),
  ];
}
