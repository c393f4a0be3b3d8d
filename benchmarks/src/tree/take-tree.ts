/** The module tree of a target: a few cold starts under the probe, apart from those that are timed. */
import { basename, join } from 'node:path';
import type { ModuleNode } from '@coldlens/agent/modules';
import type { Condition } from '../measure/sample.ts';
import type { ProbeRecord } from '../probe/record.ts';
import { isBuiltHere } from '../targets/scratch.ts';
import type { Target } from '../targets/target.ts';
import { endOfEntry, nodesOf } from './from-record.ts';
import { type Bundles, bundlesAmong, markCircles, withOriginals } from './inside-bundles.ts';
import { medianTree } from './median-tree.ts';
import { packageCosts } from './package-costs.ts';
import type { Tree } from './tree.ts';
import { startWatched, type Wanted, type WatchedStart } from './watched-start.ts';

export interface TakeOptions {
  /** Starts whose times are taken, from 1. One more is made that counts what is used. Default 1. */
  runs?: number;
  signal?: AbortSignal;
}

const unobserved = ({ spawnedMs, readyMs, respondedMs }: WatchedStart, hint: string): Tree => ({
  nodes: [],
  late: [],
  packages: [],
  entryKey: null,
  shownAs: new Map(),
  initMs: 0,
  runtimeStartMs: (readyMs ?? respondedMs) - spawnedMs,
  executionMs: readyMs === null ? 0 : respondedMs - readyMs,
  seen: 'not observed',
  hint,
});

const workersHint =
  'workerd shows nobody which modules a Worker loads; evaluating its script is part of the time until it was ready.';
const killedHint =
  'The process ended without a word to the probe: it was killed, or left by a way that runs no exit handlers.';
const newerNodeHint = 'Node 22.15 or later also shows ES modules.';
const otherRuntimeHint = 'None of the code that the probe expected was loaded in the process that it watched.';

/** How much was seen, and what would show the rest. */
const verdict = (
  { seesEsm, dropped, trouble }: ProbeRecord,
  { mapped, count }: Bundles,
): Pick<Tree, 'seen' | 'hint'> => {
  if (trouble !== null) return { seen: 'not observed', hint: `The probe could not watch this process: ${trouble}.` };
  if (count > mapped) {
    return {
      seen: 'bundle without a map',
      hint: 'Build the bundle with a source map (esbuild --sourcemap) to see inside.',
    };
  }
  const hint = dropped > 0 ? `${dropped} more modules were loaded than the probe can hold.` : null;
  if (count > 0) return { seen: 'bundled', hint };
  if (!seesEsm) return { seen: 'cjs only', hint: newerNodeHint };
  return { seen: 'complete', hint };
};

/** A bundle is not the one file that a person wrote, but stands where that is compiled to. */
const shownAs = (entryKey: string | null, { file, root }: Target, { mapped }: Bundles): Tree['shownAs'] => {
  if (entryKey === null || !isBuiltHere(entryKey)) return new Map();
  return new Map([[entryKey, mapped > 0 ? join(root, basename(entryKey)) : file]]);
};

const treeOf = async (start: WatchedStart, target: Target): Promise<Tree> => {
  const { record, spawnedMs, respondedMs } = start;
  if (!record) return unobserved(start, killedHint);
  if (record.beginMs === null) {
    return unobserved(start, record.trouble ?? (record.seesEsm ? otherRuntimeHint : newerNodeHint));
  }
  const { beginMs, entryKey } = record;
  const all = nodesOf(record);
  await markCircles(all);
  // A script that ends by itself is never ready for anything: its init is over when its first file has run.
  const endMs = start.readyMs ?? beginMs + (endOfEntry(all, entryKey) ?? respondedMs - beginMs);
  const initMs = Math.max(0, endMs - beginMs);
  const isLate = (node: ModuleNode): boolean => node.beginMs >= initMs;
  const loaded = all.filter((node) => !isLate(node));
  const bundles = await bundlesAmong(loaded, entryKey);
  const nodes = bundles.mapped > 0 ? await withOriginals(loaded, entryKey, record.profile, { beginMs, endMs }) : loaded;
  return {
    nodes,
    late: all.filter(isLate),
    packages: packageCosts(nodes, entryKey, target.root),
    entryKey,
    shownAs: shownAs(entryKey, target, bundles),
    initMs,
    runtimeStartMs: Math.max(0, beginMs - record.probeMs - spawnedMs),
    executionMs: Math.max(0, respondedMs - endMs),
    ...verdict(record, bundles),
  };
};

/** What the one that was counted knows of the others' modules. */
const withUse = (tree: Tree, counted: Tree): Tree => {
  const used = new Map([...counted.nodes, ...counted.late].map((node) => [node.key, node.used]));
  for (const node of [...tree.nodes, ...tree.late]) node.used = used.get(node.key) ?? node.used;
  return tree;
};

/**
 * Starts the target cold `runs` + 1 times. The times of {@link Tree.nodes} are medians; their instants are milliseconds since
 * the user's code began.
 * @param condition limits of CPU do not hold here: a tree is about shares
 * @throws `Trouble` when it cannot be started, or fails on its event; the signal's reason when aborted
 */
export const takeTree = async (target: Target, condition: Condition, options: TakeOptions = {}): Promise<Tree> => {
  const { runs = 1, signal } = options;
  if (target.platform === 'workers') {
    return unobserved(await startWatched(target, condition, {}, signal), workersHint);
  }
  const start = async (wanted: Wanted): Promise<Tree> =>
    treeOf(await startWatched(target, condition, wanted, signal), target);
  const counted = await start({ coverage: true });
  if (counted.seen === 'not observed') return counted;
  const trees: Tree[] = [];
  while (trees.length < runs) trees.push(await start({ profile: counted.seen === 'bundled' }));
  const tree = medianTree(trees);
  return tree.seen === 'not observed' ? counted : withUse(tree, counted);
};
