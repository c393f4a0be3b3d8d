/**
 * What runs while the dashboard is open: the app, a feed for each of its screens, and what keys want of the world outside.
 * It knows no terminal; whoever draws is told when there is something new, and asks for the lines.
 */
import type { Glyphs } from '../format/glyphs.ts';
import type { Line } from '../format/segments.ts';
import type { ThemeName } from '../format/theme.ts';
import type { Clock } from '../state/clock.ts';
import { createFeed, type Feed, type FeedState, nothingYet } from '../state/feed.ts';
import { type Live, live } from '../state/live.ts';
import { once } from '../state/once.ts';
import { pastedKeys } from '../state/typed.ts';
import type { MouseReport } from '../terminal/reports.ts';
import { type App, firstApp, modeOf, type Pressed, pressed, type Surroundings, topScreen } from './app.ts';
import { bodyRoom, type FrameFacts, frameLines, helpEnd } from './frame.ts';
import { steadied } from './lines.ts';
import { type Entry, matching } from './palette.ts';
import { clicked, pointedAt } from './pointer.ts';
import type { About, Screen, Written } from './screen.ts';
import type { Source } from './source.ts';

/** What a session does outside of itself. */
export interface Outside {
  quit(error?: Error): void;
  /** Gives the terminal to the shell until it is told to go on. */
  suspend(): void;
  /** @returns what became of it, for people */
  copy(text: string): string;
  /** @returns what became of it, for people */
  save(name: string, ending: string, text: string): string;
  /** Changes the colours. */
  theme(name: ThemeName): void;
  /** Keeps settings, and the theme, for the next time. @returns what became of it, for people */
  keep(settings: Readonly<Record<string, unknown>>): string;
}

export interface SessionOptions {
  /** May still be opening. Opened and closed by the caller. */
  source: Source | Promise<Source>;
  /** Those that are open at the begin; the first one is where Esc leads to in the end. */
  screens: readonly [Screen, ...Screen[]];
  /** Where the palette leads to, from the answer of the first screen, and the function that the screen on top is about. */
  entries(answer: unknown, about: About | undefined): readonly Entry[];
  /** What it says where it offers nothing. @param answer of the first screen */
  nothingOffered(answer: unknown): readonly string[];
  /** What it does with what the screen on top shows. */
  exports(written: Written<unknown>): readonly Entry[];
  /** Lines under the title that say what is not as usual. */
  notices: Live<readonly string[]>;
  /** What is going on: in the screen's place before the first answer, above the footer after. Empty = nothing. */
  progress: Live<string>;
  clock: Clock;
  glyphs: Glyphs;
  outside: Outside;
}

export interface Session {
  /** Changes with everything that may change the lines. */
  readonly version: Live<number>;
  press(keys: readonly string[]): void;
  /** Text where text is typed; elsewhere its letters would be keys, and `q` quits. */
  paste(text: string): void;
  /** What the mouse does, on the lines as they were asked for last. */
  point(report: MouseReport): void;
  /** What the lines are made of, for whoever says it otherwise. */
  facts(): FrameFacts;
  /**
   * At this size, which is the one that the next key is pressed at. What has not changed since it was asked last is the same
   * object, line by line and as a whole.
   */
  lines(columns: number, rows: number): readonly Line[];
  close(): void;
}

const remarkMs = 3000;
/** As most programs have it. */
const wheelLines = 3;

interface OpenFeed {
  subject: string;
  openedAtMs: number;
  feed: Feed<unknown>;
  unsubscribe(): void;
}

export function startSession(options: SessionOptions): Session {
  const { clock, glyphs, outside } = options;
  const version = live(0);
  const startedAtMs = clock.now();
  let app: App = firstApp(options.screens);
  let source: Source | undefined;
  let feeds: readonly OpenFeed[] = [];
  let size = { columns: 80, rows: 24 };
  let frame: { version: number; lines: readonly Line[] } | undefined;
  let remark = '';
  let forgetRemark = (): void => {};
  let closed = false;

  /** One for every function there is. */
  const offered = once((first: unknown, top: Screen, answer: unknown): readonly Entry[] => [
    ...options.entries(first, top.about(answer)),
    ...(answer === undefined ? [] : options.exports(top.written(answer))),
  ]);
  const matchingOnce = once(matching);

  const changed = (): void => version.set(version.get() + 1);
  /** A screen that was opened by this batch of keys has no feed yet. */
  const feedAt = (index: number): FeedState<unknown> => {
    const found = feeds[index];
    return found !== undefined && found.subject === app.screens[index]?.subject ? found.feed.state.get() : nothingYet;
  };
  const topFeed = (): FeedState<unknown> => feedAt(app.screens.length - 1);

  const open = (screen: Screen, from: Source): OpenFeed => {
    const feed = createFeed(questionOf(screen, from), clock);
    return { subject: screen.subject, openedAtMs: clock.now(), feed, unsubscribe: feed.state.subscribe(changed) };
  };
  const shut = ({ feed, unsubscribe }: OpenFeed): void => {
    unsubscribe();
    feed.close();
  };

  /** Each screen has a feed of its own, of which only the one on top asks by itself. */
  const matchFeeds = (): void => {
    const from = source;
    if (from === undefined) return;
    const kept = app.screens.map((screen, index): OpenFeed => {
      const known = feeds[index];
      if (known?.subject !== screen.subject) return open(screen, from);
      known.feed.ask(questionOf(screen, from));
      return known;
    });
    for (const feed of feeds) if (!kept.includes(feed)) shut(feed);
    feeds = kept;
    // The palette offers what the first screen has: it is to be of now.
    const isOffered = (index: number): boolean => index === 0 && app.overlay?.kind === 'palette';
    feeds.forEach(({ feed }, index) => {
      feed.pause(app.frozen || (index < feeds.length - 1 && !isOffered(index)));
    });
  };

  const facts = (): FrameFacts => ({
    ...size,
    app,
    feed: topFeed(),
    description: source?.description ?? '',
    notices: options.notices.get(),
    progress: options.progress.get(),
    remark,
    entries: app.overlay?.kind === 'palette' ? entriesFor(app.overlay.text) : [],
    nothingOffered: app.overlay?.kind === 'palette' ? options.nothingOffered(feedAt(0).answer) : [],
    nowMs: clock.now(),
    waitedMs: clock.now() - (app.screens.length === 1 ? startedAtMs : (feeds.at(-1)?.openedAtMs ?? startedAtMs)),
    glyphs,
  });
  const entriesFor = (text: string): readonly Entry[] =>
    matchingOnce(offered(feedAt(0).answer, topScreen(app), topFeed().answer), text);

  const say = (text: string): void => {
    remark = text;
    forgetRemark();
    forgetRemark = clock.after(remarkMs, () => {
      remark = '';
      changed();
    });
  };

  const surroundings = (now: FrameFacts): Surroundings => ({
    ...{ feed: now.feed, room: bodyRoom(now), entries: entriesFor, helpEnd: helpEnd(now) },
  });

  const follow = ({ app: next, effects }: Pressed): void => {
    app = next;
    for (const effect of effects) {
      if (effect.kind === 'quit') outside.quit();
      else if (effect.kind === 'suspend') outside.suspend();
      else if (effect.kind === 'refresh') feeds.at(-1)?.feed.refresh();
      else if (effect.kind === 'copy') say(outside.copy(effect.text));
      else if (effect.kind === 'say') say(effect.text);
      else if (effect.kind === 'theme') outside.theme(effect.name);
      else if (effect.kind === 'keep') say(outside.keep(app.screens[0]?.kept ?? {}));
      else say(outside.save(effect.name, effect.ending, effect.text()));
    }
  };

  const press = (keys: readonly string[]): void => {
    for (const key of keys) follow(pressed(app, key, surroundings(facts())));
    // Once for all of them: of three sorts in one batch only the last is asked for.
    matchFeeds();
    changed();
  };

  Promise.resolve(options.source).then(
    (from) => {
      if (closed) return;
      source = from;
      matchFeeds();
      changed();
    },
    (error: unknown) => outside.quit(error instanceof Error ? error : new Error(String(error))),
  );
  const endings = [
    options.notices.subscribe(changed),
    options.progress.subscribe(changed),
    // So that ages grow while nothing else happens.
    clock.every(1000, changed),
  ];

  return {
    version,
    press,
    paste(text) {
      const mode = modeOf(app);
      if (mode === 'filter' || mode === 'palette') return press(pastedKeys(text));
      say('Pasted text is for / and : only');
      changed();
    },
    point({ what, row, column }) {
      if (what !== 'click')
        return press(Array.from({ length: wheelLines }, () => (what === 'wheelUp' ? 'up' : 'down')));
      const now = facts();
      const key = pointedAt(frameLines(now), row, column);
      if (key === undefined) return;
      follow(clicked(app, key, surroundings(now)));
      matchFeeds();
      changed();
    },
    facts,
    lines(columns, rows) {
      const isSameSize = size.columns === columns && size.rows === rows;
      if (frame?.version !== version.get() || !isSameSize) {
        size = { columns, rows };
        frame = { version: version.get(), lines: steadied(frame?.lines ?? [], frameLines(facts())) };
      }
      return frame.lines;
    },
    close() {
      closed = true;
      forgetRemark();
      for (const end of endings) end();
      for (const feed of feeds) shut(feed);
    },
  };
}

const questionOf = ({ question }: Screen, from: Source) => ({
  ...question,
  ask: (before: unknown) => question.ask(from, before),
});
