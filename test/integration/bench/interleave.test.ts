import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  interleave,
  orderOf,
  type Progress,
  type Variant,
  VariantTrouble,
} from '#benchmarks/src/measure/interleave.js';
import type { Sample } from '#benchmarks/src/measure/sample.js';

describe('interleaved rounds', () => {
  let root: string;
  let log: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'coldlens-interleave-'));
    log = join(root, 'log');
    writeFileSync(log, '');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** A program that writes down that it was started. */
  const variant = (name: string, source = ''): Variant => {
    const script = join(root, `${name}.cjs`);
    writeFileSync(script, `require('node:fs').appendFileSync(${JSON.stringify(log)}, '${name}');\n${source}`);
    const program = { name, script, args: [], timeoutMs: 5_000 };
    return { target: { platform: 'node', ...program, file: script, root, event: '{}' }, condition: { name } };
  };
  const collect = async (rounds: AsyncIterable<Sample[]>): Promise<Sample[][]> => {
    const all: Sample[][] = [];
    for await (const round of rounds) all.push(round);
    return all;
  };

  it('take turns in who begins, and in who follows whom', () => {
    const orders = (variants: number, rounds: number): string[] =>
      Array.from({ length: rounds }, (_, round) => orderOf(round, variants).join(''));
    assert.deepEqual(orders(2, 5), ['01', '10', '10', '01', '01']);
    assert.deepEqual(orders(3, 6), ['012', '120', '201', '210', '021', '102']);
    assert.deepEqual(orders(1, 2), ['0', '0']);
  });

  it('start every variant once a round, and throw the first rounds away', async () => {
    const large = variant('b', 'globalThis.kept = Buffer.alloc(100 << 20, 1);');
    const rounds = await collect(interleave([variant('a'), large], { rounds: 3, warmups: 2 }));
    assert.equal(readFileSync(log, 'utf8'), 'abbabaabab');
    assert.equal(rounds.length, 3);
    for (const [a, b] of rounds) {
      assert.ok((a?.coldMs ?? 0) > 0 && (b?.coldMs ?? 0) > 0);
      // Told apart by memory: time is anybody's where the machine has other work.
      assert.ok((b?.rssMb ?? 0) > (a?.rssMb ?? 0) + 50, 'samples are in the order of the variants');
    }
  });

  it('tell how far they are and how long it takes', async () => {
    const told: Progress[] = [];
    const options = { rounds: 2, warmups: 1, onProgress: (progress: Progress) => told.push(progress) };
    await collect(interleave([variant('a'), variant('b')], options));
    assert.deepEqual(
      told.map(({ done, total }) => [done, total]),
      [0, 1, 2, 3, 4, 5, 6].map((done) => [done, 6]),
    );
    assert.equal(told[0]?.secondsLeft, null);
    assert.equal(told.at(-1)?.secondsLeft, 0);
    assert.ok((told[1]?.secondsLeft ?? 0) > 0.05);
  });

  it('end where the reader has seen enough', async () => {
    for await (const _round of interleave([variant('a')], { rounds: 50, warmups: 0 })) break;
    assert.equal(readFileSync(log, 'utf8'), 'a');
  });

  it('name the variant that failed', async () => {
    const rounds = collect(interleave([variant('a'), variant('b', 'process.exit(1);')], { rounds: 2 }));
    await assert.rejects(rounds, (error: VariantTrouble) => {
      assert.ok(error instanceof VariantTrouble);
      assert.equal(error.variant, 1);
      assert.match(error.message, /b .*ended with exit code 1/);
      return error.exitCode === 3;
    });
  });

  it('stop when told to', async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const rounds = interleave([variant('a', 'for (;;);')], { rounds: 2, signal: stop.signal });
    setTimeout(() => stop.abort(reason), 200);
    await assert.rejects(collect(rounds), reason);
  });
});
