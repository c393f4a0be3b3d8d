/** Looks inside bundles: samples of the CPU, given to the original modules through the source map. */
import type { Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { type ModuleNode, makeNode, Packages } from '@coldlens/agent/modules';

interface Place {
  beginUs: number;
  endUs: number;
}

interface BundleFile {
  node: ModuleNode;
  origins: { sources: string[] };
}

/** What build.mjs makes of `probe/bundled.ts`. */
interface BundledParts {
  attribute(
    profile: Profiler.Profile,
    bundles: readonly BundleFile[],
    window: Place,
    msOf: (us: number) => number,
  ): ModuleNode[];
  findBundles(nodes: readonly ModuleNode[], packages: Packages): { files: BundleFile[]; count: number };
  markCircular(nodes: ReadonlyMap<string, ModuleNode>): void;
}

let parts: Promise<BundledParts> | undefined;

/** Loaded when a tree is made for the first time. */
const load = (): Promise<BundledParts> => {
  parts ??= import(fileURLToPath(new URL('../../bundled.mjs', import.meta.url))) as Promise<BundledParts>;
  return parts;
};

export const markCircles = async (nodes: readonly ModuleNode[]): Promise<void> =>
  (await load()).markCircular(new Map(nodes.map((node) => [node.key, node])));

export interface Bundles {
  /** Those whose original modules can be told. */
  mapped: number;
  /** All. */
  count: number;
}

export const bundlesAmong = async (nodes: readonly ModuleNode[], entryKey: string | null): Promise<Bundles> => {
  const { files, count } = (await load()).findBundles(nodes, new Packages(entryKey));
  return { mapped: files.length, count };
};

/**
 * @param init begin and end of the init on the profile's clock, milliseconds
 * @returns the nodes with the bundles' original modules, sampled or not: which there are is no matter of chance
 */
export const withOriginals = async (
  nodes: readonly ModuleNode[],
  entryKey: string | null,
  profile: Profiler.Profile | null,
  init: { beginMs: number; endMs: number },
): Promise<ModuleNode[]> => {
  const { attribute, findBundles } = await load();
  const { files } = findBundles(nodes, new Packages(entryKey));
  const window = { beginUs: init.beginMs * 1_000, endUs: init.endMs * 1_000 };
  const sampled = profile ? attribute(profile, files, window, (us) => us / 1_000 - init.beginMs) : [];
  const known = new Set(sampled.map(({ key }) => key));
  const others = files.flatMap(({ node, origins }) =>
    origins.sources
      .filter((source) => !known.has(source))
      .map((source) => {
        known.add(source);
        return Object.assign(makeNode(source, node, null, node.beginMs), { source: 'profile' as const });
      }),
  );
  return [...nodes, ...sampled, ...others];
};
