/** Frames of whole lines look as those that Ink would have made of the same lines itself. */
import assert from 'node:assert/strict';
import chalk from 'chalk';
import { styledLine } from '#tui/app/styled.js';
import WholeLines from '#tui/app/whole-lines.js';
import { clean, toWidth } from '#tui/format/clean.js';
import type { Line } from '#tui/format/segments.js';
import { themeOf } from '#tui/format/theme.js';
import { type Random, randomOf } from '../../fuzz/random.ts';

interface Drawn {
  write(x: number, y: number, text: string, options: { transformers: ((line: string) => string)[] }): void;
  clip(clip: object): void;
  unclip(): void;
  get(): { output: string; height: number };
}
type Output = new (size: { width: number; height: number }) => Drawn;

/** Not among what Ink gives out, but what the bundle puts ours in place of. */
const inkFile = new URL('./output.js', import.meta.resolve('ink'));
const { default: InkOutput } = (await import(inkFile.href)) as { default: Output };

const size = { width: 60, height: 12 };

const texts = [
  'checkout',
  '日本語',
  'e\u0301te\u0301',
  '\u001b[31mred',
  'مرحبا',
  '▁▂▃█',
  '  ',
  '',
  '👩‍👩‍👧',
  'a\u202eb',
];
const lineAtRandom = (random: Random): Line =>
  Array.from({ length: random.whole(6) }, () => ({
    text: toWidth(clean(random.one(texts)), random.whole(10)),
    color: random.one(['cyan', 'green', 'red', 'yellow'] as const),
    ...(random.chance(0.3) && { bold: true }),
    ...(random.chance(0.3) && { dim: true }),
  }));

/** As Ink draws a screen of ours: a blank for each row, which is turned into its line. */
const drawn = (Output: Output, lines: readonly string[]): { output: string; height: number } => {
  const output = new Output(size);
  output.clip({ x1: 0, x2: size.width, y1: 0, y2: size.height });
  for (const [row, line] of lines.entries()) output.write(0, row, ' ', { transformers: [() => line] });
  output.unclip();
  return output.get();
};

/** What a style is of, and what its end ends: bold and dim have theirs in common. */
const kindOf = (code: string): string => (code === '1' || code === '2' ? code : 'color');
const endedBy: Readonly<Record<string, readonly string[]>> = { 22: ['1', '2'], 39: ['color'] };

/** Each character with the styles that a terminal would show it in; blanks have none that shows. */
const shown = (output: string): string[] => {
  const styles = new Map<string, string>();
  // Whole sequences at odd places, text between them.
  return output.split(/(\p{Cc}\[[\d;]*m)/u).flatMap((part, place) => {
    if (place % 2 === 0) return [...part].map((one) => (one === ' ' ? one : `${one} ${[...styles.values()].sort()}`));
    const code = part.slice(2, -1);
    for (const kind of endedBy[code] ?? []) styles.delete(kind);
    if (endedBy[code] === undefined) styles.set(kindOf(code), code);
    return [];
  });
};

describe('frames of whole lines', () => {
  const { level } = chalk;
  before(() => {
    chalk.level = 3;
  });
  after(() => {
    chalk.level = level;
  });

  it('look as those of Ink', () => {
    const theme = themeOf('dark', {}, 24);
    for (let seed = 0; seed < 200; seed += 1) {
      const random = randomOf(seed);
      const lines = Array.from({ length: random.whole(size.height + 1) }, () =>
        styledLine(lineAtRandom(random), theme),
      );
      const [ours, theirs] = [drawn(WholeLines, lines), drawn(InkOutput, lines)];
      assert.equal(ours.height, theirs.height);
      assert.deepEqual(
        ours.output.split('\n').map((line) => shown(line).join('\n').trimEnd()),
        theirs.output.split('\n').map((line) => shown(line).join('\n').trimEnd()),
        `seed ${seed}`,
      );
    }
  });

  it('leave out rows that the terminal has lost', () => {
    const lines = Array.from({ length: size.height + 3 }, (_, row) => `row ${row}`);
    assert.deepEqual(drawn(WholeLines, lines), drawn(InkOutput, lines));
  });

  it('are made of nothing but whole lines', () => {
    const output = new WholeLines(size);
    for (const [x, text] of [
      [1, 'a'],
      [0, 'a\nb'],
    ] as const) {
      assert.throws(() => output.write(x, 0, text, { transformers: [] }), /draws whole lines/);
    }
  });
});
