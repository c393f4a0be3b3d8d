/** What the dashboard asks of a real terminal, and that it takes all of it back: mouse, the colour of the ground, settings, letters from right to left. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionPage, instanceList, invocationPage } from '../../unit/tui/pages.ts';
import { rankedFunction, ranking, sixFunctions } from '../../unit/tui/rankings.ts';
import { launcher } from '../../unit/tui/run-coldlens.ts';
import { Terminal } from './terminal.ts';

const wheelUp = '\u001b[<64;1;1M';
const wheelDown = '\u001b[<65;1;1M';
const clickAt = (row: number): string => `\u001b[<0;5;${row + 1}M\u001b[<0;5;${row + 1}m`;

describe('the dashboard and its terminal', () => {
  let server: Server;
  let terminal: Terminal;
  let home = '';
  let url = '';
  let answer = sixFunctions;
  let asked = '';

  before(async () => {
    server = createServer(({ url: path = '' }, response) => {
      const pages: Readonly<Record<string, unknown>> = {
        '/api/v1/function': functionPage,
        '/api/v1/instances': instanceList,
        '/api/v1/invocation': invocationPage,
      };
      const { pathname } = new URL(path, 'http://collector');
      if (pathname.endsWith('ranking')) asked = path;
      response.end(JSON.stringify(pages[pathname] ?? { ...answer, nextCursor: null }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    answer = sixFunctions;
    home = mkdtempSync(join(tmpdir(), 'coldlens-home-'));
    mkdirSync(join(home, 'coldlens'));
    terminal = new Terminal(130, 40);
  });
  afterEach(() => {
    terminal.close();
    rmSync(home, { recursive: true });
  });

  const settings = (value: unknown): void =>
    writeFileSync(join(home, 'coldlens', 'config.json'), typeof value === 'string' ? value : JSON.stringify(value));
  const start = (options = '', env = ''): void =>
    terminal.type(
      `XDG_CONFIG_HOME=${home} ${env} ${process.execPath} ${launcher} top --url ${url} ${options}; echo "code $?"\r`,
    );
  const rowOf = (screen: string, name: string): number =>
    screen.split('\n').findIndex((line) => line.startsWith(`  ${name}`));

  it('takes what is pasted for text, never for keys', async () => {
    start();
    await terminal.shows(/^▶ module-scope-work/m);
    terminal.paste('quit\nq');
    await terminal.shows(/Pasted text is for \/ and : only/);
    terminal.type('/');
    terminal.paste('scope-wo\nq\n');
    await terminal.shows(/1 of 6 functions[\s\S]*^▶ module-scope-work/m);
    terminal.press('Escape', 'Escape');
    await terminal.shows(/^\s*6 functions/m);
    terminal.type(':');
    terminal.paste('  heal');
    await terminal.shows(/: ?heal/);
    terminal.press('Enter');
    await terminal.shows(/health/);
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
    terminal.paste('echo "$((1 + 1)) back"');
    terminal.press('Enter');
    await terminal.shows(/^2 back$/m);
  });

  it('has no mouse unless asked, and then gives it back at the end', async () => {
    start();
    await terminal.shows(/^▶ module-scope-work/m);
    assert.equal(terminal.mouse(), false);
    // Its totals are those of more functions than anyone reads.
    assert.match(asked, /limit=1000(?!0)/);
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
    start('--mouse');
    await terminal.shows(/^▶ module-scope-work/m);
    assert.equal(terminal.mouse(), true);
    terminal.type('q');
    await terminal.shows(/code 0[\s\S]*code 0$/m);
    assert.equal(terminal.mouse(), false);
  });

  it('moves by the wheel, selects by a click, opens by another one', async () => {
    settings({ mouse: true });
    start();
    await terminal.shows(/^▶ module-scope-work/m);
    terminal.type(wheelDown);
    await terminal.shows(/^▶ (?!module-scope-work|sdk-s3-upload|esm-date-fns)\S/m);
    terminal.type(wheelUp);
    await terminal.shows(/^▶ module-scope-work/m);
    const row = rowOf(terminal.screen(), 'bare');
    assert.ok(row > 0);
    terminal.type(clickAt(row));
    await terminal.shows(/^▶ bare/m);
    terminal.type(clickAt(row));
    await terminal.shows(/Cold against warm/);
    // A click beside everything does nothing.
    terminal.type(clickAt(1));
    terminal.press('Escape');
    await terminal.shows(/^▶ bare/m);
    terminal.type(':');
    await terminal.shows(/^▶ functions/m);
    const health = rowOf(terminal.screen(), 'live');
    terminal.type(clickAt(health));
    await terminal.shows(/^▶ live/m);
    terminal.press('Escape');
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
  });

  it('gives the mouse back on Ctrl-Z, and takes it again on fg; and when it is killed', async () => {
    terminal.type(`COLDLENS_MOUSE=1 ${process.execPath} ${launcher} top --url ${url}\r`);
    await terminal.shows(/^▶ module-scope-work/m);
    assert.equal(terminal.mouse(), true);
    terminal.press('C-z');
    await terminal.shows(/Stopped/);
    assert.equal(terminal.mouse(), false);
    terminal.type('fg; echo "code $?"\r');
    await terminal.shows(/^▶ module-scope-work/m);
    assert.equal(terminal.mouse(), true);
    terminal.press('C-z');
    await terminal.shows(/Stopped[\s\S]*Stopped/);
    terminal.type('kill %1; fg; echo over$((1+1))\r');
    await terminal.shows(/^over2$/m);
    assert.equal(terminal.mouse(), false);
    assert.deepEqual(terminal.state(), { alternate: '0', cursor: '1' });
  });

  it('gives the mouse back when it crashes', async () => {
    const crash = 'data:text/javascript,process.once("SIGUSR2",()=>{throw%20new%20Error("boom")})';
    const pid = join(home, 'pid');
    terminal.type(
      `bash -c 'echo $$ > ${pid}; exec ${process.execPath} --import "${crash.replaceAll('"', '\\"')}" ${launcher} top --mouse --url ${url}'; echo "code $?"\r`,
    );
    await terminal.shows(/^▶ module-scope-work/m);
    assert.equal(terminal.mouse(), true);
    process.kill(Number(readFileSync(pid, 'utf8')), 'SIGUSR2');
    await terminal.shows(/^code 3$/m);
    assert.equal(terminal.mouse(), false);
  });

  for (const [ground, shade] of [
    ['#ffffff', '38;2;0;95;135'],
    ['#101010', '38;2;95;215;255'],
  ] as const) {
    it(`takes colours that fit a ground of ${ground}, and shows nothing of having asked`, async () => {
      terminal.ground(ground);
      start('', 'COLORTERM=truecolor');
      await terminal.shows(/^▶ module-scope-work/m);
      assert.ok(terminal.styledScreen().includes(shade), JSON.stringify(terminal.styledScreen().slice(0, 300)));
      assert.match(terminal.screen(), /^coldlens · last 24h/);
      terminal.type('q');
      const after = await terminal.shows(/^code 0$/m);
      assert.doesNotMatch(after, /rgb|11;|\^\[/);
    });
  }

  it('shows nothing of the answer when it is left before that comes', async () => {
    terminal.ground('#ffffff');
    terminal.type(
      `COLORTERM=truecolor ${process.execPath} ${launcher} top --url ${url} & sleep 1; kill -TERM $!; wait; fg 2>/dev/null; echo "code $?"\r`,
    );
    await terminal.shows(/^code \d+$/m);
    start('', 'COLORTERM=truecolor');
    terminal.type('q');
    const after = await terminal.shows(/code 0$/m);
    assert.doesNotMatch(after, /rgb:/);
  });

  it('begins as the settings have it, keeps what was changed, and refuses settings that are none', async () => {
    settings({ columns: ['name', 'cold-max', 'errors'], sort: 'name' });
    start();
    await terminal.shows(/^ +FUNCTION▼ +COLD MAX ERRORS$/m);
    terminal.type('S');
    await terminal.shows(/^ +FUNCTION +COLD MAX ERRORS$/m);
    terminal.type(':keep\r');
    await terminal.shows(/kept in /);
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
    const kept = JSON.parse(readFileSync(join(home, 'coldlens', 'config.json'), 'utf8')) as object;
    assert.deepEqual(kept, { columns: ['name', 'cold-max', 'errors'], sort: 'memory', theme: 'auto' });
    settings('{"sort": cost}');
    start();
    await terminal.shows(/config\.json is no JSON: .*, at line 1, column 10\.\s[\s\S]*^code 2$/m);
    // What is piped does not depend on it.
    terminal.type(`XDG_CONFIG_HOME=${home} ${process.execPath} ${launcher} top --url ${url} --once | tail -1\r`);
    await terminal.shows(/not observable: see/);
  });

  it('says in lines what is selected and what has changed, for a screen reader', async () => {
    start('--screen-reader');
    await terminal.shows(/^sorted by cold p99$/m);
    await terminal.shows(/^selected: function module-scope-work, [\s\S]*, 1 of 6$/m);
    assert.equal(terminal.state().alternate, '0');
    terminal.type('jj');
    await terminal.shows(/^selected: function esm-date-fns[\s\S]*, 3 of 6$/m);
    terminal.press('Enter');
    const page = await terminal.shows(/^selected: ago [\s\S]*, 1 of 12$/m);
    assert.match(page, /^part How long cold starts took$/m);
    terminal.press('Escape');
    terminal.type('y');
    await terminal.shows(/^copied$/m);
    terminal.press('C-z');
    await terminal.shows(/Stopped/);
    terminal.type('fg; echo "code $?"\r');
    await terminal.shows(/fg; echo/);
    terminal.type('k');
    await terminal.shows(/^selected: function sdk-s3-upload[\s\S]*, 2 of 6\s*$/m);
    terminal.type('q');
    const screen = await terminal.shows(/^code 0$/m);
    assert.doesNotMatch(screen, /[─│├└▁-█░▒▓▶▼●○■╌]/u);
    assert.deepEqual(terminal.state(), { alternate: '0', cursor: '1' });
  });

  it('keeps the columns of names in any script, and figures at their side', async () => {
    const names = ['הזמנה-חדשה', 'طلبات', 'naïve-e\u0301\u0327-z\u0336', '関数の名前', 'देवनागरी', 'plain'];
    answer = ranking(names.map((name, index) => rankedFunction({ name, invocations: 1_000 + index })));
    start('--columns name,invocations,cold-p99');
    const screen = await terminal.shows(/^ {2}plain/m);
    for (const index of names.keys()) {
      const line = screen.split('\n').find((each) => each.includes(`1,00${index}`)) ?? '';
      assert.match(line, /1,00\d +403$/, line);
    }
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
  });
});
