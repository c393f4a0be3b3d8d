/** Where more functions are there than are listed: what is typed is found all the same, or said not to have been looked for. */
import assert from 'node:assert/strict';
import { type RankedFunction, type Ranking, type RankingQuery, startsOf } from '#collector/index.js';
import { pollMs } from '#tui/state/feed.js';
import { askable } from '#tui/state/filter.js';
import { rankedFunction, ranking } from './rankings.ts';
import { FakeSource, type Stage, type StageOptions, settled, stage } from './screen-stage.ts';

const names = ['slowest', 'slower', 'slow', 'other', 'hello', 'Hello-two', 'bye'];
const all = names.map((name, index) =>
  rankedFunction({
    ...{ name, region: index % 2 === 0 ? 'us-east-1' : 'eu-west-1' },
    cold: { p50Ms: 300, p90Ms: 350, p99Ms: 900 - index, maxMs: 999 },
  }),
);

/** Ranks as a source does: so many, and the sums of all where that is not all. */
function listing(limit: number, functions: readonly RankedFunction[] = all) {
  return ({ filter = '', totals }: RankingQuery): Ranking => {
    const matching = functions.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
    const whole = {
      functions: matching.length,
      invocations: 9,
      ...startsOf(1, 8),
      priced: matching.length,
      coldUsd: 1,
      monthlyUsd: 2,
    };
    const isCut = totals === true && matching.length > limit;
    return { ...ranking(matching.slice(0, limit)), totals: isCut ? whole : null };
  };
}

async function withCut(
  play: (shown: Stage, source: FakeSource) => Promise<void>,
  options: Partial<StageOptions> & { limit?: number } = {},
): Promise<void> {
  const source = new FakeSource(listing(options.limit ?? 3));
  const shown = await stage({ columns: 100, rows: 30, source, ...options });
  try {
    await play(shown, source);
  } finally {
    await shown.close();
  }
}

const filters = ({ asked }: FakeSource): (string | undefined)[] => asked.map(({ filter }) => filter);

describe('a ranking that lists the first of more functions', () => {
  it('finds what is typed among all of them', () =>
    withCut(async (shown, source) => {
      assert.match(shown.screen(), /^7 functions, the first 3 listed/m);
      await shown.type('/hello\r');
      assert.match(shown.screen(), /^▶ hello .*\n {2}Hello-two /m);
      assert.match(shown.screen(), /^2 of 7 functions · /m);
      assert.equal(source.asked.at(-1)?.filter, 'hello');
      assert.equal(source.asked.at(-1)?.limit, 100);
    }));

  it('asks for the last of what is typed in one batch, a request at a time', () =>
    withCut(async (shown, source) => {
      let answer = (_ranking: Ranking): void => {};
      source.answer = () =>
        new Promise<Ranking>((done) => {
          answer = done;
        });
      await shown.type('/he');
      await shown.type('l');
      await shown.type('lo');
      assert.deepEqual(filters(source), [undefined, 'he']);
      source.answer = listing(3);
      answer(listing(3)({ sort: 'cold-p99', sinceMs: 1, limit: 3, filter: 'he' }));
      await settled();
      assert.deepEqual(filters(source), [undefined, 'he', 'hello']);
    }));

  it('goes on to look for it, and lists the first again when the filter is dropped', () =>
    withCut(async (shown, source) => {
      await shown.type('/hello\r');
      await shown.clock.advance(pollMs);
      assert.deepEqual(filters(source), [undefined, 'hello', 'hello']);
      await shown.type('\u001b');
      await shown.clock.advance(100);
      await new Promise((done) => setTimeout(done, 60)); // Ink waits this long for the rest of an escape sequence.
      await settled();
      assert.equal(source.asked.at(-1)?.filter, undefined);
      assert.match(shown.screen(), /^7 functions, the first 3 listed/m);
    }));

  it('says of how many a regular expression was looked for', () =>
    withCut(async (shown, source) => {
      await shown.type('/^hel+o\r');
      assert.match(
        shown.screen(),
        /No function matches \^hel\+o\n {2}among the 3 listed of 7\n {2}--limit lists more\n {2}Esc /,
      );
      await shown.clock.advance(pollMs);
      assert.deepEqual([...new Set(filters(source))], [undefined]);
    }));

  it('says that nothing matches where all were looked through', () =>
    withCut(async (shown) => {
      await shown.type('/nothing\r');
      assert.match(shown.screen(), /No function matches nothing\n {2}Esc drops the filter$/m);
    }));

  it('says how many match where these are too many to be listed as well', () =>
    withCut(async (shown) => {
      await shown.type('/o\r');
      assert.match(shown.screen(), /^the first 3 of 6 functions that match · /m);
    }));

  it('leaves alone what --filter asks for', () =>
    withCut(
      async (shown, source) => {
        await shown.type('/hello\r');
        assert.deepEqual([...new Set(filters(source))], ['o']);
        assert.match(shown.screen(), /No function matches hello\n {2}among the 3 listed of 6\n/);
      },
      { query: { filter: 'o' } },
    ));

  it('asks for no filter where all functions are listed', () =>
    withCut(
      async (shown, source) => {
        await shown.type('/hello\r');
        await shown.clock.advance(pollMs);
        assert.deepEqual([...new Set(filters(source))], [undefined]);
        assert.match(shown.screen(), /^2 of 7 functions/m);
      },
      { limit: 100 },
    ));

  it('says in the heads of groups that they are of what is listed', () =>
    withCut(async (shown) => {
      await shown.type('bb');
      assert.match(shown.screen(), /^us-east-1 · 2 functions listed · /m);
      await shown.type('/hello\r');
      assert.match(shown.screen(), /^us-east-1 · 1 function · /m);
    }));

  it('says in the palette of how many a name was looked for, and offers them all while one filters', () =>
    withCut(async (shown) => {
      await shown.type(':hello');
      assert.match(shown.screen(), /Nothing is called so among the 3 listed of 7; --limit lists more\./);
      await shown.type('\u0015\u001b');
      await new Promise((done) => setTimeout(done, 60));
      await settled();
      await shown.type('/hello\r');
      await shown.type(':slowest');
      assert.match(shown.screen(), /^▶ slowest /m);
    }));

  it('takes for a text what is one, also where it is a half-typed expression', () => {
    for (const typed of ['hello', 'my-function', 'größe', 'sdk(', 'a b']) assert.equal(askable(typed), typed);
    for (const typed of ['', '!hello', 'a.c', '^a', 'a|b', '!']) assert.equal(askable(typed), '');
  });
});
