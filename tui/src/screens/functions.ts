/** The first screen: functions ranked by cold-start latency or money, with what is known of the selected one. */
import { exactUpToMs, type RankedFunction, type Ranking, type RankingQuery } from '@coldlens/collector';
import { type Facts, type Outcome, opened, type Screen, type ScreenKind } from '../app/screen.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { formatWindow } from '../format/numbers.ts';
import type { Line } from '../format/segments.ts';
import { safeJson } from '../print/json.ts';
import { pollMs } from '../state/feed.ts';
import { nameFilter } from '../state/filter.ts';
import { firstList, type ListState, selectedIndex, topOf } from '../state/list.ts';
import { once } from '../state/once.ts';
import { askedSort, cycleSort, type SortKey, sortMeanings } from '../state/sorts.ts';
import { type ColumnPlan, isDrawn, planColumns } from './column-plan.ts';
import type { ColumnId } from './columns.ts';
import { type DetailSize, detailLines, detailRows, fullDetailColumns } from './detail.ts';
import { functionScreen } from './function/screen.ts';
import { type Grouping, groupLine, nextGrouping } from './groups.ts';
import { amongText, moreText, rankingFor, typedFor } from './listed.ts';
import { emptyLines, noMatchLines } from './messages.ts';
import { modulesScreen } from './modules/screen.ts';
import { narrowedText } from './narrowed.ts';
import { headerLine, rowLine } from './ranking-lines.ts';
import { createShown, type Shown } from './shown.ts';
import { totalsLine } from './totals.ts';
import type { Watched } from './watched.ts';
import { whyScreen } from './why.ts';

export interface FunctionsState {
  /** What is asked, unlike the filter typed after `/`. */
  query: RankingQuery;
  sort: SortKey;
  /** Those that are wished for; empty = the usual ones. */
  columns: readonly ColumnId[];
  grouping: Grouping;
  list: ListState;
  /** What of the filter the source looks for; '' where all functions are listed. */
  typed: string;
  /** Said where there are no functions yet. */
  watched: Watched;
  /** Between two questions. */
  everyMs: number;
}

type FunctionsFacts = Facts<FunctionsState, Ranking>;

/** Of the answer that is shown: there is one ranking on the screen at a time. */
const shown = createShown();
const shownIn = ({ sort, grouping, list }: FunctionsState, ranking: Ranking): Shown =>
  shown({ sort, grouping, filter: list.filter }, ranking);

const kind: ScreenKind<FunctionsState, Ranking> = {
  id: 'functions',
  awaited: 'the first ranking',
  subject: () => '',
  title({ query }) {
    const narrowed = narrowedText(query);
    return [
      [{ text: `last ${formatWindow(query.sinceMs)}` }],
      ...(narrowed === '' ? [] : [[{ text: `only ${narrowed}`, color: 'yellow' } as const]]),
    ];
  },
  question({ query: { sort: _first, ...rest }, sort, everyMs, typed, list }) {
    const query = { ...rest, sort: askedSort(sort), trend: true, totals: true };
    return {
      key: JSON.stringify([query, typed]),
      everyMs,
      // Typed before the first answer, it is looked for with the second one.
      ask: (source, before) => rankingFor(source, query, list.filter, before),
    };
  },
  afterFilter: (state, answer) => ({ ...state, typed: typedFor(answer, state.list.filter, state.query) }),
  written: (state, answer) => ({ answer: { ...answer, functions: [...shownIn(state, answer).functions] } }),
  about: ({ state, answer }) => {
    const chosen = answer && selectedFunction(state, answer);
    return chosen && { of: chosen, sinceMs: state.query.sinceMs };
  },
  arrangement: ({ grouping }) => (grouping === 'none' ? '' : `grouped by ${grouping}`),
  keeps: ({ sort, columns }) => ({ sort, ...(columns.length === 0 ? {} : { columns }) }),
  isAwaiting: ({ functions }) => functions.length === 0,
  keys: (state, ranking) => shownIn(state, ranking).keys,
  pageRows: (facts) => bodyLayout(facts).tableRows,
  filterRemark: ({ list }) => (nameFilter(list.filter).isRegex ? '' : 'as plain text'),
  summary(facts) {
    const { state, answer, columns, glyphs } = facts;
    if (answer.functions.length === 0) return [];
    const { sort, list } = state;
    const sorted = isDrawn(planOf(facts), sort) ? '' : `by ${sortMeanings[sort].label}`;
    return totalsLine(answer, shownIn(state, answer), { filter: list.filter, sorted }, columns, glyphs);
  },
  lines(facts) {
    const { state, answer, glyphs } = facts;
    if (answer.functions.length === 0) return emptyLines(state.query, state.watched, glyphs);
    const { filter } = state.list;
    if (shownIn(state, answer).functions.length === 0) {
      const among = amongText(answer, filter);
      return noMatchLines(filter, glyphs, among === '' ? [] : [among, moreText]);
    }
    return tableAndDetail(facts);
  },
  changes: {
    nextSort: (state) => ({ ...state, sort: cycleSort(state.sort, 1, state.query.compare) }),
    previousSort: (state) => ({ ...state, sort: cycleSort(state.sort, -1, state.query.compare) }),
    compare(state) {
      const compare = state.query.compare !== true;
      const sort = !compare && state.sort === 'change' ? askedSort('change') : state.sort;
      return { ...state, sort, query: { ...state.query, compare } };
    },
    group: (state) => ({ ...state, grouping: nextGrouping(state.grouping) }),
  },
  refusals: {
    // Shorter windows are compared with none before them.
    compare: ({ query }) =>
      query.sinceMs <= exactUpToMs ? `only windows longer than ${formatWindow(exactUpToMs)} are compared` : '',
  },
  actions: {
    open: ofSelected((chosen, { query }) => ({ open: functionScreen(chosen, query) })),
    why: ofSelected((chosen, { query }) => ({ open: whyScreen(chosen, query.sinceMs) })),
    modules: ofSelected((chosen, { query }) => ({ open: modulesScreen(chosen, query.sinceMs) })),
    copy: ofSelected((chosen) => ({ copy: safeJson(chosen) })),
  },
};

/** What the ranking begins with. */
export type FirstRanking = Pick<FunctionsState, 'query' | 'watched'> &
  Partial<Pick<FunctionsState, 'sort' | 'columns' | 'everyMs'>>;

export function functionsScreen(first: FirstRanking): Screen {
  const { query, sort = query.sort } = first;
  return opened<FunctionsState, Ranking>(kind, {
    ...{ columns: [], everyMs: pollMs, ...first, ...comparedFor(query, sort) },
    ...{ grouping: 'none', list: firstList, typed: '' },
  });
}

/** Who sorts by the change wants to be told it, where the window has one before it. */
function comparedFor(query: RankingQuery, sort: SortKey): Pick<FunctionsState, 'query' | 'sort'> {
  if (sort !== 'change' || query.compare === true) return { query, sort };
  return query.sinceMs <= exactUpToMs ? { query, sort: askedSort(sort) } : { query: { ...query, compare: true }, sort };
}

/** What a key does with the selected function; where there is none, the key says so. */
function ofSelected(act: (chosen: RankedFunction, state: FunctionsState) => Outcome<FunctionsState>) {
  return ({ state, answer }: FunctionsFacts): Outcome<FunctionsState> => {
    const chosen = selectedFunction(state, answer);
    return chosen === undefined ? { remark: 'No function is selected' } : act(chosen, state);
  };
}

function selectedFunction(state: FunctionsState, answer: Ranking): RankedFunction | undefined {
  const { functions, keys } = shownIn(state, answer);
  return functions[selectedIndex(state.list, keys)];
}

/** Fewer functions than this beside a detail panel would make the panel the main thing. */
const leastTableRows = 6;

function bodyLayout({ columns, rows }: FunctionsFacts): { tableRows: number; detail: DetailSize } {
  const left = Math.max(0, rows - 1);
  const sizes: DetailSize[] = columns >= fullDetailColumns ? ['full', 'compact'] : ['compact'];
  const fits = (size: DetailSize): boolean => left - detailRows[size] >= (size === 'full' ? 12 : leastTableRows);
  const detail = sizes.find(fits) ?? 'none';
  return { tableRows: left - detailRows[detail], detail };
}

/** The table keeps the selected function in the middle of what fits, except at the ends. */
function tableAndDetail(facts: FunctionsFacts): Line[] {
  const { state, answer, columns, glyphs } = facts;
  const { tableRows, detail } = bodyLayout(facts);
  const { table, functions, keys, sums } = shownIn(state, answer);
  const { scaleMs } = sums;
  const plan = planOf(facts);
  const isCut = amongText(answer, state.list.filter) !== '';
  const selected = selectedIndex(state.list, keys);
  const chosen = functions[selected];
  const top = topOf(table.lineOf(selected), table.length, tableRows);
  const lines = Array.from({ length: Math.min(tableRows, table.length - top) }, (_, row): Line => {
    const item = table.at(top + row);
    if (item === undefined) return [];
    return 'ranked' in item
      ? drawnRow(plan, item.ranked, item.ranked === chosen, scaleMs)
      : groupLine(item, glyphs, isCut);
  });
  const blanks: Line[] = lines.length < tableRows ? [[]] : [];
  const panel = chosen === undefined ? [] : panelOnce(chosen, detail, columns, glyphs);
  return [headerOnce(plan, state.sort), ...lines, ...blanks, ...panel];
}

function planOf({ state, answer, columns, glyphs }: FunctionsFacts): ColumnPlan {
  const isCompared = state.query.compare === true;
  const hasTrend = (answer.trend ?? null) !== null;
  const { nameCells, placeCells } = shownIn(state, answer).sums;
  return plannedOnce(columns, nameCells, placeCells, glyphs, state.columns, state.sort, isCompared, hasTrend);
}

const plannedOnce = once(
  (
    width: number,
    nameCells: number,
    placeCells: number,
    glyphs: Glyphs,
    columns: readonly ColumnId[],
    sort: SortKey,
    isCompared: boolean,
    hasTrend: boolean,
  ): ColumnPlan => planColumns(width, { nameCells, placeCells }, glyphs, { columns, sort, isCompared, hasTrend }),
);
const headerOnce = once(headerLine);
const panelOnce = once(detailLines);

interface Drawn {
  plan: ColumnPlan;
  isSelected: boolean;
  scaleMs: number;
  line: Line;
}

/** What has not changed is the same line: nobody needs to look at it again. */
const drawn = new WeakMap<RankedFunction, Drawn>();

function drawnRow(plan: ColumnPlan, ranked: RankedFunction, isSelected: boolean, scaleMs: number): Line {
  const known = drawn.get(ranked);
  if (known?.plan === plan && known.isSelected === isSelected && known.scaleMs === scaleMs) return known.line;
  const line = rowLine(plan, ranked, isSelected, { glyphs: plan.glyphs, scaleMs });
  drawn.set(ranked, { plan, isSelected, scaleMs, line });
  return line;
}
