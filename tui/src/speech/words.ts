/** A line of the screen in words: what its pieces are of comes before them, and shapes are left out. */
import type { Line } from '../format/segments.ts';

export function spoken(line: Line): string {
  let text = '';
  for (const { text: piece, label, isSilent, said } of line) {
    if (isSilent === true) continue;
    if (said !== undefined) text += ` ${said}`;
    else if (label === undefined) text += piece;
    else if (piece.trim() !== '') text += `${/[^\s:]\s*$/.test(text) ? ',' : ''} ${label} ${piece.trim()}`;
  }
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ,/g, ',')
    .replace(/^[ ,]+|[ ,]+$/g, '');
}

/** `3/10` as it is read out. */
export const spokenPlace = (place: string): string => place.replace('/', ' of ');
