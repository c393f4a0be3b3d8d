/** Which line of a list is selected, what it is filtered by, and how keys change that. Pure. */
import type { Action } from '../keys.ts';

/** Keys of what can be selected, in order. */
export interface Keys {
  readonly length: number;
  at(index: number): string | undefined;
  /** -1 = it is not there. */
  indexOf(key: string): number;
}

export interface ListState {
  /** Key of the selected line; undefined = whatever is first. */
  selected: string | undefined;
  filter: string;
  /** The filter is being typed. */
  isTyping: boolean;
}

export const firstList: ListState = { selected: undefined, filter: '', isTyping: false };

/** Where the selected line is now; 0 when it is gone or none was chosen. */
export const selectedIndex = ({ selected }: ListState, keys: Keys): number =>
  selected === undefined ? 0 : Math.max(0, keys.indexOf(selected));

const steps: Readonly<Partial<Record<Action, (pageRows: number, count: number) => number>>> = {
  up: () => -1,
  down: () => 1,
  pageUp: (pageRows) => -pageRows,
  pageDown: (pageRows) => pageRows,
  first: (_pageRows, count) => -count,
  last: (_pageRows, count) => count,
};

/** @returns the list after an action that moves in it; undefined for other actions */
export function moved(list: ListState, action: Action, keys: Keys, pageRows: number): ListState | undefined {
  const by = steps[action]?.(pageRows, keys.length);
  if (by === undefined) return undefined;
  const wanted = selectedIndex(list, keys) + by;
  return { ...list, selected: keys.at(Math.min(keys.length - 1, Math.max(0, wanted))) };
}

/** First line of what fits into `rows` of `count`, with `selected` in the middle except at the ends. */
export const topOf = (selected: number, count: number, rows: number): number =>
  Math.min(Math.max(0, count - rows), Math.max(0, selected - Math.floor(rows / 2)));
