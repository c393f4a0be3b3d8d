/**
 * What does the dashboard take that people leave open all day? The built `coldlens top` in a pseudo-terminal of 130 x 44, before
 * ten thousand functions of which 40 change four times a second (see tui/functions.ts).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Trouble } from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import { type Suite, type SuiteResult, table, tenths } from './suite.ts';
import { functionCount } from './tui/functions.ts';
import {
  type Aging,
  aging,
  firstPaints,
  type Living,
  living,
  promisedBytes,
  quantile,
  updatesPerHour,
  updatesPerSecond,
} from './tui/measure.ts';
import { size } from './tui/session.ts';
import type { Asked, Ready } from './tui/source.ts';

/** Seconds that it is watched for, for a short trial; then nothing but clears is a failure, and the hour is shorter too. */
const trialVariable = 'COLDLENS_TUI_SECONDS';
const usualSeconds = 60;

const trialSeconds = (): number | null => {
  const value = process.env[trialVariable];
  if (value === undefined) return null;
  const seconds = Number(value);
  if (seconds >= 1 && seconds <= 3_600) return seconds;
  throw new Trouble(`${trialVariable} is ${JSON.stringify(value)}.`, 'Give it seconds: 1 to 3600.', 2);
};

const wanted = { cpuPercent: 5, firstPaintMs: 400, keyToFrameP99Ms: 50, rssMb: 150, growthMb: 15 };
const starts = 10;

interface Source {
  url: string;
  questions(): Promise<number>;
  close(): void;
}

async function startSource(): Promise<Source> {
  const child = fork(fileURLToPath(new URL('./tui/source.js', import.meta.url)));
  const [{ port }] = (await once(child, 'message')) as [Ready];
  return {
    url: `http://127.0.0.1:${port}`,
    async questions() {
      const told = once(child, 'message') as Promise<[Asked]>;
      child.send('how many');
      const [{ questions }] = await told;
      return questions;
    },
    close: () => child.kill(),
  };
}

const failuresOf = (
  { cpuPercent, bytesOverPromise, clears, rssMb, keyToFrameMs, ...rest }: Living,
  firstPaintMs: number,
  { early, late }: Aging,
  isTrial: boolean,
): string[] => {
  const above = (found: number, most: number, what: string) =>
    found > most && `${what}: ${tenths(found)}, more than ${most}`;
  const always = [above(clears, 0, 'clears of the screen')];
  const promised = [
    above(cpuPercent, wanted.cpuPercent, 'percent of a core'),
    above(updatesPerSecond * 0.9, rest.updatesPerSecond, 'updates a second that were to be taken'),
    above(bytesOverPromise, 0, `bytes a frame beyond ${promisedBytes.row} a changed row and ${promisedBytes.frame}`),
    above(firstPaintMs, wanted.firstPaintMs, 'ms to the first frame'),
    above(keyToFrameMs.p99, wanted.keyToFrameP99Ms, 'ms from a key to its frame (p99)'),
    above(Math.max(rssMb, late.rssMb), wanted.rssMb, 'MB'),
    above(late.rssMb - early.rssMb, wanted.growthMb, 'MB more at the end of an hour than at its tenth'),
  ];
  return [...always, ...(isTrial ? [] : promised)].filter((line) => line !== false);
};

export const tui: Suite = {
  name: 'tui',
  about: `what the dashboard takes of processor, memory and terminal; nine minutes (${trialVariable}=5: half a minute)`,
  run: async (progress): Promise<SuiteResult> => {
    const trial = trialSeconds();
    const seconds = trial ?? usualSeconds;
    const directory = await mkdtemp(join(tmpdir(), 'coldlens-tui-'));
    const source = await startSource();
    try {
      const options = { url: source.url, limit: functionCount, everyMs: 1000 / updatesPerSecond, directory };
      const paints = await firstPaints(options, trial === null ? starts : 1);
      const firstPaintMs = quantile(paints, 0.5);
      progress(`first paint: ${paints.map(Math.round).join(', ')} ms`);
      const lived = await living(options, seconds, source.questions);
      progress(JSON.stringify(lived));
      const aged = await aging(options, trial === null ? updatesPerHour : seconds * 40, source.questions);
      progress(JSON.stringify(aged));
      const { p50, p99 } = lived.keyToFrameMs;
      const figures = {
        suite: 'tui',
        cpuPercent: tenths(lived.cpuPercent),
        bytesPerFrame: Math.round(lived.bytesPerFrame),
        changedRowsPerFrame: tenths(lived.changedRowsPerFrame),
        clears: lived.clears,
        firstPaintMs: Math.round(firstPaintMs),
        keyToFrameMs: { p50: tenths(p50), p99: tenths(p99) },
        rssMb: Math.round(lived.rssMb),
        rssAfterHourMb: Math.round(aged.late.rssMb),
        rssAfterTenthOfHourMb: Math.round(aged.early.rssMb),
        updatesPerSecond: tenths(lived.updatesPerSecond),
        framesPerSecond: tenths(lived.framesPerSecond),
        updatesOfHour: aged.updates,
        ...{ functions: functionCount, ...size, seconds, starts: paints.length, runs: 1, machine: machine() },
      };
      return { figures, report: reportOf(figures), failures: failuresOf(lived, firstPaintMs, aged, trial !== null) };
    } finally {
      source.close();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

interface Figures {
  cpuPercent: number;
  bytesPerFrame: number;
  changedRowsPerFrame: number;
  clears: number;
  firstPaintMs: number;
  keyToFrameMs: { p50: number; p99: number };
  rssMb: number;
  rssAfterHourMb: number;
}

const reportOf = (found: Figures): string =>
  table(
    ['figure', 'found', 'wanted at most'],
    [
      ['percent of a core', found.cpuPercent, wanted.cpuPercent],
      [
        `bytes a frame, ${found.changedRowsPerFrame} rows changed`,
        found.bytesPerFrame,
        Math.round(promisedBytes.row * found.changedRowsPerFrame + promisedBytes.frame),
      ],
      ['clears of the screen', found.clears, 0],
      ['ms from exec to the first frame', found.firstPaintMs, wanted.firstPaintMs],
      ['ms from a key to its frame, p50', found.keyToFrameMs.p50, '-'],
      ['ms from a key to its frame, p99', found.keyToFrameMs.p99, wanted.keyToFrameP99Ms],
      ['MB', found.rssMb, wanted.rssMb],
      ['MB after an hour of updates', found.rssAfterHourMb, wanted.rssMb],
    ],
  );
