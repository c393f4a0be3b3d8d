/** What is counted and not timed: it is the same in every run, so any growth is real. */
import type { Count } from '../results/result.ts';
import type { GateSettings } from './settings.ts';

/** What a tree, or its summary, tells. */
export interface Counted {
  moduleCount: number;
  bytes: number;
  /** Named '' = the user's own code, `node` = builtins. */
  packages: readonly { name: string }[];
}

/** Growth below this is none, whatever it is in percent: a function of three modules may get a fourth. */
const slack: Readonly<Record<Count['name'], number>> = { modules: 5, bytes: 16_384, packages: 0 };

const own: readonly string[] = ['', 'node'];

const counters: Readonly<Record<Count['name'], (of: Counted) => number>> = {
  modules: ({ moduleCount }) => moduleCount,
  bytes: ({ bytes }) => bytes,
  packages: ({ packages }) => new Set(packages.map(({ name }) => name).filter((name) => !own.includes(name))).size,
};

/** @param base `null` where nothing is compared */
export const countsOf = (
  base: Counted | null,
  head: Counted,
  { allowedGrowthPercent }: Pick<GateSettings, 'allowedGrowthPercent'>,
): Count[] =>
  (Object.keys(counters) as Count['name'][]).map((name) => {
    const allowedPercent = allowedGrowthPercent[name];
    const before = base === null ? null : counters[name](base);
    const after = counters[name](head);
    const isOver =
      before !== null &&
      allowedPercent !== null &&
      after - before > slack[name] &&
      after > before * (1 + allowedPercent / 100);
    return { name, base: before, head: after, isOver, allowedPercent };
  });

/** Counts of a tree as `tree.ts` has it; its summary in a result is {@link Counted} already. */
export const countedIn = (tree: {
  nodes: readonly { bytes: number }[];
  packages: readonly { name: string }[];
}): Counted => ({
  moduleCount: tree.nodes.length,
  bytes: tree.nodes.reduce((sum, { bytes }) => sum + bytes, 0),
  packages: tree.packages,
});
