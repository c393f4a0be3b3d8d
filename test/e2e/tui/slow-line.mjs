/**
 * A slow line to a program on a terminal of its own, as ssh is one: `node slow-line.mjs DELAY_MS LOG COLUMNS ROWS COMMAND`. What
 * goes either way comes so many milliseconds later, keys in pieces of one byte; LOG gets a line for each write of the program.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [delay, log, columns, rows, command] = process.argv.slice(2);
const delayMs = Number(delay);
/** Between the bytes of what is typed at once: a sequence comes in several reads. */
const pieceMs = 3;

const program = spawn(
  'script',
  ['--quiet', '--flush', '--return', '--command', `stty cols ${columns} rows ${rows}; exec ${command}`, '/dev/null'],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
process.stdin.setRawMode(true);
let sentMs = 0;
process.stdin.on('data', (chunk) => {
  for (const byte of chunk) {
    sentMs = Math.max(performance.now() + delayMs, sentMs + pieceMs);
    setTimeout(() => program.stdin.write(Buffer.of(byte)), sentMs - performance.now());
  }
});
program.stdin.on('error', () => {});
// Its own terminal is gone: the program loses its one, too.
process.once('SIGHUP', () => {
  program.kill('SIGTERM');
  process.exit(1);
});
program.stdout.on('data', (chunk) => {
  appendFileSync(log, `${Date.now()} ${chunk.length}\n`);
  setTimeout(() => process.stdout.write(chunk), delayMs);
});
program.on('close', (code) => {
  setTimeout(() => {
    process.stdin.setRawMode(false);
    process.exit(code ?? 1);
  }, delayMs + 50);
});
