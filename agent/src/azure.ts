/**
 * `@coldlens/agent/azure`: measures all functions of an Azure Functions v4 app at once, through the app's hooks, so that
 * no handler has to be touched. Import it before everything else in the app's entry file.
 */
import { flush } from './export/flush.ts';
import { coldlens } from './index.ts';
import type { Options } from './options.ts';
import { monotonicMs } from './phases/monotonic.ts';
import { noteReady } from './ready.ts';
import { state } from './state.ts';
import { safely } from './warn.ts';

export type { ExportMode, Options } from './options.ts';
export { coldlens };

/** The part of `app` from `@azure/functions` that is needed: the package itself is never imported. */
export interface FunctionApp {
  hook: {
    preInvocation(hook: (context: InvocationHook) => void): unknown;
    appStart(hook: () => void): unknown;
    appTerminate(hook: () => Promise<void>): unknown;
  };
}

interface InvocationHook {
  /** What the worker calls next; a hook may replace it. */
  // biome-ignore lint/suspicious/noExplicitAny: @azure/functions declares it so.
  functionHandler: (...args: any[]) => any;
}

/** The worker leaves as soon as its hooks have; the host kills it after some seconds more. */
const lastFlushMaxMs = 2_000;

/**
 * Measures every invocation of every function that is or will be registered with `app`. Handlers that are wrapped by
 * `coldlens()` already are measured once.
 */
export const instrument = (app: FunctionApp, options?: Options): void => {
  safely(() => addHooks(app, options));
  noteReady();
};

const addHooks = (app: FunctionApp, options: Options | undefined): void => {
  const wrappers = new WeakMap<object, InvocationHook['functionHandler']>();
  app.hook.preInvocation((context) => {
    safely(() => {
      const handler = context.functionHandler;
      if (typeof handler !== 'function') return;
      const wrapper = wrappers.get(handler) ?? coldlens(handler, options);
      wrappers.set(handler, wrapper);
      context.functionHandler = wrapper;
    });
  });
  // The worker has loaded all files of the app.
  app.hook.appStart(() => {
    if (state.invocations === 0) state.readyMs = monotonicMs();
  });
  app.hook.appTerminate(async () => {
    const late = new Promise<void>((resolve) => setTimeout(resolve, lastFlushMaxMs).unref());
    await Promise.race([flush(), late]);
  });
};
