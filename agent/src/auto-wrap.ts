/**
 * Wraps a Lambda handler whose code knows nothing of us. The runtime finds the handler by `_HANDLER`; while it starts,
 * that variable points at a file of ours, which loads the user's handler by the runtime's own rules and exports it
 * wrapped. So the export's form does not matter (ES module, CommonJS, nested or default export, streaming, callback), and
 * what other agents do to the user's module still counts. User code sees `_HANDLER` as it was.
 */

/** Keeps the user's handler while `_HANDLER` is ours. In the environment, because runtime threads inherit that. */
const keptVariable = 'COLDLENS_HANDLER';

type Variables = Record<string, string | undefined>;

/**
 * Points `_HANDLER` at our file. Must run before the runtime reads it, and after everyone else who reads it to know
 * what to instrument.
 * @param file absolute, without its ending; exports `handler`
 */
export const redirectHandler = (env: Variables, file: string): void => {
  if (!env.AWS_LAMBDA_RUNTIME_API || !env._HANDLER || env[keptVariable] !== undefined) return;
  env[keptVariable] = env._HANDLER;
  env._HANDLER = `${file}.handler`;
};

/** Undoes {@link redirectHandler}; gives the user's handler string. */
export const restoreHandler = (env: Variables): string | undefined => {
  const handler = env[keptVariable];
  if (handler === undefined) return undefined;
  env._HANDLER = handler;
  delete env[keptVariable];
  return handler;
};

/** The runtime's own errors have such names; it reports them as they are. */
class HandlerError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

interface HandlerPath {
  /** Below the task root; empty for the root itself. */
  directory: string;
  module: string;
  /** Names from the module's exports to the handler. */
  exports: string[];
}

const pathOf = (handler: string): HandlerPath => {
  const slash = handler.lastIndexOf('/');
  const [, module, exported] = /^([^.]*)\.(.*)$/.exec(handler.slice(slash + 1)) ?? [];
  if (module === undefined || exported === undefined) throw new HandlerError('MalformedHandlerName', 'Bad handler');
  return { directory: handler.slice(0, Math.max(0, slash)), module, exports: exported.split('.') };
};

/** In the runtime's order. */
const endings = ['', '.js', '.mjs', '.cjs'];

const importModule = async (taskRoot: string, { directory, module }: HandlerPath): Promise<unknown> => {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { resolve } = process.getBuiltinModule('node:path');
  const file = endings.map((ending) => resolve(taskRoot, directory, module) + ending).find((path) => existsSync(path));
  if (file !== undefined) return import(process.getBuiltinModule('node:url').pathToFileURL(file).href);
  // A package's name, or nothing: then the runtime knows the error that this throws.
  const require = process.getBuiltinModule('node:module').createRequire(resolve(taskRoot, 'noop.js'));
  return require(require.resolve(module, { paths: [taskRoot, resolve(taskRoot, directory)] }));
};

const findIn = (module: unknown, exports: readonly string[]): unknown => {
  let here = module;
  for (const name of exports) {
    if (here === null || typeof here !== 'object') return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
};

/**
 * Loads the user's handler as the runtime would.
 * @param taskRoot `LAMBDA_TASK_ROOT`
 * @throws what the runtime would throw
 */
export const loadHandler = async (taskRoot: string, handler: string): Promise<unknown> => {
  const path = pathOf(handler);
  const module = await importModule(taskRoot, path);
  const found = findIn(module, path.exports) || findIn((module as { default?: unknown }).default, path.exports);
  if (!found) throw new HandlerError('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new HandlerError('HandlerNotFound', `${handler} is not a function`);
  return found;
};
