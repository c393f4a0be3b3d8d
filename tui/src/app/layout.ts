/** Divides the screen's height between what every screen has; the rest is the screen's own. */

export interface Layout {
  notices: number;
  /** The line under the title. */
  summary: boolean;
  /** A line under that, for what to do about trouble. */
  next: boolean;
  /** A blank line under it, or what to do. */
  airy: boolean;
  /** A line of its own for the progress. */
  progress: boolean;
  /** Lines for the screen. */
  body: number;
}

/** Title and footer. */
export const fixedRows = 2;
/** A screen with fewer lines than this would be hidden behind what is not its own. */
const leastBody = 7;
const leastBesideTrouble = 4;
const airyFrom = 20;

/** @param wants.trouble lines that it takes to tell; 0 = there is none */
export function layoutFrame(rows: number, wants: { notices: number; progress: boolean; trouble: number }): Layout {
  let left = Math.max(0, rows - fixedRows);
  const take = (keep: number): boolean => {
    if (left - 1 < keep) return false;
    left -= 1;
    return true;
  };
  // Why there is nothing new is said in its place, and said in any case.
  const isIll = wants.trouble > 0;
  const summary = take(isIll ? leastBesideTrouble : leastBody - 1);
  const next = wants.trouble > 1 && rows < airyFrom && take(leastBesideTrouble);
  const progress = wants.progress && take(4);
  let notices = 0;
  while (notices < wants.notices && take(leastBody)) notices += 1;
  const airy = rows >= airyFrom && take(leastBody);
  return { notices, summary, next, airy, progress, body: left };
}
