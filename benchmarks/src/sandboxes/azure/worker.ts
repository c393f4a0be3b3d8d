/**
 * Follows the steps of Azure's Node worker around the real `@azure/functions`: load the app when told to, run the hooks,
 * call the function, convert its result. The worker itself is in no registry.
 * https://github.com/Azure/azure-functions-nodejs-worker/blob/v4.x/src/eventHandlers/InvocationHandler.ts
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functions, installCoreApi, programmingModel, runHooks } from './core-api.ts';
import type { HostMessage, WorkerMessage } from './messages.ts';

type Message<Type extends HostMessage['type']> = Extract<HostMessage, { type: Type }>;

const say = (message: WorkerMessage): boolean => process.send?.(message) ?? false;

/** Data that hooks share across the whole app. */
const appHookData = {};

const load = async ({ root, main, environment }: Message<'load'>): Promise<void> => {
  if (environment) process.env = { ...environment };
  process.chdir(root);
  const file = join(root, main);
  if (file.endsWith('.mjs')) await import(pathToFileURL(file).href);
  else createRequire(file)(file);
  await runHooks('appStart', { hookData: appHookData });
  if (!programmingModel()) throw new Error(`${main} registered no function`);
  const triggers = [...functions].map(([name, { metadata }]) => {
    const trigger = Object.values(metadata.bindings).find(({ type }) => type.endsWith('Trigger'));
    return [name, trigger?.type ?? ''] as const;
  });
  say({ type: 'loaded', triggers: Object.fromEntries(triggers) });
};

/** The body of what the function gave back, as text. */
const bodyOf = (returnValue: unknown): string => {
  const data = returnValue as {
    http?: { body?: { bytes?: Uint8Array; string?: string } };
    string?: string;
    json?: string;
  };
  const body = data?.http?.body;
  if (body?.bytes) return Buffer.from(body.bytes).toString('utf8');
  return body?.string ?? data?.string ?? data?.json ?? '';
};

const invoke = async ({ invocationId, functionName, input, traceParent }: Message<'invoke'>): Promise<void> => {
  const registered = functions.get(functionName);
  if (!registered) throw new Error(`the app has no function ${functionName}`);
  const { metadata, callback } = registered;
  const [bindingName] = Object.entries(metadata.bindings).find(([, { type }]) => type.endsWith('Trigger')) ?? [''];
  const invocation = programmingModel().getInvocationModel({
    invocationId,
    metadata,
    state: 'invocation',
    log: () => undefined,
    request: {
      inputData: [{ name: bindingName, data: input }],
      triggerMetadata: {},
      traceContext: traceParent === null ? null : { traceParent, traceState: '', attributes: {} },
    },
  });
  const { context, inputs } = await invocation.getArguments();
  const before = { hookData: {}, appHookData, invocationContext: context, functionCallback: callback, inputs };
  await runHooks('preInvocation', before);
  const after = { ...before, result: undefined as unknown, error: null as unknown };
  try {
    after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }
  await runHooks('postInvocation', after);
  if (after.error) throw after.error;
  const response = await invocation.getResponse(context, after.result);
  say({ type: 'answer', invocationId, body: bodyOf(response.returnValue) });
};

const handle: { [Type in HostMessage['type']]: (message: Message<Type>) => Promise<void> } = {
  load: (message) => load(message).catch((error: Error) => void say({ type: 'failed', message: String(error.stack) })),
  invoke: (message) =>
    invoke(message).catch((error: Error) => {
      const { invocationId } = message;
      say({ type: 'error', invocationId, errorType: error.constructor.name, message: error.message });
    }),
  terminate: async () => {
    await runHooks('appTerminate', { hookData: appHookData });
    process.exit(0);
  },
};

installCoreApi();
process.on('message', (message: HostMessage) => void handle[message.type](message as never));
// Without its host a worker is of no use.
process.on('disconnect', () => process.exit(0));
say({ type: 'started' });
