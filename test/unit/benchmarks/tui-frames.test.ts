/** What the suite `tui` counts of the bytes that a dashboard writes, and that fewer bytes show the same. */
import assert from 'node:assert/strict';
import { createFrames, type Frame } from '#benchmarks/suites/tui/frames.js';
import { createFunctions } from '#benchmarks/suites/tui/functions.js';
import { createScreen } from '#benchmarks/suites/tui/screen.js';
import { lightened } from '#tui/app/light-output.js';

const esc = '\u001b';
const framed = (text: string): string => `${esc}[?2026h${text}${esc}[?2026l`;

describe('the frames of a dashboard', () => {
  const frames = (...chunks: readonly string[]): Frame[] => {
    const seen: Frame[] = [];
    const take = createFrames({ columns: 20, rows: 4 }, (frame) => seen.push(frame));
    for (const chunk of chunks) take(Buffer.from(chunk), 0);
    return seen;
  };

  it('are counted with their bytes and with the rows that look otherwise', () => {
    const second = framed(`${esc}[2A${esc}[5G${esc}[Kzwei\r\n${esc}[E`);
    const [first, then] = frames(framed(`eins\r\n${esc}[1mone${esc}[22m ███\r\ndrei`), second);
    assert.deepEqual([first?.changedRows, first?.text], [3, 'eins\none ███\ndrei\n']);
    assert.deepEqual([then?.changedRows, then?.bytes, then?.clears], [1, second.length, 0]);
    assert.equal(then?.text, 'einszwei\none ███\ndrei\n');
  });

  it('may come in pieces, in the middle of a character too', () => {
    const bytes = Buffer.from(framed('▶ ein'));
    const seen: Frame[] = [];
    const take = createFrames({ columns: 20, rows: 2 }, (frame) => seen.push(frame));
    for (const byte of bytes) take(Buffer.of(byte), 0);
    assert.equal(seen[0]?.text, '▶ ein\n');
  });

  it('have changed also where only a style has', () => {
    const [, same, other] = frames(framed('one'), framed('\rone'), framed(`\r${esc}[31mone${esc}[39m`));
    assert.deepEqual([same?.changedRows, other?.changedRows], [0, 1]);
  });

  it('tell when the screen was cleared', () => {
    assert.deepEqual(
      frames(framed(`${esc}[2J`), framed(`${esc}[H${esc}[J`)).map(({ clears }) => clears),
      [1, 1],
    );
  });

  it('are the same with questions to the terminal in them', () => {
    const [frame] = frames(framed(`${esc}[ca${esc}]11;?${esc}\\b${esc}]0;c\u0007d${esc}[6n${esc}[?25l`));
    assert.equal(frame?.text, 'abd\n\n\n');
  });

  it('are refused where they hold what is unknown here', () => {
    assert.throws(() => frames(framed(`${esc}[3S`)), /unknown here/);
    assert.throws(() => frames(framed(`${esc}[53m`)), /unknown here/);
  });
});

describe('fewer bytes', () => {
  it('show the same', () => {
    const written = `a\r\nb\r\nc${esc}[2A${esc}[E${esc}[E${esc}[3G${esc}[36mx${esc}[39m${esc}[33my${esc}[39m${esc}[38;5;9mz${esc}[39m-`;
    const [plain, light] = [createScreen(20, 4), createScreen(20, 4)];
    plain.write(written);
    light.write(lightened(written));
    assert.deepEqual(light.rows(), plain.rows());
    assert.equal(written.length - lightened(written).length, 2 * 5 + 2);
  });

  it('leave a colour alone that is only ended', () => {
    for (const text of [`${esc}[39m${esc}[1mx`, `${esc}[39mx${esc}[33my`, `${esc}[39m${esc}[390mx`, `${esc}[E`]) {
      assert.equal(lightened(text), text);
    }
  });
});

describe('the functions of the suite tui', () => {
  const window = { sinceMs: 86_400_000, untilMs: Date.UTC(2026, 10, 22) };

  it('are the same at every run, and 40 at most change with an update', () => {
    const [one, other] = [createFunctions(500), createFunctions(500)];
    const before = one.ranking('cold-p99', 500, window);
    assert.deepEqual(other.ranking('cold-p99', 500, window), before);
    one.update();
    const known = new Set(before.functions);
    const changed = one.ranking('cold-p99', 500, window).functions.filter((ranked) => !known.has(ranked));
    assert.ok(changed.length > 20 && changed.length <= 40, `${changed.length} have changed`);
  });
});
