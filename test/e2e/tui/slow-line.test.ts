/** The dashboard over a line that takes 200 ms each way, as ssh around the world does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rankedFunction, ranking } from '../../unit/tui/rankings.ts';
import { launcher } from '../../unit/tui/run-coldlens.ts';
import { Terminal } from './terminal.ts';

const relay = fileURLToPath(new URL('./slow-line.mjs', import.meta.url));
const delayMs = 200;

/** Thirty functions, of which one alone has `abc` in its name. */
const many = ranking(
  Array.from({ length: 30 }, (_, index) =>
    rankedFunction({ name: index === 17 ? 'the-abc-one' : `function-${String(index).padStart(2, '0')}` }),
  ),
);

describe('a slow line', () => {
  let server: Server;
  let terminal: Terminal;
  let scratch = '';
  let log = '';

  beforeEach(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'coldlens-slow-'));
    log = join(scratch, 'log');
    server = createServer((_request, response) => response.end(JSON.stringify({ ...many, nextCursor: null })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    terminal = new Terminal(120, 40);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const command = `env COLORTERM=truecolor ${process.execPath} ${launcher} top --url ${url}`;
    terminal.type(`${process.execPath} ${relay} ${delayMs} ${log} 120 40 '${command}'; echo "code $?"\r`);
    await terminal.shows(/^▶ function-00/m, 30_000);
  });
  afterEach(() => {
    terminal.close();
    server.closeAllConnections();
    server.close();
    rmSync(scratch, { recursive: true });
  });

  const written = (): { count: number; bytes: number } => {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    return { count: lines.length, bytes: lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0) };
  };

  it('loses no key of what is typed quickly, and draws as few frames as that takes', async () => {
    // Still, but for the age in the title.
    terminal.type(' ');
    await terminal.shows(/frozen/);
    const before = written();
    terminal.type('jjjjjjjj/abc\r');
    await terminal.shows(/1 of 30 functions/);
    await terminal.shows(/^▶ the-abc-one/m);
    await sleep(delayMs);
    const after = written();
    // Twelve keys, one every 3 ms, at 30 frames a second at most, and a second or two of ages.
    assert.ok(after.count - before.count <= 16, `${after.count - before.count} writes`);
    assert.ok(after.bytes - before.bytes <= 25_000, `${after.bytes - before.bytes} bytes`);
  });

  it('takes keys that are typed before the screen that they are for has anything to show', async () => {
    terminal.type(':the-abc\rm');
    await terminal.shows(/the-abc-one › modules, tree/);
    terminal.press('Escape');
    await terminal.shows(/the-abc-one · last 24h/);
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
  });

  it('knows keys whose sequences come in pieces', async () => {
    terminal.press('Down', 'Down', 'Down', 'Up', 'End', 'Home', 'PPage', 'Down');
    await terminal.shows(/^▶ function-01/m);
    assert.doesNotMatch(terminal.screen(), /Go to|^:|^\//m);
    terminal.press('Enter');
    await terminal.shows(/function-01 · last 24h/);
    terminal.press('Escape');
    await terminal.shows(/^▶ function-01/m);
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
  });

  it('shows nothing of the answers that the terminal gives late, also when it was left before', async () => {
    terminal.type('q');
    await terminal.shows(/^code 0$/m);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    terminal.ground('#ffffff');
    const command = `env COLORTERM=truecolor ${process.execPath} ${launcher} top --url ${url}; echo left`;
    terminal.type(
      `${process.execPath} ${relay} ${delayMs} ${log} 120 40 "bash -c '${command}; sleep 1'"; echo "then $?"\r`,
    );
    terminal.type('qqq');
    const screen = await terminal.shows(/^then 0$/m);
    assert.doesNotMatch(screen, /rgb:|\^\[|;\?|11;/);
  });

  it('sends little while nothing happens', async () => {
    terminal.type(' ');
    await terminal.shows(/frozen/);
    await sleep(500);
    const before = written();
    await sleep(4_000);
    const after = written();
    assert.ok(after.bytes - before.bytes <= 4 * 500, `${after.bytes - before.bytes} bytes in 4 s`);
  });
});
