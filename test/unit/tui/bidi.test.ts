/** Names that are written from right to left stay where they are, and turn nothing round. */
import assert from 'node:assert/strict';
import { cells } from '#tui/format/clean.js';
import { withMarks } from '#tui/terminal/bidi.js';

const mark = '\u200e';

describe('letters from right to left', () => {
  for (const [written, expected] of [
    ['checkout  812', 'checkout  812'],
    ['größe-日本-नमस्ते', 'größe-日本-नमस्ते'],
    ['▶ שלום   812', `▶ ${mark}שלום${mark}   812`],
    ['הזמנה 3 חדשה  9', `${mark}הזמנה 3 חדשה${mark}  9`],
    ['א · 12 · ב  9  ג', `${mark}א${mark} · 12 · ${mark}ב${mark}  9  ${mark}ג${mark}`],
    ['\u001b[36mطلبات\u001b[39m 12\nabc', `\u001b[36m${mark}طلبات${mark}\u001b[39m 12\nabc`],
    ['א\u001b[1mב', `${mark}א${mark}\u001b[1m${mark}ב${mark}`],
    ['ﭏ ﺏ', `${mark}ﭏ ﺏ${mark}`],
  ] as const) {
    it(`are kept apart in ${JSON.stringify(written)}, in as many cells`, () => {
      assert.equal(withMarks(written), expected);
      assert.equal(cells(withMarks(written)), cells(written));
    });
  }
});
