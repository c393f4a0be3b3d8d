/**
 * `node --import .../auto.mjs`, set by the Lambda layer's exec wrapper: the function's handler is wrapped with no code
 * change. Loaded last of all preloads, so that the others still see the user's `_HANDLER`.
 */
import { redirectHandler } from './auto-wrap.ts';

const { isMainThread } = process.getBuiltinModule('node:worker_threads');

/** The user's children and threads are left in peace: our part of `NODE_OPTIONS` goes away with this process's start. */
const leaveNodeOptions = (env: NodeJS.ProcessEnv, ownFile: string): void => {
  const left = env.NODE_OPTIONS?.replace(`--import="${ownFile}"`, '').trim();
  if (left) env.NODE_OPTIONS = left;
  else delete env.NODE_OPTIONS;
};

if (isMainThread) {
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const ownFile = fileURLToPath(import.meta.url);
  leaveNodeOptions(process.env, ownFile);
  redirectHandler(process.env, fileURLToPath(new URL('./auto-handler', import.meta.url)));
}
