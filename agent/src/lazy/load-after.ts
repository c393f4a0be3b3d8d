/** Loads what is needed only after a response. In CommonJS `cjs/load-after.ts` takes this file's place. */

/** Whether the agent was imported as an ES module. */
export const isEsm: boolean = true;

export const after = (): Promise<typeof import('../after.ts')> => import('../after.ts');
