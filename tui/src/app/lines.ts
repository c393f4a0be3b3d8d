/** Frames of which most lines are as they were: those stay the same objects, so that nobody draws them again. */
import type { Line, Segment } from '../format/segments.ts';

/** @returns `next`, with lines of `before` where they are alike; `before` itself where all of them are */
export function steadied(before: readonly Line[], next: readonly Line[]): readonly Line[] {
  const lines = next.map((line, row) => {
    const known = before[row];
    return known !== undefined && isSame(known, line) ? known : line;
  });
  return lines.length === before.length && lines.every((line, row) => line === before[row]) ? before : lines;
}

const isSame = (a: Line, b: Line): boolean =>
  a === b || (a.length === b.length && a.every((segment, index) => isSamePiece(segment, b[index])));

const isSamePiece = (a: Segment, b: Segment | undefined): boolean =>
  a === b || (a.text === b?.text && a.color === b.color && a.bold === b.bold && a.dim === b.dim);
