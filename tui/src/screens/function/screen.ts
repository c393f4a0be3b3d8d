/** One function: what its cold starts are made of, how they spread and change, what they cost, and the latest of them. */
import type { FunctionIdentity, RankingQuery } from '@coldlens/collector';
import { nextOf, nextPlace, type Place, paneLines } from '../../app/panes.ts';
import { type Facts, opened, type Screen, type ScreenKind } from '../../app/screen.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { counted, formatCount, formatUsd, formatWindow } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import { safeJson } from '../../print/json.ts';
import { firstList, type ListState, selectedIndex } from '../../state/list.ts';
import { invocationScreen } from '../invocation/screen.ts';
import { modulesScreen } from '../modules/screen.ts';
import { coldText } from '../sums.ts';
import { type FunctionPaneId, functionPaneIds, functionPanes } from './panes.ts';
import { type FunctionView, functionView } from './view.ts';

export interface FunctionState {
  of: FunctionIdentity;
  /** The window. */
  sinceMs: number;
  focus: FunctionPaneId;
  /** Of the part in focus, where it is higher than the screen. */
  piece: number;
  list: ListState;
}

export type FunctionFacts = Facts<FunctionState, FunctionView | null>;

/** It looks through every cold start of the window: not once a second. */
const everyMs = 5000;

export const coldStartKey = ({ at, invocationId }: { at: string; invocationId: string }): string =>
  `${at} ${invocationId}`;

const kind: ScreenKind<FunctionState, FunctionView | null> = {
  id: 'function',
  awaited: 'the function',
  subject: ({ of }) => JSON.stringify(of),
  title: ({ of, sinceMs }, glyphs) => [
    [{ text: cleanerFor(glyphs)(of.name) || '(no name)', bold: true }],
    [{ text: `last ${formatWindow(sinceMs)}` }],
  ],
  question: ({ of, sinceMs }) => ({
    key: JSON.stringify([of, sinceMs]),
    everyMs,
    ask: (source, before) => functionView(source, { ...of, sinceMs }, before),
  }),
  keys: (_state, page) => page?.recentColdStarts.map(coldStartKey) ?? [],
  afterMove: (state) => ({ ...state, focus: 'cold starts', piece: 0 }),
  pageRows: ({ rows }) => Math.max(1, rows - 2),
  summary: summaryLine,
  lines(facts) {
    const { answer: page } = facts;
    return page === null ? nothingLines(facts) : paneLines(functionPanes(facts, page), placeOf(facts.state), facts);
  },
  changes: {
    nextPane: (state) => ({ ...state, focus: nextOf(functionPaneIds, state.focus, 1), piece: 0 }),
    previousPane: (state) => ({ ...state, focus: nextOf(functionPaneIds, state.focus, -1), piece: 0 }),
  },
  about: ({ state: { of, sinceMs } }) => ({ of, sinceMs }),
  opens: { modules: ({ of, sinceMs }) => modulesScreen(of, sinceMs) },
  actions: {
    open({ state, answer: page }) {
      const coldStarts = page?.recentColdStarts ?? [];
      const chosen = coldStarts[selectedIndex(state.list, coldStarts.map(coldStartKey))];
      if (chosen === undefined) return { remark: 'There is no cold start to open' };
      return {
        open: invocationScreen(
          { ...state.of, invocationId: chosen.invocationId, atMs: Date.parse(chosen.at) },
          state.sinceMs,
        ),
      };
    },
    nextPane: (facts) => ({ state: stepped(facts, 1) }),
    previousPane: (facts) => ({ state: stepped(facts, -1) }),
    copy: ({ state, answer: page }) => (page === null ? {} : { copy: safeJson(selectedPart(state, page)) }),
  },
};

/** What the part that has the focus is made of; of the cold starts the selected one. */
function selectedPart({ focus, list }: FunctionState, page: FunctionView): unknown {
  const { phases, cold, warm, untold, coldHistogram, trend, deployments, cost, alternatives, recentColdStarts } = page;
  const { versions, memorySizes, uploads, instances, coldStarts, invocations, errors } = page;
  const parts: Readonly<Record<FunctionPaneId, unknown>> = {
    phases: { phases, cold, warm, untold, invocations, coldStarts, errors },
    latency: coldHistogram,
    trend: { trend, deployments },
    cost: { cost, alternatives },
    versions: { versions, memorySizes, uploads },
    'cold starts': recentColdStarts[selectedIndex(list, recentColdStarts.map(coldStartKey))] ?? recentColdStarts,
    instances,
  };
  return parts[focus];
}

const placeOf = ({ focus, piece }: FunctionState): Place => ({ id: focus, piece });

function stepped(facts: FunctionFacts, steps: 1 | -1): FunctionState {
  const { state, answer: page } = facts;
  if (page === null) return state;
  const { id, piece } = nextPlace(functionPanes(facts, page), placeOf(state), steps, facts);
  return { ...state, focus: id as FunctionPaneId, piece };
}

export const functionScreen = (
  { provider, account, region, name }: FunctionIdentity,
  query: Pick<RankingQuery, 'sinceMs'>,
): Screen =>
  opened(kind, {
    of: { provider, account, region, name },
    sinceMs: query.sinceMs,
    focus: functionPaneIds[0],
    piece: 0,
    list: firstList,
  });

function summaryLine({ state: { of }, answer: page, columns, glyphs }: FunctionFacts): Line {
  const cleaned = cleanerFor(glyphs);
  const told = [of.provider, of.region, of.account, page?.runtime ?? '', page?.arch ?? ''].filter(
    (text) => text !== '',
  );
  const figures =
    page === null
      ? []
      : [
          ...(page.memoryMb === null ? [] : [`${formatCount(page.memoryMb)} MB`]),
          counted(page.invocations, 'invocation'),
          coldText(page),
          `${formatUsd(page.cost.monthlyUsd)}/month`,
        ];
  const parts = [...told.map(cleaned), ...figures].map((text): Line => [{ text, dim: true }]);
  return joinedWithin(parts, ` ${glyphs.dot} `, columns);
}

const nothingLines = ({ state: { of, sinceMs }, glyphs }: FunctionFacts): Line[] => [
  [],
  [{ text: `  No invocation of ${cleanerFor(glyphs)(of.name)} in the last ${formatWindow(sinceMs)}.`, bold: true }],
  [{ text: '  Esc leads back; start with a longer --since to see what is older.', dim: true }],
];
