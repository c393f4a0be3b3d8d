/** Modules and packages as they go into a file: those that the filter leaves. */
import type { ModuleNode, ModulePackage, ModuleTree } from '@coldlens/collector';
import type { PrintedPage } from '../../print/page.ts';
import { nameFilter } from '../../state/filter.ts';
import { moduleName, packageName, packageRows } from './rows.ts';
import { packageColumns } from './tables.ts';

/** Each stands below the next one that is left of those that asked for it. */
export function narrowedTree(tree: ModuleTree, filter: string): ModuleTree {
  if (filter === '') return tree;
  const { matches } = nameFilter(filter);
  /** Of each module: where it stands now, or the next one above it that is left. */
  const places: (number | null)[] = [];
  const modules: ModuleNode[] = [];
  for (const node of tree.modules) {
    const parent = node.parent === null ? null : (places[node.parent] ?? null);
    if (matches({ name: moduleName(node) })) {
      places.push(modules.length);
      const depth = parent === null ? 0 : (modules[parent]?.depth ?? 0) + 1;
      modules.push({ ...node, parent, depth, descendants: 0 });
    } else places.push(parent);
  }
  for (let index = modules.length - 1; index >= 0; index -= 1) {
    const node = modules[index] as ModuleNode;
    const above = node.parent === null ? undefined : modules[node.parent];
    if (above !== undefined) above.descendants += node.descendants + 1;
  }
  return { ...tree, modules, packages: packageRows(tree, filter) };
}

/** With what an agent has said of it. */
export const nothingLoaded = ({ seen, hint }: ModuleTree): string =>
  [
    'no cold start in this window has told what it loaded',
    ...(seen === null ? [] : [`modules: ${seen}`]),
    ...(hint === null ? [] : [`to see them: ${hint}`]),
  ].join('; ');

/** The view by package; the command prints the tree. */
export const printedPackages: PrintedPage<ModuleTree, ModulePackage> = {
  rows: ({ packages }) => packages,
  columns: ({ glyphs }) => packageColumns(glyphs),
  fields: [
    ['package', ({ name }) => packageName(name)],
    ['versions', ({ versions }) => versions.join(' ')],
    ['totalMs', ({ totalMs }) => totalMs],
    ['selfMs', ({ selfMs }) => selfMs],
    ['share', ({ share }) => share],
    ['bytes', ({ bytes }) => bytes],
    ['modules', ({ modules }) => modules],
    ['observed', ({ observed }) => observed],
    ['isUnused', ({ isUnused }) => isUnused],
    ['importedBy', ({ importedBy }) => importedBy],
    ['usdPerMonth', ({ usdPerMonth }) => usdPerMonth],
  ],
  none: nothingLoaded,
};
