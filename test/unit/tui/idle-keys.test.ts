/** Keys that the footer or the help name do something, or say why not. */
import assert from 'node:assert/strict';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { footerKeys } from '#tui/keys.js';
import { scrolled } from '#tui/state/scroll.js';
import { functionPage, instanceList, invocationPage, moduleTree } from './pages.ts';
import { ranking, sixFunctions } from './rankings.ts';
import { FakeSource, type Stage, stage } from './screen-stage.ts';

const [pageUp, pageDown] = ['\u001b[5~', '\u001b[6~'];

async function withPages(
  size: { columns: number; rows: number },
  play: (shown: Stage) => Promise<void>,
  sinceMs = 86_400_000,
): Promise<void> {
  const source = new FakeSource(() => sixFunctions);
  source.functionPage = async () => functionPage;
  source.instances = async () => instanceList;
  source.invocationPage = async () => invocationPage;
  source.modules = async () => moduleTree;
  const shown = await stage({ ...size, source, query: { sinceMs } });
  try {
    await play(shown);
  } finally {
    await shown.close();
  }
}

const usual = { columns: 100, rows: 30 };
const footer = (shown: Stage): string => shown.screen().split('\n').at(-1) ?? '';
const selected = (shown: Stage): string | undefined => /^▶ +[-+]? ?(\S+)/m.exec(shown.screen())?.[1];

describe('keys that are named', () => {
  it('say why nothing is compared in a short window', () =>
    withPages(
      usual,
      async (shown) => {
        await shown.type('c');
        assert.match(footer(shown), /only windows longer than 2h are compared$/);
        await shown.clock.advance(4_000);
        assert.match(footer(shown), /1\/6$/);
      },
      2 * 3_600_000,
    ));

  it('say that nothing is selected where there is nothing', async () => {
    const shown = await stage({ ...usual, source: new FakeSource(() => ranking([])) });
    try {
      for (const key of ['m', '-', '\r', 'y']) {
        await shown.type(key);
        assert.match(footer(shown), /No function is selected$/, key);
        await shown.clock.advance(4_000);
      }
    } finally {
      await shown.close();
    }
  });

  it('compare in a longer one', () =>
    withPages(usual, async (shown) => {
      await shown.type('c');
      assert.match(shown.screen(), / CHANGE /);
    }));

  it('expand where there is something to expand, and are not offered where not', () =>
    withPages(usual, async (shown) => {
      await shown.type('m');
      assert.match(footer(shown), /Enter expand/);
      for (const _ of ['packages', 'flame']) {
        await shown.type('\t');
        assert.doesNotMatch(footer(shown), /expand/);
        assert.match(footer(shown), /Tab view {2}\/ filter/);
        await shown.type('?');
        assert.doesNotMatch(shown.screen(), /expand/);
        await shown.type('?');
      }
      await shown.type('\t');
      assert.match(footer(shown), /Enter expand/);
      await shown.type('/date\r');
      assert.doesNotMatch(footer(shown), /expand/, 'what matches stands without branches');
    }));

  it('lead in the flame to what asked for a module', () =>
    withPages(usual, async (shown) => {
      const at = (): string | undefined => /^(\S.*?) · .*self/m.exec(shown.screen())?.[1];
      await shown.type('m');
      await shown.type('\t\t');
      const first = at();
      await shown.type('j');
      assert.notEqual(at(), first);
      await shown.type('h');
      assert.equal(at(), first);
    }));

  it('lead from an invocation to the modules of its function', () =>
    withPages(usual, async (shown) => {
      await shown.type('\r');
      await shown.type('\r');
      assert.match(footer(shown), /m modules/);
      await shown.type('m');
      assert.match(shown.screen(), /module-scope-work › modules, tree/);
      assert.ok(selected(shown));
    }));

  it('scroll why a figure is not observable by pages, to the end and to the begin', () =>
    withPages({ columns: 40, rows: 8 }, async (shown) => {
      await shown.type('jjj-');
      const begin = shown.screen();
      await shown.type(pageDown);
      const second = shown.screen();
      assert.notEqual(second, begin);
      await shown.type('G');
      const end = shown.screen();
      assert.notEqual(end, second);
      await shown.type('j');
      assert.equal(shown.screen(), end);
      await shown.type('g');
      assert.equal(shown.screen(), begin);
      await shown.type(`${pageDown}${pageUp}`);
      assert.equal(shown.screen(), begin);
    }));

  it('scroll the help likewise', () =>
    withPages({ columns: 60, rows: 12 }, async (shown) => {
      await shown.type('?');
      const begin = shown.screen();
      await shown.type('G');
      assert.match(shown.screen(), /p40 to p60/);
      await shown.type('g');
      assert.equal(shown.screen(), begin);
      await shown.type(pageDown);
      const second = shown.screen();
      assert.notEqual(second, begin);
      await shown.type(pageUp);
      assert.equal(shown.screen(), begin);
    }));

  it('scroll by pages that hold what was last on the one before', () => {
    assert.equal(scrolled(0, 'pageDown', 100, 10), 10);
    assert.equal(scrolled(95, 'pageDown', 100, 10), 100);
    assert.equal(scrolled(5, 'pageUp', 100, 10), 0);
    assert.equal(scrolled(500, 'up', 100, 10), 99);
    assert.equal(scrolled(7, 'copy', 100, 10), 7);
    assert.equal(scrolled(7, undefined, 100, 0), 7);
  });

  it('stand in the footer only where they do something', () => {
    const words = (mode: Parameters<typeof footerKeys>[0]): string[] =>
      footerKeys(mode, unicodeGlyphs).map(({ word }) => word);
    assert.ok(words('modules').includes('expand'));
    assert.ok(!words('flat modules').includes('expand'));
    assert.ok(!words('flame').includes('expand'));
    assert.ok(words('invocation').includes('modules'));
  });
});
