/** What the words on a command line, and the handlers of a configuration, point to. */
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { quoted } from '../cli/readers.ts';
import { usage } from '../cli/usage.ts';
import type { Found } from './draft.ts';
import { isCode, isDirectory, isFile, withEnding } from './files.ts';
import { type ProjectFile, projectFilesIn, sources } from './sources/index.ts';
import { lambdaFile } from './sources/lambda-handler.ts';

/** `file#export`; a file's own name may hold the sign too. */
const split = (word: string, cwd: string): { path: string; fragment: string | undefined } => {
  const at = word.lastIndexOf('#');
  if (at <= 0 || isFile(resolve(cwd, word))) return { path: resolve(cwd, word), fragment: undefined };
  return { path: resolve(cwd, word.slice(0, at)), fragment: word.slice(at + 1) };
};

/** Names that say nothing, where the folder says more. */
const idleNames: readonly string[] = ['app', 'function', 'handler', 'index', 'lambda', 'main', 'worker'];

/** What a file is called in reports, the same in every checkout: its way from the working directory. */
const nameOf = (file: string, exported: string | undefined, cwd: string): string => {
  const steps = relative(cwd, file.slice(0, file.length - extname(file).length))
    .split(sep)
    .filter((step) => step !== '..');
  const last = steps.at(-1) ?? '';
  const said = steps.length > 1 && idleNames.includes(last) ? steps.slice(0, -1) : steps;
  const all = exported === undefined || ['handler', 'default'].includes(exported) ? said : [...said, exported];
  return (
    all
      .join('-')
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(-64) || 'function'
  );
};

const fileDraft = (word: string, file: string, exported: string | undefined, cwd: string): Found => ({
  drafts: [{ name: nameOf(file, exported, cwd), where: word, file, ...(exported !== undefined && { exported }) }],
  notices: [],
});

/** One function of a project file, or all. */
const fromProjectFile = async ({ source, path }: ProjectFile, fragment: string | undefined): Promise<Found> => {
  const found = await source.read(path);
  if (fragment === undefined) return found;
  const named = found.drafts.find(({ name }) => name === fragment);
  if (named) return { drafts: [named], notices: [] };
  const [only, ...more] = found.drafts;
  // An app, a Worker or a package is one thing; the name is that of one of its functions.
  if (only && more.length === 0 && only.platform !== 'lambda')
    return { ...found, drafts: [{ ...only, exported: fragment }] };
  const said = found.notices.find((notice) => notice.startsWith(`${fragment} in `));
  const names = found.drafts.map(({ name }) => name).join(', ');
  throw usage(
    said ?? `${path} has no function ${quoted(fragment)}.`,
    names === '' ? 'Name a handler file instead.' : `Name one of ${names}.`,
  );
};

/** All functions of the project files of a directory, or the one of that name. */
export const fromDirectory = async (directory: string, fragment?: string): Promise<Found> => {
  const files = projectFilesIn(directory);
  const last = files.at(-1);
  if (last === undefined) {
    throw usage(
      `There is no project file in ${directory} that tells which functions there are.`,
      `Name a handler file, or add one of coldlens.config.json, ${sources.flatMap(({ usualNames }) => usualNames[0] ?? []).join(', ')}.`,
    );
  }
  if (fragment === undefined) {
    const found = await Promise.all(files.map(({ source, path }) => source.read(path)));
    return { drafts: found.flatMap(({ drafts }) => drafts), notices: found.flatMap(({ notices }) => notices) };
  }
  for (const file of files.slice(0, -1)) {
    const { drafts } = await file.source.read(file.path);
    if (drafts.some(({ name }) => name === fragment)) return fromProjectFile(file, fragment);
  }
  // The last one tells when there is none.
  return fromProjectFile(last, fragment);
};

/**
 * @param word a file, `file#export`, Lambda's `src/app.handler`, a directory, a project file, or a function's name in one
 * @throws `Trouble` with exit code 2 when it is none of these
 */
export const fromWord = async (word: string, cwd: string): Promise<Found> => {
  const { path, fragment } = split(word, cwd);
  if (isDirectory(path)) return fromDirectory(path, fragment);
  if (isFile(path)) {
    const source = sources.find(({ pattern }) => pattern.test(basename(path)));
    if (source) return fromProjectFile({ source, path }, fragment);
    if (isCode(path)) return fileDraft(word, path, fragment, cwd);
    throw usage(`${word} is neither a file of JavaScript or TypeScript nor a project file.`, 'Name a handler file.');
  }
  const whole = withEnding(path);
  if (whole !== undefined) return fileDraft(word, whole, fragment, cwd);
  const notation = lambdaFile(dirname(path), basename(path));
  const file = notation && withEnding(notation.file);
  if (notation && file !== undefined) return fileDraft(word, file, notation.exported, cwd);
  if (/^[\w-]+$/.test(word) && projectFilesIn(cwd).length > 0) return fromDirectory(cwd, word);
  throw usage(`There is no file ${quoted(word)}.`, `Name a handler file, such as ./handler.js${nearby(path)}.`);
};

/** A file of the same name with another ending, or in `src`. */
const nearby = (path: string): string => {
  const bare = path.slice(0, path.length - extname(path).length);
  const other = [bare, join(dirname(path), 'src', basename(bare))].map(withEnding).find((one) => one !== undefined);
  return other === undefined ? '' : `; there is ${relative(process.cwd(), other)}`;
};
