/** What a function's cold starts load: as a tree, by package, and as a flame. */
import type { FunctionIdentity, ModuleTree } from '@coldlens/collector';
import { nextOf } from '../../app/panes.ts';
import { opened, type Screen, type ScreenKind } from '../../app/screen.ts';
import { asking } from '../../app/source.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { formatWindow } from '../../format/numbers.ts';
import { safeJson } from '../../print/json.ts';
import { nameFilter } from '../../state/filter.ts';
import { firstList } from '../../state/list.ts';
import { bodyRows } from '../table-body.ts';
import { nothingLines, summaryLine, treeLines } from './lines.ts';
import { type ModuleRow, type ModuleView, moduleViews, parentKey } from './rows.ts';
import { keysIn, type ModulesFacts, type ModulesState, selectedFigures, selectedRow } from './selection.ts';
import { narrowedTree } from './written.ts';

/** Trees change with a deployment. */
const everyMs = 30_000;
/** Enough for means that do not jump. */
const trees = 20;

const kind: ScreenKind<ModulesState, ModuleTree | null> = {
  id: 'modules',
  awaited: 'the modules',
  subject: ({ of }) => JSON.stringify(of),
  title: ({ of, view, sinceMs }, glyphs) => [
    [{ text: `${cleanerFor(glyphs)(of.name)} ${glyphs.into} ` }, { text: `modules, ${view}`, bold: true }],
    [{ text: `last ${formatWindow(sinceMs)}` }],
  ],
  question: ({ of, sinceMs }) => ({
    key: JSON.stringify([of, sinceMs]),
    everyMs,
    ask: (source) => asking(source, 'modules', 'modules')({ ...of, sinceMs, trees }),
  }),
  page: ({ view, list }) =>
    view === 'flame' ? 'flame' : view === 'packages' || list.filter !== '' ? 'flat modules' : 'modules',
  written: ({ view, list }, tree) => ({
    page: view === 'packages' ? 'packages' : 'modules',
    answer: tree && narrowedTree(tree, list.filter),
  }),
  about: ({ state: { of, sinceMs } }) => ({ of, sinceMs }),
  keys: (state, tree) => (tree === null ? [] : keysIn(state, tree)),
  pageRows: ({ rows }) => bodyRows(rows),
  filterRemark: ({ list }) => (nameFilter(list.filter).isRegex ? '' : 'as plain text'),
  summary: summaryLine,
  lines: (facts) => (facts.answer === null ? nothingLines(facts) : treeLines(facts, facts.answer)),
  changes: {
    nextPane: (state) => ({ ...state, view: toView(state, 1) }),
    previousPane: (state) => ({ ...state, view: toView(state, -1) }),
  },
  actions: {
    open: (facts) => toggling(facts, () => true),
    expand: (facts) => toggling(facts, ({ isExpanded }) => !isExpanded),
    collapse(facts) {
      const row = selectedRow(facts);
      const { state, answer } = facts;
      const isOpen = state.view === 'tree' && row?.isExpanded === true && row.node.descendants > 0;
      if (isOpen) return toggling(facts, () => true);
      const selected = row && answer && parentKey(answer, row.key);
      return selected === undefined || selected === null
        ? {}
        : { state: { ...state, list: { ...state.list, selected } } };
    },
    copy: (facts) => copied(facts),
  },
};

export const modulesScreen = ({ provider, account, region, name }: FunctionIdentity, sinceMs: number): Screen =>
  opened(kind, {
    of: { provider, account, region, name },
    sinceMs,
    view: 'tree',
    toggled: new Set<string>(),
    list: firstList,
  });

const toView = ({ view }: ModulesState, steps: 1 | -1): ModuleView => nextOf(moduleViews, view, steps);

function toggling(facts: ModulesFacts, isWanted: (row: ModuleRow) => boolean): { state?: ModulesState } {
  const row = selectedRow(facts);
  const { state } = facts;
  if (row === undefined || row.node.descendants === 0 || state.view !== 'tree' || !isWanted(row)) return {};
  const toggled = new Set(state.toggled);
  if (!toggled.delete(row.key)) toggled.add(row.key);
  // It stays selected though it was only the first so far.
  return { state: { ...state, toggled, list: { ...state.list, selected: row.key } } };
}

/** The selected one: all of them together are more than a clipboard takes. */
function copied(facts: ModulesFacts): { copy?: string } {
  const found = facts.answer && selectedFigures(facts, facts.answer);
  return found ? { copy: safeJson(found) } : {};
}
