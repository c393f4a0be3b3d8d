/** After the first response: what was watched becomes the spans of the module tree. */
import type { Profiler } from 'node:inspector';
import type { InvocationRecord, Span } from '../invocation.ts';
import { sinceStart } from '../phases/clock.ts';
import { type ModulesSeen, moduleAttribute } from '../vocabulary.ts';
import { attribute, type BundleFile } from './attribution.ts';
import { markCircular } from './circles.ts';
import { EsmHooks } from './esm-hooks.ts';
import type { ModuleNode } from './node.ts';
import { looksBundled, originsOf } from './origins.ts';
import { Packages } from './package-of.ts';
import { treeSpans } from './spans.ts';
import { markUsed } from './unused.ts';
import type { Watch } from './watch.ts';

const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

/** A user's file above this that loads no other file is taken for a bundle without a trace of its bundler. */
const largeFileBytes = 50_000;
/** The largest of the user's files that are looked at for being bundles. */
const maxBundles = 20;

const readFile = (key: string): string | undefined => {
  if (!path.isAbsolute(key)) return undefined;
  try {
    return fs.readFileSync(key, 'utf8');
  } catch {
    // Gone since it was loaded, or inside an archive: then its lines are not to be had.
    return undefined;
  }
};

export interface Bundles {
  files: BundleFile[];
  /** Bundles, with or without a map. */
  count: number;
}

/** The bundles among the user's own files. */
export const findBundles = (nodes: readonly ModuleNode[], packages: Packages): Bundles => {
  const isCode = ({ format }: ModuleNode): boolean => format === 'commonjs' || format === 'module';
  const files = nodes.filter((node) => isCode(node) && packages.of(node.key).name === '');
  const isAlone = files.length === nodes.filter(isCode).length && files.length === 1;
  const bundles: Bundles = { files: [], count: 0 };
  for (const node of files.sort((a, b) => b.bytes - a.bytes).slice(0, maxBundles)) {
    const text = readFile(node.key);
    if (text === undefined) continue;
    const origins = originsOf(node.key, text, packages.of(node.key).folder);
    const sources = origins?.sources.length ?? 0;
    // A map of one source is of a file that was compiled, and keeps its imports.
    if (sources === 1) continue;
    if (sources === 0 && !looksBundled(text) && !(isAlone && node.bytes > largeFileBytes)) continue;
    bundles.count += 1;
    if (!origins || sources === 0) continue;
    const urls = [node.key, pathToFileURL(node.key).href];
    bundles.files.push({ node, urls, lines: text.split('\n'), origins });
  }
  return bundles;
};

/** What has `module.registerHooks`. */
const newerNode = 'Node 22.15 or later';

const bundleHint = ({ files, count }: Bundles): string =>
  files.length < count
    ? 'build with a source map (esbuild --sourcemap), then COLDLENS_PROFILE=1'
    : 'COLDLENS_PROFILE=1';

/** What was seen, and what would show the rest. */
const verdict = (dropped: number, bundles: Bundles, isProfiled: boolean): { seen: ModulesSeen; hint?: string } => {
  if (dropped > 0) return { seen: 'capped' };
  if (bundles.count > 0) {
    const isAttributed = isProfiled && bundles.files.length === bundles.count;
    return isAttributed ? { seen: 'bundled' } : { seen: 'bundled', hint: bundleHint(bundles) };
  }
  if (!EsmHooks.isPossible) return { seen: 'cjs only', hint: newerNode };
  return { seen: 'complete' };
};

export interface Seen {
  watch: Watch;
  /** Milliseconds that evaluating the agent took inside init; they are in no phase, so they are in no module. */
  agentMs: number;
  profile: Profiler.Profile | null;
  coverage: readonly Profiler.ScriptCoverage[];
}

/**
 * Children of the init span, which is told how much was seen.
 * @param init the span that they belong under
 */
export const explain = (seen: Seen, record: InvocationRecord, init: Span): Span[] => {
  const { watch, agentMs, profile, coverage } = seen;
  const { ledger, entryKey } = watch;
  if (!record.init) return [];
  if (!ledger) {
    // An ES module came first, which only newer Nodes let anyone watch; `register` is there already.
    if (!EsmHooks.isPossible) init.attributes[moduleAttribute.hint] = newerNode;
    return [];
  }
  const packages = new Packages(entryKey);
  markCircular(ledger.nodes);
  markUsed(ledger.nodes, coverage, packages);
  const nodes = [...ledger.nodes.values()];
  for (const node of nodes) {
    node.beginMs = sinceStart(node.beginMs);
    node.endMs = sinceStart(node.endMs);
  }
  let toTakeMs = agentMs;
  for (const node of nodes.filter(({ key }) => packages.of(key).name === '@coldlens/agent')) {
    const takenMs = Math.min(node.selfMs, toTakeMs);
    node.selfMs -= takenMs;
    toTakeMs -= takenMs;
  }
  const bundles = findBundles(nodes, packages);
  const { beginMs, endMs } = record.init;
  if (profile) {
    // The profiler counts microseconds on the monotonic clock.
    const zeroUs = -sinceStart(0) * 1_000;
    const window = { beginUs: zeroUs + beginMs * 1_000, endUs: zeroUs + endMs * 1_000 };
    nodes.push(...attribute(profile, bundles.files, window, (us) => (us - zeroUs) / 1_000));
  }
  const { seen: howMuch, hint } = verdict(ledger.dropped, bundles, profile !== null);
  Object.assign(init.attributes, {
    [moduleAttribute.seen]: howMuch,
    [moduleAttribute.hint]: hint,
    [moduleAttribute.loaded]: ledger.nodes.size,
    [moduleAttribute.overheadMs]: Math.round(ledger.ownMs * 1_000) / 1_000,
  });
  return treeSpans({ nodes, packages, beginMs, endMs, initSpanId: init.spanId, readSource: readFile });
};
