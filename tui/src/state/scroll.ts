/** Which line of a page stands first, and how keys change that. Pure. */
import type { Action } from '../keys.ts';

/** @param last the first line of the last page @returns where the action scrolls to; the same place where it scrolls nothing */
export function scrolled(top: number, action: Action | undefined, last: number, pageRows: number): number {
  const page = Math.max(1, pageRows);
  const steps: Readonly<Partial<Record<Action, number>>> = {
    ...{ up: -1, down: 1, pageUp: -page, pageDown: page },
    ...{ first: -last, last },
  };
  // It may have stood further down, before the terminal was made larger.
  const from = Math.min(last, top);
  return Math.min(last, Math.max(0, from + ((action && steps[action]) ?? 0)));
}
