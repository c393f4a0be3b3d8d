/**
 * `node --import @coldlens/agent/register app.js` (or in NODE_OPTIONS; `--require` works too): watches every module that
 * loads between the first import of the user's code and the first invocation of a handler that `coldlens()` wraps.
 *
 * A process that inherits NODE_OPTIONS without being the one that the platform started is left in peace.
 */
import { entryMs } from './phases/entry.ts';

// The rest is ours to load too, so it comes after the clock.

import { userCodeOf } from './modules/begin.ts';
import { CjsHooks } from './modules/cjs-hooks.ts';
import { EsmHooks } from './modules/esm-hooks.ts';
import { isOurs, watchedProcess } from './modules/ours.ts';
import { startProfile, wantsProfile } from './modules/profile.ts';
import { startCoverage, wantsUnused } from './modules/unused.ts';
import { Watch } from './modules/watch.ts';
import { initBeginMark } from './phases/start.ts';
import { state } from './state.ts';
import { safely } from './warn.ts';

/**
 * Node disables in worker threads what would concern the whole process, and says so. `node:worker_threads` would answer
 * the same, for 3 ms of loading it and the streams that it needs.
 */
const isMainThread = (process.chdir as { disabled?: boolean }).disabled !== true;

/** CommonJS, whatever loads it: `--require` wants that, and `--import` takes it. */
declare const require: (file: './modules/explain.js') => typeof import('./modules/explain.ts');

/** The profile is cut at the first invocation anyway; a long one must not fill the memory with samples. */
const profileMaxMs = 1_000;

const whenIdle = (then: () => void): void => {
  setImmediate(then).unref();
};

const watchModules = (env: NodeJS.ProcessEnv): void => {
  env[watchedProcess] = String(process.pid);
  // This is no entry of the user's code: whoever imports the agent sets it.
  state.entryMs = Number.POSITIVE_INFINITY;
  const profile = wantsProfile(env.COLDLENS_PROFILE) ? startProfile() : null;
  const coverage = wantsUnused(env.COLDLENS_UNUSED) ? startCoverage() : null;
  const watch = new Watch({
    clock: performance.now.bind(performance),
    whenIdle,
    isUserCode: userCodeOf(env, process.argv[1] ?? ''),
    onBegin: (beginMs) => {
      // A runtime that marked the beginning itself knows better.
      (globalThis as { [initBeginMark]?: unknown })[initBeginMark] ??= beginMs;
    },
  });
  const esm = new EsmHooks(watch);
  const cjs = new CjsHooks(watch, esm);
  watch.installMarks();
  esm.on();
  cjs.on();
  state.initEnded = () => {
    watch.end();
    cjs.off();
    esm.off();
    if (profile) setTimeout(() => safely(() => profile.stop()), profileMaxMs).unref();
  };
  state.moduleSpans = (record, init) => {
    state.moduleSpans = null;
    const seen = {
      watch,
      agentMs: state.ownLoadMs,
      profile: profile?.stop() ?? null,
      coverage: coverage?.take() ?? [],
    };
    return safely(() => require('./modules/explain.js').explain(seen, record, init)) ?? [];
  };
};

// Both `--require` and `--import` may be given.
const { pid, argv, env, send } = process;
if (state.moduleSpans === null && isOurs({ pid, argv, env, send, isMainThread })) {
  safely(() => watchModules(env));
  state.preloadMs = performance.now() - entryMs;
}
