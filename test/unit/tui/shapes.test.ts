/** The small parts that screens are made of. */
import assert from 'node:assert/strict';
import type { InvocationSpan } from '#collector/index.js';
import { nextOf, nextPlace, type Pane, type Place, pagesOf, paneLines } from '#tui/app/panes.js';
import { chartLines, fitted, shareBar } from '#tui/format/chart.js';
import { clipboardSequence } from '#tui/format/clipboard.js';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { lineText } from '#tui/format/segments.js';
import { themeOf } from '#tui/format/theme.js';
import { histogramBars } from '#tui/screens/function/histogram.js';
import { spanTree } from '#tui/screens/invocation/tree.js';

const span = (spanId: string, parentSpanId: string, startMs = 0): InvocationSpan => ({
  ...{ spanId, parentSpanId, startMs, name: spanId, phase: '', durationMs: 1, isError: false, module: null },
});
const names = (spans: readonly InvocationSpan[]): string[] => spanTree(spans).map((shown) => shown.span.spanId);

describe('the tree of spans', () => {
  it('has each span once, children behind their parent by their begin', () => {
    assert.deepEqual(names([span('b', 'a', 2), span('a', ''), span('c', 'a', 1), span('d', 'b', 9)]), [
      'a',
      'c',
      'b',
      'd',
    ]);
  });

  it('survives circles, a span that is its own parent, the same id twice, and a chain of a thousand', () => {
    assert.deepEqual(names([span('a', 'b'), span('b', 'a'), span('s', 's'), span('s', '')]).toSorted(), [
      'a',
      'b',
      's',
    ]);
    const chain = Array.from({ length: 1000 }, (_, index) => span(`${index}`, index === 0 ? '' : `${index - 1}`));
    const shown = spanTree(chain.toReversed());
    assert.equal(shown.length, 1000);
    assert.ok((shown.at(-1)?.lastOf.length ?? 99) <= 12);
  });
});

describe('histograms', () => {
  const bars = Array.from({ length: 40 }, (_, index) => ({
    ...{ fromMs: 10 * 1.1 ** index, toMs: 10 * 1.1 ** (index + 1), count: index },
  }));

  it('lose no cold start, however few columns there are', () => {
    for (const most of [1, 2, 7, 39, 40, 200]) {
      const { counts } = histogramBars(bars, most);
      assert.ok(counts.length <= most);
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        780,
      );
    }
  });

  it('are empty without a cold start', () => assert.deepEqual(histogramBars([], 10).counts, []));
});

describe('charts', () => {
  it('are as high as their rows, show what is small, and leave gaps for what is not observable', () => {
    const options = { width: 40, rows: 4, glyphs: unicodeGlyphs, color: 'cyan' as const, format: String };
    const lines = chartLines([1000, 1, null, 0], options).map(lineText);
    assert.equal(lines.length, 4);
    assert.match(lines[0] ?? '', /^ {3}1000 █████$/);
    assert.match(lines[3] ?? '', /^ {6}0 █████ ▁▁▁▁▁$/);
  });

  it('put neighbours together where there is no room', () => {
    assert.deepEqual(
      fitted([1, 5, 2, 4, 3], 2, (group) => Math.max(...group)),
      [5, 4],
    );
    assert.equal(shareBar(0.001, 10, '#'), '#');
    assert.equal(shareBar(0, 10, '#'), '');
    assert.equal(shareBar(Number.NaN, 10, '#'), '');
  });
});

describe('parts of a page', () => {
  const pane = (id: string, least: number, wants: number): Pane => ({
    ...{ id, title: id, least, wants },
    lines: (_columns, rows) => Array.from({ length: Math.min(rows, wants) }, (_, line) => [{ text: `${id}${line}` }]),
  });
  const panes = [pane('a', 3, 8), pane('b', 9, 9), pane('c', 3, 7), pane('d', 30, 30)];

  it('are all there at every size, whole, and never higher than the screen', () => {
    for (let width = 20; width <= 320; width += 20) {
      for (let rows = 5; rows <= 100; rows += 5) {
        const pages = pagesOf(panes, width, rows);
        const lines = new Map<string, number>();
        for (const { pane, rows: given } of pages.flat()) lines.set(pane.id, (lines.get(pane.id) ?? 0) + given - 1);
        assert.deepEqual([...lines.keys()].toSorted(), ['a', 'b', 'c', 'd']);
        for (const { id, least } of panes) assert.ok((lines.get(id) ?? 0) >= least, `${id} at ${width}x${rows}`);
        for (const page of pages) {
          for (const column of [0, 1, 2]) {
            const used = page
              .filter((placed) => placed.column === column)
              .reduce((sum, placed) => sum + placed.rows, 0);
            assert.ok(used <= rows, `${used} of ${rows} at ${width}`);
          }
        }
      }
    }
  });

  it('come one after the other, piece by piece where they are higher than the screen, going round', () => {
    const room = { columns: 40, rows: 6, glyphs: unicodeGlyphs };
    const seen: string[] = [];
    let place: Place = { id: 'a', piece: 0 };
    for (let step = 0; step < 10; step += 1) {
      const texts = paneLines(panes, place, room).map(lineText);
      seen.push(`${place.id}${place.piece} ${texts[1]}..${texts[5]}`);
      assert.deepEqual(nextPlace(panes, nextPlace(panes, place, 1, room), -1, room), place);
      place = nextPlace(panes, place, 1, room);
    }
    assert.deepEqual(seen, [
      'a0 a0..a4',
      'b0 b0..b4',
      'b1 b5..',
      'c0 c0..c4',
      ...[0, 1, 2, 3, 4, 5].map((piece) => `d${piece} d${5 * piece}..d${5 * piece + 4}`),
    ]);
    assert.deepEqual(place, { id: 'a', piece: 0 });
    // A terminal that has become higher shows what the focus was on.
    const high = paneLines(panes, { id: 'd', piece: 5 }, { ...room, rows: 40 }).map(lineText);
    assert.ok(high.some((text) => text.startsWith('d29')));
    assert.equal(nextOf(['a', 'b'], 'b', 1), 'a');
    assert.equal(nextOf(['a', 'b'], 'a', -1), 'b');
  });
});

describe('themes', () => {
  it('leave the terminal its own colours unless it says what its ground is like', () => {
    assert.equal(themeOf('auto', {}, 24).cyan, 'cyan');
    assert.equal(themeOf('auto', { COLORFGBG: '15;0' }, 4).cyan, 'cyan');
    assert.deepEqual(themeOf('auto', { COLORFGBG: '15;0' }, 24), themeOf('dark', {}, 24));
    assert.deepEqual(themeOf('auto', { COLORFGBG: '0;default;15' }, 8), themeOf('light', {}, 8));
    assert.equal(themeOf('auto', { COLORFGBG: 'default' }, 24).cyan, 'cyan');
    assert.deepEqual(themeOf('none', {}, 24), {});
  });
});

describe('the clipboard', () => {
  it('takes any text as base64, but none that terminals drop', () => {
    const sequence = clipboardSequence('a\u0007b\u001b');
    assert.equal(sequence, `\u001b]52;c;${btoa('a\u0007b\u001b')}\u0007`);
    assert.equal(clipboardSequence('x'.repeat(80_000)), undefined);
  });
});
