/**
 * Our own runtime loop for machines where AWS's runtime client cannot be built. It follows the client's documented
 * steps: read `_HANDLER` and `LAMBDA_TASK_ROOT`, import the module with "", .js, .mjs, .cjs, find the export, then
 * next -> call -> response or error, one invocation at a time.
 */
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

type UserHandler = (event: unknown, context: object) => unknown;

const env = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

interface Answer {
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const call = (method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((done, failed) => {
    const [hostname, port] = (env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
    const options = { hostname, port, method, agent, path: `/2018-06-01/runtime/${path}`, headers };
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => done({ headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    outgoing.on('error', failed);
    outgoing.end(body);
  });

const errorBody = (error: unknown): { type: string; body: string } => {
  const known = error instanceof Error ? error : new Error(String(error));
  const type = known.constructor.name;
  const body = { errorType: type, errorMessage: known.message, trace: known.stack?.split('\n') ?? [] };
  return { type, body: JSON.stringify(body) };
};

const reportError = (path: string, error: unknown): Promise<Answer> => {
  const { type, body } = errorBody(error);
  return call('POST', path, body, { 'Lambda-Runtime-Function-Error-Type': type });
};

const load = async (): Promise<UserHandler> => {
  const handlerText = env._HANDLER ?? '';
  const [, moduleName, exportPath] = /^([^.]*)\.(.*)$/.exec(basename(handlerText)) ?? [];
  if (!moduleName || !exportPath) throw new Error(`Bad handler '${handlerText}'`);
  const path = resolve(env.LAMBDA_TASK_ROOT ?? '', dirname(handlerText), moduleName);
  const file = ['', '.js', '.mjs', '.cjs'].map((ending) => path + ending).find(existsSync);
  if (!file) throw new Error(`Cannot find module '${path}'`);
  // A static ES module cannot see when its own graph began to load; the loader tells the agent.
  Object.assign(globalThis, { [Symbol.for('coldlens.init.beginMs')]: Number(process.hrtime.bigint()) / 1e6 });
  const module: Record<string, unknown> = await import(pathToFileURL(file).href);
  const find = (from: unknown): unknown =>
    exportPath.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], from);
  const handler = find(module) ?? find(module.default);
  if (typeof handler !== 'function') throw new Error(`${handlerText} is undefined or not exported`);
  return handler as UserHandler;
};

const serve = async (handler: UserHandler): Promise<never> => {
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    const awsRequestId = String(headers['lambda-runtime-aws-request-id']);
    const deadlineUnixMs = Number(headers['lambda-runtime-deadline-ms']);
    env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id'] ?? '');
    const context = {
      awsRequestId,
      invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      getRemainingTimeInMillis: () => deadlineUnixMs - Date.now(),
    };
    // The client answers one turn of the event loop after the handler has settled; so do we.
    const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
    try {
      const result = await handler(JSON.parse(body), context);
      await turn();
      await call('POST', `invocation/${awsRequestId}/response`, JSON.stringify(result ?? null));
    } catch (error) {
      await turn();
      await reportError(`invocation/${awsRequestId}/error`, error);
    }
  }
};

let handler: UserHandler;
try {
  handler = await load();
} catch (error) {
  await reportError('init/error', error);
  console.error(error);
  process.exit(1);
}
await serve(handler);
