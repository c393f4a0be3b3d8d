/** AWS Lambda: what it tells a function about itself and each invocation. */
import { type Start, startAfterGap, warmStart } from '../phases/start.ts';
import { threadId } from '../phases/thread.ts';
import { fromXRay } from '../trace/remote-parent.ts';
import { attribute } from '../vocabulary.ts';
import { memoryBytes, processInstanceId } from './common.ts';
import { namesIn } from './deployment.ts';
import { parentOf, triggerOf } from './lambda-events.ts';
import type { Environment, Platform } from './platform.ts';
import { at, textAt } from './shape.ts';

/** Handlers get (event, context[, callback]), streaming ones (event, stream, context). */
const contextOf = (args: readonly unknown[]): unknown =>
  textAt(args[1], 'awsRequestId') === undefined && textAt(args[2], 'awsRequestId') !== undefined ? args[2] : args[1];

/** Account id: the fifth field of `arn:aws:lambda:<region>:<account>:function:<name>`. */
const accountOf = (arn: string | undefined): string | undefined => arn?.split(':')[4] || undefined;

const managedInstances = 'lambda-managed-instances';

/** Kinds of start that `AWS_LAMBDA_INITIALIZATION_TYPE` tells outright. */
const kindOfInitializationType: Readonly<Record<string, Start>> = {
  'provisioned-concurrency': { kind: 'prewarmed', certainty: 'certain', idleMs: null },
  'snap-start': { kind: 'restored', certainty: 'certain', idleMs: null },
  // Made ahead of traffic; no event is sent to an instance whose init is not over.
  [managedInstances]: { kind: 'prewarmed', certainty: 'certain', idleMs: null },
};

/**
 * A Managed Instance is one process whose worker threads each load the function and serve many invocations at once. For
 * AWS that is one execution environment, and for whoever counts starts and adds up their time it is one too: so the first
 * worker tells the instance's start, and the others find it made. What they do is the same again, at the same time,
 * and no caller waits for it. Their first invocations are warm ones.
 *
 * The client makes its workers first of all, so the first is thread 1 (0 without workers). Where a preload of the
 * application makes threads before, nobody tells the start.
 */
const tellsStart = (): boolean => threadId() <= 1;

/** Code source: layers and images leave their marks in the environment. */
const packageOf = (env: Environment): string | undefined =>
  env.AWS_EXECUTION_ENV ? 'zip' : env.AWS_LAMBDA_RUNTIME_API ? 'image' : undefined;

/** Timeouts are whole seconds. By the handler's call some of it has gone, and two clocks differ by a little. */
const timeoutMsOf = (remainingMs: number): number => Math.ceil((remainingMs - 50) / 1_000) * 1_000;

const remainingMs = (args: readonly unknown[]): number | null => {
  const context = contextOf(args);
  const remaining = at(context, 'getRemainingTimeInMillis');
  const ms: unknown = typeof remaining === 'function' ? remaining.call(context) : null;
  return typeof ms === 'number' && ms > 0 ? ms : null;
};

export const lambda: Platform = {
  name: 'lambda',
  // 1.6 is the median over the example functions on Node 24 with aws-lambda-ric 4.0.2; the middle half lies between
  // 1.57 and 1.68. Both times are bound by the CPU, so the ratio holds where absolute times do not.
  importBegins: 1.6,
  matches: (env) => env.AWS_LAMBDA_RUNTIME_API !== undefined,
  remainingMs,
  call: (args, xRayHeader) => ({
    invocationId: textAt(contextOf(args), 'awsRequestId') ?? null,
    // With several invocations at once the variable is nobody's.
    parent: parentOf(args[0]) ?? fromXRay(textAt(contextOf(args), 'xRayTraceId') ?? xRayHeader),
  }),
  firstStart: (env, gapMs) => {
    const type = env.AWS_LAMBDA_INITIALIZATION_TYPE;
    if (type === managedInstances && !tellsStart()) return warmStart;
    const told = type === undefined ? undefined : kindOfInitializationType[type];
    if (told) return { ...told, idleMs: told.kind === 'prewarmed' ? gapMs : null };
    return startAfterGap(gapMs, type === 'on-demand' ? 'certain' : 'inferred');
  },
  attributes: (args) => ({
    [attribute.trigger]: triggerOf(args[0]),
    [attribute.invokedArn]: textAt(contextOf(args), 'invokedFunctionArn'),
  }),
  packageRoot: (env) => env.LAMBDA_TASK_ROOT,
  deployment: (_env, args, calledUnixMs) => {
    const leftMs = remainingMs(args);
    return {
      [attribute.layers]: namesIn('/opt'),
      [attribute.timeoutMs]: leftMs === null ? undefined : timeoutMsOf(leftMs + Date.now() - calledUnixMs),
    };
  },
  resource: (env, args) => {
    const arn = textAt(contextOf(args), 'invokedFunctionArn');
    return {
      [attribute.cloudProvider]: 'aws',
      [attribute.cloudPlatform]: 'aws_lambda',
      [attribute.cloudRegion]: env.AWS_REGION,
      [attribute.cloudAccountId]: accountOf(arn),
      // Without an alias or version: the first seven fields.
      [attribute.resourceId]: arn?.split(':').slice(0, 7).join(':'),
      [attribute.functionName]: env.AWS_LAMBDA_FUNCTION_NAME,
      [attribute.functionVersion]: env.AWS_LAMBDA_FUNCTION_VERSION,
      // Also where it is on demand: to leave that out would take 120 bytes of the package.
      [attribute.sku]: env.AWS_LAMBDA_INITIALIZATION_TYPE,
      [attribute.instanceId]: env.AWS_LAMBDA_LOG_STREAM_NAME ?? processInstanceId(),
      [attribute.maxMemoryBytes]: memoryBytes(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE),
      [attribute.platformRuntime]: env.AWS_EXECUTION_ENV?.replace(/^AWS_Lambda_/, ''),
      [attribute.handler]: env._HANDLER,
      [attribute.codeSource]: packageOf(env),
    };
  },
};
