/** What the user has chosen on the ranking screen, and how an action changes it. Pure: no time, no source, no screen. */
import type { RankedFunction, RankingSort } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import { type Action, actionFor, type Mode } from '../keys.ts';
import { cycleSort } from './sorts.ts';

export interface View {
  mode: Mode;
  sort: RankingSort;
  filter: string;
  frozen: boolean;
  /** Key of the selected function; undefined = whatever is first. */
  selected: string | undefined;
  /** Grows by one with every wish to ask again. */
  refreshes: number;
  /** The user wants to leave. */
  quit: boolean;
}

/** A key press, and what was on the screen when it came: keys of the functions in order, and how many fit. */
export interface KeyPress {
  /** A name from `keyNames`. */
  key: string;
  rows: readonly string[];
  pageRows: number;
}

/** Longer filters are nobody's wish, and a batch of pasted text must not grow without limit. */
const maxFilterLength = 200;

export const firstView = (sort: RankingSort): View => ({
  mode: 'list',
  sort,
  filter: '',
  frozen: false,
  selected: undefined,
  refreshes: 0,
  quit: false,
});

/** Identity of a function, so that the selection follows it when ranks change. */
export const functionKey = ({ provider, account, region, name, version }: RankedFunction): string =>
  JSON.stringify([provider, account, region, name, version]);

/** Where the selected function is now; 0 when it is gone or none was chosen. */
export const selectedIndex = (view: View, rows: readonly string[]): number =>
  view.selected === undefined ? 0 : Math.max(0, rows.indexOf(view.selected));

type Change = (view: View, rows: readonly string[], pageRows: number) => Partial<View>;

const moveBy =
  (steps: (pageRows: number, count: number) => number): Change =>
  (view, rows, pageRows) => {
    const wanted = selectedIndex(view, rows) + steps(pageRows, rows.length);
    return { selected: rows[Math.min(rows.length - 1, Math.max(0, wanted))] };
  };

const changes: Readonly<Record<Action, Change>> = {
  up: moveBy(() => -1),
  down: moveBy(() => 1),
  pageUp: moveBy((pageRows) => -pageRows),
  pageDown: moveBy((pageRows) => pageRows),
  first: moveBy((_pageRows, count) => -count),
  last: moveBy((_pageRows, count) => count),
  nextSort: ({ sort }) => ({ sort: cycleSort(sort, 1) }),
  previousSort: ({ sort }) => ({ sort: cycleSort(sort, -1) }),
  filter: () => ({ mode: 'filter' }),
  freeze: ({ frozen }) => ({ frozen: !frozen }),
  refresh: ({ refreshes }) => ({ refreshes: refreshes + 1 }),
  help: () => ({ mode: 'help' }),
  back: ({ mode }) => (mode === 'help' ? { mode: 'list' } : { mode: 'list', filter: '' }),
  accept: () => ({ mode: 'list' }),
  erase: ({ filter }) => ({ filter: [...filter].slice(0, -1).join('') }),
  clear: () => ({ filter: '' }),
  quit: () => ({ quit: true }),
};

/** The mode is the view's own, so that a batch such as `/abc` opens the filter and then types into it. */
export function changeView(view: View, { key, rows, pageRows }: KeyPress): View {
  const action = actionFor(view.mode, key);
  if (action !== undefined) return { ...view, ...changes[action](view, rows, pageRows) };
  const typed = view.mode === 'filter' && [...key].length === 1 ? clean(key) : '';
  return typed === '' ? view : { ...view, filter: (view.filter + typed).slice(0, maxFilterLength) };
}
