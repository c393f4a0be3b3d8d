/**
 * Stands in for `@azure/functions-core`, the module that only Azure's worker can give to `@azure/functions`: it takes
 * functions, hooks and the programming model. As in the worker, `require` is what hands it out.
 * https://github.com/Azure/azure-functions-nodejs-worker/blob/v4.x/src/setupCoreModule.ts
 */
import Module from 'node:module';

// biome-ignore lint/suspicious/noExplicitAny: shapes of a library that are passed on as they are.
type Any = any;

export interface RegisteredFunction {
  metadata: { name: string; bindings: Record<string, { type: string; direction: string }> };
  callback: Any;
}

type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';

export const functions = new Map<string, RegisteredFunction>();
const hooks = new Map<HookName, ((context: Any) => unknown)[]>();
let model: Any;

export const programmingModel = (): Any => model;

/** One after the other, in order of registration, as in the worker. */
export const runHooks = async (name: HookName, context: object): Promise<void> => {
  for (const hook of hooks.get(name) ?? []) await hook(context);
};

const coreApi = {
  version: '3.11.0',
  hostVersion: '4.1041.200',
  Disposable: class {
    dispose(): void {}
  },
  log: (): void => undefined,
  setProgrammingModel: (given: Any): void => {
    model = given;
  },
  getProgrammingModel: (): Any => model,
  registerFunction: (metadata: RegisteredFunction['metadata'], callback: Any): object => {
    functions.set(metadata.name, { metadata, callback });
    return { dispose: () => functions.delete(metadata.name) };
  },
  registerHook: (name: HookName, hook: (context: Any) => unknown): object => {
    const registered = hooks.get(name) ?? [];
    hooks.set(name, [...registered, hook]);
    return {
      dispose: () =>
        hooks.set(
          name,
          (hooks.get(name) ?? []).filter((other) => other !== hook),
        ),
    };
  },
};

/** Makes `require('@azure/functions-core')` give the stand-in, wherever it is called. */
export const installCoreApi = (): void => {
  const { prototype } = Module;
  const { require } = prototype;
  prototype.require = function (this: Module, id: string): Any {
    return id === '@azure/functions-core' ? coreApi : require.call(this, id);
  } as typeof require;
};
