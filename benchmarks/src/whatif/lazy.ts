/** What a lazy import would do: a package loaded when it is first needed, and not in every cold start. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ModuleNode, Packages } from '@coldlens/agent/modules';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { makeLazy } from '../lazy/make-lazy.ts';
import { preloading } from '../measure/preload.ts';
import type { Condition } from '../measure/sample.ts';
import type { Tree } from '../tree/tree.ts';
import type { PreparedWhatIf, SourceEdit, WhatIfContext, WhatIfKind } from './what-if.ts';

/** Replaces sources while they load, on both sides of the comparison. */
const overlayPreload = fileURLToPath(new URL('../../overlay.cjs', import.meta.url));

/** An import in the user's own code. */
export interface OwnImport {
  /** Absolute. */
  file: string;
  /** As it is written there. */
  specifier: string;
  /** Of the file that imports. */
  format: 'commonjs' | 'module';
}

/** Where the user's own code imports a package, or a module of its own, each file once. */
export const ownImportsOf = (name: string, { nodes, entryKey }: Tree): OwnImport[] => {
  const packages = new Packages(entryKey);
  const isMeant = (node: ModuleNode): boolean => {
    const found = packages.of(node.key).name;
    return found === '' ? packages.shortName(node.key) === name : found === name || node.key === `node:${name}`;
  };
  const imports = new Map<string, OwnImport>();
  for (const node of nodes) {
    if (!isMeant(node)) continue;
    for (const parent of nodes) {
      if (!parent.imports.has(node.key) || packages.of(parent.key).name !== '') continue;
      const specifier = parent === node.parent && node.specifier !== null ? node.specifier : name;
      imports.set(`${parent.key}\0${specifier}`, {
        file: parent.key,
        specifier,
        format: parent.format === 'module' ? 'module' : 'commonjs',
      });
    }
  }
  return [...imports.values()];
};

export type LazyEdits = { state: 'edited'; edits: SourceEdit[] } | { state: 'refused'; reason: string };

/** The edits that make every one of these imports lazy; refused when one of them is not safe. */
export const lazyEdits = async (imports: readonly OwnImport[], root: string): Promise<LazyEdits> => {
  const edits = new Map<string, SourceEdit>();
  for (const { file, specifier, format } of imports) {
    const edit = edits.get(file);
    const before = edit?.before ?? (await readFile(file, 'utf8'));
    const made = await makeLazy(edit?.source ?? before, { file: relative(root, file), module: specifier, format });
    if (made.state === 'refused') return { state: 'refused', reason: `${relative(root, file)}: ${made.reason}` };
    edits.set(file, { file, before, source: made.source, diff: (edit?.diff ?? '') + made.diff });
  }
  return { state: 'edited', edits: [...edits.values()] };
};

const prepare = async (
  module: string,
  { target, condition, tree, directory }: WhatIfContext,
): Promise<PreparedWhatIf> => {
  if (module === '')
    throw new Trouble('lazy= needs a module.', 'Write it like --try lazy=@aws-sdk/client-s3.', exitCode.usage);
  const advice = `Import \`${module}\` where it is first needed.`;
  if (tree === null) return { state: 'refused', advice, reason: 'The modules of this function cannot be seen.' };
  const imports = ownImportsOf(module, tree);
  if (imports.length === 0) {
    return { state: 'refused', advice, reason: `None of the function's own files imports ${module} while it loads.` };
  }
  const made = await lazyEdits(imports, target.root);
  if (made.state === 'refused') return { state: 'refused', advice, reason: made.reason };
  /** The function with the texts of its files replaced while they load; unchanged ones too, for that takes its time. */
  const loading = async (name: string, textOf: (edit: SourceEdit) => string): Promise<Condition> => {
    const file = join(directory, `${name}.json`);
    await writeFile(file, JSON.stringify(Object.fromEntries(made.edits.map((edit) => [edit.file, textOf(edit)]))));
    return preloading({ target, condition }, overlayPreload, { COLDLENS_OVERLAY: file });
  };
  return {
    state: 'ready',
    advice,
    changed: { target, condition: { ...(await loading('lazy', ({ source }) => source)), name: `lazy ${module}` } },
    unchanged: { target, condition: await loading('as-is', ({ before }) => before) },
  };
};

export const lazy: WhatIfKind = {
  name: 'lazy',
  value: 'MODULE',
  help: 'a package, or a file of your own, imported at its first use',
  prepare,
};
