/** Gives the base its dependencies: the head's own where both have the same lockfile, else by the lockfile's manager. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import { gitEnvironment } from './git.ts';
import { mustRun } from './job.ts';
import { copyTree, exists, nodeModulesBelow, upTo } from './link-tree.ts';

export interface Installing {
  /** Tops of both trees. */
  head: string;
  base: string;
  /** Directory of a project below the head's top. */
  project: string;
  /** Run the packages' own install scripts. */
  allowScripts: boolean;
  /** Whether something may write into `node_modules` later. */
  isWritten: boolean;
  say(sentence: string): void;
  signal?: AbortSignal | undefined;
}

interface Manager {
  name: string;
  lockfile: string;
  /** Told by the lockfile's text, where two managers share a name. */
  owns?(text: string): boolean;
  args(allowScripts: boolean): string[];
  /** Settings that are no arguments. */
  env?(allowScripts: boolean): Record<string, string>;
}

const withoutScripts = (allowScripts: boolean): string[] => (allowScripts ? [] : ['--ignore-scripts']);
const npmCi = (allowScripts: boolean): string[] => [
  'ci',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  ...withoutScripts(allowScripts),
];

/** In the order in which they are looked for. */
const managers: readonly Manager[] = [
  { name: 'npm', lockfile: 'npm-shrinkwrap.json', args: npmCi },
  { name: 'npm', lockfile: 'package-lock.json', args: npmCi },
  {
    name: 'pnpm',
    lockfile: 'pnpm-lock.yaml',
    args: (allowScripts) => ['install', '--frozen-lockfile', ...withoutScripts(allowScripts)],
  },
  {
    name: 'yarn',
    lockfile: 'yarn.lock',
    owns: (text) => text.includes('# yarn lockfile v1'),
    args: (allowScripts) => ['install', '--frozen-lockfile', '--non-interactive', ...withoutScripts(allowScripts)],
  },
  {
    name: 'yarn',
    lockfile: 'yarn.lock',
    owns: (text) => text.includes('__metadata:'),
    args: () => ['install', '--immutable'],
    env: (allowScripts) => ({ YARN_ENABLE_SCRIPTS: String(allowScripts) }),
  },
];

const maxMs = 15 * 60_000;

/**
 * Of the npm that runs us, which would take our project for the one to install; what every Node would load; and
 * NODE_ENV, with which development's packages, such as the compiler, are left out (the dashboard's launcher sets it).
 */
const ofAnotherNpm =
  /^(npm_(package|lifecycle|config_local_prefix|command|execpath|node_execpath)|INIT_CWD$|NODE_OPTIONS$|NODE_ENV$)/;

/** For package managers and builds. */
export const installEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(gitEnvironment()).filter(([name]) => !ofAnotherNpm.test(name)));

const readIfThere = async (path: string): Promise<string | null> =>
  (await exists(path)) ? await readFile(path, 'utf8') : null;

interface Locked {
  directory: string;
  manager: Manager;
  text: string;
}

/** The lockfile that rules a project: the nearest above it. */
const lockOf = async (top: string, project: string): Promise<Locked | null> => {
  for (const directory of upTo(top, project)) {
    for (const manager of managers) {
      const text = await readIfThere(join(directory, manager.lockfile));
      if (text !== null && (manager.owns?.(text) ?? true)) return { directory, manager, text };
    }
  }
  return null;
};

const hasDependencies = async (directory: string): Promise<boolean> => {
  const text = await readIfThere(join(directory, 'package.json'));
  if (text === null) return false;
  try {
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(text) as Record<string, object | undefined>;
    return Object.keys({ ...dependencies, ...optionalDependencies }).length > 0;
  } catch {
    throw new Trouble(`${clean(join(directory, 'package.json'))} is no JSON.`, 'Mend it on that side.');
  }
};

/** Whether the head's own could be taken. */
const reuse = async (lock: Locked, { head, base, isWritten, say, signal }: Installing): Promise<boolean> => {
  const place = relative(base, lock.directory);
  const own = join(head, place);
  if ((await readIfThere(join(own, lock.manager.lockfile))) !== lock.text) return false;
  if (!(await exists(join(own, 'node_modules')))) return false;
  say(`the lockfile is the same on both sides: taking over ${clean(join(place, 'node_modules'))}`);
  for (const from of await nodeModulesBelow(own)) {
    const to = join(base, relative(head, from));
    if (!(await exists(dirname(to))) || (await exists(to))) continue;
    await copyTree({ from, to, roots: [head, base], by: isWritten ? 'copy' : 'link', signal });
  }
  return true;
};

/**
 * Installs what the base of a project needs, once for all projects under one lockfile.
 * @param done directories that have been installed; the one of this project is added
 * @throws {@link Trouble} when there is no lockfile, or the installation fails
 */
export const install = async (installing: Installing, done: Set<string>): Promise<void> => {
  const { head, base, project, allowScripts, say, signal } = installing;
  const own = join(base, relative(head, project));
  // What the head alone has, the base cannot be compared with, and needs nothing.
  if (!(await exists(own))) return;
  const lock = await lockOf(base, own);
  if (lock === null) {
    if (!(await hasDependencies(own))) return;
    const known = [...new Set(managers.map(({ lockfile }) => lockfile))].join(', ');
    throw new Trouble(
      `${clean(relative(base, own) || basename(head))} has dependencies but no lockfile on the base, so nobody knows which to install.`,
      `Commit one of ${known}.`,
    );
  }
  if (done.has(lock.directory)) return;
  done.add(lock.directory);
  if (await reuse(lock, installing)) return;
  const { name, args, env } = lock.manager;
  const where = relative(base, lock.directory);
  const title = `${name} ${args(allowScripts)[0]}${where ? ` in ${clean(where)}` : ''} on the base`;
  say(title);
  await mustRun({
    title,
    file: name,
    args: args(allowScripts),
    cwd: lock.directory,
    env: { ...installEnvironment(), ...env?.(allowScripts) },
    maxMs,
    next: `Make it work on that commit, with ${name} on the PATH.`,
    signal,
  });
};
