/** The file of a draft: found, read, and the export chosen. */
import { relative } from 'node:path';
import { usage } from '../cli/usage.ts';
import type { Draft } from './draft.ts';
import { type SourceExports, sourceExports } from './exports.ts';
import { assertInside, withEnding } from './files.ts';

export interface Code {
  /** Absolute, with its ending. */
  file: string;
  source: SourceExports;
}

/** @throws `Trouble` with exit code 2 when there is no such file, it lies elsewhere, or is no code */
export const codeOf = async (draft: Draft): Promise<Code> => {
  const file = withEnding(draft.file);
  if (file === undefined) {
    const next = draft.projectFile ? 'Build the project first, or mend the path.' : 'Mend the path.';
    throw usage(`There is no file ${draft.file}, which ${draft.where} names.`, next);
  }
  if (draft.projectFile !== undefined) assertInside(file, draft.projectFile, draft.where);
  return { file, source: await sourceExports(file) };
};

const usualNames = ['handler', 'default'] as const;

/** Paths such as `handlers.get` start with what is exported. */
const firstStep = (name: string): string => name.split('.')[0] ?? name;

/**
 * The export to call: the one asked for, else `handler`, else `default`, else the only function.
 * @returns `null` when the file exports nothing
 * @throws `Trouble` with exit code 2 when there is no such export, or several to choose from
 */
export const chosenExport = ({ file, source }: Code, asked: string | undefined): string | null => {
  const { exports, isComplete } = source;
  const shown = relative(process.cwd(), file);
  const listed = exports.map(({ name }) => name).join(', ');
  if (asked !== undefined) {
    if (!isComplete || exports.some(({ name }) => name === firstStep(asked))) return asked;
    const next = listed === '' ? 'It exports nothing: export the handler.' : `Name one of its exports: ${listed}.`;
    throw usage(`${shown} has no export ${asked}.`, next);
  }
  const functions = exports.filter((one) => one.isFunction !== false);
  const usual = usualNames.find((name) => functions.some((one) => one.name === name));
  if (usual !== undefined) return usual;
  const [only, ...more] = functions;
  if (only && more.length === 0) return only.name;
  if (only) {
    const names = functions.map(({ name }) => name).join(', ');
    throw usage(`${shown} exports several functions: ${names}.`, `Name one of them, such as ${shown}#${only.name}.`);
  }
  if (isComplete && exports.length > 0)
    throw usage(`${shown} exports no function, but ${listed}.`, 'Export the handler.');
  // What is hidden is most likely what everybody calls it.
  return isComplete ? null : 'handler';
};

/** It neither exports nor registers anything: a program, not a function. */
export const isPlainScript = ({ source }: Code): boolean =>
  source.isComplete && source.exports.length === 0 && source.registrations.length === 0;
