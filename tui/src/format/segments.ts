/** A line of the screen as styled pieces: what a table row, a title or a detail line is before Ink draws it. */
import { cells, truncate } from './clean.ts';
import type { Color } from './theme.ts';

/** A piece of a line in one style. Which shade its colour has is the theme's to say. */
export interface Segment {
  text: string;
  color?: Color;
  bold?: boolean;
  dim?: boolean;
  /** Of what can be selected: its key, on the first piece of it. */
  of?: string;
  /** What the text is of, such as the header of its column: for whoever hears lines instead of seeing them. */
  label?: string;
  /** A shape, or a word that others repeat: of no use to whoever hears lines. */
  isSilent?: boolean;
  /** Is heard instead of the text. */
  said?: string;
}

export type Line = readonly Segment[];

export const lineText = (line: Line): string => line.map(({ text }) => text).join('');

export const lineCells = (line: Line): number => line.reduce((sum, { text }) => sum + cells(text), 0);

/** Cuts a line to `width` cells, keeping styles. */
export function truncateLine(line: Line, width: number, mark: string): Line {
  if (lineCells(line) <= width) return line;
  const kept: Segment[] = [];
  let left = width;
  for (const segment of line) {
    const size = cells(segment.text);
    // A following piece would not fit either, so the mark has to find its place in this one.
    if (size >= left) {
      kept.push({
        ...segment,
        text: size > left ? truncate(segment.text, left, mark) : markEnd(segment.text, left, mark),
      });
      break;
    }
    kept.push(segment);
    left -= size;
  }
  return kept;
}

/** The text fills its room exactly, yet more follows: its last cells give way to the mark. */
const markEnd = (text: string, width: number, mark: string): string => truncate(`${text}  `, width, mark);

/** `left` at the left edge and `right` at the right one, exactly `width` cells; `left` is cut first. */
export function spread(left: Line, right: Line, width: number, mark: string): Line {
  const shownRight = truncateLine(right, width, mark);
  const room = width - lineCells(shownRight) - 1;
  if (room < 1) return shownRight;
  const shownLeft = truncateLine(left, room, mark);
  return [...shownLeft, { text: ' '.repeat(width - lineCells(shownLeft) - lineCells(shownRight)) }, ...shownRight];
}

/** The first parts that fit into `width` cells, joined; a part is shown whole or not at all. */
export function joinedWithin(parts: readonly Line[], separator: string, width: number): Line {
  let fitting = parts.length;
  while (fitting > 0 && lineCells(joined(parts.slice(0, fitting), separator)) > width) fitting -= 1;
  return joined(parts.slice(0, fitting), separator);
}

/** All parts, in as many lines as they need; a part is never divided. */
export function joinedOver(parts: readonly Line[], separator: string, width: number): Line[] {
  const lines: Line[][] = [[]];
  for (const part of parts) {
    const last = lines.at(-1) ?? [];
    if (last.length > 0 && lineCells(joined([...last, part], separator)) > width) lines.push([part]);
    else last.push(part);
  }
  return lines.map((of) => joined(of, separator));
}

/** Joins lines' pieces with a dim separator. */
export function joined(parts: readonly Line[], separator: string): Line {
  return parts.flatMap((part, index) => (index === 0 ? part : [{ text: separator, dim: true }, ...part]));
}
