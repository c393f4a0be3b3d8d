/**
 * Loads at once, for a call that cannot wait, what is otherwise loaded after the response. In CommonJS
 * `cjs/load-after-now.ts` takes this file's place.
 */
import { after } from './load-after.ts';

type After = typeof import('../after.ts');

let loaded: After | undefined;

/** `undefined` in the first call inside somebody's bundle, where there is no such file: the next call has it. */
export const afterNow = (): After | undefined => {
  try {
    // Beside the bundled `index.mjs`.
    loaded ??= process.getBuiltinModule('node:module').createRequire(import.meta.url)('./after.cjs') as After;
  } catch {
    after().then(
      (module) => {
        loaded = module;
      },
      // Whoever exports says what is wrong.
      () => undefined,
    );
  }
  return loaded;
};
