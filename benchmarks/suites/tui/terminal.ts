/**
 * A program in a pseudo-terminal: what it writes comes as it wrote it, and keys go in as if they were typed. The terminal is
 * made by `script` of util-linux, which is there on every Linux.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Trouble } from '@coldlens/collector';

export interface TerminalOptions {
  command: readonly string[];
  columns: number;
  rows: number;
  /** Where the program starts. */
  directory: string;
  env: NodeJS.ProcessEnv;
  /** @param atMs by `performance.now()` */
  written(bytes: Buffer, atMs: number): void;
}

export interface Terminal {
  pid: number;
  /** Right before the program took the place of the shell, by `performance.now()`. */
  startedMs: number;
  type(keys: string): void;
  /** Fulfilled once the program has ended. */
  ended: Promise<void>;
  /** Ends it if it still runs. */
  close(): Promise<void>;
}

const startTimeoutMs = 10_000;
const endTimeoutMs = 5_000;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** @throws {@link Trouble} where there is no `script`, or it does not start the program */
export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const { command, columns, rows, directory, env, written } = options;
  // The shell tells its process id, which then is the program's; nothing is echoed before the program begins.
  const line = `stty -echo cols ${columns} rows ${rows}; printf 'pid %s;' "$$"; exec ${command.map(quoted).join(' ')}`;
  const child = spawn('script', ['--quiet', '--flush', '--command', line, '/dev/null'], {
    ...{ cwd: directory, env: { ...env, SHELL: '/bin/sh' }, stdio: ['pipe', 'pipe', 'ignore'] },
  });
  // Whatever ends this process, nobody is left behind in a terminal that nobody looks at.
  const endToo = (): void => void child.kill('SIGTERM');
  process.once('exit', endToo);
  const ended = once(child, 'close').then(
    () => {},
    () => {},
  );
  void ended.then(() => process.off('exit', endToo));
  let begun = '';
  const started = new Promise<{ pid: number; startedMs: number }>((resolve, reject) => {
    const refuse = (reason: string): void =>
      reject(new Trouble(`The terminal cannot be opened (${reason}).`, 'This needs Linux with script of util-linux.'));
    child.once('error', ({ message }) => refuse(message));
    child.once('close', () => refuse('it ended at once'));
    const patience = setTimeout(() => refuse('nothing began in it'), startTimeoutMs);
    const isBegun = (bytes: Buffer): void => {
      const atMs = performance.now();
      begun += bytes.toString('latin1');
      const [whole, pid] = /pid (\d+);/.exec(begun) ?? [];
      if (whole === undefined) return;
      clearTimeout(patience);
      child.stdout.off('data', isBegun);
      child.stdout.on('data', (more: Buffer) => written(more, performance.now()));
      const rest = begun.slice(begun.indexOf(whole) + whole.length);
      if (rest !== '') written(Buffer.from(rest, 'latin1'), atMs);
      resolve({ pid: Number(pid), startedMs: atMs });
    };
    child.stdout.on('data', isBegun);
  });
  const { pid, startedMs } = await started.catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    ...{ pid, startedMs, ended },
    type: (keys) => child.stdin.write(keys),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // It ends with its program; and the program with its terminal, at the latest.
      const late = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(late);
    },
  };
}
