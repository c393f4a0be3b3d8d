/** The page behind a `-`: why each figure of the selected function is not observable, by the sources that told of it. */
import { type RankedFunction, unseenOf } from '@coldlens/collector';
import { toWidth } from '../format/clean.ts';
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { notObservable } from '../format/numbers.ts';
import type { Line } from '../format/segments.ts';
import { wrapped } from '../format/wrapped.ts';
import { ruleLine } from './detail.ts';

const margin = '   ';
const labelCells = 15;
/** Longer lines are hard to read. */
const widestText = 90;

export function notObservableLines(ranked: RankedFunction, width: number, glyphs: Glyphs): Line[] {
  const cleaned = cleanerFor(glyphs);
  const { platforms, sources, unseen, page } = unseenOf(ranked);
  const room = Math.min(widestText, width - margin.length - labelCells - 2);
  const paragraph = (label: string, text: string, isDim: boolean): Line[] =>
    // The sentences are written for the page, where backquotes mark code.
    wrapped(cleaned(text.replaceAll('`', '')), Math.max(12, room)).map((line, index) => [
      { text: `${margin}${toWidth(index === 0 ? label : '', labelCells)}  `, dim: true },
      isDim ? { text: line, dim: true } : { text: line },
    ]);
  const title = `why ${notObservable}: ${cleaned(ranked.name) || '(no name)'}`;
  const where = platforms.length > 0 ? platforms.join(' or ') : ranked.provider || 'no provider was told';
  return [
    ruleLine(title, width, glyphs),
    ...paragraph('platform', where, true),
    ...(sources.length === 0 ? [] : paragraph('told by', sources.join(', or '), true)),
    [],
    ...(unseen.length === 0
      ? paragraph('', 'everything was observable', false)
      : unseen.flatMap(({ what, why }) => paragraph(`${notObservable} ${what}`, why, false))),
    [],
    ...paragraph('more', page, true),
  ];
}
