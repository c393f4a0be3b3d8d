/** What another version of Node would do. */
import { nodeExecutable } from '../measure/node-versions.ts';
import type { WhatIfKind } from './what-if.ts';

export const node: WhatIfKind = {
  name: 'node',
  value: 'VERSION',
  help: 'another version of Node, fetched by npm: 22, 24, 26',
  prepare: async (value, { target, condition, signal }) => {
    const advice = `Move to Node ${value}.`;
    if (target.platform === 'workers') {
      return { state: 'refused', advice, reason: 'Workers do not run in Node.' };
    }
    const { executable, version } = await nodeExecutable(value, { signal });
    return {
      state: 'ready',
      advice,
      changed: { target, condition: { ...condition, name: `node ${version}`, node: executable } },
      unchanged: { target, condition },
    };
  },
};
