/** The module tree as lines: which of them are shown, and by what they are known from one answer to the next. */
import type { ModuleNode, ModulePackage, ModuleTree } from '@coldlens/collector';
import { nameFilter } from '../../state/filter.ts';

export const moduleViews = ['tree', 'packages', 'flame'] as const;
export type ModuleView = (typeof moduleViews)[number];

export interface ModuleRow {
  key: string;
  node: ModuleNode;
  isExpanded: boolean;
}

/** What a view of the modules depends on beside the answer. */
export interface Wanted {
  view: ModuleView;
  filter: string;
  /** Keys of those that are not as they would be by themselves. */
  toggled: ReadonlySet<string>;
}

/** The user's own code and what it imports itself. */
const expandedAbove = 2;

const isExpandedBy = ({ toggled }: Wanted, key: string, { depth }: ModuleNode): boolean =>
  depth < expandedAbove !== toggled.has(key);

/** Made once for each answer: the way from the top, for names may be there twice. */
const keysOf = new WeakMap<ModuleTree, readonly string[]>();

function moduleKeys(tree: ModuleTree): readonly string[] {
  const known = keysOf.get(tree);
  if (known !== undefined) return known;
  const keys: string[] = [];
  for (const { parent, package: of, name } of tree.modules) {
    keys.push(`${parent === null ? '' : (keys[parent] ?? '')}\n${of ?? ''}:${name}`);
  }
  keysOf.set(tree, keys);
  return keys;
}

export const packageName = (name: string | null): string =>
  name === null ? '(several)' : name === '' ? '(own code)' : name === 'node' ? '(node)' : name;

/** What a module is called: its package first where that is not the user's own code. */
export const moduleName = ({ name, package: of }: ModuleNode): string =>
  of === null || of === '' || name.startsWith(of) ? name : `${of}/${name}`;

/** Below a collapsed one nothing is shown; with a filter only what matches, without branches. */
export function moduleRows(tree: ModuleTree, wanted: Wanted): ModuleRow[] {
  const keys = moduleKeys(tree);
  const rowAt = (node: ModuleNode, index: number): ModuleRow => {
    const key = keys[index] ?? '';
    return { key, node, isExpanded: wanted.view === 'flame' || isExpandedBy(wanted, key, node) };
  };
  if (wanted.filter !== '') {
    const { matches } = nameFilter(wanted.filter);
    return tree.modules.map(rowAt).filter(({ node }) => matches({ name: moduleName(node) }));
  }
  const rows: ModuleRow[] = [];
  for (let index = 0; index < tree.modules.length; index += 1) {
    const node = tree.modules[index];
    if (node === undefined) break;
    const row = rowAt(node, index);
    rows.push(row);
    if (!row.isExpanded) index += Math.max(0, node.descendants);
  }
  return rows;
}

export function packageRows(tree: ModuleTree, filter: string): ModulePackage[] {
  const { matches } = nameFilter(filter);
  return tree.packages.filter(({ name }) => matches({ name: packageName(name) }));
}

export const packageKey = ({ name }: ModulePackage): string => `package ${name}`;

/** Key of the one that asked for a module first. */
export function parentKey(tree: ModuleTree, key: string): string | undefined {
  const keys = moduleKeys(tree);
  const parent = tree.modules[keys.indexOf(key)]?.parent;
  return parent === null || parent === undefined ? undefined : keys[parent];
}
