/** What every platform's preparation is given, and what all targets have in common. */
import { extname } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { usage } from '../../cli/usage.ts';
import type { Code } from '../code.ts';
import { compile } from '../compile.ts';
import type { Draft } from '../draft.ts';
import { type AskedEvent, eventFor, type SampleEvent } from '../events.ts';
import { isTypeScript, projectRoot } from '../files.ts';
import { packageOf } from '../package-json.ts';
import type { Scratch } from '../scratch.ts';
import type { Target, TargetPlatform } from '../target.ts';

export interface PrepareContext {
  scratch: Scratch;
  /** Of the command line: for every function. */
  event: AskedEvent | undefined;
  /** Takes one sentence for people. */
  note(notice: string): void;
}

export type Prepare = (draft: Draft, context: PrepareContext) => Promise<Target>;

type Common = Pick<Target, 'name' | 'file' | 'root' | 'event'> & { expect?: string };

export const commonOf = (
  draft: Draft,
  { file }: Pick<Code, 'file'>,
  platform: TargetPlatform,
  context: PrepareContext,
): { common: Common; sample: SampleEvent } => {
  const { json, sample } = eventFor(context.event ?? draft.event, draft.trigger ?? 'empty', platform, draft.where);
  const common: Common = {
    name: draft.name,
    file,
    root: projectRoot(file),
    event: json,
    ...(draft.expect !== undefined && { expect: draft.expect }),
  };
  return { common, sample };
};

/** Absent stays absent. */
export const environmentOf = ({ environment }: Draft): { environment?: Readonly<Record<string, string>> } =>
  environment === undefined ? {} : { environment };

/** @throws `Trouble` with exit code 2 when it is no number within the platform's bounds */
export const bounded = (
  value: number | undefined,
  usual: number,
  { least, most, what }: { least: number; most: number; what: string },
  draft: Draft,
): number => {
  const chosen = value ?? usual;
  if (chosen >= least && chosen <= most) return chosen;
  throw usage(`The ${what} of ${draft.where} is ${chosen}.`, `Set it to ${least} to ${most}.`);
};

/** ES modules by their ending or the package's type, as Node has it. */
export const formatOf = (file: string): 'esm' | 'cjs' => {
  if (['.mjs', '.mts'].includes(extname(file))) return 'esm';
  if (['.cjs', '.cts'].includes(extname(file))) return 'cjs';
  return packageOf(projectRoot(file)).type === 'module' ? 'esm' : 'cjs';
};

/** The file that a runtime can load: itself, or what is compiled from it. */
export const loadable = async (file: string, context: PrepareContext, options?: BuildOptions): Promise<string> => {
  if (!isTypeScript(file) && extname(file) !== '.jsx' && options === undefined) return file;
  const directory = await context.scratch.inside(projectRoot(file));
  const format = options?.format === 'esm' || options?.format === 'cjs' ? options.format : formatOf(file);
  return compile(file, directory, format, options);
};
