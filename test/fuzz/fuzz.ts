/**
 * Runs a target on inputs that come from valid ones by mutation. Each input comes of one seed, so that a failure can be had
 * again; what fails is written to the corpus, which every run begins with.
 *
 *     COLDLENS_FUZZ_SECONDS=600 npx mocha test/fuzz/protobuf.test.ts     longer than the usual 10 s a target
 *     COLDLENS_FUZZ_SEED=123456 npx mocha test/fuzz/protobuf.test.ts     the one input that failed
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Random, randomOf } from './random.ts';

const corpusFolder = fileURLToPath(new URL('./corpus', import.meta.url));

const usualSeconds = 10;
const secondsOf = (): number => Number(process.env.COLDLENS_FUZZ_SECONDS ?? usualSeconds);

/** No input here is longer than some tens of kilobytes. */
const slowestMs = 2_000;
const turnEvery = 100;
const mostGrowthBytes = 512 * 1024 * 1024;

export interface Target {
  /** Also that of the folder in the corpus. */
  name: string;
  /** An input; the same for the same random numbers. */
  make(random: Random): Uint8Array;
  /** Throws what is a finding. */
  check(input: Uint8Array): void | Promise<void>;
  /** Of the usual seconds, for what is small. */
  share?: number;
}

/** Declares the tests of a target: its corpus, then new inputs for as long as it is given. */
export function fuzz(target: Target): void {
  describe(`fuzzing ${target.name}`, () => {
    const folder = join(corpusFolder, target.name);
    for (const name of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
      it(`takes ${name} of the corpus`, async () => target.check(readFileSync(join(folder, name))));
    }

    const seed = process.env.COLDLENS_FUZZ_SEED;
    if (seed !== undefined) {
      it(`takes the input of seed ${seed}`, async () => target.check(target.make(randomOf(Number(seed)))));
      return;
    }

    const seconds = secondsOf() * (target.share ?? 1);
    it(`takes what comes in ${seconds} s`, async function () {
      this.timeout(seconds * 1_000 + 30_000);
      this.slow(Number.POSITIVE_INFINITY);
      const first = Date.now() % 2 ** 31;
      const rssBefore = process.memoryUsage().rss;
      const endMs = performance.now() + seconds * 1_000;
      let count = 0;
      for (; performance.now() < endMs; count += 1) {
        await runOne(target, (first + count) % 2 ** 31);
        // What zlib held of broken input is freed in a turn of the event loop only.
        if (count % turnEvery === 0) await new Promise(setImmediate);
      }
      assert.ok(count > 10 * seconds, `only ${count} inputs in ${seconds} s`);
      const grown = process.memoryUsage().rss - rssBefore;
      assert.ok(grown < mostGrowthBytes, `it has grown by ${grown} bytes`);
    });
  });
}

async function runOne(target: Target, seed: number): Promise<void> {
  const input = target.make(randomOf(seed));
  const used = process.cpuUsage();
  try {
    await target.check(input);
    const { user, system } = process.cpuUsage(used);
    assert.ok((user + system) / 1_000 < slowestMs, `it took ${(user + system) / 1_000} ms of CPU`);
  } catch (error) {
    throw new Error(`COLDLENS_FUZZ_SEED=${seed} gives this again; the input is in ${kept(target, input)}`, {
      cause: error,
    });
  }
}

/** @returns where it lies now, to become a test */
function kept({ name }: Target, input: Uint8Array): string {
  const folder = join(corpusFolder, name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, createHash('sha256').update(input).digest('hex').slice(0, 12));
  writeFileSync(file, input);
  return file;
}
