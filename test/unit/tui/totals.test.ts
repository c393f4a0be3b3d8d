/** The line above the ranking says of how many functions its sums are. */
import assert from 'node:assert/strict';
import { type Ranking, startsOf } from '#collector/index.js';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { lineText } from '#tui/format/segments.js';
import { createShown } from '#tui/screens/shown.js';
import { totalsLine } from '#tui/screens/totals.js';
import { rankedFunction, ranking } from './rankings.ts';

const listed = ranking([
  rankedFunction({ name: 'a', invocations: 100, coldStarts: 10, cost: { coldUsd: 1, monthlyUsd: 20 } }),
  rankedFunction({ name: 'b', invocations: 200, coldStarts: 2, cost: { coldUsd: 2, monthlyUsd: 30 } }),
]);
const ofMany: Ranking = {
  ...listed,
  totals: { functions: 3_214, invocations: 5_000, ...startsOf(50, 4_950), priced: 0, coldUsd: 7, monthlyUsd: null },
};

const said = (answer: Ranking, filter: string): string => {
  const shown = createShown()({ sort: 'cold-p99', grouping: 'none', filter }, answer);
  return lineText(totalsLine(answer, shown, { filter }, 200, unicodeGlyphs));
};

describe('the line of sums', () => {
  for (const [what, answer, filter, expected] of [
    [
      'all functions that are listed',
      ...[listed, '', '2 functions · 300 invocations · 12 cold (4.0%) · cold cost $3.00 · $50.00/month'],
    ],
    ['those that a filter leaves', listed, 'b', '1 of 2 functions · 200 invocations · 2 cold (1.0%)'],
    [
      'all that there are where not all are listed',
      ...[
        ofMany,
        '',
        '3,214 functions, the first 2 listed · 5,000 invocations · 50 cold (1.0%) · cold cost $7.00 · -/month',
      ],
    ],
    ['those of the listed that a filter leaves', ofMany, 'a', '1 of the first 2 functions · 100 invocations'],
  ] as const) {
    it(`is of ${what}`, () => {
      assert.equal(said(answer, filter).slice(0, expected.length), expected);
    });
  }
});
