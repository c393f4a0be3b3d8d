/**
 * Watching costs time, so a watched start is slower than a timed one, and what the tree says would not add up to the cold
 * start that stands beside it. The parts are therefore held to the timed starts: runtime start is over before anything
 * is watched and stays; init takes what the timed starts leave for it, and its modules in proportion. Where the machine
 * had other work while it watched, that would leave nothing, or too much: then runtime start is held in proportion too.
 */
import type { ModuleNode, PackageCost } from '@coldlens/agent/modules';
import type { Sample } from '../measure/sample.ts';
import { median } from '../statistics.ts';
import type { Tree } from './tree.ts';

/** Watching triples no init, and the machine makes none of it in half of the time: beyond, the two do not belong together. */
const isLikely = (by: number): boolean => by >= 0.33 && by <= 2;

const scaledNode = (node: ModuleNode, by: number): ModuleNode => ({
  ...node,
  selfMs: node.selfMs * by,
  linkMs: node.linkMs * by,
  resolveMs: node.resolveMs * by,
  cpuMs: node.cpuMs === null ? null : node.cpuMs * by,
});

/** Parents are nodes themselves, so all are made before they are tied to each other again. */
const scaledNodes = (nodes: readonly ModuleNode[], by: number): ModuleNode[] => {
  const made = new Map(nodes.map((node) => [node, scaledNode(node, by)]));
  for (const [node, scaled] of made) scaled.parent = node.parent && (made.get(node.parent) ?? node.parent);
  return [...made.values()];
};

const scaledPackage = (cost: PackageCost, by: number): PackageCost => ({
  ...cost,
  selfMs: cost.selfMs * by,
  totalMs: cost.totalMs * by,
  resolveMs: cost.resolveMs * by,
  cpuMs: cost.cpuMs === null ? null : cost.cpuMs * by,
});

/** Median times of the starts: until ready, and from there to the response. */
const timesOf = (tree: Tree, samples: readonly Sample[]): { readyMs: number; executionMs: number } => {
  const coldMs = median(samples.map((sample) => sample.coldMs));
  const ready = samples.map(({ readyMs }) => readyMs).filter((ms) => ms !== null);
  if (ready.length < samples.length) return { readyMs: coldMs - tree.executionMs, executionMs: tree.executionMs };
  const readyMs = median(ready);
  return { readyMs, executionMs: Math.max(0, coldMs - readyMs) };
};

/** @param samples of the same function under the same condition, not watched; at least one */
export const fittedTo = (tree: Tree, samples: readonly Sample[]): Tree => {
  if (tree.seen === 'not observed' || tree.initMs <= 0 || samples.length === 0) return tree;
  const { readyMs, executionMs } = timesOf(tree, samples);
  const ofInit = (readyMs - tree.runtimeStartMs) / tree.initMs;
  const ofBoth = readyMs / (tree.runtimeStartMs + tree.initMs);
  const keepsStart = isLikely(ofInit);
  const by = keepsStart ? ofInit : ofBoth;
  if (!isLikely(by)) return tree;
  return {
    ...tree,
    nodes: scaledNodes(tree.nodes, by),
    packages: tree.packages.map((cost) => scaledPackage(cost, by)),
    runtimeStartMs: keepsStart ? tree.runtimeStartMs : tree.runtimeStartMs * by,
    initMs: tree.initMs * by,
    executionMs,
  };
};
