/** Divides the screen's height: the table always, the rest in the order of its worth. */
import { type DetailSize, detailRows, fullDetailColumns } from './detail.ts';

export interface Layout {
  notices: number;
  totals: boolean;
  /** A blank line between the head and the table. */
  airy: boolean;
  /** Lines for functions, the header not counted. */
  tableRows: number;
  detail: DetailSize;
  /** A line of its own for the progress. */
  progress: boolean;
}

/** Title, header and footer. */
const fixedRows = 3;
/** Fewer functions than this beside a detail panel would make the panel the main thing. */
const leastTableRows = 6;

export function layoutScreen(columns: number, rows: number, wants: { notices: number; progress: boolean }): Layout {
  let left = Math.max(0, rows - fixedRows);
  const take = (count: number, keep: number): boolean => {
    if (left - count < keep) return false;
    left -= count;
    return true;
  };
  const totals = take(1, 5);
  const progress = wants.progress && take(1, 3);
  let notices = 0;
  while (notices < wants.notices && take(1, leastTableRows)) notices += 1;
  const sizes: DetailSize[] = columns >= fullDetailColumns ? ['full', 'compact'] : ['compact'];
  const detail = sizes.find((size) => take(detailRows[size], size === 'full' ? 12 : leastTableRows)) ?? 'none';
  const airy = take(1, leastTableRows + 3);
  return { notices, totals, airy, tableRows: left, detail, progress };
}
