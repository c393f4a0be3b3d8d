/** Measures and cuts text by terminal cells. */
import stringWidth from 'string-width';

const onlyAscii = /^[ -~]*$/;

/** Width in terminal cells, counted as Ink counts it. */
export function cells(text: string): number {
  return onlyAscii.test(text) ? text.length : stringWidth(text);
}

const graphemes = new Intl.Segmenter();

/** Cuts to at most `width` cells; cut text ends with `mark`. Never splits a grapheme. */
export function truncate(text: string, width: number, mark = '…'): string {
  if (cells(text) <= width) return text;
  const markCells = cells(mark);
  if (width < markCells) return '';
  const room = width - markCells;
  if (onlyAscii.test(text)) return text.slice(0, room) + mark;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = stringWidth(segment);
    if (used + next > room) break;
    kept += segment;
    used += next;
  }
  return kept + mark;
}

/** Exactly `width` cells: cut with `mark` or filled with blanks. */
export function toWidth(text: string, width: number, align: 'left' | 'right' = 'left', mark = '…'): string {
  const cut = truncate(text, width, mark);
  const blanks = ' '.repeat(Math.max(0, width - cells(cut)));
  return align === 'left' ? cut + blanks : blanks + cut;
}
