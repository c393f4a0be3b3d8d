/** What Node's compile cache would do: code compiled once and kept on disk, instead of in every cold start. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preloading } from '../measure/preload.ts';
import type { Condition } from '../measure/sample.ts';
import { startOnce } from '../measure/start.ts';
import type { WhatIfKind } from './what-if.ts';

/** Writes the cache when the process is told to end, which Node itself only does at an exit. */
const flushPreload = fileURLToPath(new URL('./flush-compile-cache.cjs', import.meta.url));

export const compileCache: WhatIfKind = {
  name: 'compile-cache',
  help: "Node's compile cache, filled before",
  prepare: async (_value, { target, condition, directory, signal }) => {
    const advice =
      'Ship a compile cache: set NODE_COMPILE_CACHE to a directory of the package, filled at build time on the same Node and path.';
    if (target.platform === 'workers') return { state: 'refused', advice, reason: 'Workers do not run in Node.' };
    const cached: Condition = {
      ...condition,
      name: 'compile cache',
      environment: { ...condition.environment, NODE_COMPILE_CACHE: join(directory, 'cache') },
    };
    // Twice: what one start loads lazily because the other had compiled it is in the cache then, too.
    for (let start = 0; start < 2; start += 1) {
      await startOnce(target, preloading({ target, condition: cached }, flushPreload), { signal });
    }
    return {
      state: 'ready',
      advice,
      changed: { target, condition: cached },
      unchanged: { target, condition },
    };
  },
};
