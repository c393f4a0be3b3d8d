/** A function of AWS Lambda. */
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { usage } from '../../cli/usage.ts';
import { memoryBoundsMb } from '../../sandboxes/lambda/rules.ts';
import { chosenExport, codeOf } from '../code.ts';
import type { Draft } from '../draft.ts';
import { isFile, isInside, projectRoot } from '../files.ts';
import type { Target } from '../target.ts';
import { bounded, commonOf, environmentOf, loadable, type PrepareContext } from './context.ts';
import { nodeTarget } from './node.ts';

/** Where nobody says: more CPU than the platform's own 128 MB, which nobody runs Node on for long. */
const usualMemoryMb = 1_024;
const usualTimeoutMs = 30_000;
const memory = { ...memoryBoundsMb, what: 'memory size' } as const;
const timeout = { least: 1_000, most: 900_000, what: 'timeout in ms' } as const;

/** In the order in which the runtime client looks. */
const endings = ['', '.js', '.mjs', '.cjs'] as const;

export const lambdaTarget = async (draft: Draft, context: PrepareContext): Promise<Target> => {
  const code = await codeOf(draft);
  const exported = chosenExport(code, draft.exported);
  if (exported === null) {
    // A script that exports nothing is run as such, unless somebody said that it is a Lambda function.
    if (draft.platform === undefined) return nodeTarget(draft, context);
    throw usage(`${code.file}, the code of ${draft.where}, exports nothing.`, 'Export the handler.');
  }
  const file = await loadable(code.file, context, draft.bundle);
  const taskRoot = file === code.file ? (draft.taskRoot ?? projectRoot(file)) : dirname(file);
  return {
    platform: 'lambda',
    ...commonOf(draft, code, 'lambda', context).common,
    taskRoot,
    handler: `${moduleOf(file, taskRoot)}.${exported}`,
    memoryMb: bounded(draft.memoryMb, usualMemoryMb, memory, draft),
    timeoutMs: bounded(draft.timeoutMs, usualTimeoutMs, timeout, draft),
    ...environmentOf(draft),
  };
};

/** The part of the handler's notation before the export. */
const moduleOf = (file: string, taskRoot: string): string => {
  const name = basename(file, extname(file));
  if (!isInside(file, taskRoot)) {
    throw usage(`${file} is outside of the function's directory ${taskRoot}.`, 'Lambda would not have it: move it.');
  }
  if (name.includes('.')) {
    throw usage(`${file} has a dot in its name, where Lambda ends the file and begins the export.`, 'Rename the file.');
  }
  const path = join(dirname(file), name);
  const first = endings.map((ending) => path + ending).find(isFile);
  if (first !== undefined && first !== file) {
    throw usage(
      `${first} is there too, and Lambda would load it instead of ${basename(file)}.`,
      'Remove or rename one.',
    );
  }
  return relative(taskRoot, path).replaceAll(sep, '/');
};
