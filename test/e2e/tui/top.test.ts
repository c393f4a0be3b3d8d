/** `coldlens top` in a real terminal. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '#collector/index.js';
import { functionPage, invocationPage } from '../../unit/tui/pages.ts';
import { sixFunctions } from '../../unit/tui/rankings.ts';
import { launcher } from '../../unit/tui/run-coldlens.ts';
import { Terminal } from './terminal.ts';

describe('coldlens top in a terminal', () => {
  let server: Server;
  let port = 0;
  let terminal: Terminal;
  let scratch = '';

  beforeEach(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'coldlens-top-'));
    server = createServer(({ url = '' }, response) => {
      const { pathname } = new URL(url, 'http://collector');
      const pages: Readonly<Record<string, unknown>> = {
        '/api/v1/function': functionPage,
        '/api/v1/invocation': invocationPage,
      };
      response.end(JSON.stringify(pages[pathname] ?? { ...sixFunctions, nextCursor: null }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    terminal = new Terminal(130, 40);
    terminal.type('echo before\r');
    await terminal.shows(/^before$/m);
  });

  afterEach(async () => {
    terminal.close();
    server.closeAllConnections();
    server.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const start = (args: string, prefix = ''): void =>
    terminal.type(`${prefix} ${process.execPath} ${launcher} top ${args}; echo "code $?"\r`);

  /** In a shell that writes its process id and then becomes the command. */
  const startWithPid = (nodeOptions: string): (() => number) => {
    const file = join(scratch, 'pid');
    const script = join(scratch, 'start.sh');
    const command = `${process.execPath} ${nodeOptions} ${launcher} top --url http://127.0.0.1:${port}`;
    writeFileSync(script, `echo $$ > ${file}\nexec ${command}\n`);
    terminal.type(`bash ${script}; echo "code $?"\r`);
    return () => Number(readFileSync(file, 'utf8'));
  };

  const assertRestored = async (code: number): Promise<void> => {
    const screen = await terminal.shows(/^code \d+$/m);
    assert.match(screen, /^before$/m);
    assert.match(screen, new RegExp(`^code ${code}$`, 'm'));
    assert.deepEqual(terminal.state(), { alternate: '0', cursor: '1' });
    // The line discipline is back: what is typed is echoed and run.
    terminal.type('echo after$((1+1))\r');
    await terminal.shows(/^after2$/m);
  };

  it('shows the ranking, answers to keys, and gives the terminal back', async () => {
    start(`--url http://127.0.0.1:${port}`);
    await terminal.shows(/^▶ module-scope-work/m);
    assert.equal(terminal.state().alternate, '1');
    terminal.type('jj');
    await terminal.shows(/^▶ esm-date-fns/m);
    terminal.press('Up');
    await terminal.shows(/^▶ sdk-s3-upload/m);
    terminal.type('s');
    await terminal.shows(/COLD P50▼/);
    terminal.type('?');
    await terminal.shows(/While filtering/);
    terminal.press('Escape');
    await terminal.shows(/^▶ sdk-s3-upload/m);
    terminal.type('/bare');
    terminal.press('Enter');
    await terminal.shows(/1 of 6 functions/);
    terminal.resize(80, 24);
    const small = await terminal.shows(/^── bare ─+$/m);
    assert.equal(small.trimEnd().split('\n').length, 24);
    terminal.type('q');
    await assertRestored(0);
  });

  it('opens a function and one of its cold starts, and Esc leads back', async () => {
    start(`--url http://127.0.0.1:${port}`);
    await terminal.shows(/^▶ module-scope-work/m);
    terminal.press('Enter');
    await terminal.shows(/Cold against warm/);
    terminal.press('Enter');
    await terminal.shows(/^▶ module-scope-work +812 /m);
    terminal.press('Escape');
    await terminal.shows(/Cold against warm/);
    terminal.press('Escape');
    await terminal.shows(/COLD P99▼/);
    terminal.type('q');
    await assertRestored(0);
  });

  it('keeps the last ranking when the collector goes away, and says so', async () => {
    start(`--url http://127.0.0.1:${port}`);
    await terminal.shows(/^▶ module-scope-work/m);
    server.closeAllConnections();
    server.close();
    await terminal.shows(/! stale, \d+s old, retry \d+/);
    assert.match(terminal.screen(), /module-scope-work/);
    terminal.press('C-c');
    await assertRestored(0);
  });

  it('gives the terminal to the shell on Ctrl-Z, and takes it again on fg', async () => {
    terminal.type(`${process.execPath} ${launcher} top --url http://127.0.0.1:${port}\r`);
    await terminal.shows(/^▶ module-scope-work/m);
    terminal.press('C-z');
    await terminal.shows(/Stopped/);
    assert.deepEqual(terminal.state(), { alternate: '0', cursor: '1' });
    terminal.type('echo between$((1+1))\r');
    await terminal.shows(/^between2$/m);
    terminal.type('fg; echo "code $?"\r');
    await terminal.shows(/^▶ module-scope-work/m);
    terminal.type('j');
    await terminal.shows(/^▶ sdk-s3-upload/m);
    terminal.type('q');
    await assertRestored(0);
  });

  it('copies by OSC 52', async () => {
    start(`--url http://127.0.0.1:${port}`);
    await terminal.shows(/^▶ module-scope-work/m);
    terminal.type('y');
    await terminal.shows(/copied$/m);
    assert.equal(JSON.parse(terminal.clipboard()).name, 'module-scope-work');
    terminal.type('q');
    await assertRestored(0);
  });

  it('gives the terminal back on SIGTERM', async () => {
    const pid = startWithPid('');
    await terminal.shows(/^▶ module-scope-work/m);
    process.kill(pid(), 'SIGTERM');
    await assertRestored(0);
  });

  it('gives the terminal back when it crashes, and then shows the stack', async () => {
    const crash = 'data:text/javascript,process.once("SIGUSR2",()=>{throw%20new%20Error("boom")})';
    const pid = startWithPid(`--import '${crash}'`);
    await terminal.shows(/^▶ module-scope-work/m);
    process.kill(pid(), 'SIGUSR2');
    await assertRestored(3);
    assert.match(terminal.screen(), /^Error: boom$/m);
  });

  it('shows how to begin when a data directory holds nothing yet', async () => {
    const store = await openStore({ data: scratch });
    await store.close();
    start(`--data ${scratch}`);
    await terminal.shows(/export const handler = coldlens\(async \(event\) => \{/);
    terminal.type('q');
    await assertRestored(0);
  });

  it('gives the terminal back before it says that the data cannot be opened', async () => {
    const file = join(scratch, 'file');
    writeFileSync(file, 'no directory');
    start(`--data ${file}`);
    await assertRestored(3);
    assert.match(terminal.screen(), /^coldlens: The data directory .* cannot be made, opened or written to/m);
  });

  it('uses no colour when NO_COLOR is set', async () => {
    start(`--url http://127.0.0.1:${port}`, 'NO_COLOR=1');
    await terminal.shows(/^▶ module-scope-work/m);
    const styles = terminal.styledScreen().split('\u001b[').slice(1);
    const colours = styles.filter((style) => /^[0-9;]*3[1-7]m/.test(style));
    assert.deepEqual(colours, []);
    terminal.type('q');
    await assertRestored(0);
  });
});
