/** Versions of installed packages by a project's lockfile: npm's, pnpm's or yarn's, the nearest above the project. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readText } from './source-text.ts';

/** Versions by package name. */
export type Locked = ReadonlyMap<string, ReadonlySet<string>>;

const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};

/** `node_modules/a/node_modules/@b/c` -> `@b/c` */
const lastInstalled = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/;

function* fromNpm(text: string): Generator<[string, unknown]> {
  for (const [path, entry] of Object.entries(record(record(JSON.parse(text)).packages))) {
    const name = lastInstalled.exec(path)?.[1];
    if (name !== undefined) yield [name, record(entry).version];
  }
}

/** Keys such as `@b/c@1.2.3(peer@4)`, of older versions with a slash before. */
function* fromPnpm(text: string): Generator<[string, unknown]> {
  const { parse } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  for (const key of Object.keys(record(record(parse(text)).packages))) {
    const [, name, version] = /^\/?((?:@[^/]+\/)?[^@/]+)@([^(]+)/.exec(key) ?? [];
    if (name !== undefined) yield [name, version];
  }
}

/** Blocks of both generations of yarn: a line that names what was asked for, then `version "1.2.3"` or `version: 1.2.3`. */
function* fromYarn(text: string): Generator<[string, unknown]> {
  let name: string | undefined;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) name = /^"?((?:@[^/"]+\/)?[^@"/\s]+)@/.exec(line)?.[1];
    const version = /^ {2}version:? "?([^"\s]+)"?/.exec(line)?.[1];
    if (name !== undefined && version !== undefined) yield [name, version];
  }
}

const lockfiles: Readonly<Record<string, (text: string) => Iterable<[string, unknown]>>> = {
  'package-lock.json': fromNpm,
  'npm-shrinkwrap.json': fromNpm,
  'pnpm-lock.yaml': fromPnpm,
  'yarn.lock': fromYarn,
};

const collected = (entries: Iterable<[string, unknown]>): Locked => {
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of entries) {
    if (typeof version === 'string') versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return versions;
};

/** @returns nothing where there is no lockfile that can be read */
export const lockedVersions = (root: string): Locked => {
  for (let folder = root; ; folder = dirname(folder)) {
    for (const [name, read] of Object.entries(lockfiles)) {
      const text = readText(join(folder, name));
      if (text === undefined) continue;
      try {
        return collected(read(text));
      } catch {
        // Half-written or of another kind: then the lockfile says nothing.
        return new Map();
      }
    }
    if (dirname(folder) === folder) return new Map();
  }
};
