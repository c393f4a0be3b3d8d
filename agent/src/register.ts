/**
 * `node --import @coldlens/agent/register app.js` (or in NODE_OPTIONS; `--require` works too): watches every module that
 * loads between the first import of the user's code and the first invocation of a handler that `coldlens()` wraps.
 *
 * A process that inherits NODE_OPTIONS without being the one that the platform started is left in peace, and so is a
 * worker thread, but for the first on Lambda's Managed Instances: there workers run the function.
 */
import { entryMs } from './phases/entry.ts';

// The rest is ours to load too, so it comes after the clock.

import { userCodeOf } from './modules/begin.ts';
import { CjsHooks } from './modules/cjs-hooks.ts';
import { EsmHooks } from './modules/esm-hooks.ts';
import { threadCpuClock } from './modules/meter.ts';
import { isOurs, watchedProcess } from './modules/ours.ts';
import { startProfile, wantsProfile } from './modules/profile.ts';
import { startCoverage, wantsUnused } from './modules/unused.ts';
import { Watch } from './modules/watch.ts';
import { monotonicMs } from './phases/monotonic.ts';
import { initBeginMark } from './phases/start.ts';
import { isMainThread, threadId } from './phases/thread.ts';
import { state } from './state.ts';
import { safely } from './warn.ts';

/** CommonJS, whatever loads it: `--require` wants that, and `--import` takes it. */
declare const require: (file: './modules/explain.js') => typeof import('./modules/explain.ts');

/** The profile is cut at the first invocation anyway; a long one must not fill the memory with samples. */
const profileMaxMs = 1_000;

const whenIdle = (then: () => void): void => {
  setImmediate(then).unref();
};

const watchModules = (env: NodeJS.ProcessEnv): void => {
  env[watchedProcess] = String(process.pid);
  const profile = wantsProfile(env.COLDLENS_PROFILE) ? startProfile() : null;
  const coverage = wantsUnused(env.COLDLENS_UNUSED) ? startCoverage() : null;
  const marks = globalThis as { [initBeginMark]?: unknown };
  let ownMark: number | null = null;
  const watch = new Watch({
    clock: monotonicMs,
    cpuClock: threadCpuClock(),
    whenIdle,
    isUserCode: userCodeOf(env, process.argv[1] ?? ''),
    onBegin: (beginMs) => {
      // A runtime that marked the beginning itself knows better.
      if (marks[initBeginMark] === undefined) marks[initBeginMark] = ownMark = beginMs;
    },
  });
  const esm = new EsmHooks(watch);
  const cjs = new CjsHooks(watch, esm);
  watch.installMarks();
  esm.on();
  cjs.on();
  state.initEnded = () => {
    watch.end();
    // Where ES modules cannot be watched, the first CommonJS of an ES module's graph is not its beginning.
    if (!EsmHooks.isPossible && state.isEsm && marks[initBeginMark] === ownMark) delete marks[initBeginMark];
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
const isFunctionThread = env.AWS_LAMBDA_MAX_CONCURRENCY === undefined ? isMainThread : threadId() === 1;
if (state.moduleSpans === null && isOurs({ pid, argv, env, send, isFunctionThread })) {
  safely(() => watchModules(env));
  state.preloadMs = monotonicMs() - entryMs;
}
