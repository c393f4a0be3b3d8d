/** How the collector, its buffer and the store are. */
import type { Health } from '@coldlens/collector';
import { nextPlace, type Place, paneLines } from '../../app/panes.ts';
import { type Facts, opened, type Screen, type ScreenKind } from '../../app/screen.ts';
import { asking } from '../../app/source.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import { safeJson } from '../../print/json.ts';
import { firstList, type ListState } from '../../state/list.ts';
import { healthPanes, paneIds } from './panes.ts';

export interface HealthState {
  /** Of no part = of the first one. */
  focus: Place;
  list: ListState;
}

export type HealthFacts = Facts<HealthState, Health>;

const everyMs = 2000;

const kind: ScreenKind<HealthState, Health> = {
  id: 'health',
  awaited: 'the health of collector and store',
  subject: () => '',
  title: () => [[{ text: 'health', bold: true }]],
  question: () => ({ key: '', everyMs, ask: (source) => asking(source, 'health', 'its health')() }),
  keys: (_state, health) => paneIds(health),
  afterMove: (state) => ({ ...state, focus: { id: state.list.selected ?? state.focus.id, piece: 0 } }),
  pageRows: () => 1,
  summary: summaryLine,
  lines: (facts) => paneLines(healthPanes(facts.answer, facts), focusOf(facts), facts),
  actions: {
    nextPane: (facts) => ({ state: focused(facts, 1) }),
    previousPane: (facts) => ({ state: focused(facts, -1) }),
    copy: (facts) => ({ copy: safeJson(partOf(facts)) }),
  },
};

export const healthScreen = (): Screen => opened(kind, { focus: { id: '', piece: 0 }, list: firstList });

const focusOf = ({ state: { focus }, answer }: HealthFacts): Place => ({
  ...focus,
  id: focus.id || (paneIds(answer)[0] ?? ''),
});

function focused(facts: HealthFacts, steps: 1 | -1): HealthState {
  const focus = nextPlace(healthPanes(facts.answer, facts), focusOf(facts), steps, facts);
  return { ...facts.state, focus, list: { ...facts.state.list, selected: focus.id } };
}

/** What the part that has the focus is made of. */
function partOf(facts: HealthFacts): unknown {
  const { collector, store } = facts.answer;
  if (collector === null) return store;
  const { received, buffer, inserts, sealing, ...rest } = collector;
  const parts: Readonly<Record<string, unknown>> = {
    collector: rest,
    buffer: { buffer, inserts },
    received,
    sealing,
    store,
  };
  return parts[focusOf(facts).id];
}

function summaryLine({ answer: { collector, store }, columns, glyphs }: HealthFacts): Line {
  const cleaned = cleanerFor(glyphs);
  const state = (isWell: boolean, name: string, trouble: string): Line =>
    isWell
      ? [{ text: `${glyphs.live} ${name}`, color: 'green' }]
      : [{ text: `${glyphs.alert} ${name}: ${cleaned(trouble)}`, color: 'red', bold: true }];
  return joinedWithin(
    [
      ...(collector === null
        ? [[{ text: 'no collector was asked', dim: true }]]
        : [
            state(collector.isReady, 'collector', collector.error ?? 'not ready'),
            state(!collector.buffer.isFailing, 'inserts', collector.buffer.lastFailure?.message ?? 'failing'),
            state(!collector.sealing.isFailing, 'sealing', 'failing'),
          ]),
      state(store.error === null, 'store', store.error ?? ''),
    ],
    '  ',
    columns,
  );
}
