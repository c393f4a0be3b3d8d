/** A person's own settings: the file that they are read from, and what the palette keeps in it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readPersonal, resolveOptions } from '#benchmarks/src/cli/index.js';
import { Trouble } from '#collector/index.js';
import { commands } from '#tui/commands/index.js';
import { keepSettings, settingsFile } from '#tui/settings/file.js';
import { settingsOf, settingsOptions } from '#tui/settings/settings.js';
import { sixFunctions } from './rankings.ts';
import { FakeSource, stage } from './screen-stage.ts';

describe("a person's settings", () => {
  let home = '';
  let file = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'coldlens-settings-'));
    file = settingsFile({ XDG_CONFIG_HOME: home });
    mkdirSync(dirname(file));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(file, text);
    return readPersonal(file, { commands });
  };
  const values = (text: string, env: NodeJS.ProcessEnv = {}, project: [string, string[]][] = []) => {
    const config = { file: 'coldlens.config.json', values: new Map(project) };
    return settingsOf(resolveOptions(settingsOptions, { flags: {}, env, config, personal: read(text) }), env);
  };
  const refused = (text: string, message: RegExp): void => {
    assert.throws(
      () => read(text),
      (error) => error instanceof Trouble && error.exitCode === 2 && message.test(`${error.message} ${error.next}`),
    );
  };

  it('are where the XDG specification has them, and under ~/.config without it', () => {
    assert.equal(settingsFile({}, '/home/x'), '/home/x/.config/coldlens/config.json');
    assert.equal(settingsFile({ XDG_CONFIG_HOME: 'relative' }, '/home/x'), '/home/x/.config/coldlens/config.json');
    assert.equal(settingsFile({ XDG_CONFIG_HOME: '/x' }, '/home/x'), '/x/coldlens/config.json');
  });

  it('are the usual ones where there is no file', () => {
    const nothing = readPersonal(join(home, 'none.json'), { commands });
    assert.deepEqual(settingsOf(resolveOptions(settingsOptions, { flags: {}, env: {}, config: nothing }), {}), {
      ...{ sort: 'cold-p99', columns: [], theme: 'auto', mouse: false, screenReader: false },
    });
  });

  it('give columns in their order, the sort, the theme, the mouse and the screen reader', () => {
    assert.deepEqual(
      values(
        '{"columns": ["cold-p99", "errors"], "sort": "name", "theme": "light", "mouse": true, "screenReader": true}',
      ),
      { columns: ['cold-p99', 'errors'], sort: 'name', theme: 'light', mouse: true, screenReader: true },
    );
  });

  it("count less than the project's, and those less than the environment", () => {
    assert.equal(values('{"sort": "cost"}', {}, [['sort', ['errors']]]).sort, 'errors');
    assert.equal(values('{"sort": "cost"}', { COLDLENS_SORT: 'name' }, [['sort', ['errors']]]).sort, 'name');
    assert.equal(values('{"mouse": true}', { COLDLENS_MOUSE: '0' }).mouse, false);
    assert.equal(values('{}', { INK_SCREEN_READER: 'true' }).screenReader, true);
  });

  for (const [text, message] of [
    ['{"theme": dark}', /config\.json is no JSON: .*, at line 1, column 11\. Mend it/],
    ['{\n  "theme": "dark",\n}', /config\.json is no JSON: .*, at line 3, column 1\. Mend it/],
    ['{"columns": ["name",]}', /config\.json is no JSON: .*, at line 1, column 21\. Mend it/],
    ['{"theme": "dark"', /config\.json is no JSON: .*, at line 1, column 17\. Mend it/],
    ['[]', /config\.json holds no JSON object/],
    ['{"them": "dark"}', /config\.json has the unknown key "them"\. Did you mean theme\? Use only /],
    ['{"limit": 5}', /config\.json has the unknown key "limit"\. Use only .*columns.*, mouse, screenReader/],
    ['{"theme": "drak"}', /theme in .*config\.json is "drak", which is none of auto, /],
    ['{"columns": ["cold-p999"]}', /columns in .*config\.json is "cold-p999", which is none of name, /],
    ['{"mouse": "yes"}', /mouse in .*config\.json is neither true nor false/],
  ] as const) {
    it(`are refused when they are ${JSON.stringify(text)}`, () => refused(text, message));
  }

  it('are kept over those that are there, which stay', () => {
    writeFileSync(file, '{"mouse": true, "sort": "cost"}');
    assert.equal(keepSettings(file, { sort: 'name', theme: 'dark' }), `kept in ${file}`);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { mouse: true, sort: 'name', theme: 'dark' });
    assert.deepEqual(readdirSync(dirname(file)), ['config.json']);
  });

  it('are kept in a directory that was not there', () => {
    const deep = join(home, 'a', 'b', 'config.json');
    keepSettings(deep, { sort: 'name' });
    assert.deepEqual(JSON.parse(readFileSync(deep, 'utf8')), { sort: 'name' });
  });

  it('are never kept over what is no settings', () => {
    writeFileSync(file, '{"mouse": tr');
    assert.match(keepSettings(file, { sort: 'name' }), /cannot write .*config\.json \(it is no JSON object\)/);
    assert.equal(readFileSync(file, 'utf8'), '{"mouse": tr');
    assert.match(keepSettings(join(file, 'config.json'), {}), /cannot write .* \((ENOTDIR|EEXIST)\)/);
    assert.equal(existsSync(`${file}.${process.pid}`), false);
  });
});

describe('settings on the dashboard', () => {
  const columns = ['cold-max', 'name', 'errors', 'phases'] as const;

  it('choose the columns and their order, as many as fit', async () => {
    const shown = await stage({
      ...{ columns: 130, rows: 24, source: new FakeSource(() => sixFunctions), first: { columns } },
    });
    assert.match(shown.screen(), /^ +COLD MAX FUNCTION +ERRORS ░ start █ init ▒ exec *$/m);
    await shown.close();
    const narrow = await stage({
      ...{ columns: 40, rows: 24, source: new FakeSource(() => sixFunctions), first: { columns } },
    });
    assert.match(narrow.screen(), /^ +COLD MAX FUNCTION +ERRORS *$/m);
    await narrow.close();
  });

  it('sort by what only the dashboard knows', async () => {
    const shown = await stage({
      ...{ columns: 130, rows: 24, source: new FakeSource(() => sixFunctions), first: { sort: 'name' } },
    });
    assert.match(shown.screen(), /FUNCTION▼/);
    assert.match(shown.screen(), /^▶ bare /m);
    await shown.close();
  });

  it('are kept by the palette as they are now, and the theme changes at once', async () => {
    const shown = await stage({
      ...{ columns: 130, rows: 24, source: new FakeSource(() => sixFunctions), first: { columns } },
    });
    await shown.type('s');
    await shown.type(':keep\r');
    assert.match(shown.screen(), /kept them/);
    assert.deepEqual(shown.kept, [{ sort: 'cold-p50', columns }]);
    await shown.type(':theme light\r');
    assert.deepEqual(shown.themes, ['light']);
    await shown.close();
  });
});
