/** The module tree of a variant, taken apart from the timed starts, for watching costs time. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import type { Variant } from '../measure/interleave.ts';
import type { Sample } from '../measure/sample.ts';
import { fittedTo } from '../tree/fitted.ts';
import { takeTree } from '../tree/take-tree.ts';
import type { Tree } from '../tree/tree.ts';

/**
 * The middle of the trees of several starts, held to the timed ones.
 * @param runs an odd number has a middle
 * @param note takes one sentence for the report
 * @returns `null` where the tree cannot be had, which is noted: it is of use, but not what was asked for
 * @throws `Trouble` for wrong usage only; the signal's reason when aborted
 */
export const treeIfPossible = async (
  { target, condition }: Variant,
  runs: number,
  samples: readonly Sample[],
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<Tree | null> => {
  try {
    return fittedTo(await takeTree(target, condition, { runs, signal }), samples);
  } catch (error) {
    if (signal.aborted || !(error instanceof Trouble) || error.exitCode === exitCode.usage) throw error;
    note(`The modules of ${target.name} cannot be seen: ${error.message}`);
    return null;
  }
};
