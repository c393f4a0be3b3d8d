/**
 * `npm ci && npm start` in this folder: what the collector's buffer could lie in, LMDB, SQLite (which Node brings along) or
 * files of our own, by what matters there. Each is written as the buffer writes: one record at a time, on the disk before
 * the next; 40 records later it is removed again. As root also on a disk that is full.
 * collector/BUFFER.md has the figures and what was made of them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from './kinds.mjs';

const records = 100;
const recordBytes = 20_000;

/** Bytes that this process had written to the disk. */
const written = () => Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

const speed = async (kind, directory, bytes) => {
  const count = Math.floor(200e6 / bytes);
  const data = randomBytes(bytes);
  const store = kinds[kind](directory);
  const took = [];
  const before = written();
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  for (let key = 0; key < count; key += 1) {
    const putMs = performance.now();
    await store.put(key, data);
    took.push(performance.now() - putMs);
    if (key >= 40) void store.remove(key - 40);
    await new Promise(setImmediate);
  }
  const seconds = (performance.now() - beganMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await store.close();
  took.sort((a, b) => a - b);
  return {
    kind,
    recordKb: bytes / 1_024,
    recordsPerSecond: Math.round(count / seconds),
    p99Ms: Number(took[Math.floor(count * 0.99)].toFixed(1)),
    cpuMsPerMb: Number(((user + system) / 1_000 / ((count * bytes) / 1e6)).toFixed(2)),
    writtenPerByte: Number(((written() - before) / (count * bytes)).toFixed(2)),
  };
};

/** The newest file is cut off somewhere in its last 60 kB, as a disk does that lost what it had not written. */
const torn = (kind, directory, runs) => {
  const base = join(directory, 'base');
  mkdirSync(base);
  spawnSync(process.execPath, [import.meta.filename, 'fill', kind, base]);
  const outcome = { kind, runs, readOn: 0, refused: 0, crashed: 0 };
  for (let run = 0; run < runs; run += 1) {
    const copy = join(directory, `copy-${run}`);
    cpSync(base, copy, { recursive: true });
    const files = readdirSync(copy).filter((name) => !/lock|shm/.test(name));
    const newest = join(copy, files.sort().at(-1));
    truncateSync(newest, statSync(newest).size - 1 - Math.floor(Math.random() * 60_000));
    const { status, signal } = spawnSync(process.execPath, [import.meta.filename, 'read', kind, copy]);
    if (signal !== null) outcome.crashed += 1;
    else if (status !== 0) outcome.refused += 1;
    else outcome.readOn += 1;
  }
  return outcome;
};

/** Can what is on a full disk be removed, and is there room again then? */
const full = async (kind, directory) => {
  const store = kinds[kind](directory);
  const outcome = { kind, stored: 0, removed: 0, takesAgain: false };
  const data = randomBytes(256 * 1_024);
  const isDone = (task) =>
    Promise.race([task(), new Promise((_, late) => setTimeout(late, 2_000))]).then(
      () => true,
      () => false,
    );
  while (await isDone(() => store.put(outcome.stored, data))) outcome.stored += 1;
  for (let key = 0; key < outcome.stored; key += 1) if (await isDone(() => store.remove(key))) outcome.removed += 1;
  outcome.takesAgain = await isDone(() => store.put(outcome.stored + 1, data));
  return outcome;
};

const [command, kind, directory] = process.argv.slice(2);
// LMDB's failed commits also reject a promise that nobody is given.
process.on('unhandledRejection', () => {});
if (command === 'fill') {
  const store = kinds[kind](directory);
  for (let key = 0; key < records; key += 1) await store.put(key, Buffer.alloc(recordBytes, key));
  await store.close();
} else if (command === 'read') {
  const store = kinds[kind](directory);
  for (let key = 0; key < records; key += 1) store.get(key);
  await store.put(records, Buffer.alloc(recordBytes));
  process.exit(0);
} else if (command === 'full') {
  console.log(JSON.stringify(await full(kind, directory)));
  process.exit(0);
} else {
  for (const one of Object.keys(kinds)) {
    const fresh = () => mkdtempSync(join(tmpdir(), 'coldlens-choice-'));
    for (const bytes of [64, 256, 1_024].map((kb) => kb * 1_024)) {
      const own = fresh();
      console.log(JSON.stringify(await speed(one, own, bytes)));
      rmSync(own, { recursive: true });
    }
    const own = fresh();
    console.log(JSON.stringify(torn(one, own, 40)));
    rmSync(own, { recursive: true });
    if (process.getuid?.() !== 0) continue;
    const small = fresh();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'coldlens-choice', small]);
    try {
      const { stdout } = spawnSync(process.execPath, [import.meta.filename, 'full', one, small], { encoding: 'utf8' });
      console.log(stdout.trim() || JSON.stringify({ kind: one, full: 'ended by it' }));
    } finally {
      execFileSync('umount', [small]);
      rmSync(small, { recursive: true });
    }
  }
}
