/** Whatever a ranking is sorted by is to be seen, and heard. */
import assert from 'node:assert/strict';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { isDrawn, planColumns } from '#tui/screens/column-plan.js';
import { cycleSort, sortKeys } from '#tui/state/sorts.js';
import { compared, sixFunctions } from './rankings.ts';
import { FakeSource, stage } from './screen-stage.ts';

const size = { columns: 130, rows: 30 };

describe('what a ranking is sorted by', () => {
  for (const width of [40, 60, 80, 118, 130, 300]) {
    it(`has its column at ${width} cells, whichever it is`, () => {
      for (const sort of sortKeys) {
        const plan = planColumns(width, { nameCells: 45, placeCells: 24 }, unicodeGlyphs, {
          sort,
          isCompared: true,
          hasTrend: true,
        });
        assert.ok(isDrawn(plan, sort), sort);
        const used = plan.columns.reduce((sum, each) => sum + each.width + 1, 1);
        assert.ok(used <= width, `${sort}: ${used} cells of ${width}`);
      }
    });
  }

  it('changes nothing where its column is there anyway', () => {
    const ids = (sort?: 'cold-p99'): string[] =>
      planColumns(
        130,
        { nameCells: 20, placeCells: 24 },
        unicodeGlyphs,
        sort === undefined ? {} : { sort },
      ).columns.map(({ column }) => column.id);
    assert.deepEqual(ids('cold-p99'), ids());
  });

  it('is marked after each s', async () => {
    const shown = await stage({ ...size, source: new FakeSource(() => sixFunctions) });
    const marked = new Set<string>();
    for (const _ of sortKeys.slice(1)) {
      await shown.type('s');
      marked.add(/(\S+(?: \S+)?)▼/.exec(shown.screen())?.[1] ?? 'nothing');
    }
    assert.equal(marked.size, sortKeys.length - 1);
    assert.ok(!marked.has('nothing'));
    await shown.close();
  });

  it('is said in the line of sums where the wished columns do not show it', async () => {
    const first = { columns: ['cold-p50', 'errors'] as const, sort: 'cold-p90' as const };
    const shown = await stage({ ...size, source: new FakeSource(() => sixFunctions), first });
    assert.match(shown.screen(), /^6 functions · by cold p90 · /m);
    await shown.type('s');
    assert.match(shown.screen(), /^6 functions · by cold max · /m);
    await shown.close();
    const wished = await stage({
      ...{ columns: 40, rows: 8, source: new FakeSource(() => sixFunctions) },
      first: { columns: ['cold-p50', 'cold-p99', 'cold-max', 'errors'], sort: 'errors' },
    });
    assert.match(wished.screen(), /ERRORS▼/);
    await wished.close();
  });

  it('can be the change since the window before: what became slower first, what is not known last', async () => {
    const source = new FakeSource(() => compared);
    const shown = await stage({ ...size, source, query: { compare: true } });
    await shown.type('S');
    assert.match(shown.screen(), /CHANGE▼/);
    const order = [...shown.screen().matchAll(/^[▶ ] (seldom|slower|hardly-faster|never-cold-then|new) /gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(order.slice(0, 3), ['seldom', 'slower', 'hardly-faster']);
    assert.equal(source.asked.at(-1)?.sort, 'cold-p99');
    await shown.type('c');
    assert.match(shown.screen(), /COLD P99▼/);
    assert.doesNotMatch(shown.screen(), /CHANGE/);
    await shown.close();
  });

  it('is the change only where it is told: s goes past it, and --sort change asks for it', async () => {
    assert.equal(cycleSort('cold-p99', -1), 'runtime');
    assert.equal(cycleSort('cold-p99', -1, true), 'change');
    const source = new FakeSource(() => compared);
    const shown = await stage({ ...size, source, first: { sort: 'change' } });
    assert.equal(source.asked[0]?.compare, true);
    assert.match(shown.screen(), /CHANGE▼/);
    await shown.close();
    const short = await stage({ ...size, source, first: { sort: 'change' }, query: { sinceMs: 3_600_000 } });
    assert.match(short.screen(), /COLD P99▼/);
    assert.notEqual(source.asked.at(-1)?.compare, true);
    await short.close();
  });
});
