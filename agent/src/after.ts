/**
 * All that the agent needs only after the first response, in a file of its own: the engine reads and compiles it when
 * the caller has been answered. The hot path reaches it by `import('./after.ts')` alone; `otel.ts`, which is off that path,
 * takes the same pieces from here.
 */
export { endpointOf } from './export/endpoint.ts';
export { exportAll } from './export/export.ts';
export { enqueue } from './export/queue.ts';
export { tokenOf } from './export/token.ts';
export { spansOf } from './invocation.ts';
export { platform } from './platforms/index.ts';
export { resourceOf } from './resource.ts';
