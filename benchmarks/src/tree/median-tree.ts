/** Several trees of the same thing as one: medians of the times, as single starts differ by more than many findings. */
import { type ModuleNode, makeNode, type PackageCost, Packages, rollUp } from '@coldlens/agent/modules';
import { median } from '../statistics.ts';
import type { Tree } from './tree.ts';

const figures = ['selfMs', 'linkMs', 'resolveMs', 'beginMs', 'endMs'] as const;

/** What most of the lists hold, in the order of the first. */
const medianNodes = (lists: readonly (readonly ModuleNode[])[], known: Map<string, ModuleNode>): ModuleNode[] => {
  const byKey = new Map<string, ModuleNode[]>();
  for (const node of lists.flat()) {
    const same = byKey.get(node.key);
    if (same) same.push(node);
    else byKey.set(node.key, [node]);
  }
  const merged: [made: ModuleNode, from: ModuleNode][] = [];
  for (const [key, same] of byKey) {
    const [first] = same;
    if (!first || same.length * 2 <= lists.length) continue;
    const made = makeNode(key, null, first.specifier, 0);
    Object.assign(made, first, { parent: null, imports: new Set(first.imports) });
    for (const figure of figures) made[figure] = median(same.map((node) => node[figure]));
    const cpu = same.flatMap(({ cpuMs }) => cpuMs ?? []);
    made.cpuMs = cpu.length === 0 ? null : median(cpu);
    const looked = same.map(({ used }) => used).filter((used) => used !== null);
    made.used = looked.length === 0 ? null : looked.includes(true);
    known.set(key, made);
    merged.push([made, first]);
  }
  for (const [made, { parent }] of merged) {
    // A parent that most did not have is left out, and its own parent takes its place.
    for (let above = parent; above && !made.parent; above = above.parent) made.parent = known.get(above.key) ?? null;
  }
  return merged.map(([made]) => made);
};

/** With the places that the trees found. */
const medianPackages = (
  nodes: readonly ModuleNode[],
  trees: readonly Tree[],
  entryKey: string | null,
): PackageCost[] => {
  const id = ({ name, version }: PackageCost): string => `${name}@${version}`;
  const places = new Map(
    trees.toReversed().flatMap(({ packages }) => packages.map((cost) => [id(cost), cost.importedBy])),
  );
  return rollUp(nodes, new Packages(entryKey)).map((cost) => ({ ...cost, importedBy: places.get(id(cost)) ?? [] }));
};

/**
 * @param all of the same target under the same condition, at least one. Those that were not observed are left out
 * @throws RangeError when there are no trees
 */
export const medianTree = (all: readonly Tree[]): Tree => {
  const observed = all.filter(({ seen }) => seen !== 'not observed');
  const trees = observed.length > 0 ? observed : all;
  const [first] = trees;
  if (!first) throw new RangeError('a median needs at least one tree');
  if (trees.length === 1) return first;
  const known = new Map<string, ModuleNode>();
  const nodes = medianNodes(
    trees.map((tree) => tree.nodes),
    known,
  );
  const late = medianNodes(
    trees.map((tree) => tree.late),
    known,
  );
  const of = (figure: 'initMs' | 'runtimeStartMs' | 'executionMs'): number => median(trees.map((tree) => tree[figure]));
  return {
    ...first,
    nodes,
    late,
    packages: medianPackages(nodes, trees, first.entryKey),
    initMs: of('initMs'),
    runtimeStartMs: of('runtimeStartMs'),
    executionMs: of('executionMs'),
  };
};
