/** Runs the dashboard on the terminal and gives the terminal back, however the dashboard ends. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { RankingQuery } from '@coldlens/collector';
import { render } from 'ink';
import { Dashboard, type DashboardProps } from './app/Dashboard.tsx';
import { lightOutput } from './app/light-output.ts';
import type { Screen } from './app/screen.ts';
import type { Source } from './app/source.ts';
import { clipboardSequence } from './format/clipboard.ts';
import { glyphsFor, spokenGlyphs } from './format/glyphs.ts';
import { themeOf, wantsGround } from './format/theme.ts';
import { exportEntries } from './screens/exports.ts';
import { type FirstRanking, functionsScreen } from './screens/functions.ts';
import { nothingCalledSo, placesToGo } from './screens/places.ts';
import { usualEndpoint, type Watched } from './screens/watched.ts';
import { keepSettings, settingsFile } from './settings/file.ts';
import type { Settings } from './settings/settings.ts';
import { SpokenDashboard } from './speech/SpokenDashboard.tsx';
import { systemClock } from './state/clock.ts';
import { pollMs } from './state/feed.ts';
import { asLive, type Live } from './state/live.ts';
import { openTerminal } from './terminal/terminal.ts';

export interface DashboardOptions {
  /** May still be opening. The dashboard never closes it. */
  source: Source | Promise<Source>;
  /** What is asked at first, sorted as the settings have it. */
  query: RankingQuery;
  settings: Settings;
  /** Lines under the title that say what is not as usual. */
  notices?: readonly string[] | Live<readonly string[]>;
  /** What is going on, such as `starting ClickHouse`; a {@link Live} value may change while the dashboard runs. */
  progress?: string | Live<string>;
  /** Shown while there is nothing; absent = a collector at the usual place, of whatever store. */
  watched?: Watched;
  /** Between two questions for the ranking, in milliseconds; absent = a second. */
  everyMs?: number;
  /** On top of the ranking at the begin. */
  open?: Screen;
}

const endSignals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/**
 * Resolves when the user quits or a signal ends it, with the terminal restored.
 * @throws what `source` was rejected with, and whatever broke the screen; the terminal is restored first.
 */
export async function runDashboard({ source, query, settings, ...options }: DashboardOptions): Promise<void> {
  const { sort, columns, mouse: usesMouse, screenReader } = settings;
  let { theme } = settings;
  staySmall();
  const colorDepth = process.stdout.getColorDepth();
  const terminal = openTerminal({
    ...{ stdin: process.stdin, stdout: process.stdout, usesMouse: usesMouse && !screenReader },
    asksGround: !screenReader && wantsGround(theme, colorDepth),
  });
  const { stdin, stdout, ground, mouse } = terminal;
  const { watched = { endpoint: usualEndpoint }, everyMs = pollMs } = options;
  const first: FirstRanking = { query, sort, columns, watched, everyMs };
  const constant: Omit<DashboardProps, 'shades'> = {
    source,
    screens: [functionsScreen(first), ...(options.open === undefined ? [] : [options.open])],
    entries: (answer, about) => placesToGo(answer, first, about),
    nothingOffered: nothingCalledSo,
    exports: exportEntries,
    save: saved,
    notices: asLive(options.notices ?? []),
    progress: asLive(options.progress ?? ''),
    clock: systemClock,
    glyphs: screenReader ? spokenGlyphs : glyphsFor(process.env),
    ...(usesMouse ? { mouse } : {}),
    async pause() {
      await terminal.quiet();
      await pause();
    },
    copy(text) {
      const sequence = clipboardSequence(text);
      if (sequence === undefined) return 'too long to be copied';
      stdout.write(sequence);
      return 'copied';
    },
    theme(name) {
      theme = name;
      draw();
    },
    keep: (kept) => keepSettings(settingsFile(), { ...kept, theme }),
  };
  const say = (line: string): void => void stdout.write(`${line}\n`);
  const drawn = () => {
    const shades = themeOf(theme, process.env, colorDepth, ground.get());
    return screenReader ? (
      <SpokenDashboard {...constant} shades={shades} say={say} />
    ) : (
      <Dashboard {...constant} shades={shades} />
    );
  };
  const instance = render(drawn(), {
    ...{
      stdin,
      stdout: lightOutput(stdout),
      // A key that comes right after an update waits for half of the usual time at most.
      maxFps: 60,
      incrementalRendering: true,
      exitOnCtrlC: false,
      isScreenReaderEnabled: screenReader,
    },
    // What was said stays to be read again.
    alternateScreen: !screenReader,
    // The caller has seen that this is a terminal; Ink would still take a set `CI` variable for a reason to stay silent.
    interactive: true,
  });
  const draw = (): void => instance.rerender(drawn());
  const stopDrawing = ground.subscribe(draw);
  const leave = (): void => instance.unmount();
  for (const signal of endSignals) process.once(signal, leave);
  // Runs before the stack is printed, which would otherwise go to the alternate screen and vanish with it.
  process.once('uncaughtExceptionMonitor', leave);
  try {
    await instance.waitUntilExit();
  } finally {
    stopDrawing();
    for (const signal of endSignals) process.off(signal, leave);
    process.off('uncaughtExceptionMonitor', leave);
    await terminal.quiet();
  }
}

/**
 * Keeps the heap near what is in use. Left alone V8 lets new objects have 100 MB, and old ones as much as there is of them again, to
 * collect them seldom: right for a program that is in a hurry, and wrong for one that is open all day. Both settings are read
 * whenever the heap may grow, so they can be made late; another version that does not know them only ignores them.
 */
function staySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
}

/** As Ctrl-Z does where the terminal is not raw: the whole group stops, npm and our own children with it. */
async function pause(): Promise<void> {
  const continued = once(process, 'SIGCONT');
  process.kill(0, 'SIGTSTP');
  await continued;
}

/** Never over a file that is there. */
function saved(name: string, ending: string, text: string): string {
  const file = `${name}-${new Date().toISOString().replace(/\D/g, '').slice(0, 17)}.${ending}`;
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return `wrote ${file}`;
  } catch (error) {
    return `cannot write here (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
  }
}
