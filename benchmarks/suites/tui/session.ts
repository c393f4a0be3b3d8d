/** One dashboard that is measured: what is read of its terminal, and of its process. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Trouble } from '@coldlens/collector';
import { createFrames, type Frame } from './frames.ts';
import { type Taken, takenBy } from './process.ts';
import { openTerminal } from './terminal.ts';

export const size = { columns: 130, rows: 44 };

/** Seen from `dist/suites/tui`. */
const launcher = fileURLToPath(new URL('../../../../tui/bin/coldlens.mjs', import.meta.url));

export interface SessionOptions {
  url: string;
  limit: number;
  everyMs: number;
  directory: string;
  /** Time passes so many times faster for it. */
  clockFactor?: number;
}

export interface Session {
  /** Milliseconds from the program's start to its first frame. */
  firstPaintMs: number;
  frames: readonly Frame[];
  type(keys: string): void;
  /** @returns the first frame that fits, shown already or not yet; `null` after `timeoutMs` */
  sees(fits: (frame: Frame) => boolean, timeoutMs: number): Promise<Frame | null>;
  taken(): Promise<Taken>;
  close(): Promise<void>;
}

const paintTimeoutMs = 15_000;
/** Of an hour there are more than anyone looks at. */
const mostFramesKept = 2_000;

/** Nothing of what whoever runs this has configured. */
const environment = (clockFactor: number | undefined): NodeJS.ProcessEnv => {
  const { PATH, HOME } = process.env;
  const usual = { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  return clockFactor === undefined ? usual : { ...usual, COLDLENS_CLOCK_FACTOR: String(clockFactor) };
};

/** @throws {@link Trouble} where nothing is painted */
export async function startSession(options: SessionOptions): Promise<Session> {
  const { url, limit, everyMs, directory, clockFactor } = options;
  if (!existsSync(launcher)) throw new Trouble(`There is no ${launcher}.`, 'Run this in a clone, after npm run build.');
  const frames: Frame[] = [];
  const watchers = new Set<(frame: Frame) => void>();
  const read = createFrames(size, (frame) => {
    frames.push(frame);
    if (frames.length > mostFramesKept) frames.shift();
    for (const watcher of watchers) watcher(frame);
  });
  const preload = clockFactor === undefined ? [] : ['--import', new URL('./fast-clock.js', import.meta.url).href];
  const asked = ['top', '--url', url, '--limit', String(limit), '--every', `${everyMs}ms`];
  const terminal = await openTerminal({
    ...{ ...size, directory, env: environment(clockFactor), written: read },
    command: [process.execPath, ...preload, launcher, ...asked],
  });

  const sees: Session['sees'] = async (fits, timeoutMs) => {
    const already = frames.find(fits);
    if (already !== undefined) return already;
    const patience = new AbortController();
    const seen = new Promise<Frame>((resolve) => {
      const watcher = (frame: Frame): void => {
        if (fits(frame)) resolve(frame);
      };
      watchers.add(watcher);
      patience.signal.addEventListener('abort', () => watchers.delete(watcher));
    });
    const late = sleep(timeoutMs, null, { signal: patience.signal }).catch(() => null);
    const found = await Promise.race([seen, late, terminal.ended.then(() => null)]);
    patience.abort();
    return found;
  };

  const first = await sees(({ text }) => text.trim() !== '', paintTimeoutMs);
  if (first === null) {
    await terminal.close();
    throw new Trouble('The dashboard has painted nothing.', 'Start it by hand, and see what it says.');
  }
  return {
    ...{ firstPaintMs: first.atMs - terminal.startedMs, frames, sees },
    type: terminal.type,
    taken: () => takenBy(terminal.pid),
    async close() {
      terminal.type('q');
      await Promise.race([terminal.ended, sleep(2_000)]);
      await terminal.close();
    },
  };
}
