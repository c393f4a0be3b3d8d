/** A program that runs and ends by itself: `node file.js`. */
import { codeOf } from '../code.ts';
import type { Draft } from '../draft.ts';
import type { Target } from '../target.ts';
import { bounded, commonOf, environmentOf, loadable, type PrepareContext } from './context.ts';

const usualTimeoutMs = 30_000;
const timeout = { least: 1, most: 900_000, what: 'timeout in ms' } as const;

export const nodeTarget = async (draft: Draft, context: PrepareContext): Promise<Target> => {
  const code = await codeOf(draft);
  return {
    platform: 'node',
    ...commonOf(draft, code, 'node', context).common,
    script: await loadable(code.file, context, draft.bundle),
    args: [],
    timeoutMs: bounded(draft.timeoutMs, usualTimeoutMs, timeout, draft),
    ...environmentOf(draft),
  };
};
