import assert from 'node:assert/strict';
import { cells, clean, cleanAscii, toWidth, truncate } from '#tui/format/clean.js';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { lineCells } from '#tui/format/segments.js';
import { planColumns } from '#tui/screens/column-plan.js';
import { rowLine } from '#tui/screens/ranking-lines.js';
import { rankedFunction } from './rankings.ts';

/** What a stranger may name a function. */
const hostile = [
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007name',
  '\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\',
  'unfinished \u001b[31',
  'unfinished \u001b]0;never ends',
  '\u009b31mC1\u009d0;x\u009c',
  'nul\u0000bel\u0007bs\b\u007fdel',
  'line\r\nbreak\u2028and\u2029more\ttab',
  '\u202egnirts\u202c \u2066isolate\u2069 \u061c',
  'zero\u200bwidth\u200djoiner\ufeff',
  'lone \ud800 surrogate',
  `zalgo ${`a${'\u0301'.repeat(50)}`}`,
  '日本語の関数名前がとても長い場合',
  '👨‍👩‍👧‍👦 family 🇩🇪 flag ❤️',
  'ﷺ wide ligature',
  'x'.repeat(100_000),
  '',
];

describe('clean', () => {
  for (const text of hostile) {
    it(`makes ${JSON.stringify(text.slice(0, 24))} harmless`, () => {
      const cleaned = clean(text);
      assert.doesNotMatch(cleaned, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.doesNotMatch(cleaned, /\p{M}{3}/u);
      assert.ok(cleaned.length <= 1000);
      assert.equal(clean(cleaned), cleaned);
      assert.match(cleanAscii(text), /^[ -~]*$/);
    });

    it(`keeps ${JSON.stringify(text.slice(0, 24))} in its cells`, () => {
      for (const width of [1, 2, 5, 12, 40]) {
        assert.ok(cells(truncate(clean(text), width)) <= width);
        assert.equal(cells(toWidth(clean(text), width)), width);
      }
    });
  }

  it('leaves ordinary names as they are', () => {
    for (const name of ['my-function_1', 'größe', '関数']) assert.equal(clean(name), name);
  });

  it('cuts by cells, not by characters', () => {
    assert.equal(truncate('日本語', 5), '日本…');
    assert.equal(truncate('日本語', 4), '日…');
    assert.equal(truncate('abcdef', 4), 'abc…');
    assert.equal(truncate('abc', 3), 'abc');
  });
});

describe('table rows', () => {
  it('are exactly as wide as their plan, at every width and for every name', () => {
    for (let width = 40; width <= 300; width += 1) {
      const plan = planColumns(width, { nameCells: 60, placeCells: 24 }, unicodeGlyphs);
      const expected = plan.columns.reduce((sum, column) => sum + column.width + 1, 1);
      assert.ok(expected <= width, `${expected} cells at ${width}`);
      assert.deepEqual(
        plan.columns.slice(0, 1).map(({ column }) => column.header),
        ['FUNCTION'],
      );
      const name = hostile[width % hostile.length] ?? '';
      const line = rowLine(plan, rankedFunction({ name, region: name }), true, { glyphs: unicodeGlyphs, scaleMs: 366 });
      assert.equal(lineCells(line), expected);
    }
  });
});
