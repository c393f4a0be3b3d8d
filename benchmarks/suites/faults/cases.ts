/** The faults, each a case: what is done to the collector and around it while numbered spans are sent. */
import { open, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CollectorProcess, Ended } from './collector.ts';
import { spansPerRequest } from './load.ts';
import { points } from './points.ts';
import { type Scene, Stage } from './stage.ts';
import { TinyDisk } from './tiny-disk.ts';
import { type Found, keepEveryRow, verify } from './verify.ts';

/** How much of each: all of it, or what a test has time for. */
export type Scale = 'full' | 'quick';

export interface Told {
  scene: Scene;
  /** How often the fault happened. */
  runs: number;
  /** From the end of the last fault until all that was acknowledged is in ClickHouse. */
  recoveryMs: number;
  /** Spans that a damaged file held, which are not counted as lost: the file is kept, and said to be damaged. */
  setAsideSpans?: number;
  /** What ClickHouse has, where it is gone after the case. */
  found?: Found;
  /** What else the case promises and did not hold. */
  failures?: string[];
}

export interface FaultCase {
  name: string;
  run(stage: Stage, scale: Scale): Promise<Told | { skipped: string }>;
}

const drainsWithinMs = 120_000;
const endsWithinMs = 10_000;

const timed = async (task: () => Promise<unknown>): Promise<number> => {
  const beganMs = performance.now();
  await task();
  return Math.round(performance.now() - beganMs);
};

/** @returns milliseconds until ClickHouse has all; the collector has ended then, as it does on a signal */
const settled = async (collector: CollectorProcess, failures: string[] = []): Promise<number> => {
  const ms = await timed(() => collector.untilDrained(drainsWithinMs));
  const ended = await collector.terminate();
  failures.push(...complaintsAbout(ended));
  return ms;
};

const complaintsAbout = ({ code, signal, ms }: Ended & { ms: number }): string[] => [
  ...(code === 0 ? [] : [`a collector ended with ${signal ?? code} on SIGTERM`]),
  ...(ms <= endsWithinMs ? [] : [`a collector took ${Math.round(ms)} ms to end on SIGTERM`]),
];

/** Batches of a buffer that is not in use, the oldest first. */
const batchesIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => name.endsWith('.batch')).sort();

const killedAnywhere: FaultCase = {
  name: 'collector killed at a random moment',
  run: async (stage, scale) => {
    const runs = scale === 'full' ? 200 : 3;
    const scene = await stage.scene('killed');
    scene.load.start();
    for (let run = 0; run < runs; run += 1) {
      const collector = await scene.startCollector();
      await sleep(Math.random() * 1_000);
      await collector.kill();
    }
    const collector = await scene.startCollector();
    await scene.load.stop();
    return { scene, runs, recoveryMs: await settled(collector) };
  },
};

const killedAtPoints: FaultCase = {
  name: 'collector killed at each named point',
  run: async (stage, scale) => {
    const scene = await stage.scene('points', { connections: 3 });
    const times = scale === 'full' ? [1, 2, 5, 20] : [1];
    const failures: string[] = [];
    let runs = 0;
    scene.load.start();
    for (const point of points) {
      for (const nth of times) {
        const collector = await scene.startCollector({ endAt: { point, times: nth } });
        const { signal } = await Promise.race([collector.ended, sleep(20_000, { code: null, signal: null })]);
        if (signal !== 'SIGKILL') failures.push(`no collector got to "${point}" ${nth} times`);
        await collector.kill();
        runs += 1;
      }
    }
    const collector = await scene.startCollector();
    await scene.load.stop();
    return { scene, runs, recoveryMs: await settled(collector, failures), failures };
  },
};

const clickhouseKilled: FaultCase = {
  name: 'ClickHouse killed',
  run: async (stage, scale) => {
    const runs = scale === 'full' ? 50 : 2;
    const scene = await stage.scene('clickhouse-killed', { connections: 4, requestsPerSecond: 200 });
    const collector = await scene.startCollector();
    const failures: string[] = [];
    scene.load.start();
    for (let run = 0; run < runs; run += 1) {
      await sleep(50 + Math.random() * 500);
      await stage.clickhouse.kill();
      await stage.clickhouse.start();
      await keepEveryRow(stage.clickhouse);
    }
    await scene.load.stop();
    for (const [status, times] of scene.load.refusals) failures.push(`${times} requests were answered with ${status}`);
    return { scene, runs, recoveryMs: await settled(collector, failures), failures };
  },
};

const bufferDiskFull: FaultCase = {
  name: "the buffer's disk full",
  run: async (stage, scale) => {
    const disk = await TinyDisk.mount(4);
    if (typeof disk === 'string') return { skipped: disk };
    try {
      const runs = scale === 'full' ? 20 : 2;
      const scene = await stage.scene('buffer-disk', { connections: 8 }, join(disk.directory, 'buffer'));
      const collector = await scene.startCollector();
      const failures: string[] = [];
      let recoveryMs = 0;
      for (let run = 0; run < runs; run += 1) {
        scene.network.set({ isDown: run % 2 === 0 });
        await disk.fill(200_000);
        const before = scene.load.refusals.get(503) ?? 0;
        scene.load.start();
        // With ClickHouse there, what is inserted makes room again and again, and the disk may never be full.
        if (run % 2 === 0) await untilRefused(scene, before);
        else await sleep(300);
        await scene.load.stop();
        scene.network.set({});
        await disk.makeRoom();
        recoveryMs = await timed(() => collector.untilDrained(drainsWithinMs));
        if ((await scene.load.sendOnce()) !== 200) failures.push('it took nothing although there was room again');
      }
      failures.push(...unexpected(scene, [503]));
      await settled(collector, failures);
      return { scene, runs, recoveryMs, failures };
    } finally {
      await stage.clear();
      await disk.unmount();
    }
  },
};

const untilRefused = async ({ load }: Scene, before: number): Promise<void> => {
  for (let waitedMs = 0; (load.refusals.get(503) ?? 0) < before + 20; waitedMs += 10) {
    if (waitedMs > 60_000) throw new Error('no request was refused within a minute');
    await sleep(10);
  }
};

const unexpected = ({ load }: Scene, expected: readonly number[]): string[] =>
  [...load.refusals]
    .filter(([status]) => !expected.includes(status))
    .map(([status, times]) => `${times} requests were answered with ${status === 0 ? 'nothing' : status}`);

const storeDiskFull: FaultCase = {
  name: "ClickHouse's disk full",
  run: async (_stage, scale) => {
    const disk = await TinyDisk.mount(400);
    if (typeof disk === 'string') return { skipped: disk };
    const stage = await Stage.raise(join(disk.directory, 'clickhouse'));
    try {
      const runs = scale === 'full' ? 10 : 1;
      const scene = await stage.scene('store-disk', { requestsPerSecond: 100 });
      const collector = await scene.startCollector();
      const failures: string[] = [];
      let recoveryMs = 0;
      for (let run = 0; run < runs; run += 1) {
        await disk.fill(0);
        scene.load.start();
        await collector.until('inserts fail', ({ isFailing }) => isFailing, 30_000);
        await sleep(300);
        await scene.load.stop();
        await disk.makeRoom();
        recoveryMs = await timed(() => collector.untilDrained(drainsWithinMs));
      }
      failures.push(...unexpected(scene, []));
      const { refusedBatches } = await collector.stats();
      if (refusedBatches > 0) failures.push('a full disk was taken for wrong rows');
      await settled(collector, failures);
      // ClickHouse goes with its disk, so it is looked at here.
      return { scene, runs, recoveryMs, failures, found: await verify(scene.clickhouse, scene.load, scene.name) };
    } finally {
      await stage.strike();
      await disk.unmount();
    }
  },
};

const away: FaultCase = {
  name: 'ClickHouse away for two hours of 100 spans/s',
  run: async (stage, scale) => {
    // As many requests as two hours bring; how long they take is of no matter to anything but the clock.
    const requests = scale === 'full' ? (2 * 3_600 * 100) / spansPerRequest : 1_000;
    const scene = await stage.scene('away', { connections: 16 });
    const collector = await scene.startCollector();
    const failures: string[] = [];
    scene.network.set({ isDown: true });
    await scene.load.sendAll(requests);
    failures.push(...unexpected(scene, []));
    scene.network.set({});
    return { scene, runs: 1, recoveryMs: await settled(collector, failures), failures };
  },
};

const slow: FaultCase = {
  name: 'ClickHouse 50 times slower',
  run: async (stage, scale) => {
    const scene = await stage.scene('slow', { requestsPerSecond: 100 });
    const collector = await scene.startCollector();
    const failures: string[] = [];
    // What an insert takes here, 50 times.
    const usualMs = await timed(() => stage.clickhouse.command('SELECT 1'));
    scene.network.set({ delayMs: 50 * Math.min(40, Math.max(10, usualMs)) });
    scene.load.start();
    await sleep(scale === 'full' ? 60_000 : 1_500);
    await scene.load.stop();
    failures.push(...unexpected(scene, []));
    scene.network.set({});
    return { scene, runs: 1, recoveryMs: await settled(collector, failures), failures };
  },
};

const answersLost: FaultCase = {
  name: 'the answer lost after the commit',
  run: async (stage, scale) => {
    const wanted = scale === 'full' ? 100 : 6;
    const scene = await stage.scene('answers', { requestsPerSecond: 100 });
    const collector = await scene.startCollector();
    const failures: string[] = [];
    const before = scene.network.cut;
    scene.load.start();
    scene.network.set({ cutShare: 0.5 });
    for (let waitedMs = 0; scene.network.cut - before < wanted && waitedMs < 120_000; waitedMs += 20) await sleep(20);
    await scene.load.stop();
    failures.push(...unexpected(scene, []));
    scene.network.set({});
    const runs = scene.network.cut - before;
    return { scene, runs, recoveryMs: await settled(collector, failures), failures };
  },
};

/** Some batches of one request a record, left by a collector that was killed while ClickHouse was away. */
const leftBehind = async (scene: Scene, requests: number): Promise<void> => {
  const collector = await scene.startCollector();
  scene.network.set({ isDown: true });
  for (let sent = 0; sent < requests; sent += 1) await scene.load.sendOnce();
  await collector.kill();
};

const damaged = (name: string, slug: string, hurt: (path: string) => Promise<void>): FaultCase => ({
  name,
  run: async (stage, scale) => {
    const runs = scale === 'full' ? 25 : 1;
    const scene = await stage.scene(slug);
    const failures: string[] = [];
    let recoveryMs = 0;
    for (let run = 0; run < runs; run += 1) {
      await leftBehind(scene, 12);
      const batches = await batchesIn(scene.bufferDirectory);
      const victim = batches.at(-1);
      if (victim === undefined) throw new Error('nothing was left in the buffer');
      await hurt(join(scene.bufferDirectory, victim));
      scene.network.set({});
      const collector = await scene.startCollector();
      recoveryMs = await timed(() => collector.untilDrained(drainsWithinMs));
      const { damagedBatches } = await collector.stats();
      if (damagedBatches !== run + 1) failures.push(`${damagedBatches} damaged batches were found, not ${run + 1}`);
      await settled(collector, failures);
    }
    // One request a record: a bit, or a cut, costs one of them at most.
    return { scene, runs, recoveryMs, failures, setAsideSpans: runs * spansPerRequest };
  },
});

const flippedBit = damaged('a flipped bit in the buffer', 'bit', async (path) => {
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  try {
    const at = Math.floor(Math.random() * size);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] = (byte[0] as number) ^ (1 << Math.floor(Math.random() * 8));
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
});

/** Within the last record, which is longer than that. */
const tornTail = damaged('a torn tail in the buffer', 'tail', async (path) => {
  const { size } = await stat(path);
  await truncate(path, size - 1 - Math.floor(Math.random() * 200));
});

const terminated: FaultCase = {
  name: 'SIGTERM under load',
  run: async (stage, scale) => {
    const runs = scale === 'full' ? 20 : 2;
    const scene = await stage.scene('terminated', { connections: 8 });
    const failures: string[] = [];
    scene.load.start();
    for (let run = 0; run < runs; run += 1) {
      const collector = await scene.startCollector();
      await sleep(300);
      // Also where there is nobody to insert into.
      scene.network.set({ isDown: run % 2 === 1 });
      await sleep(100);
      failures.push(...complaintsAbout(await collector.terminate()));
      scene.network.set({});
    }
    const collector = await scene.startCollector();
    await scene.load.stop();
    return { scene, runs, recoveryMs: await settled(collector, failures), failures };
  },
};

const dayMs = 86_400_000;

const wrongClocks: FaultCase = {
  name: 'clocks off by a day',
  run: async (stage, scale) => {
    const requests = scale === 'full' ? 500 : 20;
    const scene = await stage.scene('clocks', { clockOffsetMs: (request) => ((request % 3) - 1) * dayMs });
    const failures: string[] = [];
    const clocks = scale === 'full' ? [0, -dayMs, dayMs, 0] : [0, dayMs];
    for (const clockOffsetMs of clocks) {
      const collector = await scene.startCollector({ clockOffsetMs });
      await scene.load.sendAll(requests);
      // The very same again, which it still knows, whatever its clock says.
      const [known] = scene.load.acknowledged;
      if (known !== undefined && (await scene.load.sendOnce(known)) !== 200)
        failures.push('a repeated request was refused');
      await collector.kill();
    }
    const collector = await scene.startCollector();
    return { scene, runs: clocks.length, recoveryMs: await settled(collector, failures), failures };
  },
};

const overload: FaultCase = {
  name: 'twice the capacity',
  run: async (stage, scale) => {
    const scene = await stage.scene('overload', { connections: 32 });
    // A small buffer before a slow ClickHouse: it is full after a moment, and then as much is refused as is taken.
    const collector = await scene.startCollector({ bufferBytes: scale === 'full' ? 3_000_000 : 60_000 });
    const failures: string[] = [];
    scene.network.set({ delayMs: 1_000 });
    scene.load.start();
    await sleep(scale === 'full' ? 120_000 : 2_500);
    await scene.load.stop();
    failures.push(...unexpected(scene, [503]));
    if (!scene.load.refusals.has(503)) failures.push('it was never more than it could take');
    scene.network.set({});
    return { scene, runs: 1, recoveryMs: await settled(collector, failures), failures };
  },
};

export const faultCases: readonly FaultCase[] = [
  killedAnywhere,
  killedAtPoints,
  clickhouseKilled,
  bufferDiskFull,
  storeDiskFull,
  away,
  slow,
  answersLost,
  flippedBit,
  tornTail,
  terminated,
  wrongClocks,
  overload,
];
