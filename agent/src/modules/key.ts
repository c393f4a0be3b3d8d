/** One name for a module, whether Node calls it by path (CommonJS) or by URL (ES modules). */

const { isBuiltin } = process.getBuiltinModule('node:module');
const { fileURLToPath } = process.getBuiltinModule('node:url');

const hasDrives = process.platform === 'win32';

/** Whether a URL's path is the file's. Every import comes by here while nothing is compiled yet: no regular expression. */
const isPlain = (url: string): boolean => !hasDrives && !url.includes('%') && !url.includes('?') && !url.includes('#');

/** Path of a file; other URLs, and files with a query, as they are. */
export const keyOfUrl = (url: string): string => {
  if (!url.startsWith('file://')) return url;
  if (isPlain(url)) return url.slice('file://'.length);
  return /[?#]/.test(url) ? url : fileURLToPath(url);
};

/** `node:fs` for `fs` and `node:fs`; `null` for what is no builtin. */
export const keyOfBuiltin = (specifier: string): string | null => {
  if (!isBuiltin(specifier)) return null;
  return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
};
