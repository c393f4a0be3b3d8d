/** Files of the user's project: which are there, where the project begins and ends, and reading no more than is sane. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import { usage } from '../cli/usage.ts';

/** Project files of people are kilobytes; CloudFormation takes 1 MB. */
const projectFileMaxBytes = 2 * 1_048_576;

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

export const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

export const isTypeScript = (path: string): boolean => ['.ts', '.mts', '.cts', '.tsx'].includes(extname(path));

/** In the order of AWS's runtime client, and then what is compiled to these. */
export const codeEndings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx'] as const;

export const isCode = (path: string): boolean => codeEndings.some((ending) => ending === extname(path));

/** The file itself, else the first that is there with an ending of code. */
export const withEnding = (path: string): string | undefined =>
  [...(isCode(path) ? [path] : []), ...codeEndings.map((ending) => path + ending)].find(isFile);

/** The directory and those above it, the nearest first. */
export const upwards = (directory: string): string[] => {
  const above = dirname(directory);
  return above === directory ? [directory] : [directory, ...upwards(above)];
};

/** The nearest directory with a package.json, else the file's own. */
export const projectRoot = (file: string): string =>
  upwards(dirname(file)).find((directory) => isFile(join(directory, 'package.json'))) ?? dirname(file);

/** The checkout that a directory belongs to, else the directory itself. */
const checkout = (directory: string): string =>
  upwards(directory).find((here) => statSync(join(here, '.git'), { throwIfNoEntry: false }) !== undefined) ?? directory;

export const isInside = (path: string, directory: string): boolean => {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

/**
 * A project file may point to what belongs to the same checkout, links followed; not to the rest of the machine.
 * @throws `Trouble` with exit code 2
 */
export const assertInside = (path: string, projectFile: string, what: string): void => {
  const allowed = realpathSync(checkout(dirname(projectFile)));
  if (isInside(realpathSync(path), allowed)) return;
  throw usage(
    `${what} in ${basename(projectFile)} points to ${path}, which is outside of the project.`,
    'Move the code into the project, or name the file on the command line.',
  );
};

/** @throws `Trouble` with exit code 2 when it is too large or cannot be read */
export const readProjectFile = (path: string): string => {
  try {
    if (statSync(path).size <= projectFileMaxBytes) return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw usage(`${path} cannot be read: ${(error as Error).message}.`, 'Make it readable.', error);
  }
  throw usage(`${path} is larger than 2 MB, too large for a project file.`, 'Name the handler files instead.');
};
