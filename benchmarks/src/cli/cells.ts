/** Measures and cuts text by terminal cells. */
import stringWidth from 'string-width';

const onlyAscii = /^[ -~]*$/;

/** Texts with shapes in them, such as a footer's keys, come again in every frame, and take 10 us each to measure. */
const measured = new Map<string, number>();
const mostMeasured = 2_000;

/** Width in terminal cells, counted as Ink counts it. */
export function cells(text: string): number {
  if (onlyAscii.test(text)) return text.length;
  const known = measured.get(text);
  if (known !== undefined) return known;
  if (measured.size >= mostMeasured) measured.clear();
  const width = stringWidth(text);
  measured.set(text, width);
  return width;
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
