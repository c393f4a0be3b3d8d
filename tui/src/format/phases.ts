/** The phases of a cold start as one table: their order in time, names, shapes and colours, and the bar they form. */
import type { Phases } from '@coldlens/collector';
import type { Glyphs } from './glyphs.ts';
import { formatMsUnit } from './numbers.ts';
import type { Line, Segment } from './segments.ts';

export interface PhaseShape {
  key: keyof Phases;
  name: string;
  /** Short form for the table's header. */
  short: string;
  glyph: Exclude<keyof Glyphs, 'isAscii'>;
  color: NonNullable<Segment['color']>;
}

/** In the order in which they happen. `reportedInitMs` is not here: it spans the first three, see {@link phaseBar}. */
export const phaseShapes: readonly PhaseShape[] = [
  { key: 'restoreMs', name: 'restore', short: 'restore', glyph: 'restore', color: 'magenta' },
  { key: 'platformMs', name: 'platform', short: 'platform', glyph: 'platform', color: 'magenta' },
  { key: 'runtimeStartMs', name: 'runtime start', short: 'start', glyph: 'runtimeStart', color: 'blue' },
  { key: 'initMs', name: 'init', short: 'init', glyph: 'init', color: 'yellow' },
  { key: 'executionMs', name: 'execution', short: 'exec', glyph: 'execution', color: 'green' },
];

/** What stands for the first phases where only the provider's single figure is known. */
export const reportedInit: PhaseShape = {
  key: 'reportedInitMs',
  name: 'reported init',
  short: 'reported',
  glyph: 'init',
  color: 'yellow',
};

/** All that has a figure, whether it is drawn or not. */
export const toldShapes: readonly PhaseShape[] = [reportedInit, ...phaseShapes];

/**
 * What the shapes stand for, and how long each phase took; those that are not observable are left out, and what is not drawn
 * has no shape.
 */
export const phaseLegend = (phases: Phases, glyphs: Glyphs): Line[] => {
  const drawn = new Set(drawnPhases(phases).map(({ shape }) => shape));
  return toldShapes.flatMap((shape): Line[] => {
    const ms = phases[shape.key];
    if (ms === null) return [];
    return [
      [
        ...(drawn.has(shape) ? [{ text: `${glyphs[shape.glyph]} `, color: shape.color }] : []),
        { text: `${shape.name} `, dim: true },
        { text: formatMsUnit(ms) },
      ],
    ];
  });
};

/** The phases that can be drawn one after the other, with their milliseconds. */
export function drawnPhases(phases: Phases): { shape: PhaseShape; ms: number }[] {
  const insideUnknown = phases.runtimeStartMs === null && phases.initMs === null;
  const shapes = insideUnknown && phases.reportedInitMs !== null ? [reportedInit, ...phaseShapes] : phaseShapes;
  return shapes.flatMap((shape) => {
    const ms = phases[shape.key];
    // The platform's part lies inside the reported init when that is what is drawn.
    if (ms === null || ms <= 0 || (shape.key === 'platformMs' && shapes[0] === reportedInit)) return [];
    return [{ shape, ms }];
  });
}

/** Sum of the phases that can be drawn, in milliseconds. */
export const drawnMs = (phases: Phases): number => drawnPhases(phases).reduce((sum, { ms }) => sum + ms, 0);

/**
 * The phases as a bar: `width` cells stand for `scaleMs`. Limits are rounded cumulatively, so that the bar's length is
 * right although each phase is a whole number of cells; a function that has phases has at least one cell.
 */
export function phaseBar(phases: Phases, scaleMs: number, width: number, glyphs: Glyphs): Segment[] {
  const drawn = drawnPhases(phases);
  const largest = drawn.reduce((best, phase) => (phase.ms > best.ms ? phase : best), { ms: 0 } as { ms: number });
  const segments: Segment[] = [];
  let endMs = 0;
  let used = 0;
  for (const phase of drawn) {
    endMs += phase.ms;
    const end = scaleMs > 0 ? Math.min(width, Math.round((endMs / scaleMs) * width)) : 0;
    if (end > used) {
      segments.push({ text: glyphs[phase.shape.glyph].repeat(end - used), color: phase.shape.color, isSilent: true });
      used = end;
    }
  }
  if (used === 0 && width > 0 && 'shape' in largest) {
    const { shape } = largest as { shape: PhaseShape };
    segments.push({ text: glyphs[shape.glyph], color: shape.color, isSilent: true });
    used = 1;
  }
  segments.push({ text: ' '.repeat(Math.max(0, width - used)) });
  return segments;
}
