import assert from 'node:assert/strict';
import { axisLine } from '#tui/format/chart.js';
import { lineText } from '#tui/format/segments.js';

describe('the words under a chart', () => {
  it('never touch: the one in the middle has a blank on both sides, or is not there', () => {
    const words = ['1,161', '3,475', '10,400 ms'] as const;
    for (let width = 8; width <= 80; width += 1) {
      const text = lineText(axisLine(words, 60, width)).trim();
      assert.match(text, /^1,161( +3,475)? +10,400 ms$/, `${width} columns`);
    }
    assert.match(lineText(axisLine(words, 60, 40)), /3,475 /);
  });
});
