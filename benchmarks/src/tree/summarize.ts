/** A tree as reports show it: the dearest of everything, in bounded numbers. */
import { lazyCandidates, type ModuleNode, type PackageCost, Packages, totalsOf } from '@coldlens/agent/modules';
import type { ModuleRow, PackageRow, TreeSummary } from '../results/result.ts';
import { flameOf } from './flame.ts';
import type { Tree } from './tree.ts';

const maxModules = 50;

const rowOf = ({ name, version, selfMs, resolveMs, totalMs, modules, bytes, importedBy }: PackageCost): PackageRow => ({
  name,
  version,
  selfMs,
  totalMs,
  findMs: resolveMs,
  modules,
  bytes,
  importedBy: importedBy.map(({ file, line }) => ({ file, line })),
});

const ownMs = ({ selfMs, resolveMs }: ModuleNode): number => selfMs + resolveMs;

const moduleRows = ({ nodes, shownAs }: Tree, packages: Packages): ModuleRow[] => {
  const totals = totalsOf(nodes);
  return nodes
    .toSorted((a, b) => ownMs(b) - ownMs(a))
    .slice(0, maxModules)
    .map((node) => ({
      name: packages.shortName(shownAs.get(node.key) ?? node.key),
      package: packages.of(node.key).name,
      selfMs: node.selfMs,
      totalMs: totals.get(node) ?? 0,
      resolveMs: node.resolveMs,
      cpuMs: node.cpuMs,
      bytes: node.bytes,
    }));
};

/** Copies of one package by its name: the folders that its modules came from. */
export const copiesOf = (nodes: readonly ModuleNode[], packages: Packages): Map<string, Map<string, ModuleNode[]>> => {
  const copies = new Map<string, Map<string, ModuleNode[]>>();
  for (const node of nodes) {
    const { name, folder } = packages.of(node.key);
    if (name === '' || name === 'node') continue;
    const folders = copies.get(name) ?? new Map<string, ModuleNode[]>();
    copies.set(name, folders);
    const members = folders.get(folder);
    if (members) members.push(node);
    else folders.set(folder, [node]);
  }
  return copies;
};

const duplicatesOf = (nodes: readonly ModuleNode[], packages: Packages): TreeSummary['duplicated'] =>
  [...copiesOf(nodes, packages)]
    .filter(([, folders]) => folders.size > 1)
    .map(([name, folders]) => {
      const members = [...folders.values()].flat();
      const versions = [...folders.values()].map(([node]) => (node ? packages.of(node.key).version : ''));
      return {
        name,
        versions,
        totalMs: members.reduce((sum, node) => sum + ownMs(node), 0),
        bytes: members.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    })
    .sort((a, b) => b.totalMs - a.totalMs);

/** Must be made while the files of the tree are there: packages and versions are read from them. */
export const summarize = (tree: Tree): TreeSummary => {
  const { nodes, packages: costs, entryKey, runtimeStartMs, initMs, executionMs, seen, hint } = tree;
  const packages = new Packages(entryKey);
  const importedBy = new Map(costs.map((cost) => [`${cost.name}@${cost.version}`, cost.importedBy]));
  return {
    phases: { runtimeStartMs, initMs, executionMs },
    packages: costs.map(rowOf),
    modules: moduleRows(tree, packages),
    moduleCount: nodes.length,
    bytes: nodes.reduce((sum, { bytes }) => sum + bytes, 0),
    unused: lazyCandidates(nodes, packages).map((cost) =>
      rowOf({ ...cost, importedBy: importedBy.get(`${cost.name}@${cost.version}`) ?? cost.importedBy }),
    ),
    duplicated: duplicatesOf(nodes, packages),
    flame: flameOf(tree, packages),
    seen,
    hint,
  };
};
