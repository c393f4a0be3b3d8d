/**
 * Gives the samples that fell into a bundle to the original modules it was made of. The bundle's own node keeps what no
 * sample explains (reading, parsing, code of the bundler), so that the times still add up.
 */
import type { Profiler } from 'node:inspector';
import type { Origins } from './map-file.ts';
import { type ModuleNode, makeNode } from './node.ts';

export interface BundleFile {
  node: ModuleNode;
  /** As the engine names the script: path (CommonJS) or URL (ES module). */
  urls: readonly string[];
  lines: readonly string[];
  origins: Origins;
}

export interface Window {
  /** In the profile's own clock, microseconds. */
  beginUs: number;
  endUs: number;
}

type ProfileNode = Profiler.ProfileNode;

/** On a longer line there may be many modules. */
const maxTellingLine = 300;

/** The one module that a line comes from: all that tells where the top level of a bundle is at work. */
const ofLine = ({ lines, origins }: BundleFile, line: number): string | null => {
  const text = lines[line] ?? '';
  if (text.length > maxTellingLine) return null;
  const first = origins.at(line, Math.max(0, text.search(/\S/)));
  return first !== null && first === origins.at(line, text.length) ? first : null;
};

/** Microseconds that each node of the call tree was sampled for inside the window, and when first and last. */
const weigh = (profile: Profiler.Profile, { beginUs, endUs }: Window): Map<number, { us: number; fromUs: number }> => {
  const weights = new Map<number, { us: number; fromUs: number }>();
  let atUs = profile.startTime;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const fromUs = atUs;
    // A sample stands for the time until the next one; `timeDeltas` hold the time since the one before.
    atUs += profile.timeDeltas?.[index] ?? 0;
    const nextUs = atUs + (profile.timeDeltas?.[index + 1] ?? 0);
    const us = Math.min(nextUs, endUs) - Math.max(atUs, beginUs);
    if (us <= 0 || fromUs > endUs) continue;
    const known = weights.get(id) ?? { us: 0, fromUs: Math.max(atUs, beginUs) };
    known.us += us;
    weights.set(id, known);
  }
  return weights;
};

/** Samples inside these are no work of any module. */
const notWork = new Set(['(root)', '(idle)', '(program)']);

/**
 * @param msOf turns the profile's clock into milliseconds since process start
 * @returns the original modules, as children of the bundle's nodes, whose self times become smaller by theirs
 */
export const attribute = (
  profile: Profiler.Profile,
  bundles: readonly BundleFile[],
  window: Window,
  msOf: (us: number) => number,
): ModuleNode[] => {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parentOf = new Map<number, ProfileNode>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parentOf.set(child, node);
  const bundleOf = new Map(bundles.flatMap((bundle) => bundle.urls.map((url) => [url, bundle])));
  const made = new Map<string, ModuleNode>();

  /** Original module of a function, by where it begins; the top level of a bundle begins nowhere in particular. */
  const ofFunction = ({ callFrame }: ProfileNode, bundle: BundleFile): string | null => {
    const { lineNumber: line, columnNumber: column } = callFrame;
    return line === 0 && column === 0 ? null : bundle.origins.at(line, column);
  };
  const nearest = (node: ProfileNode | undefined): ProfileNode | undefined => {
    let found = node;
    // Builtins and the engine work for whoever called them.
    while (found && (found.callFrame.url === '' || found.callFrame.url.startsWith('node:'))) {
      found = parentOf.get(found.id);
    }
    return found;
  };
  const moduleNode = (source: string, frame: ProfileNode, bundle: BundleFile, atMs: number): ModuleNode => {
    const known = made.get(source);
    if (known) return known;
    let parent = bundle.node;
    for (let above = parentOf.get(frame.id); above; above = parentOf.get(above.id)) {
      const by = bundleOf.get(above.callFrame.url);
      const of = by && ofFunction(above, by);
      if (!by || !of || of === source) continue;
      parent = moduleNode(of, above, by, atMs);
      break;
    }
    const node = made.get(source) ?? makeNode(source, parent, null, atMs);
    node.source = 'profile';
    made.set(source, node);
    return node;
  };
  const give = (source: string | null, frame: ProfileNode, bundle: BundleFile, us: number, fromUs: number): void => {
    const ms = Math.min(us / 1_000, bundle.node.selfMs);
    if (source === null || ms <= 0) return;
    const node = moduleNode(source, frame, bundle, msOf(fromUs));
    node.selfMs += ms;
    node.endMs = Math.max(node.endMs, msOf(fromUs + us));
    bundle.node.selfMs -= ms;
  };

  for (const [id, { us, fromUs }] of weigh(profile, window)) {
    const leaf = byId.get(id);
    if (!leaf || notWork.has(leaf.callFrame.functionName)) continue;
    const frame = nearest(leaf);
    const bundle = frame && bundleOf.get(frame.callFrame.url);
    if (!frame || !bundle) continue;
    const byFunction = ofFunction(frame, bundle);
    const ticks = frame === leaf && byFunction === null ? (leaf.positionTicks ?? []) : [];
    const all = ticks.reduce((sum, tick) => sum + tick.ticks, 0);
    if (all === 0) give(byFunction, frame, bundle, us, fromUs);
    for (const { line, ticks: count } of ticks) {
      give(ofLine(bundle, line - 1), frame, bundle, (us * count) / all, fromUs);
    }
  }
  return [...made.values()];
};
