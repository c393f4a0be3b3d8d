/** A terminal that is not there: renders the dashboard at a given size, with a clock that stands still until it is moved. */
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { createElement } from 'react';
import type { Ranking, RankingQuery, RankingSource } from '#collector/index.js';
import { type Glyphs, unicodeGlyphs } from '#tui/format/glyphs.js';
import { Dashboard } from '#tui/screens/Dashboard.js';
import type { Clock } from '#tui/state/clock.js';
import { type Live, live } from '#tui/state/live.js';

export class FakeClock implements Clock {
  #nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  #tasks: { dueMs: number; everyMs: number | undefined; task: () => void }[] = [];

  now = (): number => this.#nowMs;
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
export class FakeSource implements RankingSource {
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
  source: RankingSource | Promise<RankingSource>;
  /** What differs from the usual question. */
  query?: Partial<RankingQuery>;
  notices?: readonly string[];
  progress?: Live<string>;
  glyphs?: Glyphs;
}

export interface Stage {
  clock: FakeClock;
  /** The screen as text, without styles and without blanks at the ends of lines. */
  screen(): string;
  /** The screen as it was written, styles included. */
  raw(): string;
  type(text: string): Promise<void>;
  /** Whether the dashboard has ended. */
  hasEnded(): boolean;
  close(): Promise<void>;
}

/** Shows the dashboard and waits until the source had its first chance to answer. */
export async function stage({ columns, rows, source, query, notices, progress, glyphs }: StageOptions): Promise<Stage> {
  const clock = new FakeClock();
  const stdout = new FakeStdout(columns, rows);
  const stdin = new FakeStdin();
  const instance = render(
    createElement(Dashboard, {
      source,
      query: { sort: 'cold-p99', sinceMs: 86_400_000, limit: 100, ...query },
      notices: live<readonly string[]>(notices ?? []),
      progress: progress ?? live(''),
      endpoint: 'http://127.0.0.1:4318',
      clock,
      glyphs: glyphs ?? unicodeGlyphs,
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
