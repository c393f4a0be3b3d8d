/** A terminal that is not there: renders the dashboard at a given size, with a clock that stands still until it is moved. */
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { createElement } from 'react';
import type { Ranking, RankingQuery } from '#collector/index.js';
import { Dashboard } from '#tui/app/Dashboard.js';
import type { Screen } from '#tui/app/screen.js';
import type { Source } from '#tui/app/source.js';
import { type Glyphs, unicodeGlyphs } from '#tui/format/glyphs.js';
import { themeOf } from '#tui/format/theme.js';
import { exportEntries } from '#tui/screens/exports.js';
import { type FirstRanking, functionsScreen } from '#tui/screens/functions.js';
import { nothingCalledSo, placesToGo } from '#tui/screens/places.js';
import { usualEndpoint, type Watched } from '#tui/screens/watched.js';
import type { Clock } from '#tui/state/clock.js';
import { type Live, live } from '#tui/state/live.js';
import type { MouseReport } from '#tui/terminal/reports.js';

export class FakeClock implements Clock {
  #nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  #tasks: { dueMs: number; everyMs: number | undefined; task: () => void }[] = [];

  /** What the process is said to have taken of the processor. */
  takenMs = 0;

  now = (): number => this.#nowMs;
  busyMs = (): number => this.takenMs;
  every = (ms: number, task: () => void): (() => void) => this.#add(ms, ms, task);
  after = (ms: number, task: () => void): (() => void) => this.#add(ms, undefined, task);

  #add(ms: number, everyMs: number | undefined, task: () => void): () => void {
    const entry = { dueMs: this.#nowMs + ms, everyMs, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry);
    };
  }

  /** Runs what falls due, in order; promises settle after each task. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#tasks.filter(({ dueMs }) => dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#nowMs = next.dueMs;
      if (next.everyMs === undefined) this.#tasks = this.#tasks.filter((task) => task !== next);
      else next.dueMs += next.everyMs;
      next.task();
      await settled();
    }
    this.#nowMs = endMs;
    await settled();
  }
}

/** Lets promises, React's effects and Ink's writes run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await setImmediate();
}

/** Answers with what `answer` returns or throws; remembers what it was asked. */
export class FakeSource implements Source {
  readonly description = 'ClickHouse at 127.0.0.1:8123';
  readonly asked: RankingQuery[] = [];
  answer: (query: RankingQuery) => Ranking | Promise<Ranking>;

  constructor(answer: (query: RankingQuery) => Ranking | Promise<Ranking>) {
    this.answer = answer;
  }

  async ranking(query: RankingQuery): Promise<Ranking> {
    this.asked.push(query);
    return this.answer(query);
  }

  functionPage?: NonNullable<Source['functionPage']>;
  instances?: NonNullable<Source['instances']>;
  invocationPage?: NonNullable<Source['invocationPage']>;
  modules?: NonNullable<Source['modules']>;
  live?: NonNullable<Source['live']>;
  health?: NonNullable<Source['health']>;
  benchRuns?: NonNullable<Source['benchRuns']>;

  async close(): Promise<void> {}
}

class FakeStdout extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  frame = '';

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write = (text: string, done?: () => void): boolean => {
    if (text.trim() !== '') this.frame = text;
    done?.();
    return true;
  };
}

class FakeStdin extends EventEmitter {
  readonly isTTY = true;
  #pending: string | null = null;

  setEncoding(): void {}
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
  ref(): void {}
  unref(): void {}

  read(): string | null {
    const text = this.#pending;
    this.#pending = null;
    return text;
  }

  type(text: string): void {
    this.#pending = text;
    this.emit('readable');
  }
}

export interface StageOptions {
  columns: number;
  rows: number;
  source: Source | Promise<Source>;
  /** What differs from the usual question. */
  query?: Partial<RankingQuery>;
  notices?: readonly string[];
  progress?: Live<string>;
  glyphs?: Glyphs;
  /** What the ranking begins with, beside the question. */
  first?: Partial<FirstRanking>;
  /** On top of it at the begin. */
  open?: Screen;
}

export interface Stage {
  clock: FakeClock;
  /** The screen as text, without styles and without blanks at the ends of lines. */
  screen(): string;
  /** The screen as it was written, styles included. */
  raw(): string;
  /** What was copied. */
  copied: string[];
  /** What was written to files. */
  saved: { name: string; ending: string; text: string }[];
  /** What was kept for the next time. */
  kept: Readonly<Record<string, unknown>>[];
  themes: string[];
  type(text: string): Promise<void>;
  point(report: Pick<MouseReport, 'what'> & Partial<MouseReport>): Promise<void>;
  /** Whether the dashboard has ended. */
  hasEnded(): boolean;
  close(): Promise<void>;
}

/** Shows the dashboard and waits until the source had its first chance to answer. */
export async function stage({
  columns,
  rows,
  source,
  query,
  notices,
  progress,
  glyphs,
  first,
  open,
}: StageOptions): Promise<Stage> {
  const clock = new FakeClock();
  const stdout = new FakeStdout(columns, rows);
  const stdin = new FakeStdin();
  const copied: string[] = [];
  const saved: Stage['saved'] = [];
  const kept: Stage['kept'] = [];
  const themes: string[] = [];
  const mouse = live<MouseReport | undefined>(undefined);
  const watched: Watched = { endpoint: usualEndpoint, store: { option: '--data', value: './.coldlens' } };
  const asked: RankingQuery = { sort: 'cold-p99', sinceMs: 86_400_000, limit: 100, ...query };
  const instance = render(
    createElement(Dashboard, {
      source,
      screens: [functionsScreen({ query: asked, watched, ...first }), ...(open === undefined ? [] : [open])],
      entries: (answer, about) => placesToGo(answer, { query: asked, watched }, about),
      nothingOffered: nothingCalledSo,
      exports: exportEntries,
      save(name, ending, text) {
        saved.push({ name, ending, text });
        return 'wrote it';
      },
      notices: live<readonly string[]>(notices ?? []),
      progress: progress ?? live(''),
      clock,
      glyphs: glyphs ?? unicodeGlyphs,
      shades: themeOf('terminal', {}, 1),
      theme: (name) => themes.push(name),
      keep(settings) {
        kept.push(settings);
        return 'kept them';
      },
      mouse,
      pause: async () => {},
      copy(text) {
        copied.push(text);
        return 'copied';
      },
    }),
    {
      stdout: stdout as unknown as NodeJS.WriteStream,
      stdin: stdin as unknown as NodeJS.ReadStream,
      stderr: new FakeStdout(columns, rows) as unknown as NodeJS.WriteStream,
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  let ended = false;
  const end = instance.waitUntilExit().then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  await settled();
  return {
    clock,
    raw: () => stdout.frame,
    copied,
    saved,
    kept,
    themes,
    async point(report) {
      mouse.set({ kind: 'mouse', column: 0, row: 0, ...report });
      await settled();
    },
    screen: () =>
      stripVTControlCharacters(stdout.frame)
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n'),
    async type(text) {
      stdin.type(text);
      await settled();
    },
    hasEnded: () => ended,
    async close() {
      instance.unmount();
      await end;
    },
  };
}
