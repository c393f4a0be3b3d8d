/**
 * The base of a comparison: a commit of this repository in a worktree of its own, with its dependencies, built; removed
 * again whatever happens. It stands beside the repository where that is possible: as deep as the head, for Node looks
 * for packages in every folder above, and on the same file system, whose speed is then the same for both.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, existsSync, realpathSync, rmSync } from 'node:fs';
import { access, mkdtemp, realpath, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import { git, gitEnvironment, mustFind, topOf, tryGit } from './git.ts';
import { install, installEnvironment } from './install.ts';
import { mustRun } from './job.ts';
import { placeIn } from './link-tree.ts';

export interface BaseOptions {
  /** Branch, tag or commit: `origin/main`. */
  ref: string;
  /** Any directory of the repository. */
  cwd: string;
  /** Absolute directories of the projects whose functions are measured: each gets its dependencies. Default: {@link cwd}. */
  projects?: readonly string[];
  /** Command that builds the functions, run by the shell at the top of the base. */
  build?: string | undefined;
  /** Run the packages' own install scripts. Default false. */
  allowScripts?: boolean;
  signal?: AbortSignal | undefined;
  /** Told before each step that takes its time. */
  say?(sentence: string): void;
}

export interface Base {
  ref: string;
  /** Full id. */
  commit: string;
  /** What {@link BaseOptions.cwd} is on the base. */
  directory: string;
  /** Of the worktree. */
  top: string;
  /** Where a file or folder of the head is on the base; `null` where the base has none. */
  pathOf(path: string): string | null;
  /** Removes the worktree with everything in it. Safe to call twice. */
  remove(): Promise<void>;
}

const buildMaxMs = 15 * 60_000;
const removeMaxMs = 60_000;

/** Of this machine: another one that shares the folder has processes of the same numbers. */
const machineId = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const prefix = `coldlens-base-${machineId}-`;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

/** A worktree is locked while git makes it, and stays so when git is killed then. */
const forget = async (top: string, path: string): Promise<void> => {
  await tryGit(top, ['worktree', 'unlock', path]);
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  await git(top, ['worktree', 'prune']);
};

/** Removes what runs of us left that were killed. */
const removeStale = async (top: string, signal: AbortSignal | undefined): Promise<void> => {
  const list = await git(top, ['worktree', 'list', '--porcelain'], signal);
  const paths = list.split('\n').flatMap((line) => (line.startsWith('worktree ') ? [line.slice(9)] : []));
  for (const path of paths) {
    const name = basename(path);
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : Number.NaN;
    if (!Number.isInteger(pid) || isRunning(pid)) continue;
    await forget(top, path);
  }
};

/** An empty directory beside the repository, else in the temporary folder. */
const newDirectory = async (top: string): Promise<string> => {
  const name = `${prefix}${process.pid}-`;
  try {
    await access(dirname(top), constants.W_OK);
    return await mkdtemp(join(dirname(top), name));
  } catch {
    return realpath(await mkdtemp(join(tmpdir(), name)));
  }
};

/** @throws {@link Trouble} unless `directory` lies in a repository */
const mustBeRepository = async (directory: string, signal: AbortSignal | undefined): Promise<string> => {
  const top = await topOf(directory, signal);
  if (top !== null) return top;
  throw new Trouble(
    `${clean(directory)} lies in no git repository, so there is no base.`,
    'Run this in a repository, or measure without --base.',
  );
};

/**
 * Checks the base out, installs and builds it.
 * @throws {@link Trouble} when that cannot be done; the signal's reason when aborted. Nothing is left then.
 */
export const prepareBase = async (options: BaseOptions): Promise<Base> => {
  const { ref, build, allowScripts = false, signal, say = () => undefined } = options;
  const cwd = await realpath(options.cwd);
  const top = await mustBeRepository(cwd, signal);
  const commit = await mustFind(top, ref, signal);
  await removeStale(top, signal);
  const base = await newDirectory(top);
  // Whoever ends this process in the middle of things.
  const removeNow = (): void => {
    const say = (...args: string[]): void => {
      const options = { env: gitEnvironment(), timeout: removeMaxMs, stdio: 'ignore' } as const;
      spawnSync('git', ['-C', top, 'worktree', ...args], options);
    };
    say('unlock', base);
    rmSync(base, { recursive: true, force: true });
    say('prune');
  };
  process.once('exit', removeNow);
  let removing: Promise<void> | undefined;
  const removeAll = async (): Promise<void> => {
    await forget(top, base);
    process.off('exit', removeNow);
  };
  const remove = (): Promise<void> => {
    removing ??= removeAll();
    return removing;
  };
  const pathOf = (path: string): string | null => {
    const place = existsSync(path) ? placeIn(top, realpathSync(path)) : placeIn(top, path);
    const found = place === null ? null : join(base, place);
    return found !== null && existsSync(found) ? found : null;
  };
  let directory: string | null;
  try {
    say(`checking out ${clean(ref)} (${commit.slice(0, 10)})`);
    await git(top, ['worktree', 'add', '--detach', '--quiet', base, commit], signal);
    directory = pathOf(cwd);
    if (directory === null) {
      const what = `${clean(ref)} has no folder ${clean(placeIn(top, cwd) ?? cwd)}.`;
      throw new Trouble(what, 'Run this in a folder that both sides have.');
    }
    const done = new Set<string>();
    const isWritten = build !== undefined || allowScripts;
    for (const each of options.projects ?? [cwd]) {
      const project = await realpath(each);
      if (placeIn(top, project) === null) continue;
      await install({ head: top, base, project, allowScripts, isWritten, say, signal }, done);
    }
    if (build !== undefined) {
      say(`building the base: ${clean(build)}`);
      await mustRun({
        title: `The build of ${clean(ref)} (${clean(build)})`,
        file: 'sh',
        args: ['-c', build],
        cwd: base,
        env: installEnvironment(),
        maxMs: buildMaxMs,
        next: 'Make the command work on that commit, or choose a base that builds.',
        signal,
      });
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { ref, commit, directory, top: base, pathOf, remove };
};
