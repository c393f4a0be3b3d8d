/** The difference of the module trees of two functions, taken as `bench --base` takes it. */
import type { Variant } from '../../src/measure/interleave.ts';
import type { Culprit } from '../../src/results/result.ts';
import { culpritsBetween } from '../../src/tree/culprits.ts';
import { takeTree } from '../../src/tree/take-tree.ts';

/** Starts whose times are taken, of each side. */
const runs = 3;

export const culpritsOf = async (base: Variant, head: Variant, signal: AbortSignal): Promise<Culprit[]> => {
  const before = await takeTree(base.target, base.condition, { runs, signal });
  const after = await takeTree(head.target, head.condition, { runs, signal });
  return culpritsBetween(before, after, { base: base.target.root, head: head.target.root });
};
