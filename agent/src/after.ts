/**
 * All that the agent needs only after the first response, in a file of its own: the engine reads and compiles it when
 * the caller has been answered. The hot path reaches it by `import('./after.ts')` alone.
 */
export { exportAll } from './export/export.ts';
export { platform } from './platforms/index.ts';
