/** What the parent needs to look inside bundles, from the agent's own parts; bundled into one file by build.mjs. */
export { attribute } from '../../../agent/dist/modules/attribution.js';
export { markCircular } from '../../../agent/dist/modules/circles.js';
export { findBundles } from '../../../agent/dist/modules/explain.js';
