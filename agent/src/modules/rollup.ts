/** The tree by package: what people can act on. Pure; files are read only through what the caller gives. */
import { type ModuleNode, totalsOf } from './node.ts';
import type { Packages } from './package-of.ts';

/** A place in the user's own code. */
export interface ImportedBy {
  /** Relative to the user's package, such as `src/format.ts`. */
  file: string;
  /** From 1; `null` where the source is not to be had or spells the name otherwise. */
  line: number | null;
  /** What it imports there. */
  specifier: string;
}

export interface PackageCost {
  /** '' = the user's own code; `node` = builtins. */
  name: string;
  version: string;
  /** Of its own modules. */
  selfMs: number;
  /** CPU time of {@link selfMs}; `null` = not known of any. */
  cpuMs: number | null;
  /** Of its own modules, and of all that they were the first to ask for. */
  totalMs: number;
  resolveMs: number;
  modules: number;
  bytes: number;
  /** The user's own modules through which it came in, each once, in the order of loading. */
  importedBy: ImportedBy[];
}

/** Text of a module's file; `undefined` where it cannot be had. */
export type ReadSource = (key: string) => string | undefined;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Line, from 1, on which a source imports `specifier`. */
export const lineOfImport = (source: string, specifier: string): number | null => {
  const quoted = `(["'\`])${escaped(specifier)}\\1`;
  const found = new RegExp(`(?:\\bfrom|\\bimport|\\brequire)\\s*\\(?\\s*${quoted}`).exec(source);
  if (!found) return null;
  const end = found.index + found[0].length;
  return source.slice(0, end).split('\n').length;
};

/** The nearest module above `node` that is the user's own, and what it asked for to get there. */
const userImport = (node: ModuleNode, packages: Packages): { by: ModuleNode; specifier: string } | null => {
  for (let at: ModuleNode = node; at.parent; at = at.parent) {
    if (packages.of(at.parent.key).name === '') return { by: at.parent, specifier: at.specifier ?? '' };
  }
  return null;
};

const empty = (name: string, version: string): PackageCost => ({
  name,
  version,
  selfMs: 0,
  cpuMs: null,
  totalMs: 0,
  resolveMs: 0,
  modules: 0,
  bytes: 0,
  importedBy: [],
});

/** Whether a module above `node` is of the same package, which then counts `node` in its total already. */
const isCounted = (node: ModuleNode, id: (node: ModuleNode) => string): boolean => {
  for (let at = node.parent; at; at = at.parent) if (id(at) === id(node)) return true;
  return false;
};

/**
 * Costs by package and version, the dearest (self + resolve) first.
 * @param readSource gives the text of the user's files, to find the lines of imports
 */
export const rollUp = (
  nodes: readonly ModuleNode[],
  packages: Packages,
  readSource: ReadSource = () => undefined,
): PackageCost[] => {
  const totals = totalsOf(nodes);
  const ids = new Map<ModuleNode, string>();
  const id = (node: ModuleNode): string => {
    const known = ids.get(node);
    if (known !== undefined) return known;
    const { name, version } = packages.of(node.key);
    const made = `${name}@${version}`;
    ids.set(node, made);
    return made;
  };
  const costs = new Map<string, PackageCost>();
  const importers = new Map<string, Set<string>>();
  for (const node of nodes) {
    const key = id(node);
    const { name, version } = packages.of(node.key);
    const cost = costs.get(key) ?? empty(name, version);
    costs.set(key, cost);
    cost.selfMs += node.selfMs;
    if (node.cpuMs !== null) cost.cpuMs = (cost.cpuMs ?? 0) + node.cpuMs;
    cost.resolveMs += node.resolveMs;
    cost.modules += 1;
    cost.bytes += node.bytes;
    if (!isCounted(node, id)) cost.totalMs += totals.get(node) ?? 0;
    const place = name === '' ? null : userImport(node, packages);
    const seen = importers.get(key) ?? new Set();
    importers.set(key, seen);
    if (!place || seen.has(place.by.key)) continue;
    seen.add(place.by.key);
    const source = readSource(place.by.key);
    cost.importedBy.push({
      file: packages.shortName(place.by.key),
      line: source === undefined ? null : lineOfImport(source, place.specifier),
      specifier: place.specifier,
    });
  }
  return [...costs.values()].sort((a, b) => b.selfMs + b.resolveMs - (a.selfMs + a.resolveMs));
};
