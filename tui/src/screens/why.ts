/** The screen behind a `-`: why figures of a function are not observable, to be scrolled through. */
import type { RankedFunction } from '@coldlens/collector';
import { type Facts, opened, type Screen, type ScreenKind } from '../app/screen.ts';
import { cleanerFor } from '../format/glyphs.ts';
import { safeJson } from '../print/json.ts';
import { firstList, type ListState } from '../state/list.ts';
import { scrolled } from '../state/scroll.ts';
import { notObservableLines } from './not-observable.ts';

interface WhyState {
  /** As it was in the ranking; what is observable does not change while one reads. */
  ranked: RankedFunction;
  /** The window of that ranking. */
  sinceMs: number;
  /** The first line that is shown. */
  top: number;
  list: ListState;
}

type WhyFacts = Facts<WhyState, RankedFunction>;

const scrolling = ['up', 'down', 'pageUp', 'pageDown', 'first', 'last'] as const;

function scrolledBy(action: (typeof scrolling)[number], { state, columns, rows, glyphs }: WhyFacts): WhyState {
  const last = Math.max(0, notObservableLines(state.ranked, columns, glyphs).length - rows);
  return { ...state, top: scrolled(state.top, action, last, rows) };
}

/** Nothing is asked. */
const everyMs = 3_600_000;

const kind: ScreenKind<WhyState, RankedFunction> = {
  id: 'why',
  awaited: 'the reasons',
  subject: ({ ranked: { provider, account, region, name } }) => JSON.stringify([provider, account, region, name]),
  title: ({ ranked }, glyphs) => [
    [{ text: `${cleanerFor(glyphs)(ranked.name)} ${glyphs.into} ` }, { text: 'why -', bold: true }],
  ],
  question: ({ ranked }) => ({ key: '', everyMs, ask: async () => ranked }),
  keys: () => [],
  pageRows: () => 1,
  summary: () => [],
  lines: ({ state, columns, rows, glyphs }) => {
    const lines = notObservableLines(state.ranked, columns, glyphs);
    const from = Math.min(state.top, Math.max(0, lines.length - rows));
    return lines.slice(from, from + rows);
  },
  about: ({ state: { ranked, sinceMs } }) => ({ of: ranked, sinceMs }),
  actions: {
    ...Object.fromEntries(
      scrolling.map((action) => [action, (facts: WhyFacts) => ({ state: scrolledBy(action, facts) })]),
    ),
    copy: ({ state }) => ({ copy: safeJson(state.ranked) }),
  },
};

export const whyScreen = (ranked: RankedFunction, sinceMs: number): Screen =>
  opened(kind, { ranked, sinceMs, top: 0, list: firstList });
