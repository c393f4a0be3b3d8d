/** The flame graph of an init: modules nested by who asked first, in a bounded number of frames. */
import { type ModuleNode, type Packages, totalsOf } from '@coldlens/agent/modules';
import type { Flame } from '../results/result.ts';
import type { Tree } from './tree.ts';

/** More cannot be told apart on a screen, and would fill a page's file. */
const maxFrames = 1_000;

/** The dearest with all above them, so that every frame has its parent. */
const dearest = (nodes: readonly ModuleNode[], totals: ReadonlyMap<ModuleNode, number>): ReadonlySet<ModuleNode> => {
  const kept = new Set<ModuleNode>();
  for (const node of nodes.toSorted((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0))) {
    const line: ModuleNode[] = [];
    for (let at: ModuleNode | null = node; at && !kept.has(at); at = at.parent) line.push(at);
    if (kept.size + line.length > maxFrames) break;
    for (const each of line) kept.add(each);
  }
  return kept;
};

/** Children that have no frame of their own, as one. */
const restOf = (nodes: readonly ModuleNode[], totals: ReadonlyMap<ModuleNode, number>): Flame[] => {
  if (nodes.length === 0) return [];
  const totalMs = nodes.reduce((sum, node) => sum + (totals.get(node) ?? 0), 0);
  return [{ name: `${nodes.length} smaller`, package: '', selfMs: totalMs, totalMs, children: [] }];
};

/** @returns `null` where no module was seen */
export const flameOf = ({ nodes, initMs, shownAs }: Tree, packages: Packages): Flame | null => {
  if (nodes.length === 0) return null;
  const totals = totalsOf(nodes);
  const kept = dearest(nodes, totals);
  const children = new Map<ModuleNode | null, ModuleNode[]>();
  for (const node of nodes) {
    const siblings = children.get(node.parent);
    if (siblings) siblings.push(node);
    else children.set(node.parent, [node]);
  }
  const under = (parent: ModuleNode | null): Flame[] => {
    const all = children.get(parent) ?? [];
    const framed = all.filter((node) => kept.has(node)).sort((a, b) => a.beginMs - b.beginMs);
    return [
      ...framed.map(frame),
      ...restOf(
        all.filter((node) => !kept.has(node)),
        totals,
      ),
    ];
  };
  // As deep as the modules that asked for each other, and of those there are at most as many as frames.
  const frame = (node: ModuleNode): Flame => ({
    name: packages.shortName(shownAs.get(node.key) ?? node.key),
    package: packages.of(node.key).name,
    selfMs: node.selfMs + node.resolveMs,
    totalMs: totals.get(node) ?? 0,
    children: under(node),
  });
  const frames = under(null);
  const seenMs = frames.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return {
    name: 'init',
    package: '',
    selfMs: Math.max(0, initMs - seenMs),
    totalMs: Math.max(initMs, seenMs),
    children: frames,
  };
};
