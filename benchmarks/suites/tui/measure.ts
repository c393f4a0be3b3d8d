/** What is measured of a dashboard, one after the other: how it starts, how it lives, how it answers to keys, how it ages. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Trouble } from '@coldlens/collector';
import type { Frame } from './frames.ts';
import type { Taken } from './process.ts';
import { type Session, type SessionOptions, startSession } from './session.ts';

export const updatesPerSecond = 4;
export const updatesPerHour = 3_600 * updatesPerSecond;

export type Asked = Omit<SessionOptions, 'clockFactor'>;

/** The table has its functions. */
const isRanked = ({ text }: Frame): boolean => /^▶ \S/m.test(text);
const rankingTimeoutMs = 60_000;

async function ranked(session: Session): Promise<Frame> {
  const frame = await session.sees(isRanked, rankingTimeoutMs);
  if (frame === null) throw new Trouble('The dashboard shows no functions.', 'Start it by hand, and see what it says.');
  return frame;
}

const withSession = async <T>(options: SessionOptions, task: (session: Session) => Promise<T>): Promise<T> => {
  const session = await startSession(options);
  try {
    return await task(session);
  } finally {
    await session.close();
  }
};

/** @param share 0.5 = the median; nearest rank */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};

/** Milliseconds to the first frame of each start; the first one warms the file cache and is not counted. */
export async function firstPaints(options: Asked, starts: number): Promise<number[]> {
  const paints: number[] = [];
  for (let start = 0; start <= starts; start += 1) {
    paints.push(await withSession(options, async ({ firstPaintMs }) => firstPaintMs));
  }
  return paints.slice(1);
}

export interface Living {
  cpuPercent: number;
  updatesPerSecond: number;
  framesPerSecond: number;
  bytesPerFrame: number;
  changedRowsPerFrame: number;
  /** Bytes above what is promised for the rows that changed, over all frames; negative = below. */
  bytesOverPromise: number;
  clears: number;
  rssMb: number;
  keyToFrameMs: { p50: number; p99: number };
}

/** Bytes that a frame may have beside those of its rows, and those of each row that changed. */
export const promisedBytes = { frame: 200, row: 200 };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The first seconds are those of the first answer, and of code that is not compiled yet. */
const warmUpMs = 15_000;
const keysPressed = 200;

/** @param questions how many the source was asked so far */
export const living = (options: Asked, seconds: number, questions: () => Promise<number>): Promise<Living> =>
  withSession(options, async (session) => {
    await ranked(session);
    await sleep(Math.min(warmUpMs, seconds * 1000));
    const began = { ms: performance.now(), taken: await session.taken(), questions: await questions() };
    await sleep(seconds * 1000);
    const ended = { ms: performance.now(), taken: await session.taken(), questions: await questions() };
    const frames = session.frames.filter(({ atMs }) => atMs >= began.ms && atMs < ended.ms);
    if (frames.length === 0) throw new Trouble('The dashboard draws no more frames.', 'Start it by hand, and see.');
    const passedMs = ended.ms - began.ms;
    const bytesPerFrame = mean(frames.map(({ bytes }) => bytes));
    const changedRowsPerFrame = mean(frames.map(({ changedRows }) => changedRows));
    const delays = await keyDelays(session, keysPressed);
    return {
      cpuPercent: ((ended.taken.cpuMs - began.taken.cpuMs) / passedMs) * 100,
      updatesPerSecond: (ended.questions - began.questions) / (passedMs / 1000),
      framesPerSecond: frames.length / (passedMs / 1000),
      ...{ bytesPerFrame, changedRowsPerFrame },
      bytesOverPromise: bytesPerFrame - (promisedBytes.row * changedRowsPerFrame + promisedBytes.frame),
      clears: frames.reduce((sum, frame) => sum + frame.clears, 0),
      rssMb: ended.taken.rssMb,
      keyToFrameMs: { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) },
    };
  });

const keyTimeoutMs = 2_000;
/** Between two keys: not in step with the updates, so that some meet one. */
const keyPauseMs = 97;

/** Milliseconds from each key to the frame in which the next function is selected. */
async function keyDelays(session: Session, keys: number): Promise<number[]> {
  const selectedIn = (text: string): string => /^▶ (\S+)/m.exec(text)?.[1] ?? '';
  const delays: number[] = [];
  for (let key = 0; key < keys; key += 1) {
    const before = selectedIn(session.frames.at(-1)?.text ?? '');
    const pressedMs = performance.now();
    session.type('j');
    const frame = await session.sees(
      ({ atMs, text }) => atMs >= pressedMs && ![before, ''].includes(selectedIn(text)),
      keyTimeoutMs,
    );
    if (frame === null) throw new Trouble('The dashboard does not answer to a key.', 'Start it by hand, and press j.');
    delays.push(frame.atMs - pressedMs);
    await sleep(keyPauseMs);
  }
  return delays;
}

export interface Aging {
  /** After a tenth of the updates, and after all of them. */
  early: Taken;
  late: Taken;
  updates: number;
}

/** So much faster it asks as fast as it is answered, and still waits 400 ms for every answer. */
const clockFactor = 25;
const agingTimeoutMs = 20 * 60_000;

/** @param updates how many it takes */
export const aging = (options: Asked, updates: number, questions: () => Promise<number>): Promise<Aging> =>
  withSession({ ...options, clockFactor }, async (session) => {
    await ranked(session);
    const deadline = performance.now() + agingTimeoutMs;
    const first = await questions();
    let early: Taken | undefined;
    for (;;) {
      await sleep(200);
      const done = (await questions()) - first;
      if (done >= updates / 10) early ??= await session.taken();
      if (done >= updates && early !== undefined) return { early, late: await session.taken(), updates: done };
      if (performance.now() > deadline) {
        throw new Trouble(
          `The dashboard took ${done} updates in 20 minutes, and an hour has ${updates}.`,
          'Look at it.',
        );
      }
    }
  });
