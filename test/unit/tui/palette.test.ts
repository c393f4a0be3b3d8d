/** Where the palette leads to from each screen, and what it says where it leads nowhere. */
import assert from 'node:assert/strict';
import { cells } from '#tui/format/clean.js';
import { asciiGlyphs } from '#tui/format/glyphs.js';
import { liveInvocations } from './more-pages.ts';
import { functionPage, instanceList, invocationPage, moduleTree } from './pages.ts';
import { rankedFunction, ranking, sixFunctions } from './rankings.ts';
import { FakeSource, type Stage, stage } from './screen-stage.ts';

const asked: unknown[] = [];

async function withPages(play: (shown: Stage) => Promise<void>, columns = 100): Promise<void> {
  const source = new FakeSource(() => sixFunctions);
  source.functionPage = async () => functionPage;
  source.instances = async () => instanceList;
  source.invocationPage = async () => invocationPage;
  source.live = async () => liveInvocations;
  source.modules = async (query) => {
    asked.push([query.name, query.sinceMs]);
    return moduleTree;
  };
  const shown = await stage({ columns, rows: 24, source });
  try {
    await play(shown);
  } finally {
    await shown.close();
  }
}

const ways: Readonly<Record<string, [keys: readonly string[], name: string]>> = {
  functions: [['j'], 'sdk-s3-upload'],
  function: [['j\r'], 'sdk-s3-upload'],
  invocation: [['j\r', '\r'], 'sdk-s3-upload'],
  why: [['j-'], 'sdk-s3-upload'],
  modules: [['jm'], 'sdk-s3-upload'],
  live: [[':live\r', 'j'], 'orders'],
};

describe('the palette', () => {
  for (const [screen, [keys, name]] of Object.entries(ways)) {
    it(`leads from ${screen} to the modules of what is selected there`, () =>
      withPages(async (shown) => {
        for (const batch of keys) await shown.type(batch);
        asked.length = 0;
        await shown.type(':mod');
        assert.match(shown.screen(), new RegExp(`^▶ modules of ${name} `, 'm'));
        await shown.type('\r');
        assert.match(shown.screen(), new RegExp(`^coldlens · ${name} › modules, tree · last 24h`));
      }));
  }

  it('leads to the help', () =>
    withPages(async (shown) => {
      await shown.type(':hel');
      assert.match(shown.screen(), /^▶ help /m);
      await shown.type('\r');
      assert.match(shown.screen(), /^ +\? +this page$/m);
    }));

  it('shows nothing but ASCII in ASCII mode', async () => {
    const source = new FakeSource(() => ranking([rankedFunction({ name: 'größe-日本', region: 'süd' })]));
    const shown = await stage({ columns: 80, rows: 24, source, glyphs: asciiGlyphs });
    for (const text of [':', 'größe', 'zz']) {
      await shown.type(text);
      assert.match(shown.screen(), /^[ -~\n]+$/);
    }
    await shown.close();
  });

  it('says what there is where nothing is called so, at any width', async () => {
    for (const columns of [40, 100]) {
      await withPages(async (shown) => {
        await shown.type(':zzz');
        const said = shown.screen().replace(/\s+/g, ' ');
        assert.match(said, /Nothing is called so\. There are functions by their names, modules of the selected one/);
        assert.match(said, /An invocation is opened from its function, or from live\./);
        for (const line of shown.screen().split('\n')) assert.ok(cells(line) <= columns, line);
      }, columns);
    }
  });
});
