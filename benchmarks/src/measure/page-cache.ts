/**
 * Takes the files of a function out of the page cache, so that its start reads them from the disk. Node has no
 * posix_fadvise, so a small program of what is there on every Linux does it: python3, perl, or GNU dd a file at a time.
 * Node's own binary and the runtime stay in memory, as on a platform that starts functions all day; so do the names of
 * files (dentries), which only the whole machine's cache can be freed from.
 */
import { spawn } from 'node:child_process';
import type { Dirent } from 'node:fs';
import { readdir, realpath, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import type { Target } from '../targets/target.ts';

const maxFiles = 300_000;
const maxMs = 120_000;
/** `f_type` of file systems that lie in memory: tmpfs, ramfs. */
const memoryFileSystems: readonly number[] = [0x01_02_19_94, 0x85_84_58_f6];

const python = `
import os, sys
for name in sys.stdin.buffer.read().split(b'\\0'):
    try:
        file = os.open(name, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)
    except OSError:
        pass
`;
/** The system call's number, by architecture; 4 = POSIX_FADV_DONTNEED. */
const fadvise: Readonly<Record<string, number>> = { x64: 221, arm64: 223 };
const perl = `$/ = "\\0"; while (<STDIN>) { chomp; open(my $f, '<', $_) or next; syscall(${fadvise[process.arch]}, fileno($f), 0, 0, 4); }`;

/** Programs that read names from their input, separated by NUL; the fastest first. */
const droppers: readonly (readonly string[])[] = [
  ['python3', '-c', python],
  ...(fadvise[process.arch] === undefined ? [] : [['perl', '-e', perl]]),
  ['xargs', '-0', '-I{}', 'dd', 'if={}', 'iflag=nocache', 'count=0', 'status=none'],
];

const run = ([file = '', ...args]: readonly string[], input: string, signal?: AbortSignal): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const options = { stdio: ['pipe', 'ignore', 'ignore'] as ['pipe', 'ignore', 'ignore'], timeout: maxMs };
    const child = spawn(file, args, signal ? { ...options, signal } : options);
    // Not there; or aborted, which is not the program's fault.
    child.once('error', () => (signal?.aborted ? reject(signal.reason) : resolve(false)));
    child.once('close', (code) => resolve(code === 0));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });

/** Every file below, through links as packages of a workspace are linked. */
const filesBelow = async (directories: readonly string[], signal?: AbortSignal): Promise<string[]> => {
  const seen = new Set<string>();
  const files: string[] = [];
  const open = [...directories];
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    signal?.throwIfAborted();
    const real = await realpath(directory).catch(() => null);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const entries: Dirent[] = await readdir(real, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name === '.git') continue;
      const path = join(real, entry.name);
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() || entry.isSymbolicLink()) open.push(path);
    }
    if (files.length > maxFiles) {
      throw new Trouble(
        `There are more than ${maxFiles} files below ${clean(directories.join(', '))}.`,
        'Measure with a warm page cache, or from a smaller folder.',
      );
    }
  }
  return files;
};

/** Where the files of a target lie: its project, its code, and the `node_modules` of the folders above. */
const directoriesOf = (target: Target): string[] => {
  const own = [target.root, dirname(target.file)];
  if (target.platform === 'lambda') own.push(target.taskRoot);
  if (target.platform === 'azure') own.push(target.appRoot);
  if (target.platform === 'workers' || target.platform === 'node') own.push(dirname(target.script));
  for (let above = target.root; above !== dirname(above); above = dirname(above)) own.push(join(above, 'node_modules'));
  return own;
};

let hasSynced = false;

/**
 * @throws {@link Trouble} where it is not possible: what was asked for as cold must not be measured warm
 */
export const dropFromPageCache = async (target: Target, signal?: AbortSignal): Promise<void> => {
  const next = 'Measure with a warm page cache.';
  if (process.platform !== 'linux') {
    throw new Trouble(`The page cache cannot be dropped on ${process.platform}.`, next, exitCode.usage);
  }
  const { type } = await statfs(target.root);
  if (memoryFileSystems.includes(type)) {
    throw new Trouble(
      `${clean(target.root)} lies in memory (tmpfs), and no page cache can be dropped.`,
      next,
      exitCode.usage,
    );
  }
  // Pages that are not written yet stay.
  if (!hasSynced) hasSynced = await run(['sync'], '', signal);
  const names = (await filesBelow(directoriesOf(target), signal)).join('\0');
  for (const dropper of droppers) if (await run(dropper, names, signal)) return;
  throw new Trouble(
    'The page cache cannot be dropped here: there is no python3, perl or GNU dd.',
    next,
    exitCode.usage,
  );
};
