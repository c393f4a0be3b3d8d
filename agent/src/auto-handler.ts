/** The file that `_HANDLER` points at while the runtime starts: the user's handler, wrapped. See auto-wrap.ts. */
import { loadHandler, restoreHandler } from './auto-wrap.ts';
import { monotonicMs } from './phases/monotonic.ts';
import { initBeginMark } from './phases/start.ts';

const userHandler = async (): Promise<unknown> => {
  const original = restoreHandler(process.env);
  if (original === undefined) throw new Error('coldlens: the layer lost the name of the handler');
  // The agent first, so that its own time is not taken for the user's. A name of its own keeps the bundler from
  // copying it into this file: a function that imports the agent itself has the same copy then.
  const agent = new URL('./index.mjs', import.meta.url).href;
  const { coldlens } = (await import(agent)) as typeof import('./index.ts');
  // A static ES module cannot see when its own graph began to load; here it is known.
  Object.assign(globalThis, { [initBeginMark]: monotonicMs() });
  return coldlens(await loadHandler(process.env.LAMBDA_TASK_ROOT ?? '', original));
};

export const handler = await userHandler();
