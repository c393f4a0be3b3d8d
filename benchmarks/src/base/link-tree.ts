/** A second `node_modules` of the same content, in seconds: files are linked where they can be, else copied. */
import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

export interface TreeCopy {
  from: string;
  to: string;
  /** Absolute links below the first of them lead below the second in the copy. */
  roots: readonly [string, string];
  /** `link`: both trees share their files, so nobody may write to them. */
  by: 'link' | 'copy';
  signal?: AbortSignal | undefined;
}

/** Path relative to a directory; `null` when it lies outside. */
export const placeIn = (directory: string, path: string): string | null => {
  const place = relative(directory, path);
  return place === '..' || place.startsWith(`..${sep}`) || isAbsolute(place) ? null : place;
};

/** Links across devices, too many of one file, or of a file system without them. */
const cannotLink: readonly string[] = ['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP'];
/** Files at once. */
const width = 32;

const linkOrCopy = async (from: string, to: string, by: TreeCopy['by']): Promise<void> => {
  if (by === 'link') {
    try {
      return await link(from, to);
    } catch (error) {
      if (!cannotLink.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  // Shares the blocks where the file system can.
  await copyFile(from, to, constants.COPYFILE_FICLONE);
};

const copyLink = async (from: string, to: string, [oldRoot, newRoot]: TreeCopy['roots']): Promise<void> => {
  const target = await readlink(from);
  const place = isAbsolute(target) ? placeIn(oldRoot, target) : null;
  await symlink(place === null ? target : join(newRoot, place), to);
};

/** Copies a directory with everything below it. */
export const copyTree = async ({ from, to, roots, by, signal }: TreeCopy): Promise<void> => {
  await mkdir(to, { recursive: true });
  const open: [string, string][] = [[from, to]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    signal?.throwIfAborted();
    const [source, made] = pair;
    const entries = await readdir(source, { withFileTypes: true });
    for (let at = 0; at < entries.length; at += width) {
      await Promise.all(
        entries.slice(at, at + width).map(async (entry) => {
          const [old, copy] = [join(source, entry.name), join(made, entry.name)];
          if (entry.isDirectory()) {
            await mkdir(copy);
            open.push([old, copy]);
          } else if (entry.isSymbolicLink()) await copyLink(old, copy, roots);
          else if (entry.isFile()) await linkOrCopy(old, copy, by);
        }),
      );
    }
  }
};

const skipped: readonly string[] = ['node_modules', '.git'];
const maxDepth = 8;

/** Every `node_modules` below a directory, those of workspaces included, not those inside of one. */
export const nodeModulesBelow = async (directory: string, depth = 0): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const own = folders.includes('node_modules') ? [join(directory, 'node_modules')] : [];
  if (depth >= maxDepth) return own;
  const inner = folders.filter((name) => !skipped.includes(name));
  const below = await Promise.all(inner.map((name) => nodeModulesBelow(join(directory, name), depth + 1)));
  return [...own, ...below.flat()];
};

/** @returns whether there is something at that path */
export const exists = async (path: string): Promise<boolean> => {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
};

/** The folder and those above it, up to `top` and with it. */
export const upTo = (top: string, from: string): string[] => {
  const found: string[] = [];
  for (let at = resolve(from); ; at = dirname(at)) {
    found.push(at);
    if (at === resolve(top) || at === dirname(at)) return found;
  }
};
