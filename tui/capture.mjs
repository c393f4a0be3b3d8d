/** `npm run capture`: runs the demo in tmux and puts what its screens show into README.md and SCREENS.md, so that the pictures stay real. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGeneratedPart } from '../benchmarks/dist/src/page.js';

const command = fileURLToPath(new URL('./bin/coldlens.mjs', import.meta.url));
const socket = `coldlens-capture-${process.pid}`;
const size = ['-x', '118', '-y', '25'];
/** Long enough for the three cold rounds and some uneven traffic. */
const watchMs = 25_000;
/** Until a screen has its first answer. */
const answerMs = 3_000;

const tmux = (...args) => execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8', stdio: 'pipe' });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const press = (...keys) => tmux('send-keys', '-t', 'demo', ...keys);
const data = mkdtempSync(join(tmpdir(), 'coldlens-capture-'));

/** The pages with the captures, their parts, and the keys that lead from one to the next. */
const readme = new URL('../README.md', import.meta.url);
const gallery = new URL('./SCREENS.md', import.meta.url);
const screens = [
  { page: readme, part: 'capture', keys: [], rows: 25, waitMs: watchMs },
  { page: readme, part: 'capture-function', keys: [':thumbnails', 'Enter'], rows: 40 },
  { page: readme, part: 'capture-invocation', keys: ['Enter'], rows: 18 },
  {
    page: gallery,
    part: 'modules',
    keys: ['Escape', 'Escape', ':thumbnails', 'Enter', 'sleep', 'm', 'sleep', 'j'],
    rows: 25,
  },
  { page: gallery, part: 'packages', keys: ['Tab'], rows: 20 },
  { page: gallery, part: 'flame', keys: ['Tab'], rows: 14 },
  { page: gallery, part: 'live', keys: [':live', 'Enter'], rows: 25 },
  { page: gallery, part: 'benchmarks', keys: [':benchmarks', 'Enter'], rows: 20 },
  { page: gallery, part: 'health', keys: [':health', 'Enter'], rows: 34 },
  { page: gallery, part: 'why', keys: [':functions', 'Enter', 'g', '-'], rows: 20 },
  { page: gallery, part: 'palette', keys: ['Escape', ':'], rows: 25 },
  { page: gallery, part: 'help', keys: ['Escape', '?'], rows: 40 },
];

/** A project of two functions, one of which has become slower since its last commit, and the other one faster. */
function measuredProject() {
  const project = mkdtempSync(join(tmpdir(), 'coldlens-measured-'));
  const inProject = { cwd: project, stdio: 'ignore' };
  const write = (name, numbers) =>
    writeFileSync(
      join(project, `${name}.mjs`),
      `const rates = Array.from({ length: ${numbers} }, (_, index) => Math.sqrt(index));\nexport const handler = async () => rates.length;\n`,
    );
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=demo', '-c', 'user.email=demo@localhost', ...args], inProject);
  try {
    writeFileSync(join(project, 'package.json'), '{"name":"shop","private":true,"type":"module"}\n');
    write('checkout', 100_000);
    write('invoices', 3_000_000);
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'Begin');
    write('checkout', 2_000_000);
    write('invoices', 300_000);
    // It fails for what got slower, which is what is to be seen.
    spawnSync(
      process.execPath,
      [command, 'bench', 'checkout.mjs', 'invoices.mjs', ...['--base', 'HEAD', '--pairs', '20', '--store', data]],
      inProject,
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

try {
  measuredProject();
  tmux('new-session', '-d', '-s', 'demo', ...size, `${process.execPath} ${command} demo --data ${data}`);
  for (const { page, part, keys, rows, waitMs = answerMs } of screens) {
    tmux('resize-window', '-t', 'demo', '-x', '118', '-y', String(rows));
    for (const key of keys) {
      if (key === 'sleep') await sleep(answerMs);
      else press(key);
    }
    await sleep(waitMs);
    const screen = tmux('capture-pane', '-p', '-t', 'demo').trimEnd();
    await writeGeneratedPart(page, part, `\`\`\`text\n${screen}\n\`\`\``);
  }
  press('q');
  await sleep(5_000);
} finally {
  try {
    tmux('kill-server');
  } catch {
    // The server has gone with its last session.
  }
  rmSync(data, { recursive: true, force: true });
}
