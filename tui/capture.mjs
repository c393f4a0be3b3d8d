/** `npm run capture`: runs the demo in tmux and puts what it shows into README.md, so that the picture stays real. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGeneratedPart } from '../benchmarks/dist/src/page.js';

const socket = `coldlens-capture-${process.pid}`;
const size = ['-x', '118', '-y', '25'];
/** Long enough for the three cold rounds and some uneven traffic. */
const watchMs = 25_000;

const tmux = (...args) => execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8', stdio: 'pipe' });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const data = mkdtempSync(join(tmpdir(), 'coldlens-capture-'));

try {
  tmux('new-session', '-d', '-s', 'demo', ...size, `${process.execPath} tui/bin/coldlens.mjs demo --data ${data}`);
  await sleep(watchMs);
  const screen = tmux('capture-pane', '-p', '-t', 'demo').trimEnd();
  tmux('send-keys', '-t', 'demo', 'q');
  await sleep(5_000);
  await writeGeneratedPart(new URL('../README.md', import.meta.url), 'capture', `\`\`\`text\n${screen}\n\`\`\``);
} finally {
  try {
    tmux('kill-server');
  } catch {
    // The server has gone with its last session.
  }
  rmSync(data, { recursive: true, force: true });
}
