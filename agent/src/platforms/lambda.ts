/** AWS Lambda: what it tells a function about itself and each invocation. */
import { type Start, startAfterGap } from '../phases/start.ts';
import { fromXRay } from '../trace/remote-parent.ts';
import { attribute } from '../vocabulary.ts';
import { memoryBytes, processInstanceId } from './common.ts';
import { parentOf, triggerOf } from './lambda-events.ts';
import type { Environment, Platform } from './platform.ts';
import { at, textAt } from './shape.ts';

/** Handlers get (event, context[, callback]), streaming ones (event, stream, context). */
const contextOf = (args: readonly unknown[]): unknown =>
  textAt(args[1], 'awsRequestId') === undefined && textAt(args[2], 'awsRequestId') !== undefined ? args[2] : args[1];

/** Account id: the fifth field of `arn:aws:lambda:<region>:<account>:function:<name>`. */
const accountOf = (arn: string | undefined): string | undefined => arn?.split(':')[4] || undefined;

/** Kinds of start that `AWS_LAMBDA_INITIALIZATION_TYPE` tells outright. */
const kindOfInitializationType: Readonly<Record<string, Start>> = {
  'provisioned-concurrency': { kind: 'prewarmed', certainty: 'certain', idleMs: null },
  'snap-start': { kind: 'restored', certainty: 'certain', idleMs: null },
  // Instances serve many invocations at once and are made ahead of traffic.
  'lambda-managed-instances': { kind: 'prewarmed', certainty: 'inferred', idleMs: null },
};

/** Code source: layers and images leave their marks in the environment. */
const packageOf = (env: Environment): string | undefined =>
  env.AWS_EXECUTION_ENV ? 'zip' : env.AWS_LAMBDA_RUNTIME_API ? 'image' : undefined;

export const lambda: Platform = {
  name: 'lambda',
  // 1.6 is the median over the example functions on Node 24 with aws-lambda-ric 4.0.2; the middle half lies between
  // 1.57 and 1.68. Both times are bound by the CPU, so the ratio holds where absolute times do not.
  importBegins: 1.6,
  matches: (env) => env.AWS_LAMBDA_RUNTIME_API !== undefined,
  remainingMs: (args) => {
    const context = contextOf(args);
    const remaining = at(context, 'getRemainingTimeInMillis');
    if (typeof remaining !== 'function') return null;
    const ms: unknown = remaining.call(context);
    return typeof ms === 'number' && ms > 0 ? ms : null;
  },
  call: (args, xRayHeader) => ({
    invocationId: textAt(contextOf(args), 'awsRequestId') ?? null,
    parent: parentOf(args[0]) ?? fromXRay(xRayHeader),
  }),
  firstStart: (env, gapMs) => {
    const type = env.AWS_LAMBDA_INITIALIZATION_TYPE;
    const told = type === undefined ? undefined : kindOfInitializationType[type];
    if (told) return { ...told, idleMs: told.kind === 'prewarmed' ? gapMs : null };
    return startAfterGap(gapMs, type === 'on-demand' ? 'certain' : 'inferred');
  },
  attributes: (args) => ({
    [attribute.trigger]: triggerOf(args[0]),
    'aws.lambda.invoked_arn': textAt(contextOf(args), 'invokedFunctionArn'),
  }),
  resource: (env, args) => {
    const arn = textAt(contextOf(args), 'invokedFunctionArn');
    return {
      [attribute.cloudProvider]: 'aws',
      [attribute.cloudPlatform]: 'aws_lambda',
      [attribute.cloudRegion]: env.AWS_REGION,
      [attribute.cloudAccountId]: accountOf(arn),
      // Without an alias or version: the first seven fields.
      'cloud.resource_id': arn?.split(':').slice(0, 7).join(':'),
      [attribute.functionName]: env.AWS_LAMBDA_FUNCTION_NAME,
      [attribute.functionVersion]: env.AWS_LAMBDA_FUNCTION_VERSION,
      [attribute.instanceId]: env.AWS_LAMBDA_LOG_STREAM_NAME ?? processInstanceId,
      [attribute.maxMemoryBytes]: memoryBytes(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE),
      [attribute.platformRuntime]: env.AWS_EXECUTION_ENV?.replace(/^AWS_Lambda_/, ''),
      [attribute.handler]: env._HANDLER,
      [attribute.codeSource]: packageOf(env),
    };
  },
};
