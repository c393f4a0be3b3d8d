/**
 * Several module trees of one function made one: modules that are at the same place are put together. Whatever spans say, what
 * comes out is a tree: what hangs in a circle hangs nowhere, and is left out.
 */
import type { ModuleFigures, ModuleNode, ModulePackage } from './module-tree.ts';

/** A span of a module tree. Times are milliseconds. */
export interface ToldModule
  extends Pick<
    ModuleNode,
    'name' | 'package' | 'packageVersion' | 'format' | 'isAwaiting' | 'isCircular' | 'hasFailed'
  > {
  spanId: string;
  parentSpanId: string;
  selfMs: number;
  totalMs: number;
  bytes: number;
  /** `null` = it is one module, not small ones together. */
  count: number | null;
  isUsed: boolean | null;
  importedBy: string;
}

const mostNodes = 2_000;
const mostPackages = 1_000;

/** Sums over the trees. */
interface Sums {
  selfMs: number;
  totalMs: number;
  bytes: number;
  modules: number;
  trees: Set<number>;
  used: Set<boolean>;
  importedBy: string;
}

interface Merged extends Sums {
  told: ToldModule;
  parent: Merged | null;
  children: Map<string, Merged>;
}

const nothing = (): Sums => ({
  ...{ selfMs: 0, totalMs: 0, bytes: 0, modules: 0 },
  ...{ trees: new Set<number>(), used: new Set<boolean>(), importedBy: '' },
});

const add = (sums: Sums, told: ToldModule, tree: number): void => {
  sums.selfMs += told.selfMs;
  sums.totalMs += told.totalMs;
  sums.bytes += told.bytes;
  sums.modules += told.count ?? 1;
  sums.trees.add(tree);
  if (told.isUsed !== null) sums.used.add(told.isUsed);
  if (sums.importedBy === '') sums.importedBy = told.importedBy;
};

const keyOf = ({ package: of, name, count }: ToldModule): string => JSON.stringify([of, name, count === null]);

/** @param top holds what is at the top of the trees before */
const mergeTree = (top: Map<string, Merged>, spans: readonly ToldModule[], tree: number): void => {
  const byId = new Map(spans.map((told) => [told.spanId, told]));
  const byParent = Map.groupBy(byId.values(), ({ parentSpanId }) => (byId.has(parentSpanId) ? parentSpanId : ''));
  const queue: { told: ToldModule; parent: Merged | null }[] = [];
  const enqueue = (spanId: string, parent: Merged | null): void => {
    for (const told of byParent.get(spanId) ?? []) queue.push({ told, parent });
  };
  enqueue('', null);
  // It grows while it is gone through.
  for (const { told, parent } of queue) {
    const siblings = parent?.children ?? top;
    const key = keyOf(told);
    const merged = siblings.get(key) ?? { ...nothing(), told, parent, children: new Map() };
    siblings.set(key, merged);
    add(merged, told, tree);
    if (told.spanId !== '') enqueue(told.spanId, merged);
  }
};

const byTotal = (a: Sums, b: Sums): number => b.totalMs - a.totalMs || b.selfMs - a.selfMs;

/** The dearest, and all that asked for them. */
const keptOf = (all: readonly Merged[]): ReadonlySet<Merged> => {
  const kept = new Set<Merged>();
  for (const each of all.toSorted(byTotal)) {
    const line: Merged[] = [];
    for (let at: Merged | null = each; at && !kept.has(at); at = at.parent) line.push(at);
    if (kept.size + line.length > mostNodes) break;
    for (const one of line) kept.add(one);
  }
  return kept;
};

const allOf = (top: ReadonlyMap<string, Merged>): Merged[] => {
  const all = [...top.values()];
  for (const { children } of all) all.push(...children.values());
  return all;
};

/** What it would cost alone to load, which none of its own package has in its total already. */
const isEntry = ({ told, parent }: Merged): boolean => {
  for (let at = parent; at; at = at.parent) if (at.told.package === told.package) return false;
  return true;
};

export interface MergedModules {
  totalMs: number;
  modules: ModuleNode[];
  leftOut: number;
  packages: ModulePackage[];
}

/** @param trees the latest first: names and versions are those of the first that has the module */
export const mergeModules = (trees: readonly (readonly ToldModule[])[], usdPerMs: number | null): MergedModules => {
  const top = new Map<string, Merged>();
  for (const [tree, spans] of trees.entries()) mergeTree(top, spans, tree);
  const all = allOf(top);
  // Not of totals: small ones of many packages, told together at the top, are in those of others already.
  const wholeMs = all.reduce((sum, { selfMs }) => sum + selfMs, 0);
  const mean = (sum: number): number => (trees.length === 0 ? 0 : sum / trees.length);
  const figures = (sums: Sums): ModuleFigures => ({
    selfMs: mean(sums.selfMs),
    totalMs: mean(sums.totalMs),
    share: wholeMs === 0 ? 0 : Math.min(1, sums.totalMs / wholeMs),
    bytes: mean(sums.bytes),
    modules: mean(sums.modules),
    observed: sums.trees.size,
    isUnused: sums.used.size === 0 ? null : !sums.used.has(true),
    importedBy: sums.importedBy,
    usdPerMonth: usdPerMs === null ? null : mean(sums.totalMs) * usdPerMs,
  });

  const kept = keptOf(all);
  return {
    totalMs: mean(wholeMs),
    modules: listed(top, kept, figures),
    leftOut: all.length - kept.size,
    packages: packagesOf(all, figures),
  };
};

/** Each right behind the one that asked for it, the dearest first. */
const listed = (
  top: ReadonlyMap<string, Merged>,
  kept: ReadonlySet<Merged>,
  figures: (sums: Sums) => ModuleFigures,
): ModuleNode[] => {
  const nodes: ModuleNode[] = [];
  const dearestLast = (siblings: ReadonlyMap<string, Merged>): Merged[] =>
    [...siblings.values()].filter((each) => kept.has(each)).sort((a, b) => byTotal(b, a));
  /** The next is the last. */
  const stack = dearestLast(top).map((merged) => ({ merged, parent: null as number | null, depth: 0 }));
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { merged, parent, depth } = next;
    const { name, package: of, packageVersion, format, isAwaiting, isCircular, hasFailed } = merged.told;
    const here = nodes.length;
    nodes.push({
      ...{ name, package: of, packageVersion, format, parent, depth, descendants: 0 },
      ...{ isAwaiting, isCircular, hasFailed },
      ...figures(merged),
    });
    stack.push(...dearestLast(merged.children).map((child) => ({ merged: child, parent: here, depth: depth + 1 })));
  }
  // From the last on, so that each has its own before it is added to the one above.
  for (const node of nodes.toReversed()) {
    const above = node.parent === null ? undefined : nodes[node.parent];
    if (above) above.descendants += node.descendants + 1;
  }
  return nodes;
};

const packagesOf = (all: readonly Merged[], figures: (sums: Sums) => ModuleFigures): ModulePackage[] => {
  const byName = Map.groupBy(
    all.filter(({ told }) => told.package !== null),
    ({ told }) => told.package ?? '',
  );
  const packages = [...byName].map(([name, members]) => {
    const sums = nothing();
    for (const member of members.toSorted(byTotal)) {
      sums.selfMs += member.selfMs;
      if (isEntry(member)) sums.totalMs += member.totalMs;
      sums.bytes += member.bytes;
      sums.modules += member.modules;
      for (const tree of member.trees) sums.trees.add(tree);
      for (const used of member.used) sums.used.add(used);
      if (sums.importedBy === '') sums.importedBy = member.importedBy;
    }
    const versions = new Set(members.map(({ told }) => told.packageVersion).filter((version) => version !== ''));
    return { sums, package: { name, versions: [...versions].sort() } };
  });
  return packages
    .sort((a, b) => byTotal(a.sums, b.sums) || (a.package.name < b.package.name ? -1 : 1))
    .slice(0, mostPackages)
    .map(({ sums, package: named }) => ({ ...named, ...figures(sums) }));
};
