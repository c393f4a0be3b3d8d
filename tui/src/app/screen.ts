/**
 * What a screen is: what it asks, what its keys do, and the lines that its state and its answer make. All of it pure; the
 * session does the asking, and the frame puts the lines between title and footer.
 */
import type { FunctionIdentity } from '@coldlens/collector';
import type { Glyphs } from '../format/glyphs.ts';
import type { Line } from '../format/segments.ts';
import { type Action, actionFor, type Mode, type PageMode, type ScreenId } from '../keys.ts';
import type { FeedState } from '../state/feed.ts';
import { type Keys, type ListState, moved, selectedIndex } from '../state/list.ts';
import { edited, withTyped } from '../state/typed.ts';
import type { Source } from './source.ts';

/** The place that a screen has for its lines, and when it is shown. */
export interface Room {
  columns: number;
  rows: number;
  glyphs: Glyphs;
  nowMs: number;
}

/** What a screen is made of at one moment. */
export interface Facts<State, Answer> extends Room {
  state: State;
  answer: Answer;
}

/** What a key makes of a screen. */
export interface Outcome<State> {
  state?: State;
  /** Comes on top; Esc comes back from it. */
  open?: Screen;
  /** For the clipboard. */
  copy?: string;
  /** Said to whoever has pressed the key. */
  remark?: string;
}

/** The function that something is about, and how far back is looked. */
export interface About {
  of: FunctionIdentity;
  sinceMs: number;
}

/** What is shown, for a file: as which page, and of the answer what the filter leaves, in its order. */
export interface Written<Answer> {
  page: ScreenId | 'packages';
  answer: Answer;
  /** As it came. */
  whole: Answer;
}

export interface ScreenQuestion<Answer> {
  /** Everything that the answer depends on. */
  key: string;
  everyMs: number;
  /** @param before the last answer of this screen, for what is told piece by piece */
  ask(source: Source, before: Answer | undefined): Promise<Answer>;
}

/** One kind of screen. Every screen has a list, if only of lines to go through. */
export interface ScreenKind<State extends { list: ListState }, Answer> {
  id: ScreenId;
  /** What the screen is about: answers about another subject are none of its. */
  subject(state: State): string;
  /** Parts of the title, the most important first. */
  title(state: State, glyphs: Glyphs): readonly Line[];
  question(state: State): ScreenQuestion<Answer>;
  /** `the first ranking`: what is waited for. */
  awaited: string;
  /** Keys of what can be selected, in order, behind the filter. */
  keys(state: State, answer: Answer): Keys;
  /** What its keys are, where that is not all that its id has. */
  page?(state: State): PageMode;
  /** After the filter has changed. @param answer undefined = there is none yet */
  afterFilter?(state: State, answer: Answer | undefined): State;
  /** After the selection has moved: it may have been out of sight. */
  afterMove?(state: State, keys: Keys): State;
  /** How many of these are on the screen. */
  pageRows(facts: Facts<State, Answer>): number;
  /** The line under the title; a failure takes its place. */
  summary(facts: Facts<State, Answer>): Line;
  /** At most `rows` lines are shown; blank ones go first. */
  lines(facts: Facts<State, Answer>): Line[];
  /** Said of the filter, such as `as plain text`. */
  filterRemark?(state: State): string;
  /** What is shown instead of an answer that says nothing yet, while something is going on. */
  isAwaiting?(answer: Answer): boolean;
  /** What of its state is worth keeping for the next time, by the names of the settings. */
  keeps?(state: State): Readonly<Record<string, unknown>>;
  /** As what it is exported; absent = the answer as it came. */
  written?(state: State, answer: Answer): Partial<Written<Answer>>;
  /** The function that is selected, or that it is about. @param facts its answer may be there or not */
  about?(facts: { state: State; answer: Answer | undefined }): About | undefined;
  /** How the lines stand, for who hears them: `grouped by region`; '' = as usual. */
  arrangement?(state: State): string;
  /** Why keys do nothing now; '' = they do. */
  refusals?: Readonly<Partial<Record<Action, (state: State) => string>>>;
  /** What keys change whether or not there is an answer yet; where there is one, {@link actions} come first. */
  changes?: Readonly<Partial<Record<Action, (state: State) => State>>>;
  /** What keys open whether or not there is an answer yet: over a slow line they are typed before. */
  opens?: Readonly<Partial<Record<Action, (state: State) => Screen>>>;
  /** What keys do with the answer. */
  actions?: Readonly<Partial<Record<Action, (facts: Facts<State, Answer>) => Outcome<State>>>>;
}

/** A screen that is open, whatever its kind: immutable, a key makes another one of it. */
export interface Screen {
  id: ScreenId;
  subject: string;
  awaited: string;
  mode: Mode;
  /** Its keys while no filter is typed: what its help is about. */
  page: PageMode;
  arrangement: string;
  filter: { text: string; remark: string };
  question: { key: string; everyMs: number; ask(source: Source, before: unknown): Promise<unknown> };
  title(glyphs: Glyphs): readonly Line[];
  press(key: string, feed: FeedState<unknown>, room: Room): ScreenOutcome;
  summary(answer: unknown, room: Room): Line;
  lines(answer: unknown, room: Room): Line[];
  /** `3/10`; '' without a list. */
  place(answer: unknown): string;
  isAwaiting(answer: unknown): boolean;
  /** With the one of this key selected; undefined = it was. */
  pointed(key: string, feed: FeedState<unknown>): Screen | undefined;
  written(answer: unknown): Written<unknown>;
  about(answer: unknown): About | undefined;
  /** As {@link ScreenKind.keeps}. */
  kept: Readonly<Record<string, unknown>>;
}

export interface ScreenOutcome extends Omit<Outcome<never>, 'state'> {
  screen: Screen;
}

/** Opens a screen. What it is given as answers must be what its own question gave: the session sees to that. */
export function opened<State extends { list: ListState }, Answer>(
  kind: ScreenKind<State, Answer>,
  state: State,
): Screen {
  const { list } = state;
  const question = kind.question(state);
  const page = kind.page?.(state) ?? kind.id;
  const mode = list.isTyping ? 'filter' : page;
  const factsOf = (answer: unknown, room: Room): Facts<State, Answer> => ({ ...room, state, answer: answer as Answer });
  const withList = (changed: Partial<ListState>): ScreenOutcome => ({
    screen: opened(kind, { ...state, list: { ...list, ...changed } }),
  });

  const filtered = (changed: Partial<ListState>, { answer }: FeedState<unknown>): ScreenOutcome => {
    const after = { ...state, list: { ...list, ...changed } };
    return { screen: opened(kind, kind.afterFilter?.(after, answer as Answer | undefined) ?? after) };
  };

  const act = (action: Action, feed: FeedState<unknown>, room: Room): ScreenOutcome => {
    const { answer } = feed;
    if (action === 'filter') return withList({ isTyping: true });
    if (action === 'accept') return withList({ isTyping: false });
    if (action === 'back') return filtered({ isTyping: false, filter: '' }, feed);
    if (action === 'erase' || action === 'clear') return filtered({ filter: edited(list.filter, action) }, feed);
    const refusal = kind.refusals?.[action]?.(state) ?? '';
    if (refusal !== '') return { screen, remark: refusal };
    const own = answer === undefined ? undefined : kind.actions?.[action];
    if (own !== undefined) {
      const { state: next, ...rest } = own(factsOf(answer, room));
      return { screen: next === undefined ? screen : opened(kind, next), ...rest };
    }
    const change = kind.changes?.[action];
    if (change !== undefined) return { screen: opened(kind, change(state)) };
    const opens = kind.opens?.[action];
    if (opens !== undefined) return { screen, open: opens(state) };
    if (answer === undefined) return { screen };
    const facts = factsOf(answer, room);
    const next = moved(list, action, kind.keys(state, facts.answer), kind.pageRows(facts));
    if (next === undefined) return { screen };
    const after = { ...state, list: next };
    return { screen: opened(kind, kind.afterMove?.(after, kind.keys(after, facts.answer)) ?? after) };
  };

  const screen: Screen = {
    id: kind.id,
    subject: `${kind.id} ${kind.subject(state)}`,
    awaited: kind.awaited,
    mode,
    page,
    arrangement: kind.arrangement?.(state) ?? '',
    filter: { text: list.filter, remark: kind.filterRemark?.(state) ?? '' },
    question: { ...question, ask: (source, before) => question.ask(source, before as Answer | undefined) },
    title: (glyphs) => kind.title(state, glyphs),
    press(key, feed, room) {
      const action = actionFor(mode, key);
      if (action !== undefined) return act(action, feed, room);
      return mode === 'filter' ? filtered({ filter: withTyped(list.filter, key) }, feed) : { screen };
    },
    summary: (answer, room) => kind.summary(factsOf(answer, room)),
    lines: (answer, room) => kind.lines(factsOf(answer, room)),
    place(answer) {
      const keys = kind.keys(state, answer as Answer);
      if (keys.length === 0) return '';
      return `${selectedIndex(list, keys) + 1}/${keys.length}`;
    },
    isAwaiting: (answer) => kind.isAwaiting?.(answer as Answer) === true,
    pointed(key, { answer }) {
      if (answer === undefined) return screen;
      const keys = kind.keys(state, answer as Answer);
      if (keys.indexOf(key) < 0) return screen;
      if (keys.at(selectedIndex(list, keys)) === key) return undefined;
      const after = { ...state, list: { ...list, selected: key } };
      return opened(kind, kind.afterMove?.(after, keys) ?? after);
    },
    written: (answer) => ({ page: kind.id, answer, whole: answer, ...kind.written?.(state, answer as Answer) }),
    about: (answer) => kind.about?.({ state, answer: answer as Answer | undefined }),
    kept: kind.keeps?.(state) ?? {},
  };
  return screen;
}
