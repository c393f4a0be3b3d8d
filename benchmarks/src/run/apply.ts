/** `--apply`: writes the lazy imports that were measured to help into the source, after showing the difference. */
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import type { WhatIf } from '../results/result.ts';
import { isBuiltHere } from '../targets/scratch.ts';
import type { Target } from '../targets/target.ts';
import type { Tree } from '../tree/tree.ts';
import { lazyEdits, type OwnImport, ownImportsOf } from '../whatif/lazy.ts';
import type { SourceEdit } from '../whatif/what-if.ts';

/** @returns names of modules whose lazy import surely saves time */
const worthIt = (whatIfs: readonly WhatIf[]): string[] =>
  whatIfs
    .filter(({ change, isSure, savedMs }) => change.startsWith('lazy=') && isSure && (savedMs?.p50 ?? 0) > 0)
    .map(({ change }) => change.slice('lazy='.length));

/** A whole file or none: another program may be reading it. */
const replace = async ({ file, source, before }: SourceEdit): Promise<void> => {
  if ((await readFile(file, 'utf8')) !== before) {
    throw new Trouble(`${file} was changed while it was looked at.`, 'Run the command again.');
  }
  const fresh = `${file}.coldlens-${process.pid}`;
  await writeFile(fresh, source, { mode: (await stat(file)).mode });
  await rename(fresh, file);
};

/** Where the import stands that a person wrote: of a function that is compiled before it runs, the handler's source. */
const asWritten =
  ({ file }: Target) =>
  (each: OwnImport): OwnImport =>
    isBuiltHere(each.file) ? { ...each, file, format: 'module' } : each;

/**
 * Prints each difference, then writes it. Modules one after the other: the next edit starts from what the one
 * before has written.
 */
export const applyLazy = async (
  whatIfs: readonly WhatIf[],
  target: Target,
  tree: Tree | null,
  out: NodeJS.WritableStream,
): Promise<void> => {
  const modules = worthIt(whatIfs);
  if (tree === null || modules.length === 0) {
    out.write('Nothing was changed: no lazy import was measured to help.\n');
    return;
  }
  for (const module of modules) {
    const made = await lazyEdits(ownImportsOf(module, tree).map(asWritten(target)), target.root);
    if (made.state === 'refused') {
      out.write(`Not changed for ${clean(module)}: ${clean(made.reason)}\n`);
      continue;
    }
    for (const edit of made.edits) {
      out.write(`${edit.diff.split('\n').map(clean).join('\n')}\n`);
      await replace(edit);
      out.write(`Wrote ${clean(relative(process.cwd(), edit.file))}.\n`);
    }
  }
};
